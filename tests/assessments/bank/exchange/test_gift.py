from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.bank.exchange import gift
from assessments.bank.exchange.report import Defaults, Fate, Item, lines
from grader.questions import QuestionFolder


def read(text: str) -> list[Item]:
    return [item for item in gift.read({"q.gift": text.encode()}, Defaults()) if not item.whole]


def one(text: str) -> QuestionFolder:
    (item,) = read(text)
    assert item.question is not None, [str(line) for line in item.lines()]
    return item.question


def options(text: str) -> list[tuple[str, float, str]]:
    return [(row["text"], row["credit"], row.get("feedback", "")) for row in one(text).spec["choice"]["options"]]


def told(text: str) -> list[str]:
    return [line.came for item in read(text) for line in item.lines() if line.fate != Fate.TAKEN and line.came]


def test_a_choice_has_its_title_text_options_and_feedback() -> None:
    question = one("::The mean::What does it minimise?{\n=squares#Yes.\n~%25%signs\n~cubes # No.\n}")
    assert (question.title, question.kind, question.statement) == ("The mean", "choice", "What does it minimise?\n")
    assert question.spec["choice"] == {
        "multiple": False,
        "options": [
            {"text": "squares", "credit": 1, "feedback": "Yes."},
            {"text": "signs", "credit": 0.25},
            {"text": "cubes", "credit": 0, "feedback": "No."},
        ],
    }
    assert question.solutions_correct[0].text == "[0]"


def test_several_right_answers_by_weight_make_a_choice_of_several() -> None:
    question = one("Which?{~%50%a~%-50%b~%50%c~%-50%d}")
    assert question.spec["choice"]["multiple"] is True
    assert [credit for _, credit, _ in options("Which?{~%50%a~%-50%b~%50%c~%-50%d}")] == [1, 0, 1, 0]
    assert [credit for _, credit, _ in options("Which?{~%50%a~%-100%b~%50%c}")] == [0.5, -1, 0.5]
    assert told("Which?{~%50%a~b~%50%c}") == ["wrong options that cost nothing"]


@pytest.mark.parametrize(("word", "right"), [("T", 0), ("TRUE", 0), ("true", 0), ("F", 1), ("FALSE", 1)])
def test_true_and_false(word: str, right: int) -> None:
    found = options(f"Sure?{{{word}#if wrong#if right}}")
    assert [(text, credit) for text, credit, _ in found] == [("True", 1 - right), ("False", right)]
    assert (found[right][2], found[1 - right][2]) == ("if right", "if wrong")


@pytest.mark.parametrize(
    ("answer", "value", "tolerance"),
    [
        ("#3", 3, 0),
        ("#3.14:0.01", 3.14, 0.01),
        ("#3.141..3.142", 3.1415, 0.0005),
        ("# -1e-3 : 2E-4", -0.001, 0.0002),
        ("#=5:1", 5, 1),
        ("=5", 5, 0),
        ("#-2..-1", -1.5, 0.5),
    ],
)
def test_numbers_spans_and_ranges(answer: str, value: float, tolerance: float) -> None:
    assert one(f"How many?{{{answer}}}").spec == {"numeric": {"answer": value, "rtol": 0.0, "atol": tolerance}}


def test_of_several_numbers_the_one_with_full_credit_is_taken_and_the_others_are_told() -> None:
    text = "When?{#=1822:0#Right=%50%1822:2#Close.~#No.}"
    assert one(text).spec["numeric"]["answer"] == 1822
    assert told(text) == ["others with credit: 1822:2 (50 %)", "feedback to typed answers"]


def test_matching_pairs_and_partners_of_nobody() -> None:
    text = "Match.{=$$x$$ -> one\n=b->two = -> three}"
    pairs = one(text).spec["matching"]["pairs"]
    assert pairs == [{"left": "$$\nx\n$$", "right": "one"}, {"left": "b", "right": "two"}]
    assert told(text) == ["1 partner of no item: three"]


def test_an_essay_and_words_to_compare_become_written_answers() -> None:
    assert one("Discuss.{}").kind == "written"
    assert told("How many?{=4}") == ["words that a machine compares: 4"]
    question = one("Who?{=no one=%50%nobody#Nearly.}")
    assert question.spec["written"]["rubric"][0]["description"] == "Accepted: no one; nobody (50 %)."
    assert told("Who?{=no one}") == ["words that a machine compares: no one"]
    assert told("Who?{=%100%no one=%0%*#No.}") == ["feedback to typed answers", "words that a machine compares: no one"]


def test_a_missing_word_leaves_a_blank() -> None:
    assert one("The {=mean ~mode} minimises squares.").statement == "The \\_\\_\\_\\_\\_ minimises squares.\n"


def test_escapes_lose_their_backslash_and_their_meaning() -> None:
    question = one(r"::a\:\:b::x \= 1 \{y\} \# z \~ \\n \n end{=\=1~\~2\#3->4#f \= g}")
    assert question.title == "a::b"
    assert question.statement == "x = 1 {y} # z ~ \\n\\\nend\n"
    assert options(r"a{=\=1~\~2\#3#f \= g}") == [("=1", 1, ""), ("~2#3", 0, "f = g")]


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("[html]<b>a</b>\\nb", "**a** b"),
        ("[markdown]**a** $$x$$", "**a** $$x$$"),
        ("[plain]**a**", "\\*\\*a\\*\\*"),
        ("[moodle]a\\nb", "a\\\nb"),
    ],
)
def test_the_four_formats_of_text(text: str, markdown: str) -> None:
    assert one(f"{text}{{=x~[html]<i>y</i>}}").statement == f"{markdown}\n"
    assert options(f"{text}{{=x~[html]<i>y</i>}}")[1][0] == "*y*"


def test_comments_categories_tags_and_general_feedback() -> None:
    text = "\ufeff$CATEGORY: $course$/top/Other/Metrics\n\n// a comment [id:x] [tag:level:judge] [tag:a\\]b]\n"
    question = one(f"{text}::T::Q{{=a~b####Because.}}")
    assert (question.topics, question.level, question.tags) == (("metrics",), "judge", ("a]b",))
    assert (question.explanation, question.source) == ("Because.\n", "Imported from q.gift (x)")


def test_lines_and_what_had_to_be_assumed_are_told() -> None:
    made = "q.gift: changed: 2 questions: expected answers for certification to try, got none"
    items = gift.read({"q.gift": b"\n\nQ1{=a~b}\n\nQ2{=c~d}\n"}, Defaults(topic="binary", minutes=7))
    assert [str(line) for line in lines(items)] == [
        "q.gift: changed: 2 questions: expected a title, got none: the first words of the text stand for it",
        f"{made}: made from the key: it, and one that it is not",
        "q.gift: changed: 2 questions: expected a topic of the bank, got none: topic binary",
        "q.gift: changed: 2 questions: expected a level, got none: level apply",
        "q.gift: changed: 2 questions: expected minutes to answer in, got none: 7 minutes",
        "q.gift:3: taken: Q1",
        "q.gift:5: taken: Q2",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Just a text.",
        "Q{=a~b",
        "Q=a}",
        "Q{=a}{=b}",
        "Q{~a~b}",
        "Q{=a -> b = c -> b}",
        "Q{=a -> b = c}",
        "Q{#abc}",
        "Q{#}",
        "{=a~b}",
        "Q{a=b}",
        "Q{=a -> b}",
        "\ue000{=a~b}",
        "a" * 400_001 + "{=b~c}",
        "a{=b" + "~c" * 100 + "}",
        "::::Q{",
    ],
)
def test_what_cannot_be_held_is_left_out_with_what_was_expected(text: str) -> None:
    (item,) = read(text)
    (line,) = item.lines()
    assert (line.fate, line.place, bool(line.expected and line.came)) == (Fate.LEFT_OUT, "q.gift:1", True)


def test_a_comment_of_labels_that_do_not_close_is_passed_over() -> None:
    assert one("// " + "[id:" * 1_000_000 + "\nQ{=a~b}").kind == "choice"


@given(st.text("~=#{}:\\%->ab1.\n$*[]()/ \ue000é", max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    for line in lines(gift.read({"q.gift": text.encode()}, Defaults())):
        assert line.fate in set(Fate)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"Q{=a~b}" + b" " * 20_000 + b"\0"])
def test_a_file_that_is_no_text_is_left_out(content: bytes) -> None:
    (line,) = lines(gift.read({"q.gift": content}, Defaults()))
    assert (line.fate, line.expected) == (Fate.LEFT_OUT, "UTF-8 text")
