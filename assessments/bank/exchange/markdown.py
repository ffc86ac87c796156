"""A tree of (X)HTML written as the bank's Markdown: what has no place in it is told, never dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from assessments.bank import rendering
from assessments.bank.exchange import formulas
from assessments.bank.exchange.xml import children, local

# expected, came, done
Note = Callable[[str, str, str], None]

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main",
    "nav", "ol", "p", "pre", "section", "summary", "table", "ul",
})  # fmt: skip
_DROPPED = frozenset({
    "applet", "audio", "button", "canvas", "embed", "iframe", "input", "link", "map", "meta", "noscript",
    "script", "select", "style", "svg", "template", "textarea", "title", "video",
})  # fmt: skip
_SILENT = frozenset({"link", "meta", "title", "template"})
# No formula begins within another; what looks like it in \\\\[2pt] is a new line and its height.
FORMULA = re.compile(
    r"\\\((?P<inline>(?:(?!\\\().)+?)\\\)|\\\[(?P<block>(?:(?!(?<!\\)\\\[).)+?)\\\]|\$\$(?P<dollars>.+?)\$\$", re.DOTALL
)
_BREAK = "\\\n"
_parser = rendering.markdown()


def escaped(text: str) -> str:
    """Write words so that Markdown reads them as words, and no part of them as a variant's parameter."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\\(?=[!-/:-@\[-`{-~\s]|$)", r"\\\\", text)
    text = re.sub(r"[`$]", r"\\\g<0>", text)
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    text = re.sub(r"\*(?!\s)|(?<=\S)\*", r"\\*", text)
    text = re.sub(r"\[(?=[^\[]*\](?:\(|:|$))", r"\\[", text)
    text = re.sub(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)", r"\\\g<0>", text)
    return text.replace("@{", "@\\{")


def _at_line_start(line: str) -> str:
    """Escape what begins a heading, a list or a quotation at the start of a paragraph."""
    line = re.sub(r"^(?=#{1,6}(?:\s|$)|>|[+*-](?:\s|$)|(?:-+|=+|~~~.*)\s*$)", r"\\", line)
    return re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", line)


def blocks_of(element: etree._Element, note: Note) -> list[str]:
    """Give an element's content as Markdown blocks."""
    found: list[str] = []
    run: list[str] = []

    def flush() -> None:
        found.extend(_paragraph(_joined(run)))
        run.clear()

    run.append(words(element.text or "", note))
    for node in element:
        name = local(node).lower()
        if name in _BLOCKS or (name not in _DROPPED and name != "math" and _holds_blocks(node)):
            flush()
            found.extend(_block(node, name, note))
        else:
            run.append(inline(node, note))
        run.append(words(node.tail or "", note))
    flush()
    return found


def _holds_blocks(element: etree._Element) -> bool:
    return any(local(node).lower() in _BLOCKS for node in element.iterdescendants())


def _paragraph(run: str) -> Iterator[str]:
    lines = [line.strip() for line in run.split(_BREAK)]
    filled = [place for place, line in enumerate(lines) if line]
    text = _BREAK.join(lines[filled[0] : filled[-1] + 1]) if filled else ""
    # What begins with one formula and ends with another would be read as one.
    while (first := re.match(r"\$\$([^$]+)\$\$", text)) and (
        first.end() == len(text) or _parser.parse(text)[0].type == "math_block"
    ):
        yield f"$$\n{first.group(1).strip()}\n$$"
        text = text[first.end() :].strip().removeprefix(_BREAK).strip()
    if text:
        yield "\n".join(_at_line_start(line.strip()) for line in text.split("\n"))


def _block(node: etree._Element, name: str, note: Note) -> list[str]:
    if name == "object":
        _told_object(node, note)
    if name == "hr":
        return ["---"]
    if name == "pre":
        return [_code_block(node)]
    if name in {"ul", "ol"}:
        return [_list(node, note, ordered=name == "ol")]
    if name == "table":
        return _table(node, note)
    if name == "blockquote":
        return ["\n".join(f"> {line}".rstrip() for line in "\n\n".join(blocks_of(node, note)).split("\n"))]
    if re.fullmatch(r"h[1-6]", name):
        heading = _line(node, note)
        return [f"{'#' * int(name[1])} {heading}"] if heading else []
    return blocks_of(node, note)


def _line(node: etree._Element, note: Note) -> str:
    """Give an element's content on one line: headings and cells have no more."""
    joined = " ".join(blocks_of(node, note))
    return re.sub(r"\$\$\n(.+?)\n\$\$", r"$$\1$$", joined).replace(_BREAK, " ").replace("\n", " ").strip()


def _code_block(node: etree._Element) -> str:
    code = next(children(node, "code"), None)
    language = re.search(r"(?:language|lang)-([\w+-]+)", (code if code is not None else node).get("class", ""))
    for line_break in list(node.iter("br")):
        line_break.tail = "\n" + (line_break.tail or "")
    source = "".join(node.itertext()).strip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", source)), default=0))
    return f"{fence}{language.group(1) if language else ''}\n{source}\n{fence}"


def _list(node: etree._Element, note: Note, *, ordered: bool) -> str:
    start = int(node.get("start", "1")) if node.get("start", "1").isdecimal() else 1
    rows = []
    loose = False
    for number, entry in enumerate((item for item in children(node)), start):
        mark = f"{number}. " if ordered else "- "
        parts = blocks_of(entry, note) or [""]
        loose = loose or any(local(part) == "p" for part in entry)
        nested = len(parts) == 2 and parts[1].lstrip().startswith(("- ", "1. ")) and not loose
        body = ("\n" if nested else "\n\n").join(parts)
        rows.append(mark + body.replace("\n", "\n" + " " * len(mark)))
    return ("\n\n" if loose else "\n").join(re.sub(r"\n +(?=\n)", "\n", row) for row in rows)


def _table(node: etree._Element, note: Note) -> list[str]:
    # Its own rows, not those of a table within a cell.
    groups = [node, *(part for part in children(node) if local(part).lower() in {"thead", "tbody", "tfoot"})]
    rows = [list(children(row)) for group in groups for row in children(group, "tr")]
    width = max((len(row) for row in rows), default=0)
    if not width:
        return []
    if any(int(cell.get(span, "1") or 1) > 1 for row in rows for cell in row for span in ("colspan", "rowspan")
           if (cell.get(span) or "1").isdecimal()):  # fmt: skip
        note("a table of single cells", "cells that span several", "they stand as one each")
    if any(next(cell.iter("{*}table"), None) is not None for row in rows for cell in row):
        note("a table of single cells", "a table within a cell", "it stands as words")
    lines = [
        "| " + " | ".join(_cell(row[i], note) if i < len(row) else "" for i in range(width)) + " |" for row in rows
    ]
    caption = [block for title in children(node, "caption") for block in blocks_of(title, note)]
    if not any(re.search(r"[^|\s]", line) for line in lines):
        return caption
    rule = "| " + " | ".join(_rule(rows[0][i]) if i < len(rows[0]) else "---" for i in range(width)) + " |"
    return [*caption, "\n".join([lines[0], rule, *lines[1:]])]


def _cell(cell: etree._Element, note: Note) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", _line(cell, note))


def _rule(cell: etree._Element) -> str:
    found = re.search(r"text-align:\s*(left|right|center)", cell.get("style", "")) or re.match(
        r"(left|right|center)$", cell.get("align", "")
    )
    return {"left": ":---", "right": "---:", "center": ":---:"}[found.group(1)] if found else "---"


def words(text: str, note: Note) -> str:
    """Write running text with the formulas in it."""
    written, place = [], 0
    for match in FORMULA.finditer(text):
        written.append(escaped(text[place : match.start()]))
        place = match.end()
        latex = match.group("inline") or match.group("block") or match.group("dollars")
        shown = formula(latex, note, display=match.group("inline") is None)
        # A digit beside a dollar keeps Markdown from seeing a formula.
        before, after = text[: match.start()][-1:].isdigit(), text[place:][:1].isdigit()
        written.append(f"{' ' * before}{shown}{' ' * after}")
    return _joined([*written, escaped(text[place:])])


def _joined(parts: Iterable[str]) -> str:
    """Join what stands side by side; two formulas keep a blank between their dollars."""
    joined = ""
    for part in parts:
        parted = part.startswith("$") and joined.endswith("$") and not joined.endswith("\\$")
        joined += f" {part}" if parted else part
    return joined


def formula(latex: str, note: Note, *, display: bool) -> str:
    """Write a formula; one that pages cannot show stands as the code that it is."""
    latex = " ".join(latex.split())
    try:
        rendering.render_math(latex, display=display)
    except rendering.ContentError:
        note("a formula that pages can show", latex, "its code stands in its place")
        return _code(latex)
    return f"$${latex}$$" if display else f"${latex}$"


def inline(node: etree._Element, note: Note) -> str:
    """Write one inline element."""
    name = local(node).lower()
    if name in _DROPPED:
        if name not in _SILENT:
            note("text and formulas", f"an element {name}", "it was dropped")
        return ""
    if name == "math":
        return formula(formulas.latex_of(node), note, display=node.get("display") == "block")
    if not re.fullmatch(r"[a-z][\w-]*", name):
        note("text and formulas", f"<{name}, which HTML takes for an element", "what it holds stands alone")
    return _INLINE.get(name, _plain)(node, note)


def _plain(node: etree._Element, note: Note) -> str:
    after = [part for child in node for part in (inline(child, note), words(child.tail or "", note))]
    return _joined([words(node.text or "", note), *after])


def _emphasis(mark: str) -> Callable[[etree._Element, Note], str]:
    def write(node: etree._Element, note: Note) -> str:
        inner = _plain(node, note)
        core = inner.strip()
        if not core or "\n" in core:
            return inner
        before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        return f"{before}{mark}{core}{mark}{after}"

    return write


def _code(source: str) -> str:
    source = " ".join(source.split())
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", source)), default=0))
    pad = " " if source.startswith("`") or source.endswith("`") else ""
    return f"{fence}{pad}{source}{pad}{fence}" if source else ""


def _link(node: etree._Element, note: Note) -> str:
    inner, address = _plain(node, note).strip(), (node.get("href") or "").strip()
    if not re.fullmatch(r"(?:https?://|mailto:)[^\s<>()]+", address):
        if address.startswith("@@PLUGINFILE@@"):
            note("text and formulas", f"a link to a file, {address.rsplit('/', 1)[-1]}", "its words stand alone")
        elif address:
            note("links to other sites", address, "its words stand alone")
        return inner
    return f"[{inner}]({address})" if inner else f"<{address}>"


def _picture(node: etree._Element, note: Note) -> str:
    said = (node.get("alt") or "").strip()
    note("text and formulas", f"a picture, {said or 'without words for it'}", "its words stand in its place")
    return escaped(f"(picture: {said})" if said else "(picture)")


def _told_object(node: etree._Element, note: Note) -> None:
    what = node.get("type") or node.get("data") or "of no type"
    note("text and formulas", f"an object, {what}", "what it holds for those who cannot see it stands in its place")


def _object(node: etree._Element, note: Note) -> str:
    _told_object(node, note)
    return _plain(node, note)


def _small_script(mark: str) -> Callable[[etree._Element, Note], str]:
    def write(node: etree._Element, note: Note) -> str:
        inner = " ".join("".join(node.itertext()).split())
        latex = inner if re.fullmatch(r"[\w+\-−]*", inner) and "_" not in inner else rf"\text{{{inner}}}"
        return formula(f"{mark}{{{latex}}}", note, display=False) if inner else ""

    return write


def _reading(node: etree._Element, note: Note) -> str:
    """Write how the characters before it are read, as pages without ruby do."""
    return f"({_plain(node, note)})"


def _quoted(node: etree._Element, note: Note) -> str:
    return f"“{_plain(node, note)}”"


_INLINE: dict[str, Callable[[etree._Element, Note], str]] = {
    **dict.fromkeys(("b", "strong"), _emphasis("**")),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), _emphasis("*")),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), lambda node, _: _code("".join(node.itertext()))),
    "a": _link,
    "br": lambda *_: _BREAK,
    "img": _picture,
    "object": _object,
    "q": _quoted,
    "rp": lambda *_: "",
    "rt": _reading,
    "sub": _small_script("_"),
    "sup": _small_script("^"),
}
