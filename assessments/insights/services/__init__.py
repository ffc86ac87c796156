"""Every write of statistics: vectors of sittings, calibrations, simulated cohorts."""

from assessments.insights.services.calibration import calibrate
from assessments.insights.services.cohorts import simulate_cohort
from assessments.insights.services.requests import calibrate_requested, note_dif, request_calibration
from assessments.insights.services.schedule import schedule_calibrations
from assessments.insights.services.vectors import refresh

__all__ = [
    "calibrate",
    "calibrate_requested",
    "note_dif",
    "refresh",
    "request_calibration",
    "schedule_calibrations",
    "simulate_cohort",
]
