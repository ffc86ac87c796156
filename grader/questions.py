"""Question folders: the bank's own format, read with every problem listed at once."""

from __future__ import annotations

import dataclasses
import re
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.contract import GradeRequest, Limits, Mode
from grader.kinds import KINDS
from grader.kinds.specs import describe, is_code, unknown_keys
from grader.variants import check_ranges, health, realise_ranges

LEVELS = ("recall", "apply", "judge")
_PLACE = re.compile(r"@\{([^{}]*)\}")
_HEADER = re.compile(r"#\s*expects:\s*(.+)")
_PATH = re.compile(
    r"(question|spec)\.toml|(statement|explanation)\.md|reference\.py|solutions/(correct|wrong)/\w[\w.-]*"
)
_TEXTS = {"statement": "statement.md", "explanation": "explanation.md"}


class QuestionError(ValueError):
    """A question folder that cannot be used: `problems` lists all that is wrong, each with its file and field."""

    def __init__(self, folder: Path, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{folder.name}: " + "; ".join(self.problems))


@dataclasses.dataclass(frozen=True, slots=True)
class Solution:
    """An answer that travels with the question. `expects` names checks, findings or outcomes that must catch it.

    `made` marks one that certification made by rule: no person is asked about it.
    """

    name: str
    text: str
    expects: tuple[str, ...] = ()
    made: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class QuestionFolder:
    """A question as its folder states it; texts and spec still hold their `@{name}` places.

    `ranges` is the table that the variants were realised from; empty where the folder lists them.
    """

    slug: str
    title: str
    kind: str
    spec: Mapping[str, Any]
    statement: str = ""
    explanation: str = ""
    topics: tuple[str, ...] = ()
    level: str = "apply"
    minutes: float = 5.0
    points: float = 1.0
    tags: tuple[str, ...] = ()
    language: str = "en"
    licence: str = ""
    source: str = ""
    variants: tuple[Mapping[str, Any], ...] = ()
    ranges: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    reference_source: str | None = None
    solutions_correct: tuple[Solution, ...] = ()
    solutions_wrong: tuple[Solution, ...] = ()

    def parameters(self, variant: int = 0) -> Mapping[str, Any]:
        """Parameters of one variant; raises IndexError where there is no such variant."""
        if not self.variants and variant == 0:
            return {}
        if not 0 <= variant < len(self.variants):
            raise IndexError(f"{self.slug} has variants 0 to {max(0, len(self.variants) - 1)}, not {variant}")
        return self.variants[variant]


def read_question(folder: Path) -> QuestionFolder:
    """Read and check a question folder.

    Raises
    ------
    QuestionError : with every problem found, each naming its file and field.
    """
    folder = Path(folder)
    problems: list[str] = []
    if not folder.is_dir():
        raise QuestionError(folder, ["expected a folder with question.toml and spec.toml, found none"])
    head = _read_toml(folder / "question.toml", problems)
    spec = _read_toml(folder / "spec.toml", problems)
    fields = _head_fields(head, problems) if head is not None else {}
    texts = {field: _read_text(folder / name, problems, default="") for field, name in _TEXTS.items()}
    reference = _read_text(folder / "reference.py", problems, default=None)
    code = is_code(str(fields.get("kind")), spec or {})
    solutions = {f"solutions_{side}": _solutions(folder, side, problems, code=code) for side in ("correct", "wrong")}
    if not problems:
        known: dict[str, Any] = {**fields, **texts, **solutions}
        question = QuestionFolder(slug=folder.name, spec=spec or {}, reference_source=reference, **known)
        if question.ranges:
            question = dataclasses.replace(question, variants=_from_ranges(question, problems))
        problems += [] if problems else _realised_problems(question)
    if problems:
        raise QuestionError(folder, problems)
    return question


def read_files(files: Mapping[str, str], slug: str) -> QuestionFolder:
    """Read and check a question from the texts of its folder's files, by path.

    Raises
    ------
    QuestionError : as `read_question`, and for a path that has no place in a question folder.
    """
    foreign = [path for path in files if not _PATH.fullmatch(path)]
    if foreign:
        expected = ", ".join(
            ["question.toml", "spec.toml", *_TEXTS.values(), "reference.py", "solutions/correct|wrong/NAME"]
        )
        raise QuestionError(
            Path(slug), [f"{path}: not a file of a question folder; these are {expected}" for path in foreign]
        )
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / Path(slug).name
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        return read_question(folder)


def _from_ranges(question: QuestionFolder, problems: list[str]) -> tuple[Mapping[str, Any], ...]:
    def unfit(row: Mapping[str, Any]) -> list[str]:
        one = dataclasses.replace(question, variants=(row,))
        return _realised_problems(one) or health(question, row)

    rows, found = realise_ranges(question.ranges, unfit)
    problems.extend(f"question.toml: {problem}" for problem in found)
    return tuple(rows)


def _read_text(path: Path, problems: list[str], *, default: str | None) -> str | None:
    try:
        return path.read_text("utf-8").replace("\r\n", "\n") if path.is_file() else default
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: cannot be read as UTF-8 text: {error}")
        return default


def _read_toml(path: Path, problems: list[str]) -> dict[str, Any] | None:
    if not path.is_file():
        problems.append(f"{path.name}: missing; a question folder needs question.toml and spec.toml")
        return None
    text = _read_text(path, problems, default=None)
    try:
        return None if text is None else tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path.name}: not valid TOML: {error}")
        return None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _is_positive(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf")


def _is_variants(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value)
    plain = (int, float, str)
    return isinstance(value, list) and all(
        isinstance(row, dict) and row and all(isinstance(item, plain) for item in row.values()) for row in value
    )


# field -> (test, what is expected)
_FIELDS = {
    "title": (_is_text, "the title's text"),
    "kind": (lambda value: value in KINDS, f"one of {', '.join(KINDS)}"),
    "topics": (_is_texts, "a list of topic slugs"),
    "level": (lambda value: value in LEVELS, f"one of {', '.join(LEVELS)}"),
    "minutes": (_is_positive, "a number of minutes above 0"),
    "points": (_is_positive, "a number above 0"),
    "tags": (_is_texts, "a list of words"),
    "language": (_is_text, "a language code such as en"),
    "licence": (_is_text, "the licence's name"),
    "source": (lambda value: isinstance(value, str), "text"),
    "variants": (_is_variants, "tables [[variants]] of numbers and texts by name, or one table [variants] of ranges"),
}
_REQUIRED = ("title", "kind")


def _head_fields(head: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    problems.extend(f"question.toml: {problem}" for problem in unknown_keys(head, _FIELDS, ""))
    fields: dict[str, Any] = {}
    for name, (test, expected) in _FIELDS.items():
        if name not in head and name not in _REQUIRED:
            continue
        value = head.get(name)
        if test(value):
            fields[name] = tuple(value) if isinstance(value, list) else value
        else:
            problems.append(f"question.toml: {name}: expected {expected}, got {describe(value)}")
    rows = fields.get("variants", ())
    if isinstance(rows, Mapping):
        fields["ranges"] = fields.pop("variants")
        problems.extend(f"question.toml: {problem}" for problem in check_ranges(rows))
    elif any(set(row) != set(rows[0]) for row in rows):
        problems.append("question.toml: variants: every variant needs the same names")
    return fields


def _solutions(folder: Path, side: str, problems: list[str], *, code: bool) -> tuple[Solution, ...]:
    found = []
    for path in sorted((folder / "solutions" / side).glob("*")):
        text = _read_text(path, problems, default="") or ""
        first, _, rest = text.partition("\n")
        header = _HEADER.fullmatch(first.strip())
        # Python keeps the header as a comment; other answers are no place for one.
        body = text if header is None or code else rest
        if side == "wrong" and header is None:
            problems.append(
                f"solutions/wrong/{path.name}: line 1: expected `# expects: CHECK or CODE`, got {describe(first)}"
            )
        expects = tuple(word for word in re.split(r"[,\s]+", header.group(1)) if word) if header else ()
        found.append(Solution(path.name, body, expects))
    return tuple(found)


def _realised_problems(question: QuestionFolder) -> list[str]:
    problems: list[str] = []
    for number in range(max(1, len(question.variants))):
        parameters = question.parameters(number)
        where = f" (variant {number})" if question.variants else ""
        for field, name in _TEXTS.items():
            try:
                realise(getattr(question, field), parameters)
            except KeyError as error:
                problems.append(f"{name}: {error.args[0]}{where}")
        try:
            spec = realise(question.spec, parameters)
        except KeyError as error:
            problems.append(f"spec.toml: {error.args[0]}{where}")
            continue
        found = [*_shared_problems(spec), *KINDS[question.kind].check_spec(spec)]
        if "reference.py" in str(spec.get("coding", {}).get("reference", "")) and question.reference_source is None:
            found.append("coding.reference: names reference.py, which the folder does not have")
        problems += [f"spec.toml: {problem}{where}" for problem in found]
    return list(dict.fromkeys(problems))


def _shared_problems(spec: Mapping[str, Any]) -> list[str]:
    limits = spec.get("limits", {})
    known = {field.name for field in dataclasses.fields(Limits)}
    if not isinstance(limits, Mapping):
        return [f"limits: expected a table, got {describe(limits)}"]
    wrong = [f"limits.{key}: expected a number above 0" for key in known & set(limits) if not _is_positive(limits[key])]
    return unknown_keys(limits, known, "limits.") + wrong


def realise(template: Any, parameters: Mapping[str, Any]) -> Any:
    """Put a variant's values in the place of `@{name}`, all the way down.

    A text that is nothing but one place becomes the value itself. A negative number beside an operator is put
    in parentheses, so that `@{a}^2` with a = −3 is (−3)^2.

    Raises
    ------
    KeyError : for a name that the variant does not have; the message lists the ones it has.

    Examples
    --------
    >>> realise({"answer": "@{a}", "text": "at @{a} - @{b}"}, {"a": 2, "b": -3})
    {'answer': 2, 'text': 'at 2 - (-3)'}
    """
    if isinstance(template, str):
        return _realise_text(template, parameters)
    if isinstance(template, Mapping):
        return {key: realise(item, parameters) for key, item in template.items()}
    if isinstance(template, (list, tuple)):
        return [realise(item, parameters) for item in template]
    return template


def _realise_text(text: str, parameters: Mapping[str, Any]) -> Any:
    if "@{" not in text:
        return text
    whole = _PLACE.fullmatch(text)
    if whole:
        return _value(whole.group(1), parameters)

    def put(match: re.Match[str]) -> str:
        value = _value(match.group(1), parameters)
        before, after = text[: match.start()].rstrip()[-1:], text[match.end() :].lstrip()[:1]
        beside_operator = before in {*"+-*/^"} or after == "^" or text[match.end() :].startswith("**")
        if isinstance(value, (int, float)) and value < 0 and beside_operator:
            return f"({value})"
        return str(value)

    return _PLACE.sub(put, text)


def _value(name: str, parameters: Mapping[str, Any]) -> Any:
    if name not in parameters:
        known = ", ".join(sorted(parameters)) or "none: the question has no [[variants]]"
        raise KeyError(f"@{{{name}}} is not a parameter of the variant; known: {known}")
    return parameters[name]


def request_for(
    question: QuestionFolder, answer: str, seed: int, variant: int = 0, mode: Mode = "full"
) -> GradeRequest:
    """Build the request that grades `answer` on one variant of the question."""
    spec = realise(question.spec, question.parameters(variant))
    return GradeRequest(
        kind=question.kind,
        spec=spec,
        answer=answer,
        seed=seed,
        mode=mode,
        limits=Limits(**spec.get("limits", {})),
        reference_source=question.reference_source,
    )
