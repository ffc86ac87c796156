"""Coding: the candidate's function, run in the sandbox on drawn cases and compared with the reference core."""

from grader.kinds.coding.grade import grade
from grader.kinds.coding.spec import check_spec

__all__ = ["check_spec", "grade"]
