"""QTI: 3.0 written and read, 2.1 and 2.2 read; items alone and in packages with an imsmanifest.xml."""

from assessments.bank.exchange.qti.packages import read, reads
from assessments.bank.exchange.qti.writing import write

__all__ = ["read", "reads", "write"]
