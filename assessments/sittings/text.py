"""The one rule by which typed text is kept: line ends become LF, all else stays as it is or is refused."""

from __future__ import annotations

from django.conf import settings

from assessments.sittings.errors import AnswerRefused


def normalise(text: str) -> str:
    """Give the text as it is stored; raises AnswerRefused that says what cannot be kept and where it stands."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    limit = settings.ANSWER_MAX_CHARACTERS
    if len(text) > limit:
        raise AnswerRefused(
            f"An answer may have {limit:,} characters; this one has {len(text):,}. "
            "It stays in the page unsaved: shorten it and it is saved."
        )
    if "\0" in text:
        where = place(text, text.index("\0"))
        raise AnswerRefused(
            f"The text has a NUL character ({where}), which cannot be stored. Remove it and it is saved."
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        where = place(text, error.start)
        raise AnswerRefused(
            f"The text has half of a character ({where}; a lone surrogate). Remove it and it is saved."
        ) from error
    return text


def place(text: str, index: int) -> str:
    """Say where a character stands, as an editor counts."""
    line = text.count("\n", 0, index) + 1
    return f"line {line}, column {index - text.rfind(chr(10), 0, index)}"
