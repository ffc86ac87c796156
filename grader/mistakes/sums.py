"""The losses and gradients that are sums of parts: the parts that people write, and what they write instead of one.

A test holds each sum to the reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.additive import Part, Sum, Terms
from grader.mistakes.base import Mistake
from grader.mistakes.formulas import BCE_LOGITS, CCE_LOGITS, SPARSE_LOGITS, on
from grader.mistakes.inputs import sigmoid, softmax
from grader.mistakes.slopes import gradient_on
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task


def _arg(place: int) -> Terms:
    return lambda view: np.asarray(view.case.args[place], dtype=np.float64)


def _rows_sum(make: Terms) -> Terms:
    return lambda view: np.asarray(make(view).sum(axis=-1))


def _softplus(x: Array) -> Array:
    return np.asarray(np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x))))


def _hinged(x: Array) -> Array:
    return np.maximum(0.0, x)


_FIRST, _SECOND, _THIRD, _FOURTH = (_arg(place) for place in range(4))
_MAX = ("W21", "maximum missing", "What keeps the margin costs nothing; here it is rewarded.")
_SIGN = ("S2", "wrong sign in one term", "A sign inside of one part is the opposite of the right one.")


def _of_hard_labels(applies: Callable[[Task], bool]) -> Callable[[Task], bool]:
    """Leave out the tasks that smooth their labels."""
    name = "label_smoothing"
    return lambda task: applies(task) and not task.options.get(name) and name not in {p.name for p in task.hypers}


# -- two classes, many classes ------------------------------------------------------------------------------------


def _logsumexp(view: View) -> Array:
    top = view.x.max(axis=-1)
    return np.asarray(top + np.log(np.exp(view.x - top[..., None]).sum(axis=-1)))


def _mean_of_exponentials(view: View) -> Array:
    return np.asarray(_logsumexp(view) - np.log(view.classes))


def _true_probability(view: View) -> Array:
    return np.asarray((view.labels * softmax(view.x)).sum(axis=-1))


def _plain_cross_entropy(view: View) -> Array:
    return np.asarray(_logsumexp(view) - (view.labels * view.x).sum(axis=-1))


def _expected_share(view: View) -> Array:
    alpha = view.x + 1.0
    return np.asarray(alpha / alpha.sum(axis=-1, keepdims=True))


def _variance_of_shares(view: View) -> Array:
    share = _expected_share(view)
    return np.asarray((share * (1.0 - share)).sum(axis=-1) / ((view.x + 1.0).sum(axis=-1) + 1.0))


_MEAN_INSIDE = ("R3", "mean of the exponentials", "The exponentials are averaged; their sum is asked.")
_SMALL = ("log1p(exp(−|z|))", lambda v: np.log1p(np.exp(-np.abs(v.x))))
_CLASSES: tuple[Sum, ...] = (
    Sum((
        Part("max(z, 0)", lambda v: _hinged(v.x),
             (("W21", "maximum missing", "max(z, 0) is the positive part of z, not z itself.", lambda v: v.x),)),
        Part("y·z", lambda v: -v.y * v.x),
        Part(*_SMALL, ((*_SIGN, lambda v: np.log1p(np.exp(np.abs(v.x)))),)),
    ), _of_hard_labels(on(BCE_LOGITS))),
    Sum((Part("(1 − y)·z", lambda v: (1.0 - v.y) * v.x),
         Part("softplus(−z)", lambda v: _softplus(-v.x), ((*_SIGN, lambda v: _softplus(v.x)),))),
        _of_hard_labels(on(BCE_LOGITS))),
    Sum((Part("softplus(z)", lambda v: _softplus(v.x), ((*_SIGN, lambda v: _softplus(-v.x)),)),
         Part("y·z", lambda v: -v.y * v.x)),
        _of_hard_labels(on(BCE_LOGITS))),
    Sum((Part("the log-sum-exp of the row", _logsumexp, ((*_MEAN_INSIDE, _mean_of_exponentials),)),
         Part("the logit of the true class", lambda v: -(v.labels * v.x).sum(axis=-1))),
        _of_hard_labels(on(CCE_LOGITS, SPARSE_LOGITS))),
    Sum((
        Part("the term of the labels that are there", lambda v: (v.y * _softplus(-v.x)).mean(axis=-1)),
        Part("the term of the labels that are not there", lambda v: ((1.0 - v.y) * _softplus(v.x)).mean(axis=-1)),
    ), on("multilabel_soft_margin")),
    Sum((
        Part("the cross-entropy", _plain_cross_entropy),
        Part("epsilon", lambda v: v.hyper("epsilon") + 0.0 * _true_probability(v)),
        Part("epsilon·p_t", lambda v: -v.hyper("epsilon") * _true_probability(v)),
    ), on("poly_cross_entropy")),
    Sum((
        Part("the cross-entropy", _plain_cross_entropy),
        Part("epsilon·(1 − p_t)", lambda v: v.hyper("epsilon") * (1.0 - _true_probability(v)),
             (("W7", "probability for its complement", "epsilon multiplies 1 − p_t, not p_t.",
               lambda v: v.hyper("epsilon") * _true_probability(v)),)),
    ), on("poly_cross_entropy")),
    Sum((
        Part("the divergence from the teacher", lambda v: v.terms_under(alpha=1.0) * v.hyper("alpha")),
        Part("the cross-entropy with the labels", lambda v: v.terms_under(alpha=0.0) * (1.0 - v.hyper("alpha"))),
    ), on("distillation")),
    Sum((
        Part("the squared error", lambda v: ((v.y - _expected_share(v)) ** 2).sum(axis=-1)),
        Part("the variance", _variance_of_shares),
        Part("the divergence from no evidence", lambda v: v.terms_under() - v.terms_under(annealing=0.0)),
    ), lambda t: on("evidential")(t) and t.options.get("variant", "mse") == "mse"),
    Sum((
        Part("the error", lambda v: v.terms_under(annealing=0.0)),
        Part("the divergence from no evidence", lambda v: v.terms_under() - v.terms_under(annealing=0.0)),
    ), on("evidential")),
)  # fmt: skip


# -- regression, margins, distances -------------------------------------------------------------------------------


def _residual(view: View) -> Array:
    return np.asarray(np.abs(view.x - view.y))


def _error_over(power: float) -> Terms:
    """Give half the squared error over a power of the variance."""
    return lambda view: 0.5 * (_second_error(view)) ** 2 / _THIRD(view) ** power


def _second_error(view: View) -> Array:
    return np.asarray(_SECOND(view) - _FIRST(view))


def _two_pi(view: View) -> float:
    return 2.0 * np.pi if view.task.options.get("full") else 1.0


def _of_power(make: Callable[[Array, Array, float, float], Array]) -> Terms:
    """Give a part of the deviance, of target, prediction, 1 − power and 2 − power."""

    def terms(view: View) -> Array:
        power = view.hyper("power")
        return (1.0 if view.task.options.get("half") else 2.0) * make(view.y, view.x, 1.0 - power, 2.0 - power)

    return terms


def _similar(view: View) -> Array:
    return np.asarray(view.y == view.task.options.get("similar_label", 1), dtype=np.float64)


def _half(view: View) -> float:
    return 0.5 if view.task.options.get("half") else 1.0


def _distance(view: View) -> Array:
    return np.asarray(np.sqrt(((_FIRST(view) - _SECOND(view)) ** 2).sum(axis=-1)))


def _cosine(view: View) -> Array:
    first, second = _FIRST(view), _SECOND(view)
    lengths = np.sqrt((first**2).sum(axis=-1) * (second**2).sum(axis=-1))
    return np.asarray((first * second).sum(axis=-1) / lengths)


def _side(sign: float) -> Terms:
    """Give the residual on one side, above the prediction or below it."""
    return lambda view: _hinged(sign * (view.y - view.x))


_VARIANCE = ("W12", "variance squared", "The squared error is divided by the variance, not by its square.")
_NO_VARIANCE = ("W11", "variance missing", "The squared error is divided by the variance.")
_OTHER_SIDE = ("W18", "one weight for both sides", "q weighs what lies above, 1 − q what lies below.")
_REAL, _NOT = "the part of the pairs that belong together", "the part of the others"
_NUMBERS: tuple[Sum, ...] = (
    Sum((
        Part("half the log of the variance", lambda v: 0.5 * np.log(_THIRD(v) * _two_pi(v))),
        Part("the squared error over the variance", _error_over(1.0),
             ((*_VARIANCE, _error_over(2.0)), (*_NO_VARIANCE, _error_over(0.0)))),
    ), on("gaussian_nll")),
    Sum((Part("exp(z)", lambda v: np.exp(v.x)), Part("y·z", lambda v: -v.y * v.x)),
        lambda t: on("poisson_nll")(t) and t.options.get("log_input", True) and not t.options.get("full")),
    Sum((Part("the rate", lambda v: v.x), Part("y·log(rate)", lambda v: -v.y * np.log(v.x))),
        lambda t: on("poisson_nll")(t) and not t.options.get("log_input", True) and not t.options.get("full")),
    Sum((
        Part("the part of the target alone", _of_power(lambda y, _, a, b: y**b / (a * b))),
        Part("the product of both", _of_power(lambda y, mu, a, _: -y * mu**a / a)),
        Part("the part of the prediction alone", _of_power(lambda _, mu, __, b: mu**b / b)),
    ), on("tweedie_deviance")),
    Sum((Part("|e|", _residual), Part("log1p(exp(−2|e|))", lambda v: np.log1p(np.exp(-2.0 * _residual(v)))),
         Part("log 2", lambda v: np.full(v.shape, -np.log(2.0)))), on("log_cosh")),
    Sum((Part("the part above the prediction", lambda v: v.hyper("q") * _side(1.0)(v),
              ((*_OTHER_SIDE, lambda v: (1.0 - v.hyper("q")) * _side(1.0)(v)),)),
         Part("the part below the prediction", lambda v: (1.0 - v.hyper("q")) * _side(-1.0)(v),
              ((*_OTHER_SIDE, lambda v: v.hyper("q") * _side(-1.0)(v)),))), on("quantile")),
    Sum((Part("max(−y·s, 0)", lambda v: _hinged(-v.signs * v.x)),
         Part("log1p(exp(−|s|))", lambda v: np.log1p(np.exp(-np.abs(v.x))))), on("logistic")),
    Sum((Part("the 1", lambda v: np.ones(v.shape[:-1])), Part("the cosine", lambda v: -_cosine(v))),
        on("cosine_distance")),
    Sum((
        Part(_REAL, lambda v: (v.signs > 0) * (1.0 - _cosine(v))),
        Part(_NOT, lambda v: (v.signs < 0) * _hinged(_cosine(v) - v.hyper("margin")),
             ((*_MAX, lambda v: (v.signs < 0) * (_cosine(v) - v.hyper("margin"))),)),
    ), on("cosine_embedding")),
    Sum((
        Part(_REAL, lambda v: _half(v) * _similar(v) * _distance(v) ** 2,
             (("W12", "distance not squared", "The distance of similar pairs is squared.",
               lambda v: _half(v) * _similar(v) * _distance(v)),)),
        Part(_NOT, lambda v: _half(v) * (1.0 - _similar(v)) * _hinged(v.hyper("margin") - _distance(v)) ** 2,
             ((*_MAX, lambda v: _half(v) * (1.0 - _similar(v)) * (v.hyper("margin") - _distance(v)) ** 2),)),
    ), on("contrastive")),
    Sum((
        Part(_REAL, lambda v: (v.y > 0) * _FIRST(v)),
        Part(_NOT, lambda v: (v.y < 0) * _hinged(v.hyper("margin") - _FIRST(v)),
             ((*_MAX, lambda v: (v.y < 0) * (v.hyper("margin") - _FIRST(v))),)),
    ), on("hinge_embedding")),
)  # fmt: skip


# -- distributions, generators, penalties -------------------------------------------------------------------------


def _entropies(first: Terms, second: Terms) -> Terms:
    """Give p·log q in each row."""
    return _rows_sum(lambda view: first(view) * np.log(second(view)))


def _middle(view: View) -> Array:
    return np.asarray(0.5 * (_FIRST(view) + _SECOND(view)))


def _divergence_from_middle(p: Terms) -> Terms:
    return _rows_sum(lambda view: 0.5 * p(view) * np.log(p(view) / _middle(view)))


def _prior(make: Callable[[Array, Array], Array]) -> Terms:
    """Give one part of the divergence from the prior, of mean and log variance."""
    return _rows_sum(lambda view: 0.5 * view.hyper("beta") * make(_THIRD(view), _FOURTH(view)))


def _precision(view: View) -> Array:
    """Give the loss of each task weighed, which the log variances are added to."""
    s = _SECOND(view)
    return np.asarray(0.5 * np.exp(-s) * _FIRST(view))


_REWARDED = "What is far enough on the right side costs nothing; here it is rewarded."
_REAL_PART, _FAKE_PART = "the term of the real examples", "the term of the fake examples"
_MADE: tuple[Sum, ...] = (
    Sum((Part("p·log p", _entropies(_FIRST, _FIRST)),
         Part("p·log q", lambda v: -_entropies(_FIRST, _SECOND)(v))), on("kl_divergence")),
    Sum((Part("the divergence of p from the mean", _divergence_from_middle(_FIRST)),
         Part("the divergence of q from the mean", _divergence_from_middle(_SECOND))),
        on("jensen_shannon_divergence")),
    Sum((Part("the divergence", _rows_sum(lambda v: _FIRST(v) * np.log(_FIRST(v) / _SECOND(v)))),
         Part("the mass of p", _rows_sum(lambda v: -_FIRST(v))), Part("the mass of q", _rows_sum(_SECOND))),
        on("generalized_kl")),
    Sum((
        Part("the reconstruction", lambda v: v.terms_under(beta=0.0)),
        Part("the divergence from the prior", lambda v: v.terms_under() - v.terms_under(beta=0.0)),
    ), on("vae_elbo")),
    Sum((
        Part("the reconstruction", lambda v: v.terms_under(beta=0.0)),
        Part("mu²", _prior(lambda mu, _: mu**2), (("W12", "square of the mean missing", "The divergence has mu².",
                                                   _prior(lambda mu, _: mu)),)),
        Part("exp(logvar)", _prior(lambda _, s: np.exp(s))),
        Part("logvar", _prior(lambda _, s: -s)),
        Part("the 1", _prior(lambda _, s: -np.ones_like(s))),
    ), on("vae_elbo")),
    Sum((Part(_REAL_PART, lambda v: _softplus(-_FIRST(v)), ((*_SIGN, lambda v: _softplus(_FIRST(v))),)),
         Part(_FAKE_PART, lambda v: _softplus(_SECOND(v)), ((*_SIGN, lambda v: _softplus(-_SECOND(v))),))),
        on("gan_discriminator")),
    Sum((Part(_REAL_PART, lambda v: _hinged(1.0 - _FIRST(v)), (("W21", "maximum missing", _REWARDED,
                                                                 lambda v: 1.0 - _FIRST(v)),)),
         Part(_FAKE_PART, lambda v: _hinged(1.0 + _SECOND(v)), (("W21", "maximum missing", _REWARDED,
                                                                  lambda v: 1.0 + _SECOND(v)),))),
        on("hinge_gan_discriminator")),
    Sum((Part(_REAL_PART, lambda v: (0.5 if v.task.options.get("half", True) else 1.0) * (_FIRST(v) - 1.0) ** 2),
         Part(_FAKE_PART, lambda v: (0.5 if v.task.options.get("half", True) else 1.0) * _SECOND(v) ** 2)),
        on("lsgan_discriminator")),
    Sum((Part(_REAL_PART, lambda v: -_FIRST(v)), Part(_FAKE_PART, _SECOND)), on("wasserstein_critic")),
    Sum((
        Part("the weighed losses", _precision, ((*_SIGN, lambda v: 0.5 * np.exp(_SECOND(v)) * _FIRST(v)),)),
        Part("the log variances", lambda v: 0.5 * _SECOND(v)),
    ), lambda t: on("uncertainty_weighting")(t) and t.options.get("form", "regression") == "regression"),
    Sum((
        Part("the clean part", lambda v: v.hyper("alpha") * _FIRST(v)),
        Part("the adversarial part", lambda v: (1.0 - v.hyper("alpha")) * _SECOND(v)),
    ), on("adversarial_training")),
    Sum((
        Part("the part of the magnitudes", lambda v: v.hyper("strength") * v.hyper("l1_ratio") * np.abs(v.x)),
        Part("the part of the squares", lambda v: _half(v) * v.hyper("strength") * (1.0 - v.hyper("l1_ratio"))
             * v.x**2),
    ), on("elastic_net")),
)  # fmt: skip


# -- gradients ----------------------------------------------------------------------------------------------------


def _wrt(loss: str, name: str) -> Callable[[Task], bool]:
    return lambda task: on(loss, gives="gradient")(task) and task.wrt == name


_SLOPES: tuple[Sum, ...] = (
    Sum((Part("1/(2v)", lambda v: 0.5 / _THIRD(v)),
         Part("e²/(2v²)", lambda v: -0.5 * (_FIRST(v) - _SECOND(v)) ** 2 / _THIRD(v) ** 2)),
        _wrt("gaussian_nll", "variance"), gradient=True),
    Sum((Part("log(p/q)", lambda v: np.log(_FIRST(v) / _SECOND(v))), Part("the 1", lambda v: np.ones(v.shape))),
        _wrt("kl_divergence", "p"), gradient=True),
    Sum((Part("exp(z)", lambda v: np.exp(v.x)), Part("the target", lambda v: -v.y)),
        lambda t: gradient_on("poisson_nll")(t) and t.options.get("log_input", True), gradient=True),
    Sum((Part("the sigmoid", lambda v: sigmoid(v.x)), Part("the target", lambda v: -v.y)),
        _of_hard_labels(gradient_on(BCE_LOGITS)), gradient=True),
)  # fmt: skip

SUMS: tuple[Sum, ...] = (*_CLASSES, *_NUMBERS, *_MADE, *_SLOPES)
SUMMED: tuple[Mistake, ...] = tuple(mistake for each in SUMS for mistake in each.mistakes())
