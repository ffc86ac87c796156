"""Every write of statistics: vectors of sittings, calibrations, simulated cohorts."""

from assessments.insights.services.vectors import refresh

__all__ = ["refresh"]
