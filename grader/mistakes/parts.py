"""Mistakes in one part of a formula: what is averaged too early, a branch or a side taken for the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Mistake, Prediction, given
from grader.mistakes.formulas import (
    BCE,
    BCE_LOGITS,
    FOCAL,
    HINGE,
    HUBER,
    MAE,
    MSE,
    ROWS_OF_LOGITS,
    ROWS_OF_PROBABILITIES,
    WEIGHTED,
    on,
)
from grader.mistakes.inputs import LARGE_EPS, domain, is_valued, squash
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task

# A margin that every drawn term falls short of.
_FAR = 1e4


def _averages(*losses: str) -> Callable[[Task], bool]:
    """Applicable to means of these losses over several entries."""
    return lambda task: on(*losses)(task) and task.reduction == "mean" and task.batched


def _reduced(make: Callable[[View], Array]) -> Prediction:
    return lambda view: view.reduced(make(view))


def _too_early(of_mean: Callable[[float], float], argument: Callable[[View], Array]) -> Prediction:
    return lambda view: np.asarray(of_mean(float(argument(view).mean())))


def _residual(view: View) -> Array:
    return view.x - view.y


def _margins(view: View) -> Array:
    """Give the terms as they are before what keeps the margin is cut to 0."""
    terms = view.under(margin=view.hyper("margin") + _FAR).terms
    assert terms is not None
    return np.asarray(terms - _FAR)


def _probabilities(view: View) -> Array:
    return squash(view.task, view.x) if domain(view.task) == "logits" else view.x


def _focused_on_negatives(view: View) -> Array | None:
    terms = view.under(gamma=0.0).terms
    return None if terms is None else view.folded((1.0 - _probabilities(view)) ** view.hyper("gamma") * terms)


def _huber(branches: Callable[[Array, float], Array], *, sign: float = 0.0) -> Prediction:
    """Give Huber's loss with other branches, of the residual with this sign; 0 for its magnitude."""

    def make(view: View) -> Array:
        e = sign * _residual(view) if sign else np.abs(_residual(view))
        return branches(e, view.hyper("delta"))

    return _reduced(make)


def _signed_branches(e: Array, delta: float) -> Array:
    return np.asarray(np.where(e <= delta, 0.5 * e * e, delta * (e - 0.5 * delta)))


def _signed_tail(e: Array, delta: float) -> Array:
    return np.asarray(np.where(np.abs(e) <= delta, 0.5 * e * e, delta * (e - 0.5 * delta)))


def _exchanged_branches(e: Array, delta: float) -> Array:
    return np.asarray(np.where(e > delta, 0.5 * e * e, delta * (e - 0.5 * delta)))


def _rewarded(side: float) -> Prediction:
    """Turn the sign of the terms on one side: above the prediction, or below it."""

    def predict(view: View) -> Array | None:
        if view.terms is None:
            return None
        return view.folded(np.where(side * (view.y - view.x) < 0.0, -view.terms, view.terms))

    return predict


def _shifted_once(sign: float) -> Prediction:
    """Subtract the largest logit in one of the two terms alone."""

    def predict(view: View) -> Array | None:
        return None if view.terms is None else view.folded(view.terms + sign * view.x.max(axis=-1))

    return predict


def _plain_ratio(view: View) -> Array:
    p, q = (np.asarray(a, dtype=np.float64) for a in view.case.args[:2])
    return np.asarray((np.log(p) - np.log(q)).sum(axis=-1))


def _absolute_ratios(view: View) -> Array:
    p, q = (np.asarray(a, dtype=np.float64) for a in view.case.args[:2])
    return np.asarray(np.abs(p * (np.log(p) - np.log(q))).sum(axis=-1))


def _from_the_mean(view: View) -> Array:
    """Give both divergences of the mean distribution from the two."""
    p, q = (np.asarray(a, dtype=np.float64) for a in view.case.args[:2])
    m = 0.5 * (p + q)
    return np.asarray((m * (np.log(m) - 0.5 * np.log(p) - 0.5 * np.log(q))).sum(axis=-1))


def _dissimilar(cost: Callable[[Array, float], Array]) -> Prediction:
    """Charge pairs that are no pairs in another way than by the square of what the margin lacks."""

    def predict(view: View) -> Array:
        first, second = (np.asarray(a, dtype=np.float64) for a in view.case.args[:2])
        distances = np.sqrt(((first - second) ** 2).sum(axis=-1))
        half = 0.5 if view.task.options.get("half") else 1.0
        similar = view.y == view.task.options.get("similar_label", 1)
        return view.folded(half * np.where(similar, distances**2, cost(distances, view.hyper("margin"))))

    return predict


def _divergence_averaged(view: View) -> Array:
    reconstruction = view.under(beta=0.0).expected
    return np.asarray(reconstruction + (view.expected - reconstruction) / np.shape(view.case.args[2])[-1])


def _with_eps(eps: float, *, shifted: bool) -> Prediction:
    def predict(view: View) -> Array:
        e = np.exp(view.x - view.x.max(axis=-1, keepdims=True) * shifted)
        return np.asarray(e / (e.sum(axis=-1, keepdims=True) + eps))

    return predict


def _of_labels_0_and_1(task: Task) -> bool:
    return is_valued(task) and any(
        on(BCE, BCE_LOGITS, *WEIGHTED, *FOCAL[:2], "log_loss", gives=gives)(task)
        for gives in ("value", "gradient", "metric")
    )


_EARLY = "The mean is taken first; each term comes first, and then their mean."
_BRANCH = "e²/2 is for small residuals, δ·(|e| − δ/2) for large ones."
_ONCE = "The largest logit is subtracted in one term alone; it has to go from both, or be added again."

PARTS: tuple[Mistake, ...] = (
    Mistake("W22", "averaged too early", _EARLY, _too_early(lambda e: e * e, _residual), _averages(MSE)),
    Mistake("W22", "averaged too early", _EARLY, _too_early(abs, _residual), _averages(MAE)),
    Mistake("W22", "averaged too early", _EARLY,
            _too_early(lambda m: max(0.0, m), lambda v: 1.0 - v.signs * v.x), _averages(HINGE)),
    Mistake("W22", "averaged too early", _EARLY,
            _too_early(lambda m: max(0.0, m), _margins), _averages("triplet_margin", "margin_ranking")),
    *(Mistake("W1", "absolute value missing", "The residual enters with its sign: on one side every error counts as "
              "small.", _huber(_signed_branches, sign=sign), on(HUBER)) for sign in (1.0, -1.0)),
    *(Mistake("W1", "absolute value missing in the linear branch", "Beyond delta the residual enters with its sign.",
              _huber(_signed_tail, sign=sign), on(HUBER)) for sign in (1.0, -1.0)),
    Mistake("W9", "branches exchanged", _BRANCH, _huber(_exchanged_branches), on(HUBER)),
    *(Mistake("S2", "wrong sign in one term", "Errors on one side are rewarded: both branches are positive.",
              _rewarded(side), on("quantile")) for side in (1.0, -1.0)),
    given("W7", "labels inverted", "The label 1 has the term of the label 0, and the other way round.",
          lambda v: v.aiming(1.0 - v.y), _of_labels_0_and_1),
    Mistake("W10", "focused by 1 − p for both classes", "1 − p is the probability of the wrong label only where the "
            "label is 1; else it is p.", _focused_on_negatives, on(*FOCAL[:2])),
    Mistake("W17", "labels missing", "All classes cost; only the true class does.",
            _reduced(lambda v: -np.log(_probabilities(v)).sum(axis=-1)), on(*ROWS_OF_PROBABILITIES, *ROWS_OF_LOGITS)),
    *(Mistake("W20", "maximum subtracted once", _ONCE, _shifted_once(sign), on(*ROWS_OF_LOGITS))
      for sign in (1.0, -1.0)),
    given("S2", "wrong sign in one term", "The true class's score is subtracted from those of the others.",
          lambda v: v.predicting(-v.x), on("multiclass_hinge")),
    Mistake("W1", "absolute value taken", "The magnitudes of the parts are summed; they enter with their signs.",
            _reduced(_absolute_ratios), on("kl_divergence")),
    Mistake("W11", "weights missing", "The log-ratios are weighted by the first distribution.",
            _reduced(_plain_ratio), on("kl_divergence")),
    Mistake("A2", "divergence the wrong way round", "Both distributions are compared with their mean, not it with "
            "them.", _reduced(_from_the_mean), on("jensen_shannon_divergence")),
    Mistake("S2", "margin with the wrong sign", "The margin is subtracted; it is added.",
            lambda v: v.folded(np.maximum(0.0, _margins(v) - 2.0 * v.hyper("margin"))),
            on("triplet_margin", "margin_ranking")),
    Mistake("W12", "margin not squared", "What the margin lacks enters as it is; its square is asked.",
            _dissimilar(lambda d, m: np.maximum(0.0, m - d)), on("contrastive")),
    Mistake("W5", "square of the distance in the margin", "The margin is compared with the squared distance; the "
            "distance itself is asked.", _dissimilar(lambda d, m: np.maximum(0.0, m - d * d)), on("contrastive")),
    Mistake("W5", "square of the distance in the margin", "The margin is compared with the squared distance; the "
            "distance itself is asked.", _dissimilar(lambda d, m: np.maximum(0.0, m - d * d) ** 2), on("contrastive")),
    given("S2", "reference with the wrong sign", "The reference's log-ratio is subtracted from the policy's.",
          lambda v: v.put({2: v.case.args[3], 3: v.case.args[2]}), on("dpo")),
    Mistake("R3", "divergence averaged over features", "The divergence is a sum over features, as the reconstruction "
            "is.", _divergence_averaged, on("vae_elbo")),
    Mistake("W20", "parentheses missing", "1/1 + exp(−x) is 1 + exp(−x); the sum belongs in the denominator.",
            lambda v: 1.0 + np.exp(-v.x), on("sigmoid", gives="transform")),
    *(Mistake("E4", "eps too large", "The eps in the denominator is so large that the probabilities do not sum to 1.",
              _with_eps(eps, shifted=shifted), on("softmax", gives="transform"))
      for eps in LARGE_EPS for shifted in (True, False)),
)  # fmt: skip
