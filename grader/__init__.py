"""Decides one answer: GradeRequest in, Verdict out."""

__version__ = "0.1.0"
