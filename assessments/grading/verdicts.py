"""A verdict as people read it: what each check earned of the score, and what proves each named mistake."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from assessments.grading import curves


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One check with its part of the score. `excerpt` is a text with a caret below the place of an error."""

    title: str
    weight: float
    earned: float
    passed: bool | None
    word: str
    message: str
    excerpt: str


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One input on which a mistake shows, printed."""

    where: str
    arguments: Mapping[str, str]
    expected: str
    got: str
    mistake_gives: str


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """Named mistakes and the numbers that prove them; several where an answer makes them together."""

    findings: list[Mapping[str, Any]]
    rows: list[Row]
    facts: list[tuple[str, str]]

    @property
    def predicts(self) -> bool:
        return any(row.mistake_gives for row in self.rows)


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What a page shows of a verdict."""

    checks: list[Check]
    proofs: list[Proof]
    notes: list[str] = dataclasses.field(default_factory=list)
    training: curves.Training | None = None

    @property
    def weight(self) -> float:
        return sum(check.weight for check in self.checks)

    @property
    def earned(self) -> float:
        return sum(check.earned for check in self.checks)


NOTHING = Reading([], [])
_WORDS = {
    "cases": "hidden cases that show it",
    "wrong": "hidden cases that show it",
    "case": "first on the hidden case",
}


def read(verdict: Mapping[str, Any], *, hidden: bool = False) -> Reading:
    """Read a verdict for a page; only with `hidden` does anything of a hidden case come along."""
    notes = [note["message"] for note in verdict.get("notes", ())]
    named = {finding["code"] for finding in verdict.get("findings", ())}
    training = curves.of(verdict, told=named)
    return Reading(checks(verdict), list(_proofs(verdict, hidden=hidden)), notes, training)


def read_samples(verdict: Mapping[str, Any]) -> Reading:
    """Read what a run on sample cases tells beside them.

    One that never reached its cases (syntax error, wrong arity) says so in its checks; a lab's training on the sample
    data has checks of its own.
    """
    told = verdict.get("training") or not verdict.get("samples")
    return Reading(checks(verdict), [], training=curves.of(verdict)) if told else NOTHING


def checks(verdict: Mapping[str, Any]) -> list[Check]:
    # Where correctness fails or a limit was met, nothing earns, whatever the single checks say.
    counts = bool(verdict.get("score"))
    return [_check(check, counts=counts) for check in verdict.get("checks", ())]


def _check(check: Mapping[str, Any], *, counts: bool) -> Check:
    weight = float(check.get("weight") or 0.0)
    share = 1.0 if check.get("passed") else float(check.get("share") or 0.0)
    sentence, _, excerpt = str(check.get("message", "")).partition("\n")
    return Check(
        title=str(check.get("name")).replace("_", " ").capitalize(),
        weight=weight,
        earned=weight * share if counts else 0.0,
        passed=check.get("passed"),
        word=_word(check.get("passed"), share),
        message=sentence,
        excerpt=excerpt,
    )


def _word(passed: bool | None, share: float) -> str:  # noqa: FBT001 - three values, as the verdict has them
    if passed is None:
        return "not reached"
    if passed:
        return "passed"
    return "passed in part" if share else "failed"


def _proofs(verdict: Mapping[str, Any], *, hidden: bool) -> Iterator[Proof]:
    findings = list(verdict.get("findings", ()))
    while findings:
        evidence = findings[0].get("evidence") or {}
        together = [finding for finding in findings if (finding.get("evidence") or {}) == evidence]
        findings = [finding for finding in findings if finding not in together]
        rows = list(_on_samples(verdict, evidence))
        if hidden:
            rows += _on_hidden(evidence)
        yield Proof([_named(finding) for finding in together], rows, _facts(evidence) if hidden else [])


def _named(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {key: finding.get(key, "") for key in ("code", "name", "message", "recruiter")}


def _on_samples(verdict: Mapping[str, Any], evidence: Mapping[str, Any]) -> Iterator[Row]:
    """Give the printed cases that show the mistake: those it predicts, else those that are wrong."""
    predicted = evidence.get("samples") or {}
    for case in verdict.get("samples", ()):
        name = case["name"]
        if name in predicted or (not predicted and not case["passed"]):
            got = case["got"] or case["message"]
            yield Row(name, case["arguments"], case["expected"], got, predicted.get(name, ""))


def _on_hidden(evidence: Mapping[str, Any]) -> list[Row]:
    return [
        Row(
            where=f"hidden, shape {tuple(row.get('shape', ()))}",
            arguments={},
            expected=_printed(row.get("right")),
            got=_printed(row["answer"]),
            mistake_gives=_printed(row.get("mistake_gives")),
        )
        for row in evidence.get("first", ())
        if "answer" in row
    ]


def _facts(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give what else was noted: how many hidden cases agree, the line of an exception."""
    return [
        (_WORDS.get(key, key.replace("_", " ")), _printed(value))
        for key, value in evidence.items()
        if key not in {"samples", "first"}
    ]


def _printed(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{value:.8g}"


def provenance(verdict: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name what produced a verdict, as facts with their labels; what an older grader did not tell is left out."""
    told = verdict.get("provenance") or {}
    versions = ", ".join(f"{name} {told[name]}" for name in ("lossref", "grader", "numpy") if told.get(name))
    facts = [
        ("Simulated", str(told.get("simulated", ""))),
        ("Sandbox", told.get("sandbox_level") or "none: no code of the candidate ran"),
        ("Versions", versions),
        ("Limits", _limits(told.get("limits") or {})),
        ("Time taken", _time(verdict.get("timing") or {})),
        ("Seed of the hidden cases", str(told.get("seed", ""))),
        ("Hash of the spec", str(told.get("spec_hash", ""))),
        ("Fault", str(told.get("reason", ""))),
    ]
    return [(label, text) for label, text in facts if text]


def _limits(limits: Mapping[str, Any]) -> str:
    if not limits:
        return ""
    memory, output = limits["memory_bytes"] >> 20, limits["output_bytes"] >> 10
    return (
        f"{limits['case_seconds']:g} s a case, {limits['total_seconds']:g} s in all, "
        f"{memory} MiB of memory, {output} KiB printed"
    )


def _time(timing: Mapping[str, Any]) -> str:
    told = [("run", "run_seconds"), ("in all", "total_seconds")]
    return ", ".join(f"{timing[key] * 1000:.1f} ms {words}" for words, key in told if key in timing)
