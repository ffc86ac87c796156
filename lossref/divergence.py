"""Divergences of two distributions, p (the target) and q, given as rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._bounds import EPS_POLICY, between
from lossref._numerics import Array, Logs, log_ratio, over_or_zero, times_or_zero
from lossref._sums import all_finite, row_sums, total
from lossref.spec import LossSpec, Parameter, Peer

Interval = tuple[Array, Array]

_P = Parameter("p", "target", "simplex", "rows", plausible=(0.02, 0.98))
_Q = Parameter("q", "prediction", "simplex", "rows", plausible=(0.02, 0.98))
_LOG_BASE = {"log_base": ("e", 2, 10)}
_OPTIONS = {**_LOG_BASE, **EPS_POLICY}
_PROPERTIES = frozenset({"non_negative", "zero_at_perfect_fit", "convex_in_prediction", "permutation_invariant"})
_REFERENCE = "S. Kullback and R. A. Leibler, On information and sufficiency, Ann. Math. Stat. 22, 1951"
_UNBOUNDED = (0.0, math.inf)


# As in keras, clip bounds both arguments by eps from below, wherever they stand; log_clamp their logarithms alone.


def _in_log(x: Array, logs: Logs) -> Array:
    """Argument as a logarithm sees it."""
    return x if logs.policy == "exact" else np.maximum(x, x.dtype.type(logs.eps))


def _as_factor(x: Array, logs: Logs) -> Array:
    """Argument as it stands outside of logarithms."""
    return _in_log(x, logs) if logs.policy == "clip" else x


def _bounded(slope: Array, x: Array, logs: Logs, beyond: Array | float = 0.0) -> Interval:
    """Interval of a slope in an argument that eps bounds; `beyond` is what is left of it below under log_clamp."""
    if logs.policy == "exact":
        return slope, slope
    return between(slope, 0.0 if logs.policy == "clip" else beyond, x > logs.eps, x >= logs.eps)


def _relative_entropies(p: Array, q: Array, logs: Logs) -> Array:
    """Each p log(p/q), which is 0 where p is."""
    terms = log_ratio(_in_log(p, logs), _in_log(q, logs))
    terms *= _as_factor(p, logs)
    if not all_finite(terms):
        terms[p == 0.0] = 0.0
    return terms


def _kl(p: Array, q: Array, logs: Logs) -> Array:
    return row_sums(_relative_entropies(p, q, logs))


def _sum_of_kl(p: Array, q: Array, logs: Logs) -> float:
    # log(p/q) = log1p((p − q)/q) loses |q| units of rounding where p is far below q; a row of distributions has more
    # than a sixth of that in its divergence, which is Σ (p log(p/q) − p + q).
    bound = _in_log(q, logs)
    terms = _in_log(p, logs) - bound
    terms /= bound
    np.log1p(terms, out=terms)
    terms *= _as_factor(p, logs)
    return total(terms)


def _kl_slope_q(p: Array, q: Array, logs: Logs) -> Interval:
    return _bounded(0.0 - over_or_zero(_as_factor(p, logs), q), q, logs)


def _log_ratio(p: Array, q: Array, logs: Logs) -> Array:
    """log(p/q); +∞ where both are 0, since there p log(p/q) is 0 and infinite for every larger p."""
    p, q = _in_log(p, logs), _in_log(q, logs)
    return np.where((p == 0.0) & (q == 0.0), np.inf, log_ratio(p, q)).astype(p.dtype, copy=False)


def _kl_slope_p(p: Array, q: Array, logs: Logs) -> Interval:
    ratio = _log_ratio(p, q, logs)
    return _bounded(ratio + 1.0, p, logs, beyond=ratio)


def _kl_curvature_q(p: Array, q: Array, logs: Logs) -> Array:
    return _bounded(over_or_zero(over_or_zero(_as_factor(p, logs), q), q), q, logs)[0]


def _kl_curvature_p(p: Array, _: Array, logs: Logs) -> Array:
    return _bounded(1.0 / p, p, logs)[0]


KL_DIVERGENCE = LossSpec(
    name="kl_divergence",
    aliases=("kl", "relative_entropy"),
    family="divergence",
    summary="Expected excess of surprise where p is true and q is believed.",
    latex=r"\sum_{k=1}^{C} p_k \log \frac{p_k}{q_k}",
    references=(_REFERENCE,),
    parameters=(_P, _Q),
    properties=_PROPERTIES,
    options=_OPTIONS,
    guards={"p": "itself", "q": "itself"},
    entrywise=True,
    terms=_kl,
    total=_sum_of_kl,
    slopes={"q": _kl_slope_q, "p": _kl_slope_p},
    curvatures={"q": _kl_curvature_q, "p": _kl_curvature_p},
    convex_in=("p", "q"),
    bounds=_UNBOUNDED,
    minimizer="mean of p",
    link="softmax",
    peers=(
        Peer(
            "keras.losses.KLDivergence",
            {"y_true": "p", "y_pred": "q"},
            {"eps_policy": "clip"},
            "clips both to [1e−7, 1]",
        ),
    ),
)


def kl_divergence(p: Any, q: Any, **options: Any) -> Any:
    """Mean over rows of Σ p_k log(p_k/q_k), the divergence of q from p.

    Parameters
    ----------
    p : array_like of shape (N, C), the target distributions; each row sums to 1
    q : array_like of shape (N, C), the predicted distributions; each row sums to 1
    **options
        As for `LossSpec.value`; `log_base` e (nats, default), 2 or 10; `eps_policy` exact (default), clip (of p and q,
        from below by `eps`, 1e−7 unless given) or log_clamp (of both logarithms, from −100).

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none
        +inf where q is 0 and p is not; a class with p = 0 adds 0.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.kl_div takes log q first, and divides by N·C for reduction mean; its batchmean is our mean.
    keras.losses.KLDivergence, optax.losses.kl_divergence, scipy.special.rel_entr (the summands).

    Examples
    --------
    >>> print(kl_divergence([[1.0, 0.0]], [[0.25, 0.75]], log_base=2))
    2.0
    """
    return KL_DIVERGENCE.value(p, q, **options)


def _reverse(p: Array, q: Array, logs: Logs) -> Array:
    return _kl(q, p, logs)


def _reverse_slope_q(p: Array, q: Array, logs: Logs) -> Interval:
    return _kl_slope_p(q, p, logs)


def _reverse_slope_p(p: Array, q: Array, logs: Logs) -> Interval:
    return _kl_slope_q(q, p, logs)


def _reverse_curvature_q(p: Array, q: Array, logs: Logs) -> Array:
    return _kl_curvature_p(q, p, logs)


def _reverse_curvature_p(p: Array, q: Array, logs: Logs) -> Array:
    return _kl_curvature_q(q, p, logs)


REVERSE_KL = LossSpec(
    name="reverse_kl",
    aliases=("reverse_kl_divergence", "exclusive_kl"),
    family="divergence",
    summary="Expected excess of surprise where q is true and p is believed: it keeps q to where p is.",
    latex=r"\sum_{k=1}^{C} q_k \log \frac{q_k}{p_k}",
    references=(_REFERENCE, "T. Minka, Divergence measures and message passing, Microsoft Research, 2005"),
    parameters=(_P, _Q),
    properties=_PROPERTIES,
    options=_OPTIONS,
    guards={"p": "itself", "q": "itself"},
    entrywise=True,
    terms=_reverse,
    slopes={"q": _reverse_slope_q, "p": _reverse_slope_p},
    curvatures={"q": _reverse_curvature_q, "p": _reverse_curvature_p},
    convex_in=("p", "q"),
    bounds=_UNBOUNDED,
    minimizer="normalized geometric mean of p",
    link="softmax",
)


def reverse_kl(p: Any, q: Any, **options: Any) -> Any:
    """Mean over rows of Σ q_k log(q_k/p_k), the divergence of p from q.

    Parameters
    ----------
    p : array_like of shape (N, C), the target distributions; each row sums to 1
    q : array_like of shape (N, C), the predicted distributions; each row sums to 1
    **options
        As for `LossSpec.value`; `log_base` e (nats, default), 2 or 10; `eps_policy` and `eps` as for `kl_divergence`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none
        +inf where p is 0 and q is not; a class with q = 0 adds 0.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Minka 2005; it is `kl_divergence` with its arguments swapped.

    Examples
    --------
    >>> print(reverse_kl([[0.25, 0.75]], [[1.0, 0.0]], log_base=2))
    2.0
    """
    return REVERSE_KL.value(p, q, **options)


def _generalized(p: Array, q: Array, logs: Logs) -> Array:
    return row_sums(_relative_entropies(p, q, logs) - (_as_factor(p, logs) - _as_factor(q, logs)))


def _generalized_slope_q(p: Array, q: Array, logs: Logs) -> Interval:
    slope = over_or_zero(q - _as_factor(p, logs), q)
    slope[(p == 0.0) & (q == 0.0)] = 1.0
    return _bounded(slope, q, logs, beyond=1.0)


def _generalized_slope_p(p: Array, q: Array, logs: Logs) -> Interval:
    ratio = _log_ratio(p, q, logs)
    return _bounded(ratio, p, logs, beyond=ratio - 1.0)


_P_FREE = Parameter("p", "target", "nonnegative", "rows", plausible=(0.1, 3.0))
_Q_FREE = Parameter("q", "prediction", "nonnegative", "rows", plausible=(0.1, 3.0))

GENERALIZED_KL = LossSpec(
    name="generalized_kl",
    aliases=("generalized_kl_divergence", "convex_kl", "i_divergence"),
    family="divergence",
    summary="KL divergence of measures that need not sum to 1.",
    latex=r"\sum_{k=1}^{C} \left[p_k \log \frac{p_k}{q_k} - p_k + q_k\right]",
    references=("I. Csiszár, Why least squares and maximum entropy?, Ann. Stat. 19, 1991",),
    parameters=(_P_FREE, _Q_FREE),
    properties=_PROPERTIES | {"homogeneous_degree_1"},
    options=_OPTIONS,
    guards={"p": "itself", "q": "itself"},
    entrywise=True,
    terms=_generalized,
    slopes={"q": _generalized_slope_q, "p": _generalized_slope_p},
    curvatures={"q": _kl_curvature_q, "p": _kl_curvature_p},
    convex_in=("p", "q"),
    bounds=_UNBOUNDED,
    minimizer="mean of p",
    link="log",
)


def generalized_kl(p: Any, q: Any, **options: Any) -> Any:
    """Mean over rows of Σ [p_k log(p_k/q_k) − p_k + q_k].

    Parameters
    ----------
    p : array_like of shape (N, C), finite numbers that are not negative
    q : array_like of shape (N, C), finite numbers that are not negative
    **options
        As for `LossSpec.value`; `log_base` e (nats, default), 2 or 10, which divides the whole term; `eps_policy` and
        `eps` as for `kl_divergence`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none
        +inf where q is 0 and p is not.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Csiszár 1991; optax.losses.generalized_kl_divergence and convex_kl_divergence, which take log q first.

    Examples
    --------
    >>> print(generalized_kl([[0.0, 1.0]], [[2.0, 1.0]]))
    2.0
    """
    return GENERALIZED_KL.value(p, q, **options)


# With t = (p − q)/(p + q), so that p/m = 1 + t and q/m = 1 − t for the mean m, a class adds
# (p + q)/4 · [(1 + t) log(1 + t) + (1 − t) log(1 − t)].


def _imbalance(p: Array, q: Array) -> Array:
    return over_or_zero(p - q, p + q)


def _js(p: Array, q: Array, logs: Logs) -> Array:
    p, q = _as_factor(p, logs), _as_factor(q, logs)
    t = _imbalance(p, q)
    # Near t = 0 the two terms cancel to t²; 2 t artanh t + log(1 − t²) are 2 t² − t² there.
    near = np.clip(t, -0.5, 0.5)
    together = 0.25 * (p + q) * (2.0 * near * np.arctanh(near) + np.log1p(-near * near))
    larger, smaller = np.maximum(p, q), np.minimum(p, q)
    apart = larger * np.log1p(np.abs(t)) + times_or_zero(smaller, np.log(over_or_zero(2.0 * smaller, p + q)))
    return row_sums(np.where(np.abs(t) <= 0.5, together, 0.5 * apart))


def _js_slope_q(p: Array, q: Array, logs: Logs) -> Interval:
    one, other = _as_factor(p, logs), _as_factor(q, logs)
    slope = np.where(other > 0.0, log_ratio(other, 0.5 * (one + other)), np.where(one > 0.0, -np.inf, math.log(2.0)))
    return _bounded((0.5 * slope).astype(p.dtype, copy=False), q, logs)


def _js_slope_p(p: Array, q: Array, logs: Logs) -> Interval:
    return _js_slope_q(q, p, logs)


def _js_curvature_q(p: Array, q: Array, logs: Logs) -> Array:
    p = _as_factor(p, logs)
    return _bounded(0.5 * over_or_zero(over_or_zero(p, q), p + q), q, logs)[0]


def _js_curvature_p(p: Array, q: Array, logs: Logs) -> Array:
    return _js_curvature_q(q, p, logs)


JENSEN_SHANNON_DIVERGENCE = LossSpec(
    name="jensen_shannon_divergence",
    aliases=("js", "js_divergence", "jensen_shannon"),
    family="divergence",
    summary="Mean of the KL divergences of p and of q from their mean.",
    latex=r"\frac{1}{2} \sum_{k=1}^{C} \left[p_k \log \frac{p_k}{m_k} + q_k \log \frac{q_k}{m_k}\right],"
    r"\quad m = \frac{p + q}{2}",
    references=("J. Lin, Divergence measures based on the Shannon entropy, IEEE Trans. Inf. Theory 37, 1991",),
    parameters=(_P, _Q),
    properties=_PROPERTIES | {"symmetric_in_arguments"},
    options={**_LOG_BASE, "eps_policy": ("exact", "clip")},
    guards={"p": "itself", "q": "itself"},
    entrywise=True,
    terms=_js,
    slopes={"q": _js_slope_q, "p": _js_slope_p},
    curvatures={"q": _js_curvature_q, "p": _js_curvature_p},
    convex_in=("p", "q"),
    bounds=(0.0, math.log(2.0)),
    link="softmax",
)


def jensen_shannon_divergence(p: Any, q: Any, **options: Any) -> Any:
    """Mean over rows of ½ Σ [p_k log(p_k/m_k) + q_k log(q_k/m_k)], where m = (p + q)/2.

    Parameters
    ----------
    p : array_like of shape (N, C), distributions; each row sums to 1
    q : array_like of shape (N, C), distributions; each row sums to 1
    **options
        As for `LossSpec.value`; `log_base` e (nats, default), 2 or 10; `eps_policy` exact or clip, and `eps`, as for
        `kl_divergence`; only the gradient may be infinite without.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none
        Never above log 2: 1 bit.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    Lin 1991; scipy.spatial.distance.jensenshannon is its square root.

    Examples
    --------
    >>> print(jensen_shannon_divergence([[1.0, 0.0]], [[0.0, 1.0]], log_base=2))
    1.0
    """
    return JENSEN_SHANNON_DIVERGENCE.value(p, q, **options)


SPECS = (KL_DIVERGENCE, JENSEN_SHANNON_DIVERGENCE, REVERSE_KL, GENERALIZED_KL)
