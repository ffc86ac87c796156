from __future__ import annotations

import pytest

from assessments.bank.exchange import moodle
from assessments.bank.exchange.report import Defaults, Fate, Item, lines
from grader.questions import QuestionFolder


def quiz(*questions: str) -> dict[str, bytes]:
    return {"quiz.xml": f'<?xml version="1.0"?>\n<quiz>\n{"".join(questions)}</quiz>'.encode()}


def a_question(kind: str, inner: str, name: str = "A name", text: str = "<p>Which?</p>") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name><questiontext format="html"><text><![CDATA[{text}]]>'
        f"</text></questiontext><generalfeedback format='html'><text>&lt;b&gt;Because.&lt;/b&gt;</text>"
        "</generalfeedback>"
        f"<defaultgrade>2.0000000</defaultgrade>{inner}</question>\n"
    )


def answer(fraction: float, text: str, feedback: str = "", more: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text>{text}</text>'
        f'<feedback format="html"><text>{feedback}</text></feedback>{more}</answer>'
    )


def read(*questions: str) -> list[Item]:
    return [item for item in moodle.read(quiz(*questions), Defaults()) if not item.whole]


def one(kind: str, inner: str, **more: str) -> QuestionFolder:
    (item,) = read(a_question(kind, inner, **more))
    assert item.question is not None, [str(line) for line in item.lines()]
    return item.question


def told(kind: str, inner: str, **more: str) -> list[tuple[str, str]]:
    (item,) = read(a_question(kind, inner, **more))
    return [(str(line.fate), line.came) for line in item.lines() if line.came]


def test_a_choice_keeps_text_shares_feedback_explanation_and_points() -> None:
    question = one(
        "multichoice", "<single>true</single>" + answer(100, "&lt;i&gt;a&lt;/i&gt;", "Yes.") + answer(33.33333, "b")
    )
    assert (question.title, question.kind, question.statement) == ("A name", "choice", "Which?\n")
    assert (question.explanation, question.points) == ("**Because.**\n", 2)
    assert question.spec["choice"] == {
        "multiple": False,
        "options": [{"text": "*a*", "credit": 1, "feedback": "Yes."}, {"text": "b", "credit": 0.3333333}],
    }


def test_several_answers_keep_their_weights_where_the_bank_weighs_otherwise() -> None:
    of = "<single>false</single><shuffleanswers>0</shuffleanswers>"
    usual = one("multichoice", of + answer(50, "a") + answer(50, "b") + answer(-50, "c"))
    assert usual.spec["choice"]["shuffle"] is False
    assert [row["credit"] for row in usual.spec["choice"]["options"]] == [1, 1, 0]
    other = one("multichoice", of + answer(60, "a") + answer(40, "b") + answer(-10, "c"))
    assert [row["credit"] for row in other.spec["choice"]["options"]] == [0.6, 0.4, -0.1]
    assert told("multichoice", of + answer(50, "a") + answer(50, "b") + answer(0, "c")) == [
        ("changed", "wrong options that cost nothing")
    ]


def test_true_and_false() -> None:
    question = one("truefalse", answer(0, "true", "No.") + answer(100, "false"))
    assert question.spec["choice"] == {
        "multiple": False,
        "shuffle": False,
        "options": [{"text": "True", "credit": 0, "feedback": "No."}, {"text": "False", "credit": 1}],
    }


def test_a_number_has_its_tolerance_and_units_are_refused() -> None:
    value = answer(100, "0.5", more="<tolerance>0.01</tolerance>")
    assert one("numerical", value + answer(0, "*")).spec == {"numeric": {"answer": 0.5, "rtol": 0.0, "atol": 0.01}}
    units = "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units>"
    assert told("numerical", value + units) == [("left out", "units")]
    assert told("numerical", value + answer(50, "0.6")) == [("changed", "others with credit: 0.6 (50%)")]
    assert told("numerical", value + answer(0, "*", "No.")) == [("changed", "feedback to typed answers")]
    assert told("numerical", answer(100, "*")) == [("left out", "*")]


def matching(*rows: tuple[str, str]) -> str:
    return "".join(
        f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'
        for left, right in rows
    )


def test_matching_pairs() -> None:
    question = one("matching", matching(("&lt;p&gt;a&lt;/p&gt;", r"\(x\)"), ("b", "&lt;y&gt;"), ("", "z")))
    pairs = [("a", "$x$"), ("b", "\\<y>")]
    assert [(row["left"], row["right"]) for row in question.spec["matching"]["pairs"]] == pairs
    assert told("matching", matching(("a", "x"), ("b", "y"), ("", "z"))) == [("changed", "1 partner of no item: z")]
    assert told("matching", matching(("a", "x"), ("b", "x"))) == [("left out", "items that share one")]


def test_partners_that_are_dragged_have_a_form() -> None:
    rows = matching(("a", "&lt;b&gt;x&lt;/b&gt;"), ("b", "y")).replace("<answer>", '<answer format="html">')
    assert [row["right"] for row in one("ddmatch", rows).spec["matching"]["pairs"]] == ["**x**", "y"]


def test_an_order_an_essay_and_words_to_compare() -> None:
    assert one("ordering", answer(1, "a") + answer(2, "b")).spec == {
        "ordering": {"items": ["a", "b"], "credit": "position"}
    }
    info = '<graderinfo format="html"><text>&lt;p&gt;Look for &lt;b&gt;x&lt;/b&gt;.&lt;/p&gt;</text></graderinfo>'
    rubric = [{"criterion": "Answer", "points": 2, "description": "Look for **x**."}]
    assert one("essay", info).spec["written"]["rubric"] == rubric
    assert one("shortanswer", answer(100, "7")).spec["numeric"]["answer"] == 7
    assert told("shortanswer", answer(100, "7")) == [("changed", "words that a machine compares: 7")]
    words = one("shortanswer", answer(100, "mean") + answer(50, "average"))
    assert words.spec["written"]["rubric"][0]["description"] == "Accepted: mean; average (50%)."
    assert one("shortanswer", answer(100, "7") + answer(50, "8")).kind == "written"
    fed = [("changed", "feedback to typed answers"), ("changed", "words that a machine compares: 7")]
    assert told("shortanswer", answer(100, "7", "Yes.")) == fed
    cased = told("shortanswer", "<usecase>1</usecase>" + answer(100, "mean"))
    assert cased[-1] == ("changed", "words whose case counts")
    bounds = told("essay", "<minwordlimit>50</minwordlimit><maxwordlimit>90</maxwordlimit>")
    assert [came for _, came in bounds] == ["at least 50 words", "at most 90 words"]
    assert told("essay", "<attachments>-1</attachments>") == [("changed", "files to attach")]


@pytest.mark.parametrize(
    ("inner", "credit", "came"),
    [
        ("<selecttype>ALL</selecttype><gradingtype>0</gradingtype>", "position", []),
        ("<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>", "adjacent", []),
        ("<gradingtype>7</gradingtype>", "position", [("changed", "relative to correct")]),
        ("<gradingtype>-1</gradingtype>", "position", [("changed", "all or nothing")]),
        ("<gradingtype>ALL_OR_NOTHING</gradingtype>", "position", [("changed", "all or nothing")]),
        (
            "<selecttype>RANDOM</selecttype><selectcount>2</selectcount>",
            "position",
            [("changed", "2 of them, random")],
        ),
        ("<selecttype>2</selecttype><selectcount>-1</selectcount>", "position", []),
    ],
)
def test_an_order_keeps_its_credit_where_the_bank_has_it(inner: str, credit: str, came: list[tuple[str, str]]) -> None:
    items = answer(1, "a") + answer(2, "b") + answer(3, "c")
    assert one("ordering", inner + items).spec["ordering"]["credit"] == credit
    assert told("ordering", inner + items) == came


def test_an_id_number_is_named_in_the_source() -> None:
    assert one("essay", "<idnumber>dd1</idnumber>").source == "Imported from quiz.xml (dd1)"


def coderunner(answer: str, language: str = "python3") -> str:
    cases = "<testcases><testcase/></testcases>"
    return f"<coderunnertype>{language}</coderunnertype><answer><![CDATA[{answer}]]></answer>{cases}"


def test_coderunner_maps_where_the_core_has_the_function() -> None:
    source = "def mse(y, p):\n    return ((y - p) ** 2).mean()"
    question = one("coderunner", coderunner(source), text="Write mse(y, p).")
    assert question.spec["coding"] == {
        "function": "mse",
        "parameters": ["y", "p"],
        "reference": "mean_squared_error",
    }
    assert [solution.text for solution in question.solutions_correct] == [f"{source}\n"]
    assert told("coderunner", coderunner(source)) == [("changed", "1 test case")]
    for broken, came in (
        ("def area(x): ...", "area"),
        ("x = 1", "0"),
        ("def f(:", "line 1: invalid syntax"),
    ):
        assert told("coderunner", coderunner(broken)) == [("left out", came)]
    assert told("coderunner", coderunner(source, "c_function")) == [("left out", "c_function")]
    more = "<penaltyregime>10, 20</penaltyregime><attachments>0</attachments><template/><file name='a.txt'>YQ==</file>"
    assert [came for _, came in told("coderunner", coderunner(source) + more)] == [
        "a penalty for further tries",
        "files that come along",
        "1 test case",
    ]


@pytest.mark.parametrize(
    ("kind", "came"),
    [
        ("cloze", "embedded answers"),
        ("ddwtos", "drag and drop into text"),
        ("gapselect", "select missing words"),
        ("calculated", "calculated"),
        ("description", "a description, which asks nothing"),
        ("", "none"),
    ],
)
def test_other_types_are_left_out_by_name(kind: str, came: str) -> None:
    assert told(kind, "") == [("left out", came)]


def test_a_category_gives_the_topic_and_tags_say_the_rest() -> None:
    path = "$course$/top/Losses/Binary classification"
    category = f'<question type="category"><category><text>{path}</text></category></question>'
    tags = (
        "<tags>"
        + "".join(f"<tag><text>{tag}</text></tag>" for tag in ("level:judge", "minutes:9", "own", "level:x"))
        + "</tags>"
    )
    (item,) = read(category, a_question("essay", tags))
    assert item.question is not None
    assert (item.question.topics, item.question.level) == (("binary",), "judge")
    assert (item.question.minutes, item.question.tags) == (9, ("own",))


def whole(*questions: str) -> list[tuple[str, str]]:
    """Give what is told of many questions, or of what stands beside them."""
    items = moodle.read(quiz(*questions), Defaults())
    usual = {"a topic of the bank", "a level", "minutes to answer in"}
    return [
        (line.item, line.came) for line in lines(item for item in items if item.whole) if line.expected not in usual
    ]


def test_what_a_category_says_of_itself_is_told_where_it_stands() -> None:
    category = (
        '<question type="category"><category><text>$course$/Iota</text></category>'
        '<info format="html"><text>About iota</text></info><idnumber>i-1</idnumber></question>'
    )
    said = [("the category «Iota»", "its description, About iota"), ("the category «Iota»", "its ID number, i-1")]
    assert whole(category, a_question("essay", "")) == said
    assert [line.came for line in lines(moodle.read(quiz(category), Defaults()))][-1] == "none"


def test_what_moodle_says_of_many_questions_and_the_bank_of_none_is_told_once() -> None:
    inner = "<penalty>0.3333333</penalty><hidden>1</hidden><answernumbering>ABCD</answernumbering>"
    choice = a_question("multichoice", inner + answer(100, "a") + answer(0, "b"))
    rows = "<shuffleanswers>false</shuffleanswers>" + matching(("a", "x"), ("b", "y"))
    assert whole(choice, choice, a_question("matching", rows)) == [
        ("2 questions", "options numbered ABCD"),
        ("2 questions", "a penalty of 33% a try"),
        ("2 questions", "ones that are hidden"),
        ("3 questions", "none"),
        ("1 question", "one order for everybody"),
    ]


def test_an_element_that_is_not_known_is_told() -> None:
    assert whole(a_question("essay", "<colour>red</colour><responseformat>editor</responseformat>")) == [
        ("1 question", "an element colour")
    ]


@pytest.mark.parametrize(
    ("single", "shares", "came"),
    [
        ("true", (50, 0), ["at most 50%"]),
        ("true", (100, -25), ["options that cost credit"]),
        ("false", (33, 33.33333, 33.33333, -50), ["99.67%"]),
        ("false", (33.33333, 33.33333, 33.33333, -50), []),
    ],
)
def test_shares_that_the_bank_takes_otherwise_are_told(single: str, shares: tuple[float, ...], came: list[str]) -> None:
    options = "".join(answer(share, f"option {place}") for place, share in enumerate(shares))
    assert [said for _, said in told("multichoice", f"<single>{single}</single>{options}")] == came


def test_files_that_come_along_are_told_by_what_shows_them() -> None:
    files = "".join(
        f'<file name="{name}" path="/" encoding="base64">YQ==</file>' for name in ("a b.png", "c.mp3", "d.txt")
    )
    text = '<img src="@@PLUGINFILE@@/a%20b.png" alt="a curve"> <a href="@@PLUGINFILE@@/c.mp3">Listen</a>'
    inner = f'<questiontext format="html"><text><![CDATA[{text}]]></text>{files}</questiontext>'
    (item,) = read(f'<question type="essay"><name><text>N</text></name>{inner}</question>')
    assert [line.came for line in item.remarks] == [
        "a file that no text shows, d.txt",
        "a picture, a curve",
        "a link to a file, c.mp3",
    ]
    assert item.question is not None
    assert item.question.statement == "(picture: a curve) Listen\n"


def test_pictures_feedback_and_hints_are_told_with_their_place() -> None:
    hint = '<hint format="html"><text>Think.</text></hint>'
    combined = "<correctfeedback><text>Well done, you.</text></correctfeedback>"
    usual = "<incorrectfeedback><text>Your answer is incorrect.</text></incorrectfeedback>"
    text = '<p>See <img src="@@PLUGINFILE@@/a.png" alt="a curve"></p>'
    items = moodle.read(quiz(a_question("essay", hint + combined + usual, text=text)), Defaults())
    assert [f"{line.place} {line.fate} {line.came}" for line in lines(items) if line.came not in {"", "none"}] == [
        "quiz.xml changed feedback for right, partly right and wrong",
        "quiz.xml changed hints for further tries",
        "quiz.xml:3 changed a picture, a curve",
    ]
    question = items[-1].question
    assert question is not None
    assert question.statement == "See (picture: a curve)\n"


def test_a_picture_beside_the_text_is_told() -> None:
    assert told("essay", "<image>a.png</image><image_base64>AA</image_base64>") == [("changed", "a picture, a.png")]


def test_a_text_form_is_honoured() -> None:
    inner = '<questiontext format="plain_text"><text>a &lt;b&gt; *c*</text></questiontext>'
    text = f'<question type="essay"><name><text>N</text></name>{inner}</question>'
    assert read(text)[0].question.statement == "a \\<b> \\*c\\*\n"  # type: ignore[union-attr]
    marked = text.replace("plain_text", "markdown").replace("a &lt;b&gt; ", "")
    assert read(marked)[0].question.statement == "*c*\n"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "inner", "came"),
    [
        ("multichoice", answer(100, "a"), "1"),
        ("multichoice", answer(0, "a") + answer(0, "b"), "none with a share above 0"),
        ("multichoice", answer("much", "a") + answer(0, "b"), "much"),
        ("matching", matching(("a", "x")), "1"),
        ("ordering", answer(1, "a") + answer(2, "a"), "2, 1 of them different"),
        ("shortanswer", "", "none with a share above 0"),
        ("numerical", "", "0"),
        ("numerical", answer(100, "nan"), "nan"),
        ("multichoice", answer("inf", "a") + answer(0, "b"), "inf"),
        ("essay", "<penalty>nan</penalty>", "nan"),
        ("multichoice", answer(100, "a") + answer(0, "b") * 100, "101"),
        ("essay", "<tags>" + "<tag><text>a</text></tag>" * 101 + "</tags>", "101"),
    ],
)
def test_what_cannot_be_held_is_left_out(kind: str, inner: str, came: str) -> None:
    assert told(kind, inner) == [("left out", came)]


def test_a_formula_that_cannot_be_shown_stands_as_code() -> None:
    assert one("essay", "", text=r"\(\require{x}\)").statement == "`\\require{x}`\n"
    assert told("essay", "", text=r"\(\require{x}\)") == [("changed", r"\require{x}")]


def test_xml_of_another_kind_is_left_out() -> None:
    (line,) = lines(moodle.read({"a.xml": b"<html/>"}, Defaults()))
    assert (line.fate, line.expected, line.came) == (Fate.LEFT_OUT, "a <quiz> of Moodle", "<html>")
