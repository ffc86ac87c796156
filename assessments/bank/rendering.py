"""Markdown with LaTeX becomes HTML with MathML Core, safe under a policy that allows nothing inline.

It is done once, when a text is saved. What cannot be shown is an error that names the place, never a gap in the page.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from math_core import LatexError, LatexToMathML
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

MAX_TEXT = 20_000
MAX_FORMULA = 2_000
MAX_FORMULAS = 300
MAX_DEPTH = 40


class ContentError(ValueError):
    """A text that cannot be shown as it was meant; `problems` names each place and what to do there."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


# math-core writes inline styles on tables, borders and operators; the policy would drop them, so they become classes.
_STYLES = {
    "text-align:left": "m-left",
    "text-align:right": "m-right",
    "justify-items:start": "",
    "justify-items:end": "",
    "padding-left:0": "m-pl-0",
    "padding-right:0": "m-pr-0",
    "padding-left:1em": "m-pl-1",
    "padding-left:0.1667em": "m-pl-thin",
    "padding-right:0.1667em": "m-pr-thin",
    "width:100%": "m-whole",
    "width:50%": "m-half",
    **{f"border-{side}:0.05em solid currentcolor": f"m-line-{side}" for side in ("top", "right", "bottom", "left")},
    **{f"border-{side}:0.05em dashed currentcolor": f"m-dash-{side}" for side in ("top", "right", "bottom", "left")},
}
_OPERATOR = "stretchy lspace rspace form minsize maxsize largeop movablelimits symmetric fence separator"
_MATHML = {
    "math": "display class",
    "annotation": "encoding",
    "mi": "mathvariant",
    "mo": _OPERATOR,
    "mspace": "width height depth",
    "mfrac": "linethickness displaystyle scriptlevel",
    "mover": "accent",
    "munder": "accentunder",
    "munderover": "accent accentunder",
    "mpadded": "width height depth lspace voffset class",
    "mstyle": "displaystyle scriptlevel",
    "mtable": "displaystyle scriptlevel class",
    "mtd": "class columnspan rowspan",
}
_BARE_MATHML = frozenset({
    "semantics", "mrow", "mn", "mtext", "ms", "msub", "msup", "msubsup", "msqrt", "mroot", "mtr",
    "mmultiscripts", "mprescripts", "mphantom",
})  # fmt: skip
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
_MATHML_TAGS = _MATHML.keys() | _BARE_MATHML
_ATTRIBUTES = {tag: set(attributes.split()) for tag, attributes in (_MATHML | _HTML).items()}

_latex = LatexToMathML(annotation=True, fancy_error=False)
_TAG = re.compile(r"<([a-zA-Z]+)")
_STEP = re.compile(r"<(/?)[a-zA-Z][^>]*?(/?)>")
_STYLE = re.compile(r'\sstyle="([^"]*)"')
_MARK = re.compile(r"[,.;:!?)\]]+")
_PLACE = re.compile(r"(\d+): (.*)", re.DOTALL)


def render_math(latex: str, display: bool = False) -> SafeString:  # noqa: FBT001, FBT002  (the agreed signature)
    """Turn one formula into MathML Core.

    Raises
    ------
    ContentError : if it is too long or too deep, does not parse, or asks for what browsers do not show.
    """
    if len(latex) > MAX_FORMULA:
        raise ContentError([f"a formula has up to {MAX_FORMULA} characters, this one has {len(latex)}: split it"])
    try:
        mathml = _latex.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        raise ContentError([f"the formula {_short(latex)} cannot be read: {_where(str(error))}"]) from error
    if _depth(mathml) > MAX_DEPTH:
        raise ContentError([f"the formula {_short(latex)} is nested deeper than {MAX_DEPTH}: split it"])
    foreign = sorted(set(_TAG.findall(mathml)) - _MATHML_TAGS)
    if foreign:
        raise ContentError([f"the formula {_short(latex)} needs {', '.join(foreign)}, which browsers do not show"])
    return _clean(_STYLE.sub(lambda match: _classes(match.group(1), latex), mathml))


def _depth(markup: str) -> int:
    steps = (-1 if closing else 1 for closing, empty in _STEP.findall(markup) if not empty)
    return max(itertools.accumulate(steps), default=0)


def _short(latex: str) -> str:
    text = " ".join(latex.split())
    return f"«{text}»" if len(text) <= 60 else f"«{text[:57]}…»"


def _where(error: str) -> str:
    match = _PLACE.fullmatch(error)
    return f"at character {int(match.group(1)) + 1}: {match.group(2)}" if match else error


def _classes(style: str, latex: str) -> str:
    declarations = [":".join(part.strip() for part in item.split(":")) for item in style.split(";") if item.strip()]
    unknown = [declaration for declaration in declarations if declaration not in _STYLES]
    if unknown:
        what = ", ".join(declaration.split(":")[0] for declaration in unknown)
        raise ContentError([f"the formula {_short(latex)} sets {what} of its own: leave that to the page"])
    names = " ".join(filter(None, (_STYLES[declaration] for declaration in declarations)))
    return f' class="{names}"' if names else ""


def _clean(markup: str) -> SafeString:
    safe = nh3.clean(
        markup,
        tags=set(_MATHML_TAGS | _HTML.keys() | _BARE_HTML),
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


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20, "highlight": _code}).enable("table")
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    for name in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(name, _formula)
    parser.add_render_rule("image", _image)
    return parser


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
