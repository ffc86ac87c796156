"""Numbers that are declared one by one and spoken of by index: of x1, x2, x3 also sum(x_i, i, 1, 3) and softmax(x)_1.

A sum over such an index is written out in raw tokens, before they get their types: every later part of the work sees
x1 + x2 + x3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.algebra.scanner import Raw
from grader.algebra.tree import Symbols

JOINED = {"sum": "+", "prod": "*"}


def write_out(raws: list[Raw], place: int, commas: Sequence[int], end: int, symbols: Symbols) -> None:
    """Replace a sum or product at `place` by its terms, where its index counts numbers that are declared one by one."""
    index = raws[commas[0] + 1]
    body = raws[place + 2 : commas[0]]
    bounds = raws[commas[1] + 1 : commas[2]], raws[commas[2] + 1 : end]
    if commas[1] != commas[0] + 2 or index.text in symbols.arity or not _counts(body, index.text, symbols):
        return
    if not all(len(bound) == 1 and bound[0].text.isdigit() and len(bound[0].text) < 3 for bound in bounds):
        return
    head = raws[place]
    terms: list[Raw] = [head._replace(kind="symbol", text="(")]
    for value in range(int(bounds[0][0].text), int(bounds[1][0].text) + 1):
        joint = JOINED[head.text] if len(terms) > 1 else "("
        terms += [head._replace(kind="symbol", text=joint), *_term(body, index.text, value, symbols)]
    if len(terms) > 1:
        closing = head._replace(kind="symbol", text=")")
        raws[place : end + 1] = [*terms, closing, closing]


def _counts(body: Sequence[Raw], index: str, symbols: Symbols) -> bool:
    texts = [raw.text for raw in body]
    entries = zip(texts, texts[1:], texts[2:], strict=False)
    return any(symbols.members(name) and (opening, inside) == ("[", index) for name, opening, inside in entries)


def _term(body: Sequence[Raw], index: str, value: int, symbols: Symbols) -> Iterator[Raw]:
    """Write the index as a number."""
    count = [raw._replace(kind="number", text=str(value)) if raw.text == index else raw for raw in body]
    return by_name(count, symbols)


def by_name(raws: Sequence[Raw], symbols: Symbols) -> Iterator[Raw]:
    """Write x[2] as x2 where that is what is declared."""
    place = 0
    while place < len(raws):
        raw = raws[place]
        entry = [part.text for part in raws[place + 1 : place + 4]]
        members = symbols.members(raw.text) if entry[:1] == ["["] and raw.kind == "name" else ()
        if members and entry[2:] == ["]"] and entry[1].isdigit() and 1 <= int(entry[1]) <= len(members):
            yield raw._replace(text=members[int(entry[1]) - 1])
            place += 4
        else:
            yield raw
            place += 1
