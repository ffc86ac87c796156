"""Small training runs, whose loop, weights, held-out data and metric stay in this process."""

from grader.lab.diagnosis import Diagnosis, diagnose
from grader.lab.losses import Loss, Malformed, ReferenceLoss
from grader.lab.scenarios import SCENARIOS, Scenario
from grader.lab.training import Run, Settings, train

__all__ = [
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
