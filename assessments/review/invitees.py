"""Reading a pasted list of people: every bad line is told by its number, and then none is used."""

from __future__ import annotations

import csv
import io

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from assessments.sittings.services.invitations import Invitee

MOST_INVITEES = 500
# What a CandidateIdentity holds.
LONGEST_NAME, LONGEST_EMAIL = 200, 254


def read_invitees(text: str) -> list[Invitee]:
    """Read lines of `name, e-mail[, time multiplier[, extra minutes]]`; raises ValidationError with all problems."""
    rows = _rows(text)
    if len(rows) > MOST_INVITEES:
        raise ValidationError(f"{len(rows)} people at once: at most {MOST_INVITEES} a time.")
    invitees: dict[str, Invitee] = {}
    problems: list[str] = []
    for number, cells in rows:
        try:
            invitee = _invitee(cells)
        except ValidationError as error:
            problems.append(f"Line {number}: {error.messages[0]}")
            continue
        if invitee.email.lower() in invitees:
            problems.append(f"Line {number}: {invitee.email} stands twice")
        invitees[invitee.email.lower()] = invitee
    if problems:
        raise ValidationError(problems)
    return list(invitees.values())


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Give the lines that are not empty, as stripped fields, each with its number."""
    lines = csv.reader(io.StringIO(text, newline=None))
    try:
        return [(lines.line_num, [cell.strip() for cell in row]) for row in lines if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ValidationError(f"Line {lines.line_num}: {error}") from error


def _invitee(cells: list[str]) -> Invitee:
    if not 2 <= len(cells) <= 4:
        raise ValidationError(f"expected «name, e-mail», got {len(cells)} field(s)")
    name, email, *rest = cells
    if not name:
        raise ValidationError("the name is missing")
    if len(name) > LONGEST_NAME or len(email) > LONGEST_EMAIL:
        raise ValidationError(f"a name has at most {LONGEST_NAME} characters, an e-mail address {LONGEST_EMAIL}")
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(f"{email!r} is not an e-mail address") from None
    try:
        multiplier = float(rest[0]) if rest and rest[0] else 1.0
        minutes = int(rest[1]) if rest[1:] and rest[1] else 0
    except ValueError:
        raise ValidationError(f"expected a time multiplier and whole minutes, got {', '.join(rest)}") from None
    if not 1 <= multiplier <= 5 or not 0 <= minutes <= 480:
        raise ValidationError("a time multiplier is from 1 to 5, extra minutes from 0 to 480")
    return Invitee(name, email, multiplier, minutes)
