r"""The grammar of GIFT: a file as entries, an entry as title, text and answers.

A backslash takes their meaning from ~ = # { } : and itself is written twice; \n is a new line. Such characters are
put out of the way while the entry is taken apart, and back when its texts are read.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from assessments.bank.exchange.drafts import allow
from assessments.bank.exchange.report import LeftOut

LONGEST_ENTRY = 400_000
LONGEST_COMMENT = 10_000
_ESCAPED = "~=#{}:"
# Private characters stand for escaped ones.
_AWAY = {f"\\{sign}": chr(0xE000 + place) for place, sign in enumerate(_ESCAPED)}
_BACK = {chr(0xE000 + place): sign for place, sign in enumerate(_ESCAPED)}
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_COMMENT_LABEL = re.compile(r"\[(id|tag):((?:\\.|[^\]\\]){0,500})\]")
_WEIGHT = re.compile(r"%(-?\d+(?:\.\d*)?|-?\.\d+)%")


@dataclasses.dataclass(slots=True)
class Entry:
    """One question as it stands: its lines joined, without comments."""

    line: int
    text: str
    category: str
    labels: list[str]
    identifier: str = ""


@dataclasses.dataclass(slots=True)
class Answer:
    """One answer: its sign (= right, ~ wrong, "" in a numeric one), its weight in percent, text and feedback."""

    sign: str
    text: str
    weight: float | None = None
    feedback: str = ""


@dataclasses.dataclass(slots=True)
class Question:
    """An entry taken apart; `answers` is None where it has no braces, `after` what stands behind them."""

    title: str
    form: str
    text: str
    after: str
    answers: str | None
    explanation: str = ""


def entries(text: str) -> Iterator[Entry]:
    """Give the questions of a file: empty lines part them, lines that begin with // are comments."""
    category = identifier = ""
    held: list[str] = []
    labels: list[str] = []
    start = 0
    for number, line in enumerate([*text.lstrip("\ufeff").splitlines(), ""], 1):
        bare = line.strip()
        if bare.startswith("//"):
            said = _COMMENT_LABEL.findall(bare[:LONGEST_COMMENT])
            labels += [_unquoted(text) for name, text in said if name == "tag"]
            identifier = next((_unquoted(text) for name, text in said if name == "id"), identifier)
        elif bare.startswith("$CATEGORY:"):
            category = re.sub(r"^(\$\w+\$/)?(top/)?", "", bare.removeprefix("$CATEGORY:").strip())
        elif bare:
            start = start or number
            held.append(line)
        elif held:
            yield Entry(start, "\n".join(held), category, labels, identifier)
            held, labels, start, identifier = [], [], 0, ""


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def away(text: str) -> str:
    """Put escaped characters out of the way; a doubled backslash escapes nothing."""
    parts = re.split(r"(\\\\)", text)
    for escape, stand_in in _AWAY.items():
        parts[::2] = [part.replace(escape, stand_in) for part in parts[::2]]
    return "".join(parts)


def back(text: str) -> str:
    """Give a text its escaped characters back."""
    text = re.sub(r"\\([\\n])", lambda match: "\n" if match.group(1) == "n" else "\\", text)
    return "".join(_BACK.get(sign, sign) for sign in text)


def question(entry: Entry) -> Question:
    """Take an entry apart.

    Raises
    ------
    LeftOut : where braces do not close, or stand twice; where its characters are those that stand for escaped ones.
    """
    if len(entry.text) > LONGEST_ENTRY:
        raise LeftOut(f"a question of up to {LONGEST_ENTRY} characters", f"{len(entry.text)}")
    if _PRIVATE.search(entry.text):
        raise LeftOut("characters that have a meaning", "some of Unicode's private area")
    text = away(entry.text).strip()
    title = ""
    if text.startswith("::") and "::" in text[2:]:
        title, _, text = text[2:].partition("::")
    form, text = _form(text.strip())
    opening, closing = text.find("{"), text.rfind("}")
    if opening < 0 and closing < 0:
        return Question(back(title).strip(), form, text, "", None)
    if opening < 0 or closing < opening or "{" in text[opening + 1 :] or text.count("}") > 1:
        raise LeftOut("one pair of braces { } around the answers", text[max(0, opening) :])
    answers, _, explanation = text[opening + 1 : closing].partition("####")
    return Question(
        back(title).strip(), form, text[:opening], text[closing + 1 :].rstrip(), answers.strip(), explanation.strip()
    )


def _form(text: str) -> tuple[str, str]:
    found = _FORMAT.match(text)
    return (found.group(1), text[found.end() :]) if found else ("moodle", text)


def formed(text: str, usual: str) -> tuple[str, str]:
    """Give the form of a text, the question's where it names none, and the text itself."""
    form, rest = _form(text.strip())
    return (form if rest != text.strip() else usual), back(rest).strip()


def answers_of(text: str) -> list[Answer]:
    """Take the answers of a question apart.

    Raises
    ------
    LeftOut : where something stands before the first sign.
    """
    before, *signed = re.split(r"(?=[=~])", text) if text and text[0] not in "=~" else ["", *_signed(text)]
    if before.strip():
        raise LeftOut("answers that begin with = or ~", before)
    found = [_answer(part) for part in signed if part.strip()]
    allow(found)
    return found


def _signed(text: str) -> list[str]:
    return [part for part in re.split(r"(?=[=~])", text) if part]


def _answer(part: str) -> Answer:
    sign, rest = part[0], part[1:].strip()
    weight = None
    found = _WEIGHT.match(rest)
    if found:
        weight, rest = float(found.group(1)), rest[found.end() :]
    body, _, feedback = rest.partition("#")
    return Answer(sign, body.strip(), weight, feedback.strip())
