from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessments.bank import folders, rendering
from assessments.bank.exchange import markup
from assessments.bank.exchange.report import LeftOut
from assessments.bank.management import CONTENT, question_folders
from grader.questions import realise

FOLDERS = question_folders(CONTENT)
SIGNS = "ab 1_*`[]()<>&$\\#-+=~|!:;\"'{}@.é\n"


def shown(markdown: str) -> str:
    """Give what a candidate sees; blanks between blocks show nowhere."""
    markup = re.sub(r"\s*(</?(?:p|li|ul|ol|table|thead|tbody|tr|td|th|pre|h\d|blockquote)\b[^>]*>)\s*", r"\1", markdown)
    return re.sub(r"\s+", " ", markup).strip()


def read(text: str, form: str = "html") -> tuple[str, list[tuple[str, str, str]]]:
    notes: list[tuple[str, str, str]] = []
    return markup.from_text(text, form, lambda *note: notes.append(note)), notes


@pytest.mark.parametrize("path", FOLDERS[::9], ids=lambda path: path.name)
def test_the_texts_of_the_bank_are_shown_as_before_when_they_come_back(path) -> None:
    question = folders.read_checked(path)
    for text in (question.statement, question.explanation):
        before = str(realise(text, question.parameters(0)))
        after, notes = read(markup.as_html(before))
        assert (shown(rendering.render(after)), notes) == (shown(rendering.render(before)), [])


@given(st.text(SIGNS, max_size=60))
def test_words_stay_the_words_that_they_are(text: str) -> None:
    after, notes = read(text, "plain")
    words = unescape(re.sub(r"<[^>]+>", " ", rendering.render(after)))
    # Words may look like a formula that is none; that stands as code, and is told.
    assert {expected for expected, *_ in notes} <= {"a formula that pages can show"}
    assert "@{" not in after
    if not re.search(r"\$\$|\\[(\[]", text):
        assert "".join(words.split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["a", " b ", "$x$", "$$y$$", "**c**", "*d*", "`e_f`", "\n\n", "- g\n", "2.5 ", "\\$"])))
def test_what_goes_out_is_shown_as_before_when_it_comes_back(parts: list[str]) -> None:
    before = "".join(parts)
    try:
        seen = rendering.render(before)
    except rendering.ContentError:
        # Dollars that meet, which nobody can show.
        assume(False)
    after, notes = read(markup.as_html(before))
    assert notes == []
    # A displayed formula stands by itself, within its paragraph or before it.
    assert re.sub(r"\s+|</?p>", "", rendering.render(after)) == re.sub(r"\s+|</?p>", "", seen)


def test_a_formula_that_opens_a_paragraph_may_stand_before_it() -> None:
    assert read(markup.as_html("$$y$$- g\n$$y$$"))[0] == "$$\ny\n$$\n\n\\- g $$y$$"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a<br>b</p>", "a\\\nb"),
        ("H<sub>2</sub>O, x<sup>a b</sup>", "H$_{2}$O, x$^{\\text{a b}}$"),
        ("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n  1. b\n- c"),
        ("<h3>T</h3><pre><code class='language-python'>a\n  b</code></pre>", "### T\n\n```python\na\n  b\n```"),
        ("<blockquote><p>a</p><p>b</p></blockquote><hr>", "> a\n>\n> b\n\n---"),
        ("<table><tr><th>a|b</th></tr><tr><td align='right'>c</td></tr></table>", "| a\\|b |\n| --- |\n| c |"),
        ('<a href="https://e.org/x">y</a> <a href="javascript:z">z</a>', "[y](https://e.org/x) z"),
        (r"\(a_1\) and \[b\] and $$c$$ cost $5", r"$a_1$ and $$b$$ and $$c$$ cost \$5"),
        (r"3\(x\)4", "3 $x$ 4"),
        (r"\(\unknowncommand\)", r"`\unknowncommand`"),
        ("<math><mfrac><mi>a</mi><msup><mi>b</mi><mn>2</mn></msup></mfrac></math>", r"$\frac{a}{{b}^{2}}$"),
        (
            ("<math><semantics><mi>a</mi>"
            "<annotation encoding='application/x-tex'>\\alpha</annotation></semantics></math>"),
            r"$\alpha$",
        ),
        (
            "<math><msqrt><mi>sin</mi><mo>\u2061</mo><mi>x</mi></msqrt><mo>≤</mo><mtext>ok</mtext></math>",
            r"$\sqrt{\sin x}\le \text{ok}$",
        ),
        ("<math><msup><mi>sec</mi><mn>2</mn></msup><mo>∠</mo></math>", r"${\sec }^{2}\angle$"),
        ("<table><tr><td> </td><td/></tr></table><p>a</p>", "a"),
        ("<ruby><rb>真</rb><rp>(</rp><rt>まこと</rt><rp>)</rp></ruby>", "真(まこと)"),
        ("1. a", "1\\. a"),
        ("- a", "\\- a"),
        ("* a", "\\* a"),
        ("+ a", "\\+ a"),
        ("> a", "\\> a"),
        ("a<br>===", "a\\\n\\==="),
        (r"\[a\] \[b\]", "$$\na\n$$\n\n$$\nb\n$$"),
        ("# a", "\\# a"),
        ("use @{name}", "use @\\{name}"),
        ("<b> a </b><i></i><span>c</span>", "**a** c"),
    ],
)  # fmt: skip
def test_html_is_read_as_markdown(html: str, markdown: str) -> None:
    assert read(html)[0] == markdown
    rendering.render(markdown)


@pytest.mark.parametrize(
    ("html", "came"),
    [
        ('<img src="data:image/png;base64,AA" alt="a curve">', "a picture, a curve"),
        ("<img src=x>", "a picture, without words for it"),
        ("<script>alert(1)</script>", "an element script"),
        ("<video src=x></video>", "an element video"),
        ("<object type='image/png'>a</object>", "an object, image/png"),
        ("<div><object data='b.png'><p>b</p></object></div>", "an object, b.png"),
        ("<table><tr><td colspan=2>a</td></tr><tr><td>b</td><td>c</td></tr></table>", "cells that span several"),
        ('<a href="file.pdf">a</a>', "file.pdf"),
        (r"\(\unknowncommand\)", r"\unknowncommand"),
    ],
)
def test_what_is_not_kept_is_told(html: str, came: str) -> None:
    markdown, notes = read(html)
    assert [note[1] for note in notes] == [came]
    assert "alert" not in markdown


def test_text_in_other_forms_is_read() -> None:
    assert read("a *b*\nc", "plain")[0] == "a \\*b\\* c"
    assert read("a *b* \\(x\\) [l](http://e.org)", "markdown")[0] == "a *b* $x$ [l](http://e.org)"
    assert read("a\nb <b>c</b>", "moodle")[0] == "a\\\nb **c**"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("<p>a" + "<br> " * 200 + "x</p>", "a" + "\\\n" * 200 + "x"),
        ("<br> " * 200 + "x" + "<br> " * 200, "x"),
        (r"\[ a \\[2pt] b \]", "$$\na \\\\[2pt] b\n$$"),
        ("$$a$$ " * 3, "$$\na\n$$\n\n$$\na\n$$\n\n$$\na\n$$"),
        (f'<img alt="z" src="data:image/png;base64,{"A" * 3_000_000}">', "(picture: z)"),
    ],
    ids=["breaks", "breaks around", "a row's height", "formulas", "a picture within"],
)
def test_long_texts_are_read_at_once(text: str, markdown: str) -> None:
    assert read(text)[0] == markdown


@pytest.mark.parametrize(
    ("text", "form", "came"),
    [
        ("x" * 100_001, "plain", "up to 100000 characters, got 100001"),
        ("$$a$$ " * 501, "html", "up to 500 formulas, got 501"),
        ("before " + "<b>" * 61 + "after", "html", "up to 60 nested elements, got 62"),
        ("before " + "<div>" * 400 + "after", "html", "up to 60 nested elements, got 254"),
        ("> " * 61 + "a", "markdown", "up to 60 nested elements"),
    ],
)
def test_a_text_that_no_page_would_have_is_refused(text: str, form: str, came: str) -> None:
    with pytest.raises(LeftOut, match=came):
        read(text, form)


def test_a_table_within_a_table_is_read_once_and_told() -> None:
    rows = "<tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr>"
    text, notes = read(f"<table>{rows}</table>")
    assert (text.count("b"), text.startswith("| a \\| b"), [came for _, came, _ in notes]) == (
        1,
        True,
        ["a table within a cell"],
    )


def test_words_that_html_takes_for_an_element_are_told() -> None:
    text, notes = read("<p>if 0.01 <p=0.05 then reject</p>")
    assert (text, [came for _, came, _ in notes]) == ("if 0.01", ["<p=0.05, which HTML takes for an element"])
