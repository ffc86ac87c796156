r"""The branches of \begin{cases} as nested if(…, …, …)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from grader.algebra.latex_pieces import NAMING, strip
from grader.algebra.scanner import Raw
from grader.algebra.tree import ParseError

if TYPE_CHECKING:
    from grader.algebra.latex import Reader

Branch: TypeAlias = tuple[list[Raw], list[Raw]]
ENVIRONMENTS = frozenset({"cases", "dcases", "array"})
LAST = frozenset({"otherwise", "else"})
BEFORE = frozenset({"if", "for", "when", "where"})
PUNCTUATION = frozenset({",", "."})
ENDS = frozenset({r"\\", r"\end", ""})


def read_cases(reader: Reader, place: int) -> list[Raw]:
    r"""Read what follows \begin; raises ParseError where the branches are not a value and a condition each."""
    environment = "".join(raw.text for raw in strip(reader.group()))
    if environment not in ENVIRONMENTS:
        raise ParseError("Only the environment cases can be read here.", place, code="command")
    if environment == "array":
        reader.group()  # how its columns are set
    branches: list[Branch] = []
    while reader.peek() != r"\end":
        value = reader.until(PUNCTUATION)
        _skip_punctuation(reader)
        if reader.peek() == "&":
            reader.take()
        branches.append((value, _condition(reader)))
        if reader.peek() == r"\\":
            reader.take()
        elif reader.peek() != r"\end":
            raise ParseError(r"\end{cases} was expected here.", reader.position(), code="bracket")
    reader.take()
    reader.group()
    return _chain(reader, branches, place)


def _skip_punctuation(reader: Reader) -> None:
    if reader.peek() in PUNCTUATION:
        reader.take()


def _condition(reader: Reader) -> list[Raw]:
    """Read a condition and the word before it; nothing where the word says that the branch is the last."""
    if reader.peek() in NAMING and reader.peek(1) == "{" and reader.peek(2) in LAST | BEFORE:
        reader.at += 2
        word = reader.take().text
        _skip_punctuation(reader)
        reader.expect("}")
        if word in LAST:
            _skip_punctuation(reader)
            return []
    return _joined(reader)


def _joined(reader: Reader) -> list[Raw]:
    """Read conditions with a comma between as all of them."""
    found = reader.until(PUNCTUATION)
    while reader.peek() in PUNCTUATION:
        place = reader.take().position
        if reader.peek() not in ENDS:
            more = reader.wrap(reader.until(PUNCTUATION), place)
            found = [*reader.wrap(found, place), reader.symbol("&&", place), *more]
    return found


def _chain(reader: Reader, branches: list[Branch], place: int) -> list[Raw]:
    """Nest the branches; where even the last has a condition, there is no value beyond it: 1/0."""
    if not branches or any(not condition for _, condition in branches[:-1]) or len(branches) == 1:
        hint = r"Give each branch its condition and end with \text{otherwise}."
        raise ParseError("The cases do not cover everything.", place, hint, "cases")
    result = reader.wrap([Raw("number", "1", place), reader.symbol("/", place), Raw("number", "0", place)], place)
    comma = reader.symbol(",", place)
    for value, condition in reversed(branches):
        if not condition:
            result = reader.wrap(value, place)
            continue
        inner = [*reader.wrap(condition, place), comma, *reader.wrap(value, place), comma, *result]
        result = [Raw("name", "if", place), *reader.wrap(inner, place)]
    return result
