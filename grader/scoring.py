"""From checks to outcome and score: the one home of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.verdict import Check, Finding, Outcome, SampleCase, Verdict

CORRECTNESS = "correctness"


def passed(name: str, weight: float, message: str) -> Check:
    """Build a check that earned its whole weight."""
    return Check(name, float(weight), passed=True, message=message, share=1.0)


def failed(name: str, weight: float, message: str, share: float = 0.0) -> Check:
    """Build a check that did not pass; `share` is what is earned where the spec allows parts."""
    return Check(name, float(weight), passed=False, message=message, share=share)


def not_reached(name: str, weight: float, message: str) -> Check:
    """Build a check that was not looked at."""
    return Check(name, float(weight), passed=None, message=message)


def settle(
    checks: Iterable[Check],
    findings: Sequence[Finding] = (),
    *,
    fault: Outcome | None = None,
    samples: Sequence[SampleCase] = (),
) -> Verdict:
    """Turn checks into a verdict.

    A fault (rejected, a limit, a runtime error) scores 0. If the correctness check failed, nothing else
    earns. Otherwise the score is the weighted sum of shares; a check of weight 0 informs and does not count.

    Parameters
    ----------
    checks : what was looked at, weights included.
    findings : named mistakes, in the order of their weight for the reader.
    fault : outcome that stands before any comparison.
    samples : printed cases, where they were run.
    """
    checks = tuple(checks)
    score = 0.0 if fault else _score(checks)
    if fault:
        outcome = fault
    elif score >= 1.0:
        outcome = Outcome.CORRECT
    else:
        outcome = Outcome.PARTIAL if score > 0.0 else Outcome.WRONG
    return Verdict(outcome, score, checks, tuple(findings), samples=tuple(samples))


def _score(checks: Sequence[Check]) -> float:
    total = sum(check.weight for check in checks)
    if total <= 0:
        return 0.0
    if any(check.name == CORRECTNESS and not check.passed and check.share == 0.0 for check in checks):
        return 0.0
    if all(check.passed for check in checks if check.weight > 0):
        return 1.0
    earned = sum(check.weight * check.share for check in checks)
    return min(1.0, max(0.0, earned / total))


def rejected(message: str, name: str = CORRECTNESS, weight: float = 1.0) -> Verdict:
    """Give the verdict of an answer that does not parse or breaks the stated rules."""
    return settle([not_reached(name, weight, message)], fault=Outcome.REJECTED)
