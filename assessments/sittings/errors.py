"""What may go wrong while somebody sits an assessment: each with its HTTP status and a sentence for the candidate."""

from __future__ import annotations


class SittingError(Exception):
    status = 400

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class AnswerRefused(SittingError):  # noqa: N818 - what it is, not what failed
    """A text that cannot be an answer. It stays in the candidate's page."""

    status = 422


class TooManyRequests(SittingError):  # noqa: N818
    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Conflict(SittingError):  # noqa: N818
    """Another tab or browser went on from here. What came is kept aside; what stands is told."""

    status = 409

    def __init__(self, message: str, *, reason: str, revision: int, text: str) -> None:
        self.reason, self.revision, self.text = reason, revision, text
        super().__init__(message)


class TimeIsUp(SittingError):  # noqa: N818
    status = 410


class LinkProblem(SittingError):  # noqa: N818
    """An invitation link that opens nothing, and why."""

    def __init__(self, title: str, message: str, *, status: int) -> None:
        self.title, self.status = title, status
        super().__init__(message)
