"""The marginal likelihood of logistic items, logit P = slope·θ + intercept with θ standard normal, and its maximum.

EM by its gradient form (Lange 1995): a Newton step with the information of the complete data, safe from afar; then
Newton steps with the observed information (Louis 1982), which end in a few and give the standard errors.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# Equally spaced nodes: for a smooth integrand with Gaussian tails their error falls faster than any power of the
# spacing, and long tests have posteriors narrower than the spacing of as many Gauss-Hermite nodes.
NODES = np.linspace(-6.0, 6.0, 61)
PRIOR = -np.square(NODES) / 2 - np.log(np.exp(-np.square(NODES) / 2).sum())
_MOMENTS = np.stack([np.square(NODES), NODES, np.ones_like(NODES)], axis=1)
# A slope of 6 goes from one in twenty right to nineteen within one standard deviation of ability: beyond any question,
# and beyond what the nodes resolve.
STEEPEST = 6.0
_BLOCK = 4096
_EM_STEPS = 6
_MOST_STEPS = 200
# Of the largest curvature: what counts as none.
_FLAT = 1e-9
_MOST_HALVINGS = 30
# Of a standard error: the step that is no longer taken.
_TOLERANCE = 1e-4


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Persons × items of 0 and 1: what was presented, and what of that was right. Floats, for matrix products."""

    right: Array
    presented: Array

    @classmethod
    def of(cls, right: Array, presented: Array) -> Answers:
        return cls((right & presented).astype(float), presented.astype(float))

    def items(self, kept: Array) -> Answers:
        return Answers(self.right[:, kept], self.presented[:, kept])


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Parameters at the maximum; `covariance` of slopes, then intercepts (None where it is no strict one)."""

    slopes: Array
    intercepts: Array
    covariance: Array | None
    log_likelihood: float
    iterations: int
    converged: bool
    tied: bool

    @property
    def parameters(self) -> Array:
        return np.stack([self.slopes, self.intercepts])

    @property
    def logits(self) -> Array:
        """Of a right answer at the nodes, items × nodes."""
        return _logits(self.parameters)

    @property
    def too_steep(self) -> Array:
        return np.abs(self.slopes) >= STEEPEST


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """The penalised log-likelihood with its gradient at `parameters` (2 × items: slopes, intercepts)."""

    parameters: Array
    value: float
    gradient: Array
    presented: Array  # expected numbers of answers, items × nodes


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Surface:
    answers: Answers
    design: Array  # all slopes and intercepts from the free ones: one common slope under Rasch
    precision: float  # of the slopes' prior; 0 without one

    def at(self, parameters: Array) -> _Point:
        logits = _logits(parameters)
        right, presented = np.zeros_like(logits), np.zeros_like(logits)
        value = -self.precision * float(np.square(parameters[0] - 1).sum()) / 2
        for rows, weights, evidence in posteriors(self.answers, parameters):
            right += self.answers.right[rows].T @ weights
            presented += self.answers.presented[rows].T @ weights
            value += float(evidence.sum())
        residual = right - presented * sigmoid(logits)
        slopes = residual @ NODES - self.precision * (parameters[0] - 1)
        return _Point(parameters, value, np.concatenate([slopes, residual.sum(1)]), presented)

    def complete(self, point: _Point) -> Array:
        """Information of the complete data: what EM climbs by."""
        right = sigmoid(_logits(point.parameters))
        squares, cross, plain = ((point.presented * right * (1 - right)) @ _MOMENTS).T
        return np.block(
            [[np.diag(squares + self.precision), np.diag(cross)], [np.diag(cross), np.diag(plain)]],
        )

    def observed(self, point: _Point) -> Array:
        """Louis (1982): the complete information less the variance, given the answers, of the complete data's score."""
        right = sigmoid(_logits(point.parameters))
        lost = np.zeros((len(right), len(right), 3))
        means = np.zeros((2 * len(right), 2 * len(right)))
        for rows, weights, _ in posteriors(self.answers, point.parameters):
            given, presented = self.answers.right[rows], self.answers.presented[rows]
            by_node = weights * NODES
            mean = np.hstack(
                [
                    given * by_node.sum(1, keepdims=True) - presented * (by_node @ right.T),
                    given - presented * (weights @ right.T),
                ]
            )
            means += mean.T @ mean
            for node, moments in enumerate(_MOMENTS):
                score = (given - presented * right[:, node]) * np.sqrt(weights[:, node, None])
                lost += (score.T @ score)[:, :, None] * moments
        squares, cross, plain = np.moveaxis(lost, 2, 0)
        missing: Array = np.block([[squares, cross], [cross, plain]]) - means
        return self.complete(point) - missing


def posteriors(answers: Answers, parameters: Array) -> Iterator[tuple[slice, Array, Array]]:
    """Yield blocks of persons with their posterior weights at the nodes and their log marginal likelihoods."""
    logits = _logits(parameters)
    # log P = logit + log(1 − P): right answers add their logit, every presented one log(1 − P).
    wrong = -np.logaddexp(0.0, logits)
    for start in range(0, len(answers.right), _BLOCK):
        rows = slice(start, start + _BLOCK)
        joint = answers.right[rows] @ logits + answers.presented[rows] @ wrong + PRIOR
        peak = joint.max(1, keepdims=True)
        weights = np.exp(joint - peak)
        total = weights.sum(1, keepdims=True)
        yield rows, weights / total, (peak + np.log(total))[:, 0]


def maximise(answers: Answers, *, tied: bool, slope_deviation: float | None = None) -> Estimates:
    """Climb to the maximum of the marginal likelihood; `tied` slopes are one.

    It has converged where all directions fall and the next Newton step is under a ten-thousandth of a standard error.
    """
    count = answers.right.shape[1]
    surface = _Surface(answers, _design(count, tied=tied), slope_deviation**-2 if slope_deviation else 0.0)
    point = surface.at(_start(answers))
    covariance = None
    for iteration in range(1, _MOST_STEPS + 1):
        free = surface.design[:, _is_free(surface.design, point)]
        gradient = free.T @ point.gradient
        newton = iteration > _EM_STEPS
        information = surface.observed(point) if newton else surface.complete(point)
        curvatures, axes = np.linalg.eigh(free.T @ information @ free)
        # Up a ridge and out of a saddle as up a slope: by the size of the curvature, whatever its sign.
        inverse = axes / np.maximum(np.abs(curvatures), _FLAT * curvatures[-1]) @ axes.T
        step = inverse @ gradient
        if newton and curvatures[0] > 0 and gradient @ step < _TOLERANCE**2:
            covariance = free @ inverse @ free.T
            break
        before, point = point, _climb(surface, point, (free @ step).reshape(2, count))
        if point is before:
            break
    # θ may point either way; up is what more items call right.
    mirror = np.repeat([-1.0 if point.parameters[0].sum() < 0 else 1.0, 1.0], count)
    slopes, intercepts = point.parameters * mirror.reshape(2, count)
    return Estimates(
        slopes=slopes,
        intercepts=intercepts,
        covariance=None if covariance is None else covariance * np.outer(mirror, mirror),
        log_likelihood=point.value,
        iterations=iteration,
        converged=covariance is not None,
        tied=tied,
    )


def _climb(surface: _Surface, point: _Point, step: Array) -> _Point:
    """Go along `step`, or as far as the likelihood rises: by 1 at most, so that a flat start does not throw it."""
    step = step / max(1.0, float(np.abs(step).max()))
    slack = 1e-12 * abs(point.value)
    for _ in range(_MOST_HALVINGS):
        parameters = point.parameters + step
        parameters[0] = parameters[0].clip(-STEEPEST, STEEPEST)
        trial = surface.at(parameters)
        if trial.value >= point.value - slack:
            return trial
        step = step / 2
    return point


def _start(answers: Answers) -> Array:
    """Slopes of 1, and the intercepts that give the shares of right answers: a logit shrinks by about 1/√(1 + 0.35)."""
    share = answers.right.sum(0) / answers.presented.sum(0)
    return np.stack([np.ones_like(share), np.log(share / (1 - share)) * np.sqrt(1.35)])


def _design(count: int, *, tied: bool) -> Array:
    if not tied:
        return np.eye(2 * count)
    slopes = np.repeat([1.0, 0.0], count)[:, None]
    return np.hstack([slopes, np.eye(2 * count)[:, count:]])


def _is_free(design: Array, point: _Point) -> Array:
    """Leave out the slopes at the bound that would go beyond it."""
    slopes = point.parameters[0]
    side = np.sign(slopes) * (np.abs(slopes) >= STEEPEST)
    outward: Array = (design[: len(slopes)].T @ side) * (design.T @ point.gradient) > 0
    return ~outward


def _logits(parameters: Array) -> Array:
    slopes, intercepts = parameters
    logits: Array = np.multiply.outer(slopes, NODES) + intercepts[:, None]
    return logits


def sigmoid(logits: Array) -> Array:
    right: Array = 1 / (1 + np.exp(-logits))
    return right
