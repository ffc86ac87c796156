"""What was seen of one call, beside what is right for it: what checks and diagnosis read."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.comparison import Comparison, as_array

if TYPE_CHECKING:
    from grader.cases import Case
    from grader.sandbox import CallOutcome


@dataclasses.dataclass(frozen=True, slots=True)
class Observation:
    """One case with how its call ended. `comparison` is None where there is no value to compare."""

    case: Case
    outcome: CallOutcome
    comparison: Comparison | None

    @property
    def fits(self) -> bool:
        """Whether the call ended with a right value."""
        return self.comparison is not None and self.comparison.fits

    @property
    def value(self) -> Any:
        """What the call returned."""
        return self.outcome.value

    @property
    def array(self) -> np.ndarray[Any, Any] | None:
        """The returned value as float64, or None where it is no array of real numbers."""
        if self.comparison is None:
            return None
        plain = as_array(self.outcome.value)
        return None if isinstance(plain, Comparison) else plain.astype(np.float64)
