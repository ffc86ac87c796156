"""What grading says of one answer: an outcome, a score, the checks behind it and the mistakes it names."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self


class Outcome(StrEnum):
    """The words for how an answer ended."""

    CORRECT = "correct"
    PARTIAL = "partial"
    WRONG = "wrong"
    REJECTED = "rejected"
    RUNTIME_ERROR = "runtime_error"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    PENDING_REVIEW = "pending_review"
    UNGRADABLE = "ungradable"


SCORELESS = frozenset({Outcome.PENDING_REVIEW, Outcome.UNGRADABLE})


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    `passed` is None where the check was not reached; `share` is the part of the weight that was earned.
    """

    name: str
    weight: float
    passed: bool | None
    message: str
    share: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A named mistake (code as in the catalogue of mistakes) with the numbers that prove it.

    `message` is for the candidate, `recruiter` for who reads the report: what it says of the candidate.
    """

    code: str
    name: str
    message: str
    evidence: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    recruiter: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """Something that the text of an answer shows, for who reads it; `code` is the word that a spec may forbid."""

    code: str
    message: str
    line: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class SampleCase:
    """One case that the candidate may see whole. Values are printed text, already cut to a readable length."""

    name: str
    arguments: Mapping[str, str]
    expected: str
    got: str
    difference: str
    printed: str
    passed: bool
    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer of the grader. `score` is a fraction in [0, 1], or None where there is none.

    `training` is there for labs alone: the curves of the answer's run and of the reference's, and the diagnosis
    (`grader.kinds.lab.curves` makes it).
    """

    outcome: Outcome
    score: float | None
    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
    timing: Mapping[str, float] = dataclasses.field(default_factory=dict)
    provenance: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    samples: tuple[SampleCase, ...] = ()
    notes: tuple[Note, ...] = ()
    training: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if (self.score is None) is not (self.outcome in SCORELESS):
            raise ValueError(f"outcome {self.outcome} does not go with score {self.score}")
        if self.score is not None and not 0.0 <= self.score <= 1.0:
            raise ValueError(f"a score is a fraction in [0, 1], not {self.score}")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; non-finite numbers become the strings "nan", "inf", "-inf"."""
        return {
            "outcome": str(self.outcome),
            "score": self.score,
            "checks": [jsonable(dataclasses.asdict(check)) for check in self.checks],
            "findings": [jsonable(dataclasses.asdict(finding)) for finding in self.findings],
            "timing": jsonable(self.timing),
            "provenance": jsonable(self.provenance),
            "samples": [jsonable(dataclasses.asdict(sample)) for sample in self.samples],
            "notes": [dataclasses.asdict(note) for note in self.notes],
            **({} if self.training is None else {"training": jsonable(self.training)}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises KeyError, TypeError or ValueError on anything else."""
        return cls(
            outcome=Outcome(data["outcome"]),
            score=data["score"],
            checks=tuple(Check(**check) for check in data["checks"]),
            findings=tuple(Finding(**finding) for finding in data["findings"]),
            timing=dict(data["timing"]),
            provenance=dict(data["provenance"]),
            samples=tuple(SampleCase(**sample) for sample in data.get("samples", ())),
            notes=tuple(Note(**note) for note in data.get("notes", ())),
            training=data.get("training"),
        )


def jsonable(value: Any) -> Any:
    """Replace non-finite floats by their names and tuples by lists, all the way down."""
    if isinstance(value, bool) or value is None or isinstance(value, (int, str)):
        return value
    if isinstance(value, float):
        if math.isnan(value):
            return "nan"
        return ("inf" if value > 0 else "-inf") if math.isinf(value) else value
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in a verdict: convert it to plain numbers and text first")
