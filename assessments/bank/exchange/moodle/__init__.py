"""Moodle XML: read with all that can be held of it, and written for what Moodle can hold."""

from assessments.bank.exchange.moodle.reading import read, reads
from assessments.bank.exchange.moodle.writing import write

__all__ = ["read", "reads", "write"]
