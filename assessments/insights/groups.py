"""Reading a keyed file of groups: whose group is which. Nothing of it is stored."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections import Counter
from collections.abc import Mapping

from django.core.exceptions import ValidationError

from assessments.insights.vectors import Answers

MOST_GROUPS = 8
_SHOWN = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Groups:
    """The group of each key, a candidate's id or address in lower case."""

    of: Mapping[str, str]

    @property
    def names(self) -> list[str]:
        """The groups, the largest first."""
        return [name for name, _ in Counter(self.of.values()).most_common()]

    def labels(self, answers: Answers, keys: Mapping[int, tuple[str, str]]) -> list[str]:
        """Give the group of each sitting; "" where the file names neither its candidate's id nor address."""
        pairs = (keys.get(attempt, ("", "")) for attempt in answers.attempts.tolist())
        return [self.of.get(public_id) or self.of.get(address, "") for public_id, address in pairs]


def read_groups(data: bytes) -> Groups:
    """Read lines of `id or e-mail, group`; a first line of heads is left aside. Raises ValidationError by line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(f"Expected UTF-8; byte {error.start} is none. Save the file as «CSV UTF-8».") from error
    lines = csv.reader(io.StringIO(text, newline=None))
    found: dict[str, str] = {}
    problems: list[str] = []
    try:
        for cells in lines:
            _read(lines.line_num, [cell.strip() for cell in cells], found, problems)
    except csv.Error as error:
        raise ValidationError(f"Line {lines.line_num}: {error}") from error
    if len(set(found.values())) > MOST_GROUPS:
        problems.append(f"Expected at most {MOST_GROUPS} groups, got {len(set(found.values()))}.")
    if not problems and len(set(found.values())) < 2:
        problems.append(f"Expected at least two groups to compare, got {len(set(found.values()))}.")
    if problems:
        more = [f"… and {len(problems) - _SHOWN} more."] if len(problems) > _SHOWN else []
        raise ValidationError(problems[:_SHOWN] + more)
    return Groups(found)


def _read(number: int, cells: list[str], found: dict[str, str], problems: list[str]) -> None:
    if not any(cells):
        return
    if number == 1 and len(cells) == 2 and cells[1].lower() == "group":
        return
    if len(cells) != 2 or not all(cells):
        problems.append(f"Line {number}: expected «id or e-mail, group», got {len(cells)} field(s), or an empty one.")
        return
    key, group = cells[0].lower(), cells[1]
    if found.setdefault(key, group) != group:
        problems.append(f"Line {number}: {cells[0]} stands twice, in two groups.")
