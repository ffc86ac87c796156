"""What the web asks of a grader worker: the wire format of one request, versioned."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal, Self

CONTRACT_VERSION = 1

Mode = Literal["full", "sample"]


class ContractError(ValueError):
    """A request that does not have the agreed form: the sender's fault, never the candidate's."""


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one submission.

    Seconds are of wall time: `case_seconds` bounds one call, `total_seconds` all of them together.
    """

    case_seconds: float = 2.0
    total_seconds: float = 10.0
    memory_bytes: int = 1 << 30
    output_bytes: int = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class GradeRequest:
    """One answer to decide.

    Attributes
    ----------
    kind : the question's kind, such as "coding".
    spec : the grading spec (the tables of spec.toml) with every `@{name}` already replaced.
    answer : what the candidate typed, in the form of the answer file of that kind.
    seed : seed of the hidden cases; the same request gives the same verdict.
    mode : "full" grades; "sample" runs the printed cases only and fills `Verdict.samples`.
    reference_source : text of the folder's reference.py, where it has one.
    """

    kind: str
    spec: Mapping[str, Any]
    answer: str
    seed: int
    mode: Mode = "full"
    limits: Limits = Limits()
    reference_source: str | None = None

    @property
    def spec_hash(self) -> str:
        """Name of the spec by its content (SHA-256 over canonical JSON, reference.py included)."""
        return hash_of_spec(self.spec, self.reference_source)

    def to_json(self) -> dict[str, Any]:
        return {"version": CONTRACT_VERSION, **dataclasses.asdict(self), "spec": dict(self.spec)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; raises ContractError that says what was expected and what came."""
        fields: dict[str, Any] = dict(data)
        version = fields.pop("version", None)
        if version != CONTRACT_VERSION:
            raise ContractError(f"expected a request of contract version {CONTRACT_VERSION}, got {version!r}")
        if not isinstance(fields.get("answer"), str) or not isinstance(fields.get("spec"), Mapping):
            raise ContractError("the request needs `answer` as text and `spec` as a table")
        if fields.get("mode", "full") not in {"full", "sample"}:
            raise ContractError(f"mode is full or sample, not {fields['mode']!r}")
        try:
            return cls(**{**fields, "limits": Limits(**fields.get("limits", {}))})
        except TypeError as error:
            raise ContractError(f"the request does not have the agreed fields: {error}") from error


def hash_of_spec(spec: Mapping[str, Any], reference_source: str | None = None) -> str:
    """SHA-256 over canonical JSON of the spec and the reference's source."""
    canonical = json.dumps([spec, reference_source], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
