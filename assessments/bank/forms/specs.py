"""The table of each kind as fields. What has no field of its own stays beside them, as TOML: nothing is lost."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms

from assessments.bank.forms.rows import (
    Criterion,
    Definition,
    Item,
    Option,
    Pair,
    Rows,
    Sample,
    TrainedOption,
    Variable,
    rows_of,
)
from assessments.bank.forms.values import (
    MISSING,
    FixedOrder,
    Flag,
    Number,
    Pick,
    Text,
    Toml,
    Value,
    Words,
    at,
    put,
    take,
)
from assessments.bank.models import Kind
from grader.cases import DRAWS
from grader.kinds.coding.notes import LOOKS
from grader.lab import SCENARIOS
from grader.task import CHECKS, DEFAULT_WEIGHTS

# A problem of a spec: the table, its key, then perhaps a place in a list, a key there, and the sentence.
_PROBLEM = re.compile(
    r"(?P<table>\w+)(?:\.(?P<key>\w+))?(?:\[(?P<place>\d+)\])?(?:(?:\.|, )(?P<part>\w+))?: (?P<said>.*)", re.DOTALL
)


class SpecForm(forms.Form):
    """The fields of one kind, filled from a spec and giving the spec back; `lists` are its rows."""

    kind: ClassVar[str]
    lists: ClassVar[tuple[type[Rows], ...]] = ()

    further = Toml(
        rows=4,
        label="Further settings",
        help_text="TOML, with its tables’ headings: what has no field above.",
    )

    def __init__(self, data: Mapping[str, Any] | None, *, spec: Mapping[str, Any]) -> None:
        self.rest: dict[str, Any] = copy.deepcopy(dict(spec))
        self.spec = spec
        self.rows = [self._rows(made, data) for made in self.lists]
        initial = {name: self._begin(name, cast("Value", field)) for name, field in self.base_fields.items()}
        super().__init__(data, initial=initial | {"further": Toml().shown(self.rest)}, prefix="spec")
        self.order_fields([name for name in self.fields if name != "further"])

    def _path(self, name: str) -> tuple[str, ...]:
        return cast("Value", self.base_fields[name]).path or (self.kind, name)

    def _begin(self, name: str, field: Value) -> Any:
        """Move a value from the rest to its field, where the field can hold it."""
        if name == "further":
            return None
        path = self._path(name)
        value = at(self.rest, path)
        shown = None if value is MISSING else field.shown(value)
        if shown is not None:
            take(self.rest, path)
        return shown

    def _rows(self, made: type[Rows], data: Mapping[str, Any] | None) -> Rows:
        held = at(self.rest, made.path)
        if held is not MISSING and made.begin(held) is not None:
            take(self.rest, made.path)
            return made(data, held=held)
        return made(data, held=None)

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(rows.is_valid() for rows in self.rows)])

    def has_changed(self) -> bool:
        return super().has_changed() or any(rows.has_changed() for rows in self.rows)

    def tables(self) -> dict[str, Any]:
        """Give the spec that the fields make; adds an error where the TOML states what has a field."""
        changed = "further" in self.changed_data
        spec = copy.deepcopy(self.cleaned_data["further"] or {}) if changed else copy.deepcopy(self.rest)
        spec.setdefault(self.kind, {})
        for name in self.base_fields:
            if name != "further":
                self._state(spec, self._path(name), self._value(name))
        for rows in self.rows:
            self._state(spec, rows.path, rows.value())
        return spec

    def _value(self, name: str) -> Any:
        """Give a field's value; what the author did not touch is what it was, to the last digit."""
        if name not in self.changed_data and self.initial[name] is not None:
            return at(self.spec, self._path(name))
        return self.cleaned_data[name]

    def _state(self, spec: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
        if value is None:
            return
        if at(spec, path) is not MISSING:
            self.add_error("further", f"{'.'.join(path)} has a field of its own: state it there, or empty that field")
        else:
            put(spec, path, value)

    def blame(self, problem: str) -> None:
        """Put a problem of the spec where its author mends it."""
        found = _PROBLEM.fullmatch(problem)
        if found is None:
            self.add_error("further", problem)
            return
        for rows in self.rows:
            if rows.path == (found["table"], found["key"]):
                _blame_row(rows, found)
                return
        places = [(found["table"], found["key"], found["part"]), (found["table"], found["key"])]
        name = next((name for name in self.base_fields if self._path(name) in places), "further")
        self.add_error(name, found["said"] if name != "further" else problem)


def _blame_row(rows: Rows, found: re.Match[str]) -> None:
    place = int(found["place"]) if found["place"] else None
    if place is None or place >= len(rows.kept):
        rows.problems.append(found["said"])
        return
    row = rows.kept[place]
    row.add_error(found["part"] if found["part"] in row.fields else next(iter(row.fields)), found["said"])


def _lock(kind: str, words: str) -> FixedOrder:
    return FixedOrder(path=(kind, "shuffle"), label="Everybody sees the same order", help_text=words)


class ChoiceForm(SpecForm):
    kind = Kind.CHOICE
    lists = (rows_of(("choice", "options"), Option, "Options", "option"),)

    multiple = Flag(label="Several options may be right")
    shuffle = _lock(
        kind, "The options stand as below: for options that speak of each other, such as “all of the above”."
    )


class NumericForm(SpecForm):
    kind = Kind.NUMERIC

    answer = Number(required=True, help_text="A number or an expression over the parameters: -ln(@{p}).")
    unit = Text(help_text="Shown beside the field; empty for a plain number.")
    rtol = Number(label="Relative tolerance")
    atol = Number(label="Absolute tolerance")


class OrderingForm(SpecForm):
    kind = Kind.ORDERING
    lists = (rows_of(("ordering", "items"), Item, "Items, in their right order", "item"),)

    credit = Pick({"position": "by its position", "adjacent": "by its neighbours"}, label="An item counts")
    shuffle = _lock(kind, "The items stand by the alphabet, never in their right order.")


class MatchingForm(SpecForm):
    kind = Kind.MATCHING
    lists = (rows_of(("matching", "pairs"), Pair, "Pairs", "pair"),)

    shuffle = _lock(kind, "The partners stand by the alphabet, never in the order of the pairs.")


class DerivationForm(SpecForm):
    kind = Kind.DERIVATION
    lists = (
        rows_of(("derivation", "variables"), Variable, "Symbols", "symbol", "Each stands in the statement too."),
        rows_of(
            ("derivation", "definitions"), Definition, "Abbreviations", "abbreviation", "Names short for a formula."
        ),
    )

    reference = Text(rows=2, required=True, label="Right answer", help_text="In the syntax that candidates type.")
    loss = Text(rows=2, label="Loss", help_text="What is differentiated: the key is then computed a second way.")
    wrt = Text(label="Differentiated by")
    steps = Flag(label="Line by line", help_text="The answer is a derivation, not one expression.")
    goal = Pick(
        {"": "the gradient", "gradient": "the gradient", "loss": "the loss", "hessian": "the second derivative"}
    )
    min_lines = Number(label="Fewest lines")
    syntax = Pick({"": "calculator", "calculator": "calculator", "latex": "LaTeX"})
    mode = Pick({"": "numbers", "scalar": "numbers", "vector": "vectors and matrices"}, label="Symbols stand for")
    free_constant = Flag(label="Any constant may be added")


class CodingForm(SpecForm):
    kind = Kind.CODING
    lists = (rows_of(("coding", "samples"), Sample, "Sample cases", "sample case", "Candidates see and run these."),)

    function = Text(required=True, help_text="The Python name that the answer defines.")
    parameters = Words(required=True, help_text="In their order, with commas between.")
    reference = Text(named=True, required=True, help_text="A name of the atlas, or reference.py for your own below.")
    gives = Pick({"": "the value", **{word: word for word in DEFAULT_WEIGHTS}}, label="It returns")
    options = Toml(rows=3, label="Conventions that are asked for", help_text='reduction = "sum", delta = 1.5 …')
    open = Words(label="Conventions left open", help_text="reduction, log_base …")
    draw = Words(label="Inputs beyond the ordinary", help_text=f"Of {', '.join(DRAWS)}.")
    forbid = Words(label="Forbidden", help_text=f"Of {', '.join(LOOKS)}.")
    imports = Words(label="Allowed imports", help_text="Beyond numpy and the standard library.")
    partial = Flag(label="A check may earn in part")


for _check in CHECKS:
    CodingForm.base_fields[f"weight_{_check}"] = Number(
        path=("weights", _check), label=f"Weight of {_check.replace('_', ' ')}"
    )


class LabForm(SpecForm):
    kind = Kind.LAB
    lists = (rows_of(("lab", "choice"), TrainedOption, "Options", "option", "None where the answer is code."),)

    scenario = Pick({name: f"{name}: {scenario.trained}" for name, scenario in SCENARIOS.items()}, required=True)
    convergence = Number(path=("lab", "thresholds", "convergence"), help_text="Share of the reference run’s gain.")
    held_out = Number(path=("lab", "thresholds", "held_out"), help_text="The same on data held out.")
    function = Text(help_text="Where the answer is code: the Python name. Empty where an option is chosen.")
    parameters = Words(help_text="Of the targets and of the predictions.")
    reference = Text(named=True, help_text="The loss of the reference run, by its name in the atlas.")
    options = Toml(rows=2, label="Its options")
    pinned = Flag(label="The statement names the loss")
    shuffle = _lock(kind, "The options stand as below.")


class WrittenForm(SpecForm):
    kind = Kind.WRITTEN
    lists = (rows_of(("written", "rubric"), Criterion, "Rubric", "criterion", "Raters mark by these."),)


FORMS: Mapping[str, type[SpecForm]] = {
    form.kind: form
    for form in (
        ChoiceForm,
        NumericForm,
        OrderingForm,
        MatchingForm,
        DerivationForm,
        CodingForm,
        LabForm,
        WrittenForm,
    )
}
