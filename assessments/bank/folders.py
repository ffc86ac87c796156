"""A question as the files of its folder, and back: what authors edit, export, and compare versions by."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomlkit

from assessments.bank import rendering
from assessments.bank.models import GradingSpec, Kind, QuestionVersion
from assessments.bank.topics import TITLES
from grader.kinds.specs import is_code, options_of
from grader.questions import QuestionError, QuestionFolder, Solution, read_files, read_question, realise

# Addresses that a question's slug would hide behind.
RESERVED = frozenset({"new", "library"})
HEAD = ("title", "kind", "topics", "level", "minutes", "points", "tags", "language", "licence", "source", "variants")


def content_hash(question: QuestionFolder) -> str:
    """Name a question's content: everything that the folder holds, not what the folder is called."""
    content = dataclasses.asdict(question) | {"slug": None, "topics": sorted(question.topics)}
    if not question.ranges:
        # So that a question that has none is called as it was before there were any.
        del content["ranges"]
    canonical = json.dumps(_canonical(content), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _canonical(value: Any) -> Any:
    """Forget what neither a reader nor the grader sees: 5 or 5.0, blanks at the end of a text."""
    if isinstance(value, Mapping):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.rstrip() if isinstance(value, str) else value


def files(question: QuestionFolder) -> dict[str, str]:
    """Write the folder's files, by path; `parse` reads them back to the same content."""
    head = {name: _plain(getattr(question, name)) for name in HEAD if getattr(question, name) not in ((), "")}
    head |= {"variants": _plain(question.ranges)} if question.ranges else {}
    written = {
        "question.toml": tomlkit.dumps(head),
        "statement.md": question.statement,
        "spec.toml": tomlkit.dumps(_plain(question.spec)),
        "explanation.md": question.explanation,
    }
    if question.reference_source is not None:
        written["reference.py"] = question.reference_source
    for side, solutions in (("correct", question.solutions_correct), ("wrong", question.solutions_wrong)):
        written |= {f"solutions/{side}/{solution.name}": _solution_text(question, solution) for solution in solutions}
    return {path: text for path, text in written.items() if text}


def _solution_text(question: QuestionFolder, solution: Solution) -> str:
    # A coding solution keeps its header as a comment; from other answers the reader takes it off.
    if is_code(question.kind, question.spec) or not solution.expects:
        return solution.text
    return f"# expects: {', '.join(solution.expects)}\n{solution.text}"


# Of a table's keys these are read first; the others follow by the alphabet.
_FIRST = ("function", "parameters", "text", "left", "criterion", "scenario", "reference")


def _plain(value: Any) -> Any:
    """Write a value in one way only: PostgreSQL forgets the order of keys, and that 1e22 is not a whole number."""
    if isinstance(value, Mapping):
        first = {key: place for place, key in enumerate(_FIRST)}
        return {key: _plain(value[key]) for key in sorted(value, key=lambda key: (first.get(key, len(first)), key))}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return float(value) if type(value) is int and abs(value) > 2**53 else value


def parse(written: Mapping[str, str], slug: str) -> QuestionFolder:
    """Read and check a question from its files' texts.

    Raises
    ------
    QuestionError : with every problem found, statement lints included, each naming its file and field.
    """
    return _checked(read_files(written, slug))


def read_checked(folder: Path) -> QuestionFolder:
    """Read a folder for the bank: what `read_question` asks, and what pages and the database ask besides.

    Raises
    ------
    QuestionError : as `parse`.
    """
    return _checked(read_question(folder))


def _checked(question: QuestionFolder) -> QuestionFolder:
    problems = lints(question)
    if problems:
        raise QuestionError(Path(question.slug), problems)
    return question


def lints(question: QuestionFolder) -> list[str]:
    """List what keeps a readable question out of the bank, each problem with its file and field."""
    problems = [*_stored_problems(question)]
    if problems:
        return problems
    if not question.statement.strip():
        problems.append("statement.md: expected the question's text, found none")
    if not question.topics:
        problems.append("question.toml: topics: expected at least one topic")
    unknown = [topic for topic in question.topics if topic not in TITLES]
    if unknown:
        problems.append(f"question.toml: topics: expected some of {', '.join(TITLES)}; got {', '.join(unknown)}")
    problems += [
        f"question.toml: {field}: expected a whole number from 1 to 480, got {getattr(question, field):g}"
        for field in ("minutes", "points")
        if getattr(question, field) % 1 or getattr(question, field) > 480
    ]
    for number in range(max(1, len(question.variants))):
        problems += _text_problems(question, number)
    return list(dict.fromkeys(problems))


def _stored_problems(question: QuestionFolder) -> Iterator[str]:
    """Find what TOML can say and the database cannot keep: dates, numbers that are none, a NUL, too long a name."""
    for field, most in (("title", 200), ("licence", 100), ("language", 16)):
        if len(getattr(question, field)) > most:
            yield f"question.toml: {field}: expected up to {most} characters, got {len(getattr(question, field))}"
    for name, value in dataclasses.asdict(question).items():
        where = {"spec": "spec.toml", "statement": "statement.md", "explanation": "explanation.md"}.get(name, name)
        for leaf in _leaves(value):
            if leaf is not None and not isinstance(leaf, (str, int, float)):
                yield f"{where}: expected texts, numbers and true or false, got {leaf}"
            elif isinstance(leaf, str) and "\0" in leaf:
                yield f"{where}: expected text, got a NUL character in it"
            elif isinstance(leaf, float) and not math.isfinite(leaf):
                yield f"{where}: expected a finite number, got {leaf}"


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _text_problems(question: QuestionFolder, number: int) -> list[str]:
    parameters = question.parameters(number)
    texts = {"statement.md": question.statement, "explanation.md": question.explanation}
    for index, option in enumerate(options_of(question.kind, question.spec)):
        where = f"spec.toml: {'choice.options' if question.kind == Kind.CHOICE else 'lab.choice'}[{index}]"
        texts |= {f"{where}.{key}": option.get(key, "") for key in ("text", "feedback")}
    if question.kind == Kind.ORDERING:
        texts |= {f"spec.toml: ordering.items[{i}]": item for i, item in enumerate(question.spec["ordering"]["items"])}
    elif question.kind == Kind.MATCHING:
        for index, pair in enumerate(question.spec["matching"]["pairs"]):
            sides = pair.values() if isinstance(pair, Mapping) else pair
            texts |= {
                f"spec.toml: matching.pairs[{index}], {s}": t for s, t in zip(("left", "right"), sides, strict=True)
            }
    problems = []
    for where, text in texts.items():
        try:
            rendering.render(str(realise(text, parameters)))
        except rendering.ContentError as error:
            problems += [f"{where}: {problem}" for problem in error.problems]
    return problems


def question_of(version: QuestionVersion, spec: GradingSpec | None = None) -> QuestionFolder:
    """Give a stored version as the folder it came from; `spec` is the live one where none is named."""
    spec = spec or version.specs.get(live=True)
    rows = tuple(variant.parameters for variant in version.variants.all())
    right, wrong = ([_solution(row) for row in spec.solutions if row["right"] is side] for side in (True, False))
    return QuestionFolder(
        slug=version.question.slug,
        title=version.title,
        kind=version.kind,
        spec=spec.spec,
        statement=version.statement,
        explanation=version.explanation,
        topics=tuple(topic.slug for topic in version.topics.all()),
        level=version.level,
        minutes=version.minutes,
        points=version.points,
        tags=tuple(version.tags),
        language=version.language,
        licence=version.licence,
        source=version.source,
        variants=() if rows == ({},) else rows,
        ranges=version.ranges or {},
        reference_source=spec.reference_source or None,
        solutions_correct=tuple(right),
        solutions_wrong=tuple(wrong),
    )


def solution_rows(question: QuestionFolder) -> list[dict[str, Any]]:
    """Give a question's solutions as they are stored with its spec."""
    sides = ((True, question.solutions_correct), (False, question.solutions_wrong))
    return [
        {"path": solution.name, "text": solution.text, "right": right, "expects": list(solution.expects)}
        for right, solutions in sides
        for solution in solutions
    ]


def _solution(row: Mapping[str, Any]) -> Solution:
    return Solution(name=row["path"], text=row["text"], expects=tuple(row["expects"]))
