"""Small training runs, whose loop, weights, held-out data and metric stay in this process."""

from grader.lab.diagnosis import Diagnosis, diagnose
from grader.lab.losses import Loss, Malformed, ReferenceLoss
from grader.lab.scenarios import DEFAULT_PARAMETERS, SCENARIOS, Scenario
from grader.lab.training import Run, Settings, train

__all__ = [
    "DEFAULT_PARAMETERS",
    "SCENARIOS",
    "Diagnosis",
    "Loss",
    "Malformed",
    "ReferenceLoss",
    "Run",
    "Scenario",
    "Settings",
    "diagnose",
    "train",
]
