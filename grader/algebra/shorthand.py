"""What people write for short, spelled out in raw tokens before they get their types.

x_1, y_hat, W_ij        the declared names x1, yhat, the entries x[1], W[i, j]
log2(z), log_10(z)      log(z, 2), log(z, 10)
softmax(z)[k]           exp(z[k])/sum(exp(z[j]), j, 1, K)
logsumexp(z)            log(sum(exp(z[j]), j, 1, K)); logsumexp(a, b) is log(exp(a)+exp(b))
logit(p)                log(p/(1-p))
sum(x[i], i)            sum(x[i], i, 1, n), by the declared size of x
(1-z)_+                 relu(1-z)
norm(w), norm1(w)       sqrt(sum(w[j]^2, j, 1, n)), sum(abs(w[j]), j, 1, n); of a number its absolute value
||w||                   norm(w)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.algebra.families import by_name, write_out
from grader.algebra.scanner import Raw, scan
from grader.algebra.tree import ParseError, Symbols

OPENING, CLOSING = frozenset("(["), frozenset(")]")
SUBSCRIPT = re.compile(r"([A-Za-z]\w*?)_([A-Za-z0-9]+)")
BASED = re.compile(r"log_?([0-9]+)")
FRESH = "jilrstuv"
# Functions of all entries of an array, and what they sum.
OVER_ENTRIES = {"softmax": "exp({})", "logsumexp": "exp({})", "norm": "{}^2", "norm1": "abs({})"}
FRAMES = {"logit": ("(-log(1./(", ")-1))")}
FRAMES_OF_ARRAYS = {"norm1": ("sum(abs(", "))"), "logsumexp": ("log(sum(exp(", ")))")}
FRAMES_OF_NUMBERS = {"norm": ("abs(", ")"), "norm1": ("abs(", ")")}


def spelled_out(raws: Sequence[Raw], symbols: Symbols) -> list[Raw]:
    """Replace every shorthand; raises ParseError where the declarations do not say what it stands for."""
    barred = _norms(raws) if symbols.vector else _norms_of_names(raws, symbols)
    found = [part for raw in barred for part in _name(raw, symbols)]
    for place in reversed(range(len(found))):
        raw = found[place]
        if raw.text == "_" and found[place + 1 : place + 2] and found[place + 1].text == "+":
            _positive_part(found, place)
        elif raw.kind == "name" and raw.text not in symbols.arity and _text(found, place + 1) == "(":
            _call(found, place, symbols)
    return list(by_name(found, symbols))


def _text(raws: Sequence[Raw], place: int) -> str:
    return raws[place].text if 0 <= place < len(raws) else ""


def _name(raw: Raw, symbols: Symbols) -> Iterator[Raw]:
    """Read a name with a subscript, and λ where the question calls it lam."""
    arity = symbols.arity
    subscript = SUBSCRIPT.fullmatch(raw.text) if raw.kind == "name" and raw.text not in arity else None
    if raw.kind == "name" and raw.text == "lambda" and "lambda" not in arity and "lam" in arity:
        yield raw._replace(text="lam")
    elif subscript is None or BASED.fullmatch(raw.text):
        yield raw
    elif subscript[1] + subscript[2] in arity:
        yield raw._replace(text=subscript[1] + subscript[2])
    else:
        indices = arity.get(subscript[1], 0) or len(symbols.axes(subscript[1]))
        yield from _entry(raw, subscript[1], subscript[2], indices)


def _norms(raws: Sequence[Raw]) -> Iterator[Raw]:
    """Read pairs of bars, opening and closing in turn."""
    opened = False
    for place, raw in enumerate(raws):
        beside = [raws[at].position for at in (place - 1, place + 1) if _text(raws, at) == "|" == raw.text]
        if raw.position + 1 in beside:
            yield from (
                [raw._replace(text=")")] if opened else [Raw("name", "norm", raw.position), raw._replace(text="(")]
            )
            opened = not opened
        elif raw.position - 1 not in beside:
            yield raw


def _norms_of_names(raws: Sequence[Raw], symbols: Symbols) -> Iterator[Raw]:
    """Read ||w|| of a declared array; around anything else, two bars are an absolute value in another."""
    place = 0
    while place < len(raws):
        texts = [raw.text for raw in raws[place : place + 5]]
        if len(texts) == 5 and set(texts[:2] + texts[3:]) == {"|"} and symbols.axes(texts[2]):
            yield from _made(f"norm({texts[2]})", raws[place])
            place += 5
        else:
            yield raws[place]
            place += 1


def _entry(raw: Raw, name: str, subscript: str, indices: int) -> Iterator[Raw]:
    parts = [subscript] if indices == 1 else list(subscript)
    if not indices or len(parts) != indices:
        yield raw
        return
    yield raw._replace(text=name)
    for number, part in enumerate(parts):
        yield Raw("symbol", "," if number else "[", raw.position)
        yield Raw("number" if part.isdigit() else "name", part, raw.position)
    yield Raw("symbol", "]", raw.position)


def _positive_part(raws: list[Raw], place: int) -> None:
    depth = 0
    for start in reversed(range(place)):
        depth += (raws[start].text in CLOSING) - (raws[start].text in OPENING)
        if depth == 0:
            break
    if not place or raws[place - 1].text not in CLOSING or depth:
        raise ParseError("A positive part needs its bracket.", raws[place].position, "Write max(0, …).", "bracket")
    del raws[place : place + 2]
    raws.insert(start, Raw("name", "relu", raws[start].position))


def _call(raws: list[Raw], place: int, symbols: Symbols) -> None:
    name = raws[place].text
    commas, end = arguments_of(raws, place + 1)
    based = BASED.fullmatch(name)
    if end is None:
        return
    if based:
        raws[end:end] = _made(f",{based[1]}", raws[place])
        raws[place] = raws[place]._replace(text="log")
    elif name in {"sum", "prod"} and not symbols.vector:
        _sum(raws, place, symbols)
    elif name in OVER_ENTRIES and end == place + 3 and symbols.axes(raws[place + 2].text) and not symbols.vector:
        _of_entries(raws, place, symbols)
    else:
        _framed(raws, place, (commas, end), symbols)


def _framed(raws: list[Raw], place: int, brackets: tuple[list[int], int], symbols: Symbols) -> None:
    """Put what a function is short for around its argument."""
    commas, end = brackets
    name = raws[place].text
    frame = FRAMES.get(name) or (FRAMES_OF_ARRAYS if symbols.vector else FRAMES_OF_NUMBERS).get(name)
    if name == "logsumexp" and commas:
        frame = ("log(exp(", "))")
        for comma in reversed(commas):
            raws[comma : comma + 1] = _made(")+exp(", raws[comma])
        end += 3 * len(commas)
    if frame is not None:
        before, after = (_made(text, raws[at]) for text, at in zip(frame, (place, end), strict=True))
        raws[place : end + 1] = [*before, *raws[place + 2 : end], *after]


def _sum(raws: list[Raw], place: int, symbols: Symbols) -> None:
    """Write the ends of a sum that has none, and its terms where they are numbers declared one by one."""
    commas, end = arguments_of(raws, place + 1)
    if end is not None and len(commas) == 1 and commas[0] == end - 2:
        size = size_of_index(raws[commas[0] + 1], raws[place + 2 : commas[0]], symbols)
        raws[end:end] = _made(f",1,{size}", raws[place])
        commas, end = arguments_of(raws, place + 1)
    if end is not None and len(commas) == 3:
        write_out(raws, place, commas, end, symbols)


def arguments_of(raws: Sequence[Raw], opening: int) -> tuple[list[int], int | None]:
    """Give the places of the commas of a call, and of the bracket that closes it (None where nothing does)."""
    depth = 0
    commas: list[int] = []
    for place in range(opening, len(raws)):
        depth += (raws[place].text in OPENING) - (raws[place].text in CLOSING)
        if depth == 0:
            return commas, place
        if depth == 1 and raws[place].text == ",":
            commas.append(place)
    return commas, None


def size_of_index(index: Raw, body: Sequence[Raw], symbols: Symbols) -> str:
    """Find the end of a sum over i without ends: the declared size of what the index runs over."""
    found = set()
    for at, raw in enumerate(body[:-2]):
        axes = symbols.axes(raw.text)
        if raw.kind == "name" and axes and body[at + 1].text == "[":
            inside = [part.text for part in body[at + 2 : at + 1 + 2 * len(axes)]]
            found |= {size for size, text in zip(axes, inside[::2], strict=False) if text == index.text}
    if len(found) != 1:
        hint = f"Write sum(…, {index.text}, 1, n)."
        raise ParseError("A sum needs its index and both ends.", index.position, hint, "index")
    return found.pop()


def _of_entries(raws: list[Raw], place: int, symbols: Symbols) -> None:
    """Spell out softmax(z)[k], softmax(z)_k, logsumexp(z) and norm(z) over the declared sizes of z."""
    head, name = raws[place], raws[place + 2].text
    axes = symbols.axes(name)
    free = [letter for letter in FRESH if letter not in symbols.arity][: len(axes)]
    over = OVER_ENTRIES[head.text].format(f"{name}[{','.join(free)}]")
    for letter, size in zip(free, axes, strict=True):
        over = f"sum({over},{letter},1,{size})"
    wrap = {"norm": "sqrt({})", "logsumexp": "log({})", "softmax": "(exp()/{})"}.get(head.text, "{}")
    made, end = _made(wrap.format(over), head), place + 4
    if head.text == "softmax":
        index, end = _index_after(raws, place + 4)
        if not index:
            raise ParseError("softmax has many values here.", head.position, f"Write softmax({name})[k].", "index")
        made[3:3] = _made(f"{name}[]", head)
        made[5:5] = index
    raws[place:end] = made
    for at in range(place + len(made) - 1, place - 1, -1):
        if raws[at].text == "sum":
            _sum(raws, at, symbols)


def _index_after(raws: Sequence[Raw], place: int) -> tuple[list[Raw], int]:
    text = _text(raws, place)
    if text == "[":
        _, end = arguments_of(raws, place)
        return (list(raws[place + 1 : end]), end + 1) if end else ([], place)
    if text.startswith("_") and len(text) > 1:
        kind = "number" if text[1:].isdigit() else "name"
        return [Raw(kind, text[1:], raws[place].position)], place + 1
    return [], place


def _made(text: str, source: Raw) -> list[Raw]:
    return [raw._replace(position=source.position) for raw in scan(text)]
