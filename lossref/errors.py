"""The faults a caller can make, each with what was expected, what came and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UnknownLoss(KeyError):  # noqa: N818 - the name is part of the public interface
    """No entry of the catalogue has this name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(name)
        self.name = name
        self.nearest = nearest_names(name, known)

    def __str__(self) -> str:
        hint = (
            f"did you mean {', '.join(self.nearest)}?" if self.nearest else "`python -m lossref list` shows all names"
        )
        return f"the catalogue has no loss {self.name!r}; {hint}"

    def __reduce__(self) -> tuple[type[UnknownLoss], tuple[str, tuple[str, ...]]]:
        return type(self), (self.name, self.nearest)


class UnknownApi(KeyError):  # noqa: N818 - named like UnknownLoss
    """No dialect has a function of this name."""

    def __init__(self, api: str, known: Iterable[str]) -> None:
        super().__init__(api)
        self.api = api
        self.nearest = nearest_names(api, known)

    def __str__(self) -> str:
        hint = f"did you mean {', '.join(self.nearest)}?" if self.nearest else "`lossref.dialects.apis()` lists all"
        return f"no dialect has the API {self.api!r}; {hint}"

    def __reduce__(self) -> tuple[type[UnknownApi], tuple[str, tuple[str, ...]]]:
        return type(self), (self.api, self.nearest)


def nearest_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the known names that are spelt most like this one."""
    return tuple(difflib.get_close_matches(name, list(known), n=3, cutoff=0.5))


class DomainError(ValueError):
    """An argument holds a value outside of its domain.

    Attributes
    ----------
    argument : the parameter's name.
    index : position of the first offending entry (of the row, where a whole row offends).
    value : the offending entry (a row's sum, where a row does not sum to 1).
    """

    def __init__(self, argument: str, expected: str, index: tuple[int, ...], value: float) -> None:
        super().__init__(argument, expected, index, value)
        self.argument, self.expected, self.index, self.value = argument, expected, index, value

    def __str__(self) -> str:
        place = f"{self.argument}[{', '.join(map(str, self.index))}]" if self.index else self.argument
        return f"{self.argument}: expected {self.expected}; {place} is {self.value!r}"


class ShapeError(ValueError):
    """Arguments whose shapes do not go together; nothing is broadcast silently."""


class OptionError(ValueError):
    """An option that the loss does not have, or a value that the option does not take."""


class EmptyError(ValueError):
    """A mean over nothing, which has no value."""
