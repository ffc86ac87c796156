from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice

from assessments.bank.exchange import drafts, markup
from assessments.bank.exchange.drafts import Drafts, Parts
from assessments.bank.exchange.gift import grammar
from assessments.bank.exchange.gift.grammar import Answer, Entry, Question
from assessments.bank.exchange.report import Defaults, Item, LeftOut
from assessments.bank.models import Kind

_TRUTH = {"t": True, "true": True, "f": False, "false": False}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_BLANK = "\\_\\_\\_\\_\\_"


def reads(files: Mapping[str, bytes]) -> bool:
    return bool(files) and all(_is_gift(name, content[:20_000]) for name, content in files.items())


def _is_gift(name: str, head: bytes) -> bool:
    return (
        not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        and b"\0" not in head
        and (name.lower().endswith((".gift", ".txt")) or (b"{" in head and b"}" in head and b"::" in head))
    )


def read(files: Mapping[str, bytes], defaults: Defaults) -> list[Item]:
    defaults.allow(len(files))
    found: list[Item] = []
    for name, content in files.items():
        file = Drafts(name, defaults)
        try:
            entries = list(islice(grammar.entries(_text(content)), defaults.most + 1))
        except LeftOut as refusal:
            file.item(name, name).leave_out(refusal.expected, refusal.came)
        else:
            defaults.allow(len(found) + len(entries))
            for entry in entries:
                _read(entry, file)
        found += file.read()
    return found


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LeftOut("UTF-8 text", str(error)) from error
    if "\0" in text:
        raise LeftOut("UTF-8 text", "a NUL in it")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read(entry: Entry, file: Drafts) -> None:
    item = file.item(f"{file.name}:{entry.line}", entry.text.strip().split("\n")[0][:60])
    try:
        question = grammar.question(entry)
        item.name = question.title or item.name
        parts = Reader(item, question).parts()
    except LeftOut as refusal:
        item.leave_out(refusal.expected, refusal.came)
        return
    parts.title, parts.labels, parts.category = question.title, entry.labels, entry.category
    parts.identifier = entry.identifier
    file.finish(item, parts)


class Reader:
    """One question being read: which kind its answers make it, and its texts as Markdown."""

    def __init__(self, item: Item, question: Question) -> None:
        self.item, self.question = item, question

    def parts(self) -> Parts:
        answers = self.question.answers
        if answers is None:
            raise LeftOut("answers in braces { }", "a description, which asks nothing")
        parts = self._parts(answers)
        parts.explanation = self.markdown(self.question.explanation)
        return parts

    def _parts(self, answers: str) -> Parts:
        if not answers:
            return Parts(Kind.WRITTEN, drafts.rubric(1, ""), self.statement())
        if answers.startswith("#"):
            return self._numeric(answers[1:].strip())
        word, _, feedback = answers.partition("#")
        if word.strip().lower() in _TRUTH:
            return self._truth(_TRUTH[word.strip().lower()], feedback)
        found = grammar.answers_of(answers)
        if any(answer.sign == "=" and "->" in answer.text for answer in found):
            return self._matching(found)
        if any(answer.sign == "~" for answer in found):
            return self._choice(found)
        return self._short(found)

    def note(self, expected: str, came: str, done: str) -> None:
        self.item.changed(expected, came, done)

    def markdown(self, text: str) -> str:
        form, text = grammar.formed(text, self.question.form)
        return markup.from_text(text, form, self.note)

    def statement(self) -> str:
        """Give the text; where the answers stand within it, a blank stands for them."""
        before, after = self.question.text, self.question.after
        # The blank is put in before the text is read, so that both halves are one paragraph.
        statement = self.markdown(f"{before}\ue0ff{after}" if after else before).replace("\ue0ff", _BLANK)
        if not statement:
            raise LeftOut("a question text", "none")
        return statement

    def _choice(self, answers: list[Answer]) -> Parts:
        multiple = not any(answer.sign == "=" for answer in answers)
        table = drafts.choice([self._option(answer) for answer in answers], multiple=multiple)
        if multiple and any(not answer.weight for answer in answers):
            self.note("a cost of wrong ticks", "wrong options that cost nothing", "each costs what a key earns")
        return Parts(Kind.CHOICE, table, self.statement())

    def _option(self, answer: Answer) -> dict[str, object]:
        share = answer.weight if answer.weight is not None else 100.0 if answer.sign == "=" else 0.0
        return {
            "text": self.markdown(answer.text),
            "credit": max(-1.0, min(1.0, share / 100)),
            "feedback": self.markdown(answer.feedback),
        }

    def _truth(self, right: bool, feedback: str) -> Parts:  # noqa: FBT001 - what the key is
        # The first comment is for a wrong answer, the second for a right one.
        if_wrong, _, if_right = feedback.partition("#")
        options = [
            {
                "text": "True" if value else "False",
                "credit": float(value == right),
                "feedback": self.markdown(if_right if value == right else if_wrong),
            }
            for value in (True, False)
        ]
        return Parts(Kind.CHOICE, drafts.choice(options, multiple=False) | {"shuffle": False}, self.statement())

    def _numeric(self, text: str) -> Parts:
        # The first number may go without its sign.
        found = grammar.answers_of(text if text.startswith("=") else f"={text}")
        right = [answer for answer in found if answer.sign == "=" and answer.weight in {None, 100.0}]
        if len(right) != 1:
            raise LeftOut("one number that is right", f"{len(right)}")
        others = [answer for answer in found if answer not in right and answer.text and answer.weight]
        worth = [f"{grammar.back(answer.text)} ({answer.weight:g} %)" for answer in others]
        if worth:
            self.note("one number", f"others with credit: {'; '.join(worth)}", "left out")
        if any(answer.feedback for answer in found):
            self.note("feedback for each option", "feedback to typed answers", "left out")
        return Parts(Kind.NUMERIC, drafts.numeric(*_range(right[0].text)), self.statement())

    def _matching(self, answers: list[Answer]) -> Parts:
        if any(answer.sign != "=" or "->" not in answer.text for answer in answers):
            raise LeftOut("pairs = item -> partner only", "something else among them")
        halves = [answer.text.partition("->")[::2] for answer in answers]
        rows = [(self.markdown(left), self.markdown(right)) for left, right in halves]
        held = [(left, right) for left, right in rows if left]
        if len(held) < len(rows):
            extra = drafts.left_over(right for left, right in rows if not left)
            self.note("as many partners as items", extra, "left out")
        if len({right for _, right in held}) != len(held):
            raise LeftOut("a partner of its own for each item", "items that share one")
        return Parts(Kind.MATCHING, drafts.pairs(held), self.statement())

    def _short(self, answers: list[Answer]) -> Parts:
        """Read a number as a number; of words people decide, with the listed ones before them."""
        listed = [(grammar.back(answer.text), answer.weight) for answer in answers]
        full = [text for text, weight in listed if weight in {None, 100.0}]
        if len(listed) == len(full) == 1 and re.fullmatch(_NUMBER, full[0]):
            self.note(*drafts.as_number(full[0]))
            return Parts(Kind.NUMERIC, drafts.numeric(float(full[0]), 0), self.statement())
        if any(answer.feedback for answer in answers):
            self.note("feedback for each option", "feedback to typed answers", "left out")
        words = "; ".join(
            text if weight in {None, 100.0} else f"{text} ({weight:g} %)"
            for text, weight in listed
            if weight is None or weight > 0
        )
        if not words:
            raise LeftOut("an answer that is right", "none with a share above 0")
        came = f"words that a machine compares: {words}"
        self.note("a kind of question that the bank has", came, "a written answer, with them in the rubric")
        return Parts(Kind.WRITTEN, drafts.rubric(1, f"Accepted: {words}."), self.statement())


def _range(text: str) -> tuple[float, float]:
    """Read `value`, `value:tolerance` or `low..high` as a value and its tolerance."""
    text = grammar.back(text).replace(" ", "")
    spanned = re.fullmatch(rf"({_NUMBER})\.\.({_NUMBER})", text)
    if spanned:
        # In decimals, as they are written: the middle of 3.141 and 3.142 is 3.1415.
        low, high = sorted(map(Decimal, spanned.groups()))
        return float((low + high) / 2), float((high - low) / 2)
    found = re.fullmatch(rf"({_NUMBER})(?::({_NUMBER}))?", text)
    if found is None:
        raise LeftOut("a number, value:tolerance or low..high", text)
    return float(found.group(1)), float(found.group(2) or 0)
