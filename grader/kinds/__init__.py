"""The kinds of question: for each a module with `check_spec` and `grade`, imported when it is first asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.verdict import Verdict


class Kind(Protocol):
    """What a module of this package offers."""

    def check_spec(self, spec: Mapping[str, Any]) -> list[str]:
        """Say what is wrong with the spec, one sentence a problem, each beginning with its field."""

    def grade(self, request: GradeRequest, sandboxes: Sandboxes) -> Verdict:
        """Decide one answer."""


class _Kinds(Mapping[str, Kind]):
    # sympy, lark and numpy are paid for by the kinds that need them, not by all.
    names = ("choice", "numeric", "ordering", "matching", "derivation", "coding", "lab", "written")

    def __getitem__(self, name: str) -> Kind:
        if name not in self.names:
            raise KeyError(name)
        return cast("Kind", importlib.import_module(f"grader.kinds.{name}"))

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


KINDS: Mapping[str, Kind] = _Kinds()
