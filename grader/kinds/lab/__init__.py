"""Training lab: a loss, written or chosen, serves a small training run; what it comes to decides."""

from grader.kinds.lab.grade import grade
from grader.kinds.lab.spec import check_spec

__all__ = ["check_spec", "grade"]
