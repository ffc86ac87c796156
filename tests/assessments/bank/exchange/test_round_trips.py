"""What goes out comes back the same, or the report says what is lost."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.bank import folders, rendering
from assessments.bank.exchange import markup
from assessments.bank.exchange.formats import FORMATS
from assessments.bank.exchange.leaving import Leaving
from assessments.bank.exchange.report import Defaults, Fate, Item
from assessments.bank.management import CONTENT, question_folders
from assessments.bank.models import Kind, Level
from assessments.bank.topics import TITLES
from grader.questions import QuestionFolder, realise
from tests.bank import a_question

FOREIGN = ("moodle", "gift", "qti")
COMMON = {Kind.CHOICE, Kind.NUMERIC, Kind.MATCHING, Kind.WRITTEN}
HELD = {"moodle": COMMON | {Kind.ORDERING}, "gift": COMMON, "qti": COMMON | {Kind.ORDERING}}
WORDS = st.text("ab c1\\~=#{}:$*_[]<>&|%->@;.'\"é", min_size=1, max_size=20).map(
    lambda text: markup.from_text(text, "plain", lambda *_: None)
)
PIECES = st.one_of(WORDS, st.sampled_from(["$x_1$", "**b**", "`c_d`", "$$\\frac{a}{b}$$"]))
TEXTS = st.lists(PIECES, min_size=1, max_size=4).map(" ".join).filter(str.strip)
LABELS = st.text("abc é:]\\-", min_size=1, max_size=12).map(lambda text: f"t{' '.join(text.split())}")


@st.composite
def options(draw: Any, *, multiple: bool) -> dict[str, Any]:
    texts = draw(st.lists(TEXTS, min_size=2, max_size=5))
    keys = draw(st.integers(1, len(texts) - 1)) if multiple else 1
    rows = [{"text": text, "credit": int(place < keys)} for place, text in enumerate(texts)]
    rows[0]["feedback"] = draw(TEXTS)
    return {"choice": {"multiple": multiple, "options": draw(st.permutations(rows))}}


def of_kind(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    number = st.floats(-1e6, 1e6, allow_nan=False)
    different = st.lists(TEXTS, min_size=2, max_size=5, unique_by=lambda text: seen(text, inline=True))
    return {
        Kind.CHOICE: st.one_of(options(multiple=False), options(multiple=True)),
        Kind.NUMERIC: st.builds(
            lambda key, width: {"numeric": {"answer": key, "rtol": 0.0, "atol": width}}, number, st.floats(0, 10)
        ),
        Kind.MATCHING: different.map(
            lambda rows: {
                "matching": {"pairs": [{"left": left, "right": f"partner {n}"} for n, left in enumerate(rows)]}
            }
        ),
        Kind.ORDERING: different.map(lambda rows: {"ordering": {"items": rows, "credit": "position"}}),
        Kind.WRITTEN: TEXTS.map(lambda text: {"written": {"rubric": text}}),
    }[Kind(kind)]


@st.composite
def questions(draw: Any, kinds: list[str]) -> QuestionFolder:
    kind = draw(st.sampled_from(kinds))
    return a_question(
        kind,
        title=draw(
            st.text("ab é:~=#{}\\]<&'\"", min_size=1, max_size=30).map(lambda text: " ".join(f"t{text}".split()))
        ),
        spec=draw(of_kind(kind)),
        statement=draw(TEXTS),
        explanation=draw(st.one_of(st.just(""), TEXTS)),
        topics=tuple(draw(st.lists(st.sampled_from(list(TITLES)), min_size=1, max_size=2, unique=True))),
        level=draw(st.sampled_from(Level.values)),
        minutes=draw(st.integers(1, 60)),
        points=draw(st.integers(1, 20)),
        tags=tuple(dict.fromkeys(draw(st.lists(LABELS, max_size=3)))),
        licence=draw(st.sampled_from(["", "CC0-1.0"])),
        solutions_correct=(),
        solutions_wrong=(),
    )


def seen(markdown: str, *, inline: bool = False) -> str:
    """Give what a candidate sees; blanks between blocks show nowhere."""
    html = rendering.render_inline(markdown) if inline else rendering.render(markdown)
    html = re.sub(r"\s*(</?(?:p|li|ul|ol|table|thead|tbody|tr|td|th|pre|h\d|blockquote)\b[^>]*>)\s*", r"\1", html)
    return re.sub(r"\s+", " ", html).strip()


def content(question: QuestionFolder) -> dict[str, Any]:
    """Give what a question says, as candidates and the grader take it."""
    parameters = question.parameters(0)
    table = realise(question.spec, parameters)[question.kind]
    leaving = Leaving(question, "", "", table)
    said = {field: getattr(question, field) for field in ("title", "kind", "level", "tags", "language", "licence")}
    said |= {"minutes": int(question.minutes), "points": int(question.points), "topics": set(question.topics)}
    for field in ("statement", "explanation"):
        said[field] = seen(str(realise(getattr(question, field), parameters)))
    if question.kind == Kind.CHOICE:
        rows = [(seen(text, inline=True), round(share, 5), seen(back)) for text, share, back in leaving.options]
        return said | {"options": rows, "of": (table.get("multiple", False), table.get("shuffle", True))}
    if question.kind == Kind.NUMERIC:
        return said | {"key": leaving.key, "tolerance": pytest.approx(leaving.tolerance)}
    if question.kind == Kind.WRITTEN:
        return said
    rows = leaving.pairs if question.kind == Kind.MATCHING else [(item, "") for item in table["items"]]
    return said | {"rows": [(seen(left, inline=True), seen(right, inline=True)) for left, right in rows]}


def sent(name: str, question: QuestionFolder) -> tuple[Item, Item]:
    """Write a question and read it again: the item that left and the one that came."""
    leaving = Item(question.slug, question.title, question)
    files = FORMATS[name].write([leaving])
    (came,) = [item for item in FORMATS[name].read(files, Defaults()) if not item.whole]
    return leaving, came


@pytest.mark.parametrize("name", FOREIGN)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_what_goes_out_comes_back_the_same(name: str, data: st.DataObject) -> None:
    question = data.draw(questions(sorted(HELD[name])))
    assume(folders.lints(question) == [])
    leaving, came = sent(name, question)
    assert came.question is not None, [str(line) for line in came.lines()]
    assert content(came.question) == content(question)
    lost = {line.came for line in leaving.remarks}
    assert lost == ({"credit for right places"} if (name, question.kind) == ("qti", Kind.ORDERING) else set())


@pytest.mark.parametrize("name", FOREIGN)
def test_questions_of_the_bank_come_back_the_same(name: str) -> None:
    chosen = [folders.read_checked(path) for path in question_folders(CONTENT)[::12]]
    for question in (row for row in chosen if row.kind in HELD[name]):
        leaving, came = sent(name, question)
        assert came.question is not None
        assert content(came.question) == content(question)
        told = {line.done for line in leaving.remarks}
        assert ("the first was written" in told) == (len(question.variants) > 1)


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("kind", Kind.values)
def test_a_kind_that_a_format_does_not_hold_is_left_out_by_name(name: str, kind: str) -> None:
    item = Item("a", "b", a_question(kind))
    FORMATS[name].write([item])
    assert item.fate == (Fate.LEFT_OUT if kind not in HELD[name] else item.fate)
    assert [line.came for line in item.remarks if line.fate == Fate.LEFT_OUT] == ([] if kind in HELD[name] else [kind])


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_questions_give_the_same_bytes_and_are_known_by_them(name: str) -> None:
    from assessments.bank.exchange import formats

    rows = [a_question(kind, kind) for kind in (Kind.CHOICE, Kind.NUMERIC, Kind.MATCHING)]
    first, second = (FORMATS[name].write([Item(row.slug, row.title, row) for row in rows]) for _ in range(2))
    assert first == second
    assert formats.of(first).name == name


def test_what_only_the_bank_says_is_told() -> None:
    spec = {"numeric": {"answer": "1/3", "rtol": 0.1, "atol": 0.0}, "limits": {"wall_seconds": 3}}
    question = dataclasses.replace(a_question(), spec=spec, variants=({"a": 1}, {"a": 2}))
    leaving, came = sent("moodle", question)
    assert [line.came for line in leaving.remarks] == ["2 variants", "tables limits"]
    assert came.question is not None
    assert came.question.spec["numeric"] == {"answer": 1 / 3, "rtol": 0.0, "atol": pytest.approx(0.1 / 3)}


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("gift", Kind.CHOICE, ["one order for everybody"]),
        ("moodle", Kind.CHOICE, []),
        ("moodle", Kind.MATCHING, []),
        ("moodle", Kind.ORDERING, ["one order for everybody"]),
        ("qti", Kind.CHOICE, []),
        ("qti", Kind.MATCHING, []),
    ],
)
def test_an_order_that_everybody_shares_is_written_or_told(name: str, kind: str, told: list[str]) -> None:
    question = a_question(kind)
    locked = dataclasses.replace(question, spec={kind: question.spec[kind] | {"shuffle": False}})
    leaving = Item("a", "b", locked)
    files = FORMATS[name].write([leaving])
    assert [line.came for line in leaving.remarks] == told
    if not told:
        assert re.search(rb"<shuffleanswers>false|shuffle=.false", b"".join(files.values()))
