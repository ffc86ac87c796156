"""One case as the catalogue sees it: its arguments by role, and the reference on them or on changed ones."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

import lossref

if TYPE_CHECKING:
    from grader.cases import Case
    from grader.oracle import Oracle

Array = np.ndarray[Any, Any]
UNITS: Mapping[str, float] = {"e": 1.0, "2": float(np.log(2.0)), "10": float(np.log(10.0))}


class View:
    """One case as mistakes see it; `y` is the target, `x` the prediction.

    A mistake that goes in (exchanged arguments, another option, another loss) is a changed view: what it gives is what
    the reference gives there, so that two such mistakes are made one after the other.
    """

    def __init__(
        self,
        oracle: Oracle,
        case: Case,
        *,
        options: Mapping[str, Any] | None = None,
        loss: lossref.LossSpec | None = None,
        wrt: str | None = None,
    ) -> None:
        self.oracle = oracle
        self.task = oracle.task
        self.case = case
        self.options = dict(options or {})
        self.loss = loss or self.task.loss
        self.wrt = wrt or self.task.wrt
        self._asked = not self.options and loss is None and wrt is None

    @functools.cached_property
    def expected(self) -> Array:
        """What the reference gives."""
        if self._asked:
            return np.asarray(self.oracle.expectation(self.case).value, dtype=np.float64)
        return self.evaluated()

    @functools.cached_property
    def terms(self) -> Array | None:
        """The values before the reduction, where the reference core knows them."""
        if self.loss is not None and self.loss.name == "log_loss":  # the metric of that name
            return self.of("binary_cross_entropy").terms
        if self.loss is None or self.loss.gives != "value":
            return None
        return self.evaluated(gradient=False, reduction="none")

    def evaluated(self, *, gradient: bool | None = None, **options: Any) -> Array:
        """Evaluate the reference on this view; raises ValueError where it cannot be."""
        assert self.loss is not None
        task, loss = self.task, self.loss
        given = {**task.options_of(self.case), **self.oracle.convention.overrides, **self.options, **options}
        # None is the default of what is off, and cannot be given.
        given = {name: value for name, value in given.items() if value is not None}
        if loss is not task.loss:
            known = {"check_domain", *loss.option_names, *(p.name for p in loss.hypers)}
            given = {name: value for name, value in given.items() if name in known}
        args = self.case.args[: len(task.arrays)]
        if task.gives == "gradient" if gradient is None else gradient:
            value = loss.gradient(*args, wrt=self._wrt_of(loss), **given)
        else:
            value = loss.value(*args, **given)
        return self.oracle.convention.factor * np.asarray(value, dtype=np.float64)

    def _wrt_of(self, loss: lossref.LossSpec) -> str | None:
        if loss is self.task.loss or self.wrt is None:
            return self.wrt
        place = [p.name for p in self.task.arguments].index(self.wrt)
        return loss.parameters[place].name

    def under(self, **options: Any) -> View:
        """Ask for the same case under other options or hyper-parameters."""
        return View(self.oracle, self.case, options={**self.options, **options}, loss=self._own_loss, wrt=self.wrt)

    def terms_under(self, **options: Any) -> Array:
        """Give the values before the reduction under other options or hyper-parameters."""
        terms = (self.under(**options) if options else self).terms
        assert terms is not None
        return terms

    def of(self, name: str, **options: Any) -> View:
        """Ask for another loss on the same case."""
        return View(self.oracle, self.case, options={**self.options, **options}, loss=lossref.get(name), wrt=self.wrt)

    def put(self, changed: Mapping[int, Any], *, wrt: str | None = None) -> View:
        """Ask for other arguments, by their places."""
        args = tuple(changed.get(place, argument) for place, argument in enumerate(self.case.args))
        case = dataclasses.replace(self.case, args=args)
        options = self.options or {"check_domain": False}
        return View(self.oracle, case, options=options, loss=self._own_loss, wrt=wrt or self.wrt)

    def predicting(self, x: Array) -> View:
        """Ask for another prediction."""
        return self.put({self.task.prediction: x})

    def aiming(self, y: Array) -> View:
        """Ask for another target."""
        return self.put({self.task.target or 0: y})

    @property
    def _own_loss(self) -> lossref.LossSpec | None:
        return None if self.loss is self.task.loss else self.loss

    @functools.cached_property
    def y(self) -> Array:
        """The target as float64."""
        return np.asarray(self.case.args[self.task.target or 0], dtype=np.float64)

    @functools.cached_property
    def x(self) -> Array:
        """The prediction as float64."""
        return np.asarray(self.case.args[self.task.prediction], dtype=np.float64)

    @functools.cached_property
    def labels(self) -> Array:
        """The target as one-hot rows."""
        if self.y.ndim == self.x.ndim:
            return self.y
        return np.asarray(self.y[..., None] == np.arange(self.x.shape[-1]), dtype=np.float64)

    @property
    def labels_or_y(self) -> Array:
        """The target in the prediction's shape."""
        return self.labels if self.task.on_rows else self.y

    @functools.cached_property
    def signs(self) -> Array:
        """The target as −1 and +1, whatever its encoding."""
        return 2.0 * self.y - 1.0 if self.task.options.get("label_encoding") == "zero_one" else self.y

    def hyper(self, name: str) -> float:
        """Value of a hyper-parameter on this case."""
        assert self.task.loss is not None
        defaults = {p.name: p.default for p in self.task.loss.hypers}
        value = {**defaults, **self.task.options_of(self.case), **self.options}[name]
        return float("nan") if value is None else float(value)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the largest argument."""
        return tuple(self.x.shape)

    @property
    def rows(self) -> int:
        """Length of the first axis."""
        return self.shape[0] if self.shape else 1

    @property
    def classes(self) -> int:
        """Length of the last axis."""
        return self.shape[-1] if self.shape else 1

    @property
    def count(self) -> int:
        """Number of terms: rows for a loss of rows, else elements."""
        size = math.prod(self.shape)
        return size // max(1, self.classes) if self.task.on_rows else size

    def reduced(self, nats: Array | None) -> Array | None:
        """Reduce other terms, in nats, as the task asks."""
        if nats is None:
            return None
        return self.folded(nats * self.oracle.convention.factor / UNITS[str(self.task.options.get("log_base", "e"))])

    def folded(self, terms: Array) -> Array:
        """Reduce other terms, in the units of the reference's own, as the task asks."""
        reduction = str(self.options.get("reduction", self.oracle.reduction))
        if reduction == "none":
            return terms
        divisor = {"sum": 1, "batchmean": self.rows if self.task.batched else 1}.get(reduction, terms.size)
        return np.asarray(terms.sum() / max(1, divisor))
