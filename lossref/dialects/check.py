"""Compare every case of a file of other libraries' values with what the dialects give."""

from __future__ import annotations

import collections
import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lossref.dialects._node import Array
from lossref.dialects._peer_file import decoded, read_cases
from lossref.dialects._registry import call, dialect, gradient, hessian_diagonal

_OWN_ERROR = "library_differs_from_exact_value"


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """One number, array or call that is not as the library has it."""

    case: str
    api: str
    what: str
    detail: str

    def __str__(self) -> str:
        return f"{self.case} {self.api}: {self.what}: {self.detail}"


@dataclasses.dataclass(slots=True)
class Report:
    """Failures, and how many cases of each library passed out of how many."""

    failures: list[Failure]
    passed: collections.Counter[str]
    cases: collections.Counter[str]

    def summary(self) -> list[str]:
        return [f"{library}: {self.passed[library]} of {count} pass" for library, count in sorted(self.cases.items())]


def check_file(path: Path) -> Report:
    """Run every case of the file: values, gradients and second derivatives, each at the case's own tolerances."""
    return check_cases(read_cases(path))


def check_cases(cases: Iterable[Mapping[str, Any]]) -> Report:
    """As `check_file`, of cases that are already read."""
    report = Report([], collections.Counter(), collections.Counter())
    for case in cases:
        found = list(_failures(case))
        report.failures += found
        report.cases[case["library"]] += 1
        report.passed[case["library"]] += not found
    return report


def _failures(case: Mapping[str, Any]) -> Iterator[Failure]:
    try:
        given, options = ({k: decoded(v) for k, v in case[part].items()} for part in ("args", "options"))
        arguments = dialect(case["api"]).joined(given, options)
    except (ValueError, TypeError, KeyError) as error:
        yield Failure(str(case.get("id")), case["api"], "case", f"{type(error).__name__}: {error}")
        return
    for what, compare in _comparisons(case, arguments):
        try:
            detail = compare()
        except (ValueError, TypeError, KeyError, IndexError, ArithmeticError) as error:
            detail = f"{type(error).__name__}: {error}"
        if detail:
            yield Failure(str(case.get("id")), case["api"], what, detail)


def _comparisons(case: Mapping[str, Any], arguments: Mapping[str, Any]) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield what is compared, and the comparison, which gives what differs or nothing."""
    api, tolerance = case["api"], Closeness(case["rtol"], case["atol"])
    excused = _OWN_ERROR in (case.get("tags") or ())
    truths = [numbers(case[name]) for name in ("expected", *(["mp_truth"] if excused else [])) if name in case]
    yield "value", lambda: tolerance.to_any(call(api, **arguments), truths)
    slopes = Slopes(api, arguments)
    for name, expected in (case.get("expected_grad_wrt") or {}).items():
        compare = functools.partial(slopes.compared, name, numbers(expected), tolerance, spoiled=excused)
        yield f"gradient in {name}", compare
    for name, expected in (case.get("expected_grad_summary") or {}).items():
        yield f"gradient in {name}", functools.partial(slopes.summarised, name, expected, tolerance)
    if "expected_hessian_diag" in case:
        curvatures = [numbers(case["expected_hessian_diag"])]
        yield "second derivative", lambda: tolerance.to_any(hessian_diagonal(api, **arguments), curvatures)


@dataclasses.dataclass(frozen=True, slots=True)
class Slopes:
    """Gradients of one call."""

    api: str
    arguments: Mapping[str, Any]

    def of(self, name: str) -> Array:
        return gradient(self.api, name, **self.arguments)

    def compared(self, name: str, expected: Array, tolerance: Closeness, *, spoiled: bool) -> str:
        """Empty where they agree (`spoiled`: where the library's own error makes its slope NaN, nothing can)."""
        got = self.of(name)
        detail = tolerance.to_any(got, [np.where(np.isnan(expected), got, expected) if spoiled else expected])
        if not detail:
            return ""
        # One tensor that a call was given twice has the sum of both gradients.
        twins = [self.of(twin) for twin in self._twins(name)]
        return tolerance.to_any(got + sum(twins), [expected]) and detail if twins else detail

    def summarised(self, name: str, expected: Mapping[str, Any], tolerance: Closeness) -> str:
        return tolerance.to_summary(self.of(name), expected)

    def _twins(self, name: str) -> list[str]:
        own = self.arguments[dialect(self.api).named(name)]
        return [
            other
            for other, value in self.arguments.items()
            if value is not own
            and isinstance(value, np.ndarray)
            and value.dtype == own.dtype
            and np.array_equal(value, own)
        ]


@dataclasses.dataclass(frozen=True, slots=True)
class Closeness:
    """|got − expected| ≤ atol + rtol·|expected|, with NaN and infinities equal to themselves; shapes must agree."""

    rtol: float
    atol: float

    def to_any(self, got: Any, truths: list[Array]) -> str:
        """Empty where each entry agrees with one of the truths, else the worst entry."""
        result = numbers(got)
        if result.shape != truths[0].shape:
            return f"expected the shape {truths[0].shape}, {result.shape} came"
        agrees = np.any([self._close(result, truth) for truth in truths], axis=0)
        return "" if agrees.all() else _worst(result, truths[0], ~agrees)

    def to_summary(self, got: Array, expected: Mapping[str, Any]) -> str:
        """As `to_any`, of a large array by its sum, its Euclidean norm and its first entries."""
        flat = got.ravel().astype(np.float64)
        length = float(np.sqrt(flat @ flat))
        if not np.isclose(length, expected["l2"], rtol=self.rtol, atol=self.atol):
            return f"expected the norm {expected['l2']}, {length} came"
        if abs(flat.sum() - expected["sum"]) > self.atol + self.rtol * max(abs(expected["sum"]), length):
            return f"expected the sum {expected['sum']}, {flat.sum()} came"
        first = numbers(expected["first5"])
        return self.to_any(flat[: first.size], [first])

    def _close(self, got: Array, expected: Array) -> Any:
        return np.isclose(got, expected, rtol=self.rtol, atol=self.atol, equal_nan=True)


def numbers(value: Any) -> Array:
    plain = float(value) if isinstance(value, str) else decoded(value)
    return np.asarray(plain, dtype=np.float64)


def _worst(got: Array, expected: Array, wrong: Any) -> str:
    with np.errstate(invalid="ignore"):
        distance = np.where(wrong, np.nan_to_num(np.abs(got - expected), nan=np.inf), -1.0)
    at = tuple(int(i) for i in np.unravel_index(distance.argmax(), distance.shape))
    return f"expected {expected[at]}, {got[at]} came at {at} ({int(np.sum(wrong))} of {got.size} entries)"
