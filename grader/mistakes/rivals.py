"""Mistakes that are another loss of the catalogue: absolute for squared, without a margin, with or without a root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from grader.mistakes.base import Change, Mistake, given
from grader.mistakes.view import View

if TYPE_CHECKING:
    from grader.task import Task

_ABSOLUTE = ("W12", "absolute instead of squared", "The differences enter with their magnitude; the square is asked.")
_SQUARED = ("W12", "squared instead of absolute", "The differences are squared; their magnitude is asked.")
_SQUARED_ERROR = ("W12", "squared error instead of log loss", "The differences are squared; the logarithm is asked.")
_ROOT = ("W13", "square root of the mean", "The root of the mean square is given; the mean square is asked.")
_NO_ROOT = ("W13", "square root missing", "The mean square is given; its root is asked.")
_ROOTS = ("W13", "roots before the mean", "The root of each square is taken; the root of their mean is asked.")
_SMOOTH = ("W14", "smooth L1 instead of Huber", "The value is divided by delta: that is smooth L1.")
_HUBER = ("W14", "Huber instead of smooth L1", "The value lacks the division by beta: that is Huber's loss.")
_QUADRATIC = ("W9", "linear branch missing", "Beyond delta the loss grows linearly; here it stays quadratic.")
_LINEAR = ("W9", "quadratic branch missing", "Within delta the loss is quadratic; here it is linear throughout.")
_NO_MARGIN = ("W15", "margin missing", "The hinge bends at 0 instead of 1: that is the perceptron's loss.")
_MARGIN = ("W15", "margin added", "The loss bends at 1 instead of 0: that is the hinge.")
_SQUARE = ("W16", "squared hinge", "The shortfall is squared.")
_NO_SQUARE = ("W16", "square missing", "The shortfall enters as it is; its square is asked.")
_NO_LOG = ("A7", "logarithm missing", "The values enter without a logarithm.")
_CROSS = "This is the cross-entropy of p and q; their divergence is less by the entropy of p."
_ENTROPY = ("W11", "entropy of p missing", _CROSS)
_MASS = ("W11", "masses missing", "The difference of the sums of q and p is missing.")
_OVERLAP = ("W20", "another overlap", "The overlap is related to another size than the one that is asked.")
_OTHER = ("W20", "another loss", "The numbers are those of another loss.")

MSE, MAE, RMSE = "mean_squared_error", "mean_absolute_error", "root_mean_squared_error"
HUBER, SMOOTH_L1 = "huber", "smooth_l1"

# asked → what was given instead; hyper-parameters that have another name there stand behind.
_RIVALS: Mapping[str, tuple[tuple[str, tuple[str, str, str], Mapping[str, str]], ...]] = {
    MSE: ((MAE, _ABSOLUTE, {}), (RMSE, _ROOT, {})),
    MAE: ((MSE, _SQUARED, {}), (RMSE, _OTHER, {})),
    RMSE: ((MSE, _NO_ROOT, {}), (MAE, _ROOTS, {})),
    "half_squared_error": ((MAE, _ABSOLUTE, {}), (RMSE, _ROOT, {})),
    HUBER: ((SMOOTH_L1, _SMOOTH, {"beta": "delta"}), ("half_squared_error", _QUADRATIC, {}), (MAE, _LINEAR, {})),
    SMOOTH_L1: ((HUBER, _HUBER, {"delta": "beta"}), ("half_squared_error", _QUADRATIC, {}), (MAE, _LINEAR, {})),
    "log_cosh": ((MAE, _OTHER, {}), (MSE, _OTHER, {})),
    "mean_squared_logarithmic_error": ((MSE, _NO_LOG, {}), ("root_mean_squared_logarithmic_error", _ROOT, {})),
    "root_mean_squared_logarithmic_error": (("mean_squared_logarithmic_error", _NO_ROOT, {}), (RMSE, _NO_LOG, {})),
    "mean_absolute_percentage_error": ((MAE, _OTHER, {}),),
    "binary_cross_entropy": (("brier", _SQUARED_ERROR, {}),),
    "brier": ((MAE, _ABSOLUTE, {}), ("binary_cross_entropy", _OTHER, {}), (RMSE, _ROOT, {})),
    "categorical_cross_entropy": (("multiclass_brier", _SQUARED_ERROR, {}),),
    "hinge": (("perceptron", _NO_MARGIN, {}), ("squared_hinge", _SQUARE, {}), ("logistic", _OTHER, {})),
    "squared_hinge": (("hinge", _NO_SQUARE, {}), ("perceptron", _NO_MARGIN, {})),
    "perceptron": (("hinge", _MARGIN, {}),),
    "logistic": (("exponential", _OTHER, {}), ("hinge", _OTHER, {})),
    "exponential": (("logistic", _OTHER, {}), ("hinge", _OTHER, {})),
    "kl_divergence": (("categorical_cross_entropy", _ENTROPY, {}), ("jensen_shannon_divergence", _OTHER, {})),
    "generalized_kl": (("kl_divergence", _MASS, {}),),
    "jensen_shannon_divergence": (("kl_divergence", _OTHER, {}),),
    "dice": (("jaccard", _OVERLAP, {}),),
    "jaccard": (("dice", _OVERLAP, {}),),
    "l1_penalty": (("l2_penalty", _SQUARED, {}),),
    "l2_penalty": (("l1_penalty", _ABSOLUTE, {}),),
    "multiclass_hinge": (("multiclass_perceptron", _NO_MARGIN, {}),),
    "multiclass_perceptron": (("multiclass_hinge", _MARGIN, {}),),
    "momentum": (("nesterov_momentum", _OTHER, {}),),
    "nesterov_momentum": (("momentum", _OTHER, {}),),
    "precision": (("accuracy", _OTHER, {}), ("f1", _OTHER, {})),
    "recall": (("accuracy", _OTHER, {}), ("f1", _OTHER, {})),
    "f1": (("jaccard_score", _OVERLAP, {}), ("precision", _OTHER, {}), ("recall", _OTHER, {})),
    "jaccard_score": (("f1", _OVERLAP, {}), ("precision", _OTHER, {}), ("recall", _OTHER, {})),
    "median_absolute_error": ((MAE, _OTHER, {}), ("max_error", _OTHER, {})),
    "max_error": ((MAE, _OTHER, {}),),
    "sigmoid": (("tanh", _OTHER, {}), ("softplus", _OTHER, {})),
    "tanh": (("sigmoid", _OTHER, {}),),
    "relu": (("softplus", _OTHER, {}),),
    "softplus": (("relu", _OTHER, {}), ("sigmoid", _OTHER, {})),
    "balanced_accuracy": (("accuracy", _OTHER, {}),),
    "r2": (("explained_variance", _OTHER, {}), (MSE, _OTHER, {})),
}  # fmt: skip


def _is(name: str) -> Callable[[Task], bool]:
    return lambda task: task.loss is not None and task.loss.name == name


def _instead(other: str, renamed: Mapping[str, str]) -> Change:
    def changed(view: View) -> View:
        return view.of(other, **{theirs: view.hyper(ours) for theirs, ours in renamed.items()})

    return changed


RIVALS: tuple[Mistake, ...] = tuple(
    given(*words, _instead(other, renamed), _is(asked))
    for asked, others in _RIVALS.items()
    for other, words, renamed in others
)
