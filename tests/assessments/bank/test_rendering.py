from __future__ import annotations

import re
import time

import nh3
import pytest
from django.utils.html import strip_tags

from assessments import mathml
from assessments.bank import rendering
from assessments.bank.rendering import (
    MAX_FORMULA,
    MAX_FORMULAS,
    MAX_TEXT,
    ContentError,
    render,
    render_inline,
    render_math,
)


def tags(markup: str) -> set[str]:
    return set(re.findall(r"<([a-zA-Z0-9]+)", markup))


def problems_of(text: str) -> tuple[str, ...]:
    with pytest.raises(ContentError) as caught:
        render(text)
    return caught.value.problems


def test_cases_keep_their_alignment_without_an_inline_style() -> None:
    markup = render(r"$$L = \begin{cases} \frac12 r^2 & |r| \le \delta \\ \delta |r| & \text{otherwise}\end{cases}$$")
    assert " style=" not in markup
    assert markup.count('<mtd class="m-left m-pr-0">') == 2
    assert markup.count('<mtd class="m-left m-pr-0 m-pl-1">') == 2
    assert '<math display="block">' in markup
    assert '<mtable displaystyle="false" scriptlevel="0">' in markup


def test_aligned_equations_meet_at_the_sign() -> None:
    markup = render_math(r"\begin{aligned} a &= b \\ &= c \end{aligned}", display=True)
    assert markup.count('class="m-right m-pr-0"') == markup.count('class="m-left m-pl-0"') == 2


def test_a_formula_carries_its_latex_for_copying() -> None:
    assert '<annotation encoding="application/x-tex">\\sigma(z)</annotation>' in render(r"Let $\sigma(z)$ be.")


def test_cleaning_a_second_time_changes_nothing() -> None:
    markup = render(
        "# Task\n\n$$\\sum_{i=1}^n \\hat y_i$$\n\n| a | b |\n|--:|---|\n| 1 | $x$ |\n\n```python\nx = 1\n```\n"
    )
    attributes = {tag: {"class", "display", "tabindex", "encoding", "accent", "displaystyle"} for tag in tags(markup)}
    attributes["mo"] = {"stretchy", "lspace", "rspace", "class"}
    assert nh3.clean(markup, tags=tags(markup), attributes=attributes) == markup


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<p style="position:fixed">x</p>',
        '<a href="https://a.example" onclick="steal()">x</a>',
        "<style>body { display: none }</style>",
        "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "$\\text{<script>alert(1)</script>}$",
        "```html\n<script>alert(1)</script>\n```",
        "```\n</code></pre><script>alert(1)</script>\n```",
        '```python" onload="alert(1)\nx\n```',
        "$\\operatorname{<svg/onload=alert(1)>}$",
        "$</annotation></semantics></math><script>alert(1)</script>$",
        "$\\newcommand{\\a}{<script>alert(1)</script>}\\a$",
    ],
)
def test_markup_in_a_text_is_shown_as_text_and_never_acts(text: str) -> None:
    markup = render(text)
    assert tags(markup) <= {"p", "pre", "code", "span"} | mathml.TAGS
    attributes = set(re.findall(r"<[^>]*?\s([a-z]+)=", markup))
    assert attributes <= {"class", "tabindex", "encoding", "lspace", "rspace", "form", "stretchy"}


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "java&#10;script:alert(1)"]
)
def test_a_link_leads_to_the_web_or_nowhere(link: str) -> None:
    assert re.findall(r'href="(?!https?:|mailto:)[a-z]+:', render(f"[x]({link}) <{link}>")) == []


def test_a_link_to_the_web_stays_and_tells_the_other_side_nothing() -> None:
    assert render("[docs](https://numpy.org)") == (
        '<p><a href="https://numpy.org" rel="noopener noreferrer">docs</a></p>\n'
    )


def test_code_is_coloured_by_classes() -> None:
    markup = render("```python\ndef f(x):\n    return x\n```")
    assert '<span class="k">def</span>' in markup
    assert markup.startswith('<pre class="code" tabindex="0">')


def test_headings_of_a_text_stand_below_the_heading_of_the_page() -> None:
    assert tags(render("# A\n\n## B\n\n###### C")) == {"h2", "h3", "h5"}


def test_every_bad_formula_is_named_with_its_place() -> None:
    assert problems_of(r"$\frac{a$ and $x\foo$ and $y$") == (
        r'the formula «\frac{a» cannot be read: at character 8: Expected closing token "}", but reached end of input.',
        r'the formula «x\foo» cannot be read: at character 2: Unknown command "\foo".',
    )


def test_the_place_counts_characters_where_the_formula_is_not_ascii() -> None:
    assert "at character 3: Unknown command" in problems_of(r"$üβ\foo$")[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r"$\color{red}{x}$", "sets color of its own"),
        (r"$\cancel{x}$", "needs menclose, which browsers do not show"),
        ("$" + "x" * (MAX_FORMULA + 1) + "$", f"up to {MAX_FORMULA} characters, this one has {MAX_FORMULA + 1}"),
        ("$" + r"\sqrt " * 300 + "x$", "nested deeper than"),
        ("$" + r"\frac{1}{1+" * 45 + "x" + "}" * 45 + "$", "nested deeper than"),
        (r"$\newcommand{\x}{\x\x}\x$", "Too many expansions"),
        ("![plot](plot.png)", "the image «plot» cannot be shown"),
        (r"$\kern 9999em x$", 'sets width="9999em": up to 20em stay on the page'),
        (r"$\raisebox{-300ex}{x}$", 'sets voffset="-300ex"'),
        (r"$\genfrac{(}{)}{99em}{}{a}{b}$", 'sets linethickness="99em"'),
        ("one\nthe \u202egnorw", "the character U+202E (line 2, column 5) is not seen or turns others round"),
        ("$\\text{\u2066a}$", "the character U+2066"),
        ("half \ud800", "the character U+D800"),
        ("nul \0", "the character U+0000"),
        ("x" * (MAX_TEXT + 1), f"a text has up to {MAX_TEXT} characters"),
        ("$x$ " * (MAX_FORMULAS + 1), f"up to {MAX_FORMULAS} formulas, this one has {MAX_FORMULAS + 1}"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_reason(text: str, reason: str) -> None:
    problems = problems_of(text)
    assert len(problems) == 1
    assert reason in problems[0]


@pytest.mark.parametrize(
    "text",
    [
        ">" * 10_000 + " x",
        "*a " * 5_000,
        "[" * 10_000,
        "[a](" * 4_000,
        "**a" * 6_000,
        "|" * 9_000 + "\n" + "|-" * 4_500,
        "$" + "{" * 900 + "x" + "}" * 900 + "$",
        "```perl\n" + "s/" * 6_000,
        "[a]: b\n" * 2_500,
        "a" + "\u0301" * 5_000,
    ],
)
def test_the_strangest_text_is_shown_in_time(text: str) -> None:
    started = time.process_time()
    assert tags(render(text)) <= rendering._TAGS
    assert time.process_time() - started < 10


@pytest.mark.parametrize("latex", [r"\href{javascript:alert(1)}{x}", r"\html{x}", r"\class{a}{x}", r"\style{a}{x}"])
def test_commands_that_reach_out_of_a_formula_do_not_exist(latex: str) -> None:
    assert "Unknown command" in problems_of(f"${latex}$")[0]


def test_sums_of_money_are_no_formulas() -> None:
    assert strip_tags(render("It costs $5 today and $6 tomorrow.")).strip() == "It costs $5 today and $6 tomorrow."


def test_an_option_is_a_line_without_a_paragraph() -> None:
    assert render_inline("the **mean** of <b>") == "the <strong>mean</strong> of &lt;b&gt;"


def test_punctuation_stays_with_the_formula_before_it() -> None:
    markup = render("Both $N$, and ($C$).")
    assert re.findall(r"</math>([^<]*)</span>", markup) == [",", ")."]
    assert strip_tags(markup.replace("N</annotation>", "").replace("C</annotation>", "")).strip() == "Both N, and (C)."
