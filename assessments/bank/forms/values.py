"""Fields that stand for a value of a spec: each shows what it can hold and leaves everything else to the TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from django import forms

MISSING: Any = object()


def at(table: Mapping[str, Any], path: Sequence[str]) -> Any:
    """Give what stands at a path of keys, MISSING where nothing does."""
    found: Any = table
    for key in path:
        if not isinstance(found, Mapping) or key not in found:
            return MISSING
        found = found[key]
    return found


def put(table: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for key in path[:-1]:
        table = table.setdefault(key, {})
    table[path[-1]] = value


def take(table: dict[str, Any], path: Sequence[str]) -> None:
    """Remove what stands at a path, and the tables that it leaves empty."""
    if len(path) > 1:
        take(table[path[0]], path[1:])
    if len(path) == 1 or not table[path[0]]:
        del table[path[0]]


def newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def number(text: str) -> int | float | str:
    """Read a number as TOML would; a text that is none stays what it is."""
    try:
        value = tomllib.loads(f"value = {text.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        return text.strip()
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else text.strip()


class Typed(forms.CharField):
    """A text as it was typed. A browser sends CRLF, which is no change."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> Any:
        return newlines(super().to_python(value) or "")


class Source(forms.Textarea):
    """A text box for what is typed in a fixed-width face; with a `mode` the page makes an editor of it."""

    def __init__(self, rows: int = 4, mode: str = "") -> None:
        attributes = {"rows": rows, "class": "code-input", "spellcheck": "false", "autocapitalize": "off"}
        super().__init__(attributes | ({"data-mode": mode} if mode else {}))


class Value(forms.Field):
    """A field of a spec. `path` says where its value stands, by default under its own name in the kind's table."""

    def __init__(self, *, path: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(**{"required": False, **options})
        self.path = path

    def shown(self, value: Any) -> Any:
        """Give what the control begins with; None where it cannot hold the value."""
        raise NotImplementedError

    def read(self, value: Any) -> Any:
        """Give the value for the spec; None where the key is left out."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        found = self.read(self.to_python(value))
        if found is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return found

    def to_python(self, value: Any) -> Any:
        # A browser sends CRLF, which is no change.
        return newlines(value) if isinstance(value, str) else value


class Text(Value):
    """A text of one line, or of `rows`; one that is `named` offers the names of the atlas."""

    def __init__(self, *, rows: int = 0, named: bool = False, **options: Any) -> None:
        attributes = {"class": "code-input"} | ({"list": "references"} if named else {})
        super().__init__(widget=Source(rows) if rows else forms.TextInput(attributes), **options)

    def shown(self, value: Any) -> str | None:
        return value if isinstance(value, str) else None

    def read(self, value: Any) -> Any:
        return (value or "").strip() or None


class Prose(Text):
    """Markdown of a line or two."""

    def __init__(self, **options: Any) -> None:
        Value.__init__(self, widget=forms.Textarea({"rows": 2}), **options)


class Number(Text):
    """A number; what is none, such as an expression or a variant's place, is kept as the text it is."""

    def shown(self, value: Any) -> str | None:
        held = isinstance(value, (int, float, str)) and not isinstance(value, bool)
        return str(value) if held else None

    def read(self, value: Any) -> Any:
        return number(value) if (value or "").strip() else None


class Words(Text):
    """A list of words, with commas between."""

    def shown(self, value: Any) -> str | None:
        held = isinstance(value, list) and all(isinstance(word, str) and "," not in word for word in value)
        return ", ".join(value) if held else None

    def read(self, value: Any) -> list[str] | None:
        return [word.strip() for word in (value or "").split(",") if word.strip()] or None


class Flag(Value):
    widget = forms.CheckboxInput

    def shown(self, value: Any) -> bool | None:
        return value if isinstance(value, bool) else None

    def read(self, value: Any) -> bool | None:
        return True if value else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial) is not bool(data)


class FixedOrder(Flag):
    """The lock on the order, which the spec states the other way round: `shuffle = false`."""

    def shown(self, value: Any) -> bool | None:
        return not value if isinstance(value, bool) else None

    def read(self, value: Any) -> bool | None:
        return False if value else None


class Pick(Value):
    widget = forms.Select

    def __init__(self, words: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self.words = words
        self.widget.choices = list(words.items())

    def shown(self, value: Any) -> str | None:
        return value if value in self.words else None

    def read(self, value: Any) -> str | None:
        if (value or "") not in {"", *self.words}:
            raise forms.ValidationError(f"expected one of {', '.join(filter(None, self.words))}, got {value}")
        return value or None


class Toml(Value):
    """A table of TOML, without its own heading."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        super().__init__(widget=Source(rows, "toml"), **options)

    def shown(self, value: Any) -> str | None:
        return tomlkit.dumps(value) if isinstance(value, Mapping) else None

    def read(self, value: Any) -> dict[str, Any] | None:
        try:
            return tomllib.loads(value or "") or None
        except tomllib.TOMLDecodeError as error:
            raise forms.ValidationError(f"not valid TOML: {error}") from error
