"""Two versions of a question, part by part: which lines changed, and in them which words."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterator, Sequence

from assessments.bank import folders, grids
from grader.questions import QuestionFolder

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_AROUND = 3  # lines of what stayed, before and after what changed
_TITLES = {
    "question.toml": "Head",
    "statement.md": "Statement",
    "explanation.md": "Explanation",
    "spec.toml": "Grading",
    "variants": "Variants",
    "reference.py": "Own reference",
}

Words = list[tuple[str, bool]]


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line of the old text beside one of the new; None where there is none.

    `kind` is same, changed, added, removed, or gap: lines that stayed and are left out. The words of a line come
    each with whether the other side lacks it.
    """

    kind: str
    old_number: int | None = None
    old: Words | None = None
    new_number: int | None = None
    new: Words | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One file of the question, or its variants; `state` is changed, added or removed."""

    title: str
    state: str
    lines: list[Line]

    @property
    def unified(self) -> list[Line]:
        """The same lines one under another: what was removed before what came in its place."""
        found: list[Line] = []
        waiting: list[Line] = []
        for line in self.lines:
            if line.kind == "changed":
                found.append(Line("removed", line.old_number, line.old))
                waiting.append(Line("added", None, None, line.new_number, line.new))
                continue
            found += [*waiting, line]
            waiting = []
        return found + waiting


def between(before: QuestionFolder, after: QuestionFolder) -> list[Part]:
    """List the parts in which two versions differ, in the order in which an author edits them."""
    old, new = _parts(before), _parts(after)
    paths = sorted({*old, *new}, key=lambda path: ([*_TITLES, path].index(path), path))
    return [_part(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def _parts(question: QuestionFolder) -> dict[str, str]:
    variants = grids.written(question.variants, question.ranges)
    written = folders.files(dataclasses.replace(question, variants=(), ranges={}))
    return written | ({"variants": variants} if variants else {})


def _part(path: str, old: str | None, new: str | None) -> Part:
    state = "added" if old is None else "removed" if new is None else "changed"
    lines = list(_lines((old or "").splitlines(), (new or "").splitlines()))
    return Part(_TITLES.get(path, path), state, lines)


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(_AROUND)):
        if number or group[0][1] > 0:
            yield Line("gap")
        for tag, i, i_end, j, j_end in group:
            if tag == "equal":
                yield from (_same(old[i + k], i + k + 1, j + k + 1) for k in range(i_end - i))
            else:
                yield from _exchanged(old[i:i_end], i, new[j:j_end], j)


def _same(text: str, old_number: int, new_number: int) -> Line:
    words = [(text, False)]
    return Line("same", old_number, words, new_number, words)


def _exchanged(old: Sequence[str], i: int, new: Sequence[str], j: int) -> Iterator[Line]:
    both = min(len(old), len(new))
    for k in range(both):
        before, after = _compared(old[k], new[k])
        yield Line("changed", i + k + 1, before, j + k + 1, after)
    for k in range(both, len(old)):
        yield Line("removed", i + k + 1, [(old[k], True)])
    for k in range(both, len(new)):
        yield Line("added", None, None, j + k + 1, [(new[k], True)])


def _compared(old: str, new: str) -> tuple[Words, Words]:
    """Tell the words that only one of two lines has; lines with little in common differ as a whole."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.4:
        return [(old, True)], [(new, True)]
    left: Words = []
    right: Words = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        differs = tag != "equal"
        left += [("".join(before[i:i_end]), differs)] if i_end > i else []
        right += [("".join(after[j:j_end]), differs)] if j_end > j else []
    return left, right
