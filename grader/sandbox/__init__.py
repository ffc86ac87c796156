"""Runs a stranger's Python function on our inputs and learns nothing from it but values."""

from grader.sandbox.client import Sandbox
from grader.sandbox.dialogue import Dialogue
from grader.sandbox.jobs import (
    AskFault,
    CallOutcome,
    ExceptionInfo,
    InfrastructureFault,
    Job,
    JobResult,
    Refused,
    SandboxUnavailable,
    Wall,
)
from grader.sandbox.probe import probe

__all__ = [
    "AskFault",
    "CallOutcome",
    "Dialogue",
    "ExceptionInfo",
    "InfrastructureFault",
    "Job",
    "JobResult",
    "Refused",
    "Sandbox",
    "SandboxUnavailable",
    "Wall",
    "probe",
]
