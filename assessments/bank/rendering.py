"""Markdown with LaTeX becomes HTML with MathML Core, safe under a policy that allows nothing inline.

It is done once, when a text is saved. What cannot be shown is an error that names the place, never a gap in the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from assessments import mathml
from assessments.mathml import MAX_FORMULA, ContentError, render_math

__all__ = [
    "FORMULAS",
    "MAX_FORMULA",
    "MAX_FORMULAS",
    "MAX_TEXT",
    "ContentError",
    "markdown",
    "render",
    "render_inline",
    "render_math",
]

MAX_TEXT = 20_000
MAX_FORMULAS = 300
FORMULAS = ("math_inline", "math_inline_double", "math_block")

_HTML = {
    "a": "href title",
    "pre": "class tabindex",
    "span": "class",
    "ol": "start",
    "td": "class",
    "th": "class",
}
_BARE_HTML = frozenset({
    "p", "br", "hr", "em", "strong", "code", "ul", "li", "blockquote", "h2", "h3", "h4", "h5",
    "table", "thead", "tbody", "tr",
})  # fmt: skip
_TAGS = mathml.TAGS | _HTML.keys() | _BARE_HTML
_ATTRIBUTES = mathml.ATTRIBUTES | {tag: set(attributes.split()) for tag, attributes in _HTML.items()}
# Controls, halves of characters, tags, and marks of direction, by which a text reads other than it is stored.
_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff\\U000e0000-\\U000e007f]"
)
_MARK = re.compile(r"[,.;:!?)\]]+")


def _clean(markup: str) -> SafeString:
    safe = nh3.clean(
        markup,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(safe)  # noqa: S308  (what nh3 let through)


def _code(source: str, language: str, _attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(language) if language else None
    except ClassNotFound:
        lexer = None
    body = highlight(source, lexer, HtmlFormatter(nowrap=True)) if lexer else html.escape(source)
    # A wide block scrolls, and must do so by keyboard too.
    return f'<pre class="code" tabindex="0"><code>{body}</code></pre>'


def _formula(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: dict[str, Any]) -> str:
    token = tokens[index]
    try:
        markup = render_math(token.content.strip(), display=token.type != "math_inline")
    except ContentError as error:
        env["problems"].extend(error.problems)
        return ""
    mark = _taken_mark(tokens[index + 1]) if token.type == "math_inline" and index + 1 < len(tokens) else ""
    return f'<span class="m-kept">{markup}{mark}</span>' if mark else markup


def _taken_mark(token: Token) -> str:
    """Take the punctuation off the beginning of a text: it must not begin a line without its formula."""
    found = _MARK.match(token.content) if token.type == "text" else None
    if found is None:
        return ""
    token.content = token.content[found.end() :]
    return found.group()


def _image(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: dict[str, Any]) -> str:
    env["problems"].append(f"the image «{tokens[index].content}» cannot be shown: statements hold text and formulas")
    return ""


def markdown(**options: Any) -> MarkdownIt:
    """Give a parser of the bank's Markdown, whose formulas are tokens of the types FORMULAS."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20, **options}).enable("table")
    return parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)


def _markdown() -> MarkdownIt:
    parser = markdown(highlight=_code)
    for name in FORMULAS:
        parser.add_render_rule(name, _formula)
    parser.add_render_rule("image", _image)
    return parser


def _unseen_problem(markdown: str, index: int) -> str:
    line = markdown.count("\n", 0, index) + 1
    column = index - markdown.rfind("\n", 0, index)
    name = f"U+{ord(markdown[index]):04X}"
    return f"the character {name} (line {line}, column {column}) is not seen or turns others round: remove it"


_parser = _markdown()
_ALIGN = re.compile(r'<(td|th) style="text-align:(left|right|center)">')


def render(markdown: str) -> SafeString:
    """Turn a statement or an explanation into the HTML that candidates see.

    Raises
    ------
    ContentError : naming every formula and image that cannot be shown.
    """
    return _render(markdown, _parser.parse)


def render_inline(markdown: str) -> SafeString:
    """Turn a line, such as an option of a choice, into HTML without a paragraph around it; raises as `render` does."""
    return _render(markdown, _parser.parseInline)


def _render(markdown: str, parse: Callable[[str, dict[str, Any]], list[Token]]) -> SafeString:
    if len(markdown) > MAX_TEXT:
        raise ContentError([f"a text has up to {MAX_TEXT} characters, this one has {len(markdown)}: shorten it"])
    unseen = _UNSEEN.search(markdown)
    if unseen:
        raise ContentError([_unseen_problem(markdown, unseen.start())])
    env: dict[str, Any] = {"problems": []}
    tokens = parse(markdown, env)
    formulas = sum(token.type.startswith("math") for block in tokens for token in (block, *(block.children or ())))
    if formulas > MAX_FORMULAS:
        raise ContentError([f"a text has up to {MAX_FORMULAS} formulas, this one has {formulas}: shorten it"])
    for token in tokens:
        # The page has its h1; a text's own headings begin below it.
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(5, int(token.tag[1]) + 1)}"
    markup = _parser.renderer.render(tokens, _parser.options, env)
    if env["problems"]:
        raise ContentError(env["problems"])
    return _clean(_ALIGN.sub(r'<\1 class="\2">', markup))
