"""A coding task: what a spec's [coding] table asks, bound to the reference core."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

import lossref
from grader.cases.listed import spelled

if TYPE_CHECKING:
    from grader.cases import Case

Gives = Literal["value", "gradient", "metric", "step", "transform"]

REFERENCE_FILE = "reference.py"
DEFAULT_RTOL = 1e-5
DEFAULT_ATOL = 1e-7
# A step moves its parameters by a thousandth of their size, and a decay by a hundredth of that.
_STEP_RTOL = 1e-6
_OF_VALUE = {"correctness": 6.0, "edge_cases": 2.0, "numerical_stability": 2.0}
DEFAULT_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "value": _OF_VALUE,
    "metric": _OF_VALUE,
    "step": _OF_VALUE,
    "transform": _OF_VALUE,
    "gradient": {"correctness": 8.0, "edge_cases": 1.0, "numerical_stability": 1.0},
}
CHECKS = ("correctness", "edge_cases", "numerical_stability", "gradient", "properties", "efficiency", "rules")
# Options that are read here and not by lossref.
_OURS = frozenset({"with_respect_to"})
# As the last of a function's parameters, one weight for each term: lossref's option of that name, drawn.
_WEIGHTS = frozenset({"weights", "sample_weight"})


class TaskError(ValueError):
    """A [coding] table that does not go with the reference; the message begins with the field."""


@dataclasses.dataclass(frozen=True, eq=False)
class Task:
    """One [coding] table, read.

    Attributes
    ----------
    parameters : the candidate's own names, bound by position to `arguments`.
    arguments : what each of them is: the reference's parameters, or those of [coding.inputs].
    loss : entry of lossref's catalogue; None where the folder's reference.py is the reference.
    options : pinned conventions and hyper-parameters, as lossref takes them.
    wrt : the reference's name of the parameter that a gradient is taken with respect to.
    forbidden : words of `grader.kinds.coding.notes.LOOKS` that no answer may give cause for.
    imports : modules that an answer may import; None for numpy and the standard library.
    """

    function: str
    parameters: tuple[str, ...]
    arguments: tuple[lossref.Parameter, ...]
    gives: Gives
    loss: lossref.LossSpec | None
    options: Mapping[str, Any]
    wrt: str | None
    open: frozenset[str]
    draw: frozenset[str]
    weights: Mapping[str, float]
    rtol: float
    atol: float
    partial: bool
    samples: tuple[Mapping[str, Any], ...]
    forbidden: frozenset[str] = frozenset()
    imports: tuple[str, ...] | None = None
    reference_source: str | None = None

    @functools.cached_property
    def arrays(self) -> tuple[lossref.Parameter, ...]:
        """The arguments that are not hyper-parameters."""
        return tuple(p for p in self.arguments if p.role != "hyper")

    @functools.cached_property
    def hypers(self) -> tuple[lossref.Parameter, ...]:
        """The hyper-parameters that the candidate's function takes."""
        return tuple(p for p in self.arguments if p.role == "hyper")

    @property
    def batched(self) -> bool:
        """Whether inputs are batches rather than one example."""
        return bool(self.options.get("batch", True))

    @property
    def reduction(self) -> str:
        """The reduction that is asked for."""
        allowed = self.loss.conventions.get("reduction", ("mean",)) if self.loss else ("mean",)
        return str(self.options.get("reduction", allowed[0]))

    @functools.cached_property
    def on_rows(self) -> bool:
        """Whether a term of the loss belongs to a row of classes or features."""
        return any(p.shape == "rows" for p in self.arguments) or self.draws_itself

    @functools.cached_property
    def draws_itself(self) -> bool:
        """Whether the arrays depend on one another, so that the reference draws them."""
        return self.loss is not None and self.loss.sample is not None

    @functools.cached_property
    def least_axes(self) -> int:
        """How many axes the arrays have at the least, so that those which the options name are there."""
        axis = self.options.get("axis")
        named = axis if isinstance(axis, tuple) else (axis,) if isinstance(axis, int) and not self.on_rows else ()
        return max((place + 1 if place >= 0 else -place for place in named), default=1)

    @functools.cached_property
    def _domains(self) -> Mapping[str, str]:
        hypers = {p.name for p in self.hypers}
        pinned = {name: value for name, value in self.options.items() if name not in hypers}
        return self.loss.domains(**pinned) if self.loss else {}

    def domain_of(self, parameter: lossref.Parameter) -> str:
        """Domain of an argument under the pinned options."""
        return self._domains.get(parameter.name, parameter.domain)

    @functools.cached_property
    def prediction(self) -> int:
        """Position of the prediction among the arguments; of an optimizer's step, of the gradient."""
        if self.gives == "step":
            return min(1, len(self.arguments) - 1)
        roles = [p.role for p in self.arguments]
        return next((roles.index(role) for role in ("prediction", "input") if role in roles), len(roles) - 1)

    @functools.cached_property
    def target(self) -> int | None:
        """Position of the target, if there is one."""
        roles = [p.role for p in self.arguments]
        return roles.index("target") if "target" in roles else None

    @property
    def axis(self) -> int:
        """Axis of the classes."""
        return int(self.options.get("axis", -1)) if self.on_rows else -1

    def expected(self, case: Case, **overrides: Any) -> Any:
        """Give what the reference returns on this case, under other options where `overrides` names them."""
        entry, args, options = self.asked_of_lossref(case)
        assert self.loss is not None
        return getattr(self.loss, entry)(*args, **{**options, **overrides})

    def asked_of_lossref(self, case: Case) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Give the call that answers a case: the method of `LossSpec`, its arguments and its options."""
        if self.gives == "gradient":
            return "gradient", self._inputs(case), {**self.options_of(case), "wrt": self.wrt}
        return "value", self._inputs(case), self.options_of(case)

    def terms(self, case: Case, **overrides: Any) -> np.ndarray[Any, Any]:
        """Give the values of the single terms, before any reduction."""
        assert self.loss is not None
        options = {**self.options_of(case), **overrides, "reduction": "none"}
        return np.asarray(self.loss.value(*self._inputs(case), **options), dtype=np.float64)

    def divisor(self, case: Case, terms: np.ndarray[Any, Any], reduction: str) -> float:
        """Give what a reduction divides the sum of the terms by."""
        if reduction == "mean_by_weight" or ("ignore_index" in self.options and reduction != "sum"):
            total, mean = (float(self.expected(case, reduction=name)) for name in ("sum", reduction))
            return total / mean if mean else float(terms.size)
        rows = len(terms) if self.batched and terms.ndim else 1
        return float({"sum": 1, "batchmean": rows}.get(reduction, terms.size))

    def subdifferential(self, case: Case, **overrides: Any) -> tuple[Any, Any]:
        """Give the lowest and the highest right gradient."""
        assert self.loss is not None
        options = {**self.options_of(case), **overrides}
        return self.loss.subdifferential(*self._inputs(case), wrt=self.wrt, **options)

    def _inputs(self, case: Case) -> tuple[Any, ...]:
        return case.args[: len(self.arrays)] if self.hypers else case.args

    def options_of(self, case: Case) -> dict[str, Any]:
        """Give the pinned options with the hyper-parameters drawn for this case."""
        # Drawn cases lie in the domain, and a spec's own samples were checked when it was read.
        options = {"check_domain": False, **self.options}
        for parameter, value in zip(self.hypers, case.args[len(self.arrays) :], strict=True):
            options[parameter.name] = value
        return options


def read_task(spec: Mapping[str, Any], reference_source: str | None = None) -> Task:
    """Bind a realised spec to the reference.

    Raises
    ------
    TaskError : if the table names what the reference does not have. The forms of the fields are checked by
        `grader.kinds.coding.check_spec`.
    """
    table = spec["coding"]
    gives: Gives = table.get("gives", "value")
    loss = None if table["reference"] == REFERENCE_FILE else _loss(table["reference"])
    if gives != "gradient" and loss is not None:
        gives = loss.gives
    parameters = tuple(table["parameters"])
    arguments = _arguments(loss, parameters) if loss else _declared(parameters, table.get("inputs", {}))
    given = dict(table.get("options", {}))
    wrt = _with_respect_to(given.get("with_respect_to"), loss, parameters, arguments) if gives == "gradient" else None
    options = {name: _as_lossref_takes_it(loss, name, value) for name, value in given.items() if name not in _OURS}
    _check_options(loss, options, arguments)
    if loss is not None and loss.sample is not None and options.get("batch") is False:
        raise TaskError(f"coding.options.batch: the rows of {loss.name} belong together, so that it takes batches only")
    weights = {**DEFAULT_WEIGHTS[gives], **spec.get("weights", {})}
    return Task(
        function=table["function"],
        parameters=parameters,
        arguments=arguments,
        gives=gives,
        loss=loss,
        options=options,
        wrt=wrt,
        open=frozenset(table.get("open", ())),
        draw=frozenset(map(spelled, table.get("draw", ()))),
        weights={name: float(weight) for name, weight in weights.items() if weight > 0},
        rtol=float(table.get("rtol", _STEP_RTOL if gives == "step" else DEFAULT_RTOL)),
        atol=float(table.get("atol", DEFAULT_ATOL)),
        partial=bool(table.get("partial", spec.get("partial", False))),
        samples=tuple(table.get("samples", ())),
        forbidden=frozenset(table.get("forbid", ())),
        imports=tuple(table["imports"]) if "imports" in table else None,
        reference_source=reference_source if loss is None else None,
    )


def _as_lossref_takes_it(loss: lossref.LossSpec | None, name: str, value: Any) -> Any:
    """Give an option's value in lossref's own spelling; several axes are a list in TOML and a tuple in numpy."""
    if name == "axis" and isinstance(value, list):
        return tuple(value)
    allowed = loss.conventions.get(name, ()) if loss else ()
    if isinstance(value, bool) or any(type(value) is type(own) and value == own for own in allowed):
        return value
    plain = str(value).lower().replace("-", "_")
    return next((own for own in allowed if str(own).lower() == plain), value)


def _loss(name: str) -> lossref.LossSpec:
    try:
        return lossref.get(name)
    except lossref.UnknownLoss as error:
        raise TaskError(f"coding.reference: {error}") from error


def _arguments(loss: lossref.LossSpec, parameters: tuple[str, ...]) -> tuple[lossref.Parameter, ...]:
    """Bind names by position; a hyper-parameter's own name wins over its place, and weights come last."""
    arrays = [p for p in loss.parameters if p.role != "hyper"]
    hypers = [p for p in loss.parameters if p.role == "hyper"]
    if parameters[-1] in _WEIGHTS - {p.name for p in loss.parameters} and "weights" in loss.option_names:
        weights = lossref.Parameter(
            "weights", "hyper", "positive", "row" if loss.on_rows else "elements", plausible=(0.25, 2.0)
        )
        return (*_arguments(loss, parameters[:-1]), weights)
    if not len(arrays) <= len(parameters) <= len(arrays) + len(hypers):
        wanted = ", ".join(p.name for p in arrays) + "".join(f" [{p.name}]" for p in hypers)
        raise TaskError(f"coding.parameters: {loss.name} takes {wanted}; got {', '.join(parameters)}")
    named = {p.name: p for p in hypers if p.name in parameters[len(arrays) :]}
    rest = iter([p for p in hypers if p.name not in named])
    return (*arrays, *(named.get(name) or next(rest) for name in parameters[len(arrays) :]))


def _declared(parameters: tuple[str, ...], inputs: Mapping[str, Mapping[str, Any]]) -> tuple[lossref.Parameter, ...]:
    """Give the parameters of a task with its own reference: real arrays of one shape unless told otherwise."""
    strangers = set(inputs) - set(parameters)
    if strangers:
        raise TaskError(f"coding.inputs: {', '.join(sorted(strangers))} is not among coding.parameters")
    last = [name for name in parameters if inputs.get(name, {}).get("role") != "hyper"][-1:]
    declared = []
    for name in parameters:
        fields = {"role": "prediction" if [name] == last else "target", "domain": "real", **inputs.get(name, {})}
        if fields["role"] == "hyper":
            fields.setdefault("shape", "scalar")
        fields["plausible"] = tuple(fields.get("plausible", (-3.0, 3.0)))
        if fields["domain"] in {"label01", "plus_minus_one", "class_index", "onehot"}:
            fields.setdefault("dtype", "int64")
        try:
            declared.append(lossref.Parameter(name, **fields))
        except TypeError as error:
            raise TaskError(f"coding.inputs.{name}: {error}") from error
    return tuple(declared)


def _with_respect_to(
    name: str | None,
    loss: lossref.LossSpec | None,
    parameters: tuple[str, ...],
    arguments: tuple[lossref.Parameter, ...],
) -> str | None:
    if loss is None:
        return None
    if name is not None and name not in parameters:
        raise TaskError(f"coding.options.with_respect_to: expected one of {', '.join(parameters)}, got {name!r}")
    own = None if name is None else arguments[parameters.index(name)].name
    try:
        return loss.argument(own).name
    except lossref.OptionError as error:
        raise TaskError(f"coding.options.with_respect_to: {error}") from error


def _check_options(
    loss: lossref.LossSpec | None, options: Mapping[str, Any], arguments: tuple[lossref.Parameter, ...]
) -> None:
    if loss is None:
        return
    drawn = {p.name for p in arguments}
    known = set(loss.option_names) | {p.name for p in loss.hypers}
    for name in options:
        if name not in known:
            raise TaskError(f"coding.options.{name}: {loss.name} has no such option; it has {', '.join(sorted(known))}")
        if name in drawn:
            raise TaskError(f"coding.options.{name}: is a parameter of the function, so it is drawn, not pinned")
