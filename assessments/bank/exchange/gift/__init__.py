"""GIFT, Moodle's format for typing questions: its whole grammar read, and written for what it can hold."""

from assessments.bank.exchange.gift.reading import read, reads
from assessments.bank.exchange.gift.writing import write

__all__ = ["read", "reads", "write"]
