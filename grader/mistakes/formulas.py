"""Mistakes in the formula of a value: a lost term, a wrong sign, branches that do not meet, weights on another side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Mistake, Prediction, given
from grader.mistakes.inputs import LARGE_EPS, domain, softmax, squash
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task

BCE, BCE_LOGITS = "binary_cross_entropy", "binary_cross_entropy_with_logits"
CCE, SPARSE = "categorical_cross_entropy", "sparse_categorical_cross_entropy"
CCE_LOGITS, SPARSE_LOGITS = f"{CCE}_with_logits", f"{SPARSE}_with_logits"
# A margin that every drawn term falls short of.
_FAR = 1e4
MSE, MAE, HUBER, HINGE = "mean_squared_error", "mean_absolute_error", "huber", "hinge"
WEIGHTED = ("weighted_binary_cross_entropy", "weighted_binary_cross_entropy_with_logits")
FOCAL = ("binary_focal", "binary_focal_with_logits", "categorical_focal")
ROWS_OF_PROBABILITIES = (CCE, SPARSE)
ROWS_OF_LOGITS = (CCE_LOGITS, SPARSE_LOGITS)


def on(*losses: str, gives: str = "value") -> Callable[[Task], bool]:
    """Applicable to these losses of lossref's catalogue, at the last axis and a plain label encoding."""
    return lambda task: task.loss is not None and task.loss.name in losses and task.gives == gives and task.axis == -1


def _nats(make: Callable[[View], Array]) -> Prediction:
    """Give what other terms come to, which are in nats."""
    return lambda view: view.reduced(make(view))


def _from_terms(make: Callable[[View, Array], Array]) -> Prediction:
    """Give what the reference's own terms come to after a change."""

    def predict(view: View) -> Array | None:
        return None if view.terms is None else view.folded(make(view, view.terms))

    return predict


def _probabilities(view: View) -> Array:
    return squash(view.task, view.x) if domain(view.task) == "logits" else view.x


# -- two classes --------------------------------------------------------------------------------------------------


def _of_two_classes(task: Task) -> bool:
    labelled = task.target is not None and task.arguments[task.target].domain == "label01"
    classified = task.loss is not None and (task.loss.family == "classification" or task.loss.name == "log_loss")
    return classified and labelled and not task.on_rows and task.gives != "gradient" and task.loss.name != "sparsemax"  # type: ignore[union-attr]


def _only(label: int) -> Prediction:
    return _from_terms(lambda view, terms: np.where(view.y == label, terms, 0.0))


def _negative(label: int) -> Prediction:
    return _from_terms(lambda view, terms: np.where(view.y == label, -terms, terms))


def _weighed(weight: Callable[[View, float], Array]) -> Prediction:
    """Weigh the terms by something else than pos_weight for the positive class."""

    def predict(view: View) -> Array | None:
        plain = view.under(pos_weight=1.0)
        return None if plain.terms is None else view.folded(weight(view, view.hyper("pos_weight")) * plain.terms)

    return predict


def _by_mass(view: View) -> Array:
    """Divide by the sum of the weights instead of the number of terms."""
    weights = np.where(view.y > 0.5, view.hyper("pos_weight"), 1.0)
    return np.asarray(view.expected * view.count / weights.sum())


def _of_counts(view: View, _: float) -> Array:
    positive = float((view.y == 1).sum())
    return np.where(view.y == 1, (view.y.size - positive) / max(positive, 1.0), 1.0)


def _is_weighted_mean(task: Task) -> bool:
    return on(*WEIGHTED)(task) and task.reduction == "mean" and task.batched


def _true_probability(view: View) -> Array:
    p = _probabilities(view)
    return np.asarray((view.labels * p).sum(axis=-1) if view.task.on_rows else np.where(view.y == 1, p, 1.0 - p))


def _focused(weight: Callable[[View, Array], Array]) -> Prediction:
    """Focus by something else than (1 − p_t) to the power of gamma."""

    def predict(view: View) -> Array | None:
        plain = view.under(gamma=0.0)
        return None if plain.terms is None else view.folded(weight(view, _true_probability(view)) * plain.terms)

    return predict


def _one_alpha(view: View) -> Array | None:
    plain = view.under(alpha=None)
    return None if plain.terms is None else view.folded(view.hyper("alpha") * plain.terms)


def _takes_alpha(task: Task) -> bool:
    return on(*FOCAL[:2])(task) and any(p.name == "alpha" for p in task.hypers)


_ONE_CLASS = "Only one class has a term; both of them cost."
_SIDE = "The weight stands at another class than the one that is asked."

BINARY: tuple[Mistake, ...] = (
    Mistake("W11", "term of the negative class missing", _ONE_CLASS, _only(1), _of_two_classes),
    Mistake("W11", "term of the positive class missing", _ONE_CLASS, _only(0), _of_two_classes),
    Mistake("S2", "wrong sign in one term", "The term of the negative class has the wrong sign.", _negative(0),
            _of_two_classes),
    Mistake("S2", "wrong sign in one term", "The term of the positive class has the wrong sign.", _negative(1),
            _of_two_classes),
    Mistake("A7", "logarithm missing", "The probabilities enter without a logarithm.",
            _nats(lambda v: -_true_probability(v)), on(BCE, *ROWS_OF_PROBABILITIES, *ROWS_OF_LOGITS)),
    Mistake("A7", "logarithm missing", "1 − p enters where −log(p) belongs.",
            _nats(lambda v: 1.0 - _true_probability(v)), on(BCE, *ROWS_OF_PROBABILITIES, *ROWS_OF_LOGITS)),
    Mistake("W17", "label missing", "The logarithm of p is taken for both classes; the negative one has 1 − p.",
            _nats(lambda v: -np.log(_probabilities(v))), on(BCE)),
    Mistake("L3", "1 − log p for log(1 − p)", "1 − log(p) is not log(1 − p).",
            _nats(lambda v: np.where(v.y == 1, -np.log(v.x), np.log(v.x) - 1.0)), on(BCE)),
    Mistake("A7", "logarithm missing", "The logarithms are undone; they should enter as they are.",
            _nats(lambda v: -(v.labels * np.exp(v.x)).sum(axis=-1)), on("nll")),
    Mistake("A7", "logarithm taken twice", "The logarithm is taken of what is a logarithm already.",
            _nats(lambda v: -(v.labels * np.log(np.abs(v.x))).sum(axis=-1)), on("nll")),
    Mistake("L3", "log1p for log", "log1p(p) is log(1 + p); log(p) is asked.",
            _nats(lambda v: -np.log1p(_true_probability(v))), on(BCE, *ROWS_OF_PROBABILITIES)),
    Mistake("W6", "weights w and 1 − w", "The weights are a pair, w and 1 − w; the negative class has the weight 1.",
            _weighed(lambda v, w: np.where(v.y == 1, w, 1.0 - w)), on(*WEIGHTED)),
    Mistake("W18", "weight of the negative class", _SIDE, _weighed(lambda v, w: np.where(v.y == 1, 1.0, w)),
            on(*WEIGHTED)),
    Mistake("W18", "weight of both classes", _SIDE, _weighed(lambda v, w: np.full(v.shape, w)), on(*WEIGHTED)),
    Mistake("W18", "divided by the weight", _SIDE, _weighed(lambda v, w: np.where(v.y == 1, 1.0 / w, 1.0)),
            on(*WEIGHTED)),
    Mistake("W3", "weight counted from the batch", "pos_weight has no effect: it is counted from the batch.",
            _weighed(_of_counts), on(*WEIGHTED)),
    Mistake("R9", "divided by the sum of weights", "The sum is divided by the weights' sum; by the number of terms is "
            "asked.", _by_mass, _is_weighted_mean, opened_by="reduction"),
    Mistake("W10", "focused on the easy examples", "The exponent stands on p_t; it belongs on 1 − p_t.",
            _focused(lambda v, p: p ** v.hyper("gamma")), on(*FOCAL)),
    Mistake("W10", "gamma as a factor", "gamma multiplies 1 − p_t; it is its exponent.",
            _focused(lambda v, p: v.hyper("gamma") * (1.0 - p)), on(*FOCAL)),
    Mistake("W10", "alpha for both classes", "alpha weighs both classes; the negative one has 1 − alpha.", _one_alpha,
            _takes_alpha),
)  # fmt: skip


# -- many classes, distributions ----------------------------------------------------------------------------------


def _scores_of_all_labels(view: View) -> Array | None:
    """p[y] instead of p[arange(N), y]: whole rows, chosen by the label."""
    y = view.y.astype(int)
    if view.x.ndim != 2 or y.min(initial=0) < 0 or y.max(initial=0) >= len(view.x):
        return None
    return view.reduced(-np.log(_probabilities(view)[y]))


def _both_kinds_of_terms(view: View) -> Array:
    """Two-class terms for each class."""
    p = np.clip(_probabilities(view), 1e-300, 1.0 - 2**-53)
    return np.asarray(-(view.labels * np.log(p) + (1.0 - view.labels) * np.log1p(-p)).sum(axis=-1))


def _jeffreys(view: View) -> Array | None:
    there, back = view.of("kl_divergence"), view.put({0: view.case.args[1], 1: view.case.args[0]}).of("kl_divergence")
    return 0.5 * (there.expected + back.expected)


def _true_class_counted(view: View) -> Array | None:
    margin = view.hyper("margin")
    divisor = view.classes if view.task.options.get("variant") == "multi_margin" else 1
    return (
        None
        if view.terms is None
        else view.folded(view.terms + margin ** float(view.task.options.get("power", 1)) / divisor)
    )


def _without_maximum(view: View) -> Array | None:
    """Shift by a margin under which every term is active, and back."""
    shifted = view.under(margin=view.hyper("margin") + _FAR).terms
    return None if shifted is None else view.folded(shifted - _FAR)


def _plain_distances(view: View) -> Array:
    first, second = (np.asarray(a, dtype=np.float64) for a in view.case.args[:2])
    distances = np.sqrt(((first - second) ** 2).sum(axis=-1))
    similar = view.y == view.task.options.get("similar_label", 1)
    return view.folded(np.where(similar, distances, np.maximum(0.0, view.hyper("margin") - distances)))


def _means_of_entries(view: View) -> Array:
    reconstruction = view.under(beta=0.0).expected
    x, mu = (np.shape(view.case.args[place])[-1] for place in (0, 2))
    return np.asarray(reconstruction / x + (view.expected - reconstruction) / mu)


def _sums_margins(task: Task) -> bool:
    variants = {"weston_watkins", "multi_margin"}
    return on("multiclass_hinge")(task) and task.options.get("variant") in variants


def _picks_by_index(task: Task) -> bool:
    return on(SPARSE, SPARSE_LOGITS)(task) and task.batched and "ignore_index" not in task.options


def _over_one_length(place: int) -> Prediction:
    def predict(view: View) -> Array:
        rows = np.asarray(view.case.args[place], dtype=np.float64)
        return view.folded(_dots(view) / np.sqrt((rows**2).sum(axis=-1)))

    return predict


def _dots(view: View) -> Array:
    first, second = (np.asarray(a, dtype=np.float64) for a in view.case.args[:2])
    return np.asarray((first * second).sum(axis=-1))


_SWAPPED = ("A1", "swapped arguments", "The target and the prediction are swapped.")

ROWS: tuple[Mistake, ...] = (
    Mistake(*_SWAPPED, _nats(lambda v: -(v.x * np.log(softmax(v.y))).sum(axis=-1)), on(CCE_LOGITS)),
    Mistake(*_SWAPPED, _nats(lambda v: np.log(np.exp(v.y).sum(axis=-1)) - (v.x * v.y).sum(axis=-1)), on(CCE_LOGITS)),
    Mistake("X7", "rows chosen by the labels", "p[y] takes whole rows; p[np.arange(N), y] takes one entry of each.",
            _scores_of_all_labels, _picks_by_index),
    Mistake("X7", "columns chosen by the labels", "p[:, y] takes whole columns; p[np.arange(N), y] takes one entry of "
            "each row.", lambda v: v.reduced(-np.log(_probabilities(v)[:, v.y.astype(int)])), _picks_by_index),
    given("A8", "labels counted from 1", "The labels count from 0; an index that is less by one is another class.",
          lambda v: v.aiming((v.y.astype(int) - 1) % v.classes), _picks_by_index),
    Mistake("A7", "probability for its logarithm", "q enters as it is where its logarithm belongs.",
            _nats(lambda v: (v.y * (np.log(v.y) - v.x)).sum(axis=-1)), on("kl_divergence")),
    Mistake("W21", "maximum missing", "What keeps the margin costs nothing; here it is rewarded.", _without_maximum,
            on("triplet_margin", "margin_ranking")),
    Mistake("W5", "distances not squared", "The distances enter as they are; their squares are asked.",
            _plain_distances, on("contrastive")),
    Mistake("R3", "mean over features too", "Both terms are averaged over their entries; they are sums over features, "
            "averaged over examples.", _means_of_entries, on("vae_elbo"), opened_by="reduction"),
    Mistake("W11", "two-class terms for each class", "Each class has the two terms of a loss for two classes; only "
            "the true class costs.", _nats(_both_kinds_of_terms), on(CCE, CCE_LOGITS)),
    Mistake("W2", "mean of two divergences", "The mean of both KL divergences is given; each distribution is compared "
            "with the mean of the two.", _jeffreys, on("jensen_shannon_divergence")),
    Mistake("W13", "square root taken", "The root of each term is taken; the terms themselves are asked.",
            _from_terms(lambda _, terms: np.sqrt(np.abs(terms))), on("jensen_shannon_divergence", "multiclass_brier")),
    Mistake("W20", "true class counted", "The true class adds its own margin; the sum runs over the others.",
            _true_class_counted, _sums_margins),
    Mistake("W20", "lengths missing", "The dot product is not divided by the lengths.",
            lambda v: v.folded(1.0 - _dots(v)), on("cosine_distance")),
    Mistake("W20", "lengths missing", "The dot product is not divided by the lengths.",
            lambda v: v.folded(_dots(v)), on("cosine_similarity")),
    *(Mistake("W20", "one length missing", "The dot product is divided by one of the two lengths alone.",
              _over_one_length(place), on("cosine_similarity"))
      for place in (0, 1)),
    Mistake("W20", "true class in the maximum", "The maximum runs over the other classes; here the true one adds its "
            "margin to it.", _from_terms(lambda v, terms: np.maximum(terms, v.hyper("margin"))),
            lambda t: on("multiclass_hinge")(t) and t.options.get("variant", "crammer_singer") == "crammer_singer"
            and t.options.get("power", 1) == 1),
)  # fmt: skip


# -- regression and penalties -------------------------------------------------------------------------------------


def _of_huber(linear: Callable[[Array, float], Array], quadratic: float = 0.5) -> Prediction:
    def make(view: View) -> Array:
        e, delta = np.abs(view.x - view.y), view.hyper("delta")
        return np.asarray(np.where(e <= delta, quadratic * e * e, linear(e, delta)))

    return _nats(make)


def _percent(view: View) -> float:
    return 100.0 if view.task.options.get("scale") == "percent" else 1.0


_SIGNED = "The differences enter with their signs, so that they cancel."
_NOT_MET = "The linear branch is not δ·(|e| − δ/2): the two branches do not meet at δ."

REGRESSION: tuple[Mistake, ...] = (
    Mistake("W1", "absolute value missing", _SIGNED, _nats(lambda v: v.x - v.y), on(MAE, MSE, HUBER)),
    Mistake("W1", "absolute value missing", _SIGNED, _nats(lambda v: v.y - v.x), on(MAE, MSE, HUBER)),
    Mistake("W1", "absolute value missing", _SIGNED,
            lambda v: v.folded(_percent(v) * (v.y - v.x) / v.y),
            on("mean_absolute_percentage_error")),
    Mistake("W1", "absolute value of the target missing", "Without its absolute value, a negative target makes its "
            "share negative.", lambda v: v.folded(_percent(v) * np.abs(v.y - v.x) / v.y),
            on("mean_absolute_percentage_error")),
    Mistake("W1", "absolute value missing", "The weights enter with their signs, so that they cancel.",
            lambda v: v.hyper("strength") * v.folded(v.x), on("l1_penalty")),
    Mistake("W13", "square root taken", "The norm is given; the sum of the squares is asked.",
            lambda v: np.asarray(v.hyper("strength") * np.sqrt((v.x ** 2).sum())), on("l2_penalty")),
    Mistake("W12", "absolute instead of squared", "The differences enter with their magnitude; the square is asked.",
            _from_terms(lambda _, terms: np.sqrt(terms)), on("mean_squared_logarithmic_error")),
    Mistake("W21", "maximum missing", "What is on the right side of the margin costs nothing; here it is rewarded.",
            _nats(lambda v: 1.0 - v.signs * v.x), on(HINGE)),
    Mistake("W21", "maximum missing", "What is on the right side of the margin costs nothing; here it costs.",
            lambda v: v.folded((0.5 if v.task.options.get("half") else 1.0) * (1.0 - v.signs * v.x) ** 2),
            on("squared_hinge")),
    Mistake("W21", "loss cut at 1", "The loss is cut off at 1; it grows with the distance to the margin.",
            _nats(lambda v: np.clip(1.0 - v.signs * v.x, 0.0, 1.0)), on(HINGE)),
    *(Mistake("W9", "branches not continuous", _NOT_MET, _of_huber(linear), on(HUBER)) for linear in (
        lambda e, d: d * e, lambda e, d: d * (e - d), lambda e, d: d * (e - 0.5), lambda e, d: d * e - 0.5 * d,
        lambda e, d: 0.5 * d * d + 0.0 * e, lambda e, d: d * d + 0.0 * e,
        lambda e, d: d * (e + 0.5 * d), lambda e, d: e - 0.5 * d, lambda e, d: e + 0.0 * d, lambda e, d: d * (e - 1.0),
        lambda e, d: 0.5 * d * e, lambda e, d: e - 0.5 + 0.0 * d, lambda e, d: d * e - 0.5,
        lambda e, d: d * e - 0.25 * d * d)),
    Mistake("R6", "missing factor 1/2 in the quadratic branch", "The quadratic branch is e², without its factor 1/2.",
            _of_huber(lambda e, d: d * (e - 0.5 * d), quadratic=1.0), on(HUBER)),
    Mistake("R6", "missing factor 1/2 in the quadratic branch", "The quadratic branch is e², without its factor 1/2.",
            _of_huber(lambda e, d: d * e, quadratic=1.0), on(HUBER)),
    Mistake("W1", "one side alone", "Both sides cost; here the errors on one side are rewarded.",
            lambda v: v.folded(v.hyper("q") * (v.y - v.x)), on("quantile")),
)  # fmt: skip


def _eps_in_both(eps: float) -> Callable[[View], Array]:
    """Give −y log(p + eps) − (1 − y) log(1 − p + eps), which leaves the domain of p."""

    def make(view: View) -> Array:
        p = _probabilities(view)
        return np.asarray(-(view.y * np.log(p + eps) + (1.0 - view.y) * np.log(1.0 - p + eps)))

    return make


_HALF_OVERLAP = (
    "The overlap is counted once in the numerator, and both sizes in the denominator: a factor 2 is missing."
)

OTHERS: tuple[Mistake, ...] = (
    *(Mistake("E4", "eps too large", "The eps in the logarithm is so large that it changes ordinary values.",
              _nats(_eps_in_both(eps)), on(BCE, BCE_LOGITS)) for eps in LARGE_EPS),
    Mistake("R6", "missing factor 2 of the overlap", _HALF_OVERLAP, lambda v: 0.5 + 0.5 * v.expected, on("dice")),
    Mistake("W20", "overlap not subtracted", "The union is both sizes less the overlap, which is counted twice else.",
            lambda v: 0.5 + 0.5 * v.of("dice").expected, on("jaccard")),
)  # fmt: skip

VALUES = (*BINARY, *ROWS, *REGRESSION, *OTHERS)
