"""The lists of a spec as rows of fields: options, pairs, samples, criteria."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms

from assessments.bank.forms.values import Flag, Number, Prose, Text, Toml, Value, number

_LEVEL = re.compile(r"\s*([0-9.]+)\s*:\s*(.*\S)\s*")


class Row(forms.Form):
    """One entry of a list, a table unless a kind writes it otherwise."""

    def values(self) -> Any:
        return {name: value for name, value in self.cleaned_data.items() if name in self.names() and value is not None}

    @classmethod
    def names(cls) -> list[str]:
        return list(cls.base_fields)

    @classmethod
    def shown(cls, item: Any) -> dict[str, Any] | None:
        """Give what the fields begin with; None where they cannot hold the entry."""
        if not isinstance(item, Mapping) or set(item) - set(cls.base_fields):
            return None
        held = {name: cast("Value", cls.base_fields[name]).shown(value) for name, value in item.items()}
        return None if None in held.values() else held


class Option(Row):
    text = Prose(label="Option", required=True)
    credit = Number(help_text="1 right, 0 wrong, between them in part.")
    feedback = Prose(help_text="Why it is right, or which misconception leads to it.")


class TrainedOption(Row):
    """An option of a lab: what is trained if it is chosen."""

    text = Prose(label="Option", required=True)
    loss = Text(named=True, help_text="Its name in the atlas.")
    right = Flag(label="This option is right")
    feedback = Prose()
    further = Toml(rows=2, label="Settings of its training", help_text="TOML: options, learning_rate, steps …")

    def values(self) -> Any:
        return {**super().values(), **(self.cleaned_data.get("further") or {})} | {"further": None}

    @classmethod
    def shown(cls, item: Any) -> dict[str, Any] | None:
        if not isinstance(item, Mapping):
            return None
        own = {key: value for key, value in item.items() if key in cls.base_fields}
        rest = {key: value for key, value in item.items() if key not in own}
        return super().shown(own | ({"further": rest} if rest else {}))


class Item(Row):
    text = Prose(label="Item", required=True)

    def values(self) -> Any:
        return self.cleaned_data["text"]

    @classmethod
    def shown(cls, item: Any) -> dict[str, Any] | None:
        return {"text": item} if isinstance(item, str) else None


class Pair(Row):
    left = Prose(label="Item", required=True)
    right = Prose(label="Its partner", required=True)

    @classmethod
    def shown(cls, item: Any) -> dict[str, Any] | None:
        if isinstance(item, list) and len(item) == 2:
            return super().shown(dict(zip(("left", "right"), item, strict=True)))
        return super().shown(item)


class Named(Row):
    """A name with what it stands for: an entry of a table rather than of a list."""

    name = Text(required=True)
    value = Text(required=True)


class Variable(Named):
    value = Text(label="Domain", required=True, help_text="real, positive, (0,1), {0,1}, integer[1,n], real[n] …")


class Definition(Named):
    value = Text(label="Expression", required=True)


class Sample(Row):
    args = Toml(rows=3, label="Arguments", help_text="One line a parameter: y_true = [1.0, 2.0]", required=True)


class Levels(Value):
    """The steps of a criterion, one a line: the points, a colon, what earns them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": 3}), **options)

    def shown(self, value: Any) -> str | None:
        whole = isinstance(value, list) and all(
            isinstance(step, Mapping) and set(step) == {"points", "description"} and "\n" not in step["description"]
            for step in value
        )
        return "\n".join(f"{step['points']}: {step['description']}" for step in value) if whole else None

    def read(self, value: Any) -> list[dict[str, Any]] | None:
        lines = [line for line in (value or "").split("\n") if line.strip()]
        found = [_LEVEL.fullmatch(line) for line in lines]
        for line, match in zip(lines, found, strict=True):
            if match is None:
                raise forms.ValidationError(f"expected lines such as “2: two right properties”, got “{line}”")
        return [{"points": number(m[1]), "description": m[2]} for m in found if m] or None


class Criterion(Row):
    criterion = Prose(required=True)
    points = Number(required=True)
    description = Prose(label="What is looked for")
    levels = Levels(help_text="One line a step: its points, a colon, what earns them.")


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A list of a spec as rows; `held` is what it was, given back where nothing was changed."""

    path: ClassVar[tuple[str, ...]]
    title: ClassVar[str]
    one: ClassVar[str]
    help: ClassVar[str]
    row: ClassVar[type[Row]]

    def __init__(self, data: Mapping[str, Any] | None, *, held: Any) -> None:
        self.held = held
        self.problems: list[str] = []
        super().__init__(data, initial=self.begin(held) or [], prefix=self.path[-1])

    @classmethod
    def begin(cls, held: Any) -> list[dict[str, Any]] | None:
        """Give the rows' initial values; None where rows cannot hold what is there."""
        entries = (
            [{"name": name, "value": value} for name, value in held.items()] if isinstance(held, Mapping) else held
        )
        if not isinstance(entries, list):
            return None
        shown = [cls.row.shown(entry) for entry in entries]
        return None if None in shown else cast("list[dict[str, Any]]", shown)

    @property
    def kept(self) -> list[Row]:
        """The rows in their order, without those that were ticked for removal or left empty."""
        return [row for row in self.forms if not row.cleaned_data.get("DELETE") and (row.has_changed() or row.initial)]

    def value(self) -> Any:
        """Give the list for the spec; None where there is none."""
        if not self.has_changed():
            return self.held
        rows = [row.values() for row in self.kept]
        if issubclass(self.row, Named):
            return {row["name"]: row["value"] for row in rows} or None
        return [
            {key: item for key, item in row.items() if item is not None} if isinstance(row, dict) else row
            for row in rows
        ] or None


def rows_of(path: tuple[str, ...], row: type[Row], title: str, one: str, words: str = "") -> type[Rows]:
    """Make the class of one list: where it stands, what a row is, what it is called."""
    made = forms.formset_factory(row, formset=Rows, extra=0, can_delete=True, max_num=60, absolute_max=80)
    return type(f"{row.__name__}s", (made,), {"path": path, "row": row, "title": title, "one": one, "help": words})
