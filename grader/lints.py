"""What a statement leaves unsaid: names that it asks for and does not mention, limits and rules, words for pictures."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from grader.contract import Limits
from grader.kinds.specs import is_shuffled, options_of
from grader.questions import QuestionFolder, realise

# What a statement says of a rule or a check, whatever the words around it.
_SAID_OF = {
    "loops": ("loop", "vectori"),
    "imports": ("import", "numpy"),
    "print": ("print",),
    "efficiency": ("fast", "loop", "time", "vectori", "efficien"),
}
_COLOUR = re.compile(r"\\(?:text)?colou?r(?:box)?\b")
# An option that means something only in its place among the others.
_PLACED = re.compile(
    r"\b(?:all|none|both|neither|either|any|each)\b[\w ]{0,20}\babove\b"
    r"|\b(?:all|none|both|neither) of (?:these|those|the others?)\b"
    r"|\b(?:option|answer)s? (?:[A-H]|\d)\b",
    re.IGNORECASE,
)
_IMAGE_WITHOUT_WORDS = re.compile(r"!\[\s*\]")


def lints(question: QuestionFolder, variant: int) -> list[str]:
    """Say what a reader of one variant's statement would have to guess.

    A question without a statement is a task for a machine, and has nothing to say.
    """
    parameters = question.parameters(variant)
    statement = str(realise(question.statement, parameters))
    if not statement.strip():
        return []
    spec = realise(question.spec, parameters)
    found = [*_unnamed(question.kind, spec, statement), *_unstated(spec, statement), *_unreadable(statement)]
    return [f"statement.md: {sentence}" for sentence in found] + [
        *_misplaced(question.kind, spec),
        *_unexplained(question.kind, spec),
    ]


def _unexplained(kind: str, spec: Mapping[str, Any]) -> Iterator[str]:
    """Find wrong options that tell nobody what is wrong with them."""
    for number, option in enumerate(options_of(kind, spec), start=1):
        right = option.get("credit", 0) > 0 or option.get("right", False)
        if not right and not option.get("feedback", "").strip():
            yield f"spec.toml: option {number} is wrong and has no feedback: say which misconception leads to it"


def _misplaced(kind: str, spec: Mapping[str, Any]) -> Iterator[str]:
    """Find options that speak of the others while their order is drawn anew for everybody."""
    if not is_shuffled(kind, spec):
        return
    for number, option in enumerate(options_of(kind, spec), start=1):
        said = _PLACED.search(option.get("text", ""))
        if said:
            yield (
                f"spec.toml: option {number} says «{said.group()}», but everybody sees the options in another order: "
                f"set {kind}.shuffle to false, or say it without the others"
            )


def _unnamed(kind: str, spec: Mapping[str, Any], statement: str) -> Iterator[str]:
    """Find symbols that an answer has to use and the statement does not define."""
    table = spec[kind]
    names = [table["function"], *table["parameters"]] if kind == "coding" else []
    names += table["variables"] if kind == "derivation" else []
    for name in names:
        if not _mentions(statement, name):
            yield f"{name} has to stand in the answer and is not mentioned"


def _mentions(statement: str, name: str) -> bool:
    """Whether a name occurs, in code or as LaTeX spells it: y_true as y_{true}, p1 as p_1."""
    plain = statement.replace("{", "").replace("}", "").replace("\\_", "_")
    spellings = {name, re.sub(r"(?<=[a-z])(\d+)$", r"_\1", name)}
    return any(re.search(rf"(?<![A-Za-z0-9]){re.escape(s)}(?![A-Za-z0-9])", plain) for s in spellings)


def _unstated(spec: Mapping[str, Any], statement: str) -> Iterator[str]:
    """Find limits, rules and costs that count and are not stated."""
    usual = dataclasses.asdict(Limits())
    for name, value in spec.get("limits", {}).items():
        shown = value / (1 << 20) if name.endswith("bytes") else value
        if value != usual[name] and f"{shown:g}" not in statement:
            yield f"limits.{name} is {value:g}, which is not stated"
    said = statement.lower()
    rules = list(spec.get("coding", {}).get("forbid", ()))
    rules += ["efficiency"] if spec.get("weights", {}).get("efficiency", 0) else []
    for rule in rules:
        if not any(word in said for word in _SAID_OF.get(rule, (rule.replace("_", " "),))):
            yield f"{rule} counts, which is not stated"


def _unreadable(statement: str) -> Iterator[str]:
    """Find formulas that only some can read."""
    without_code = re.sub(r"```.*?```|`[^`\n]*`", "", statement, flags=re.DOTALL).replace("\\$", "")
    if without_code.count("$") % 2:
        yield "a formula has a $ at one end only"
    if _COLOUR.search(without_code):
        yield "a formula says something by colour, which not everybody sees"
    if _IMAGE_WITHOUT_WORDS.search(without_code):
        yield "an image has no words in its place"
