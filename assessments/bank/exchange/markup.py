"""Texts on their way: our Markdown with LaTeX becomes HTML for others, and their HTML becomes our Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assessments.bank import rendering
from assessments.bank.exchange.markdown import FORMULA, Note, blocks_of
from assessments.bank.exchange.report import LeftOut
from grader.questions import realise

__all__ = ["Note", "as_html", "as_inline_html", "as_words", "from_element", "from_text"]

# Far more than a question's text may have once it is read, and still quick to read.
LONGEST_TEXT = 100_000
MOST_FORMULAS = 500
# Deeper than any page; parsers of HTML and of Markdown drop what is deeper still without a word.
DEEPEST = 60
# What a picture holds that stands within the text.
_DATA = re.compile(r"data:[\w/+.-]+;base64,[\w+/=%\s]*")
# HTML, Markdown or text, by the names that Moodle and GIFT have for them.
_AUTO = {"moodle", "moodle_auto_format", ""}
_MARKDOWN = {"markdown", "markdown_format"}
_PLAIN = {"plain", "plain_text"}


def _formula(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    token = tokens[index]
    latex = html.escape(" ".join(token.content.split()), quote=False)
    if token.type == "math_inline":
        return rf"\({latex}\)"
    return rf"<p>\[{latex}\]</p>" + "\n" if token.type == "math_block" else rf"\[{latex}\]"


def _words(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    # What only looks like the beginning of a formula is parted by an element, so that nobody takes it for one.
    return re.sub(r"(\\|\$)([(\[$])", r"\1<span>\2</span>", html.escape(tokens[index].content, quote=False))


def _exporter() -> MarkdownIt:
    parser = rendering.markdown()
    for name in rendering.FORMULAS:
        parser.add_render_rule(name, _formula)
    parser.add_render_rule("text", _words)
    return parser


_parser = _exporter()
_foreign = MarkdownIt("commonmark", {"html": True, "maxNesting": 2 * DEEPEST}).enable("table")


def as_html(markdown: str, parameters: dict[str, Any] | None = None) -> str:
    r"""Write a text as HTML (well-formed XML too) with its formulas as LaTeX between \( \) and \[ \]."""
    return str(_parser.render(str(realise(markdown, parameters or {})))).strip()


def as_inline_html(markdown: str, parameters: dict[str, Any] | None = None) -> str:
    """Write a line, such as an option, as `as_html` does, without a paragraph around it."""
    return str(_parser.renderInline(str(realise(markdown, parameters or {})))).strip()


def as_words(markdown: str) -> str:
    """Write a line as words alone, with its formulas as `as_html` writes them."""
    return html.unescape(re.sub(r"<[^>]*>", "", as_inline_html(markdown)))


def from_element(element: etree._Element, note: Note) -> str:
    """Read what stands in an element of (X)HTML as Markdown; `note` is told of all that is not kept."""
    words = "".join(element.itertext())
    _bound("characters", len(words), LONGEST_TEXT)
    _bound("formulas", len(FORMULA.findall(words)) + sum(1 for _ in element.iter("{*}math")), MOST_FORMULAS)
    _bound("nested elements", _depth(element), DEEPEST)
    return "\n\n".join(blocks_of(element, note)).strip()


def _depth(element: etree._Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(element, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _bound(what: str, count: int, most: int) -> None:
    if count > most:
        raise LeftOut(f"a text of up to {most} {what}", str(count))


def from_text(text: str, form: str, note: Note) -> str:
    """Read a text of a named form (html, markdown, plain, moodle) as Markdown; `note` as for `from_element`."""
    text = _DATA.sub("data:", text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
    _bound("characters", len(text), LONGEST_TEXT)
    if not text.strip():
        return ""
    if form in _PLAIN:
        text = "".join(f"<p>{html.escape(part)}</p>" for part in re.split(r"\n\s*\n", text.strip()))
    elif form in _MARKDOWN:
        # Backslashes before brackets and dollars would be taken as escapes of Markdown's own.
        text = str(_foreign.render(re.sub(r"\\([()\[\]])", r"\\\\\1", text)))
    elif form in _AUTO:
        text = text.strip().replace("\n", "<br>\n")
    return from_element(_fragment(text), note)


def _fragment(text: str) -> etree._Element:
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    return lxml_html.fromstring(f"<div>{text}</div>".encode(errors="replace"), parser=parser)
