"""Right and wrong answers in the styles that people write; README.md tells how they are labelled."""

import json
import re
import zlib
from pathlib import Path

import pytest

from grader.contract import GradeRequest

HEAD = re.compile(
    r"(?P<gives>\w+) of (?P<loss>\w+) \((?P<parameters>[\w, ]+)\)(?P<options> \{.*\})?"
    r"(?: -> (?P<outcome>\w+) (?P<codes>.+))?"
)
# Different names of the same numbers; README.md says why.
EQUAL = (
    {"R1", "R10", "G1"},
    {"R6", "R8", "G2"},
    {"A1", "S2"},
    {"A1", "W18"},
    {"A2", "S2"},
    {"O2", "O5"},
    {"W11", "G12"},
    {"W3", "W11"},
)
# What is told of an answer without blaming it for its numbers.
REMARKS = {"D6", "convention"}
NAMED_AT_LEAST = 0.95
# Free by the rules, a remark, a matter of time alone, or nothing that a caller sees; README.md says which.
NOT_WRONG = {"E5", "E10", "O7", "D6", "G5", "P2", "P3"}


def submissions(kind):
    """Give (head, source) of each block of the corpus."""
    found = []
    for path in sorted(Path(__file__).parent.glob(f"{kind}_*.txt")):
        for number, block in enumerate(path.read_text("utf-8").split("\n=== ")[1:]):
            head, source = block.split("\n", 1)
            identity = f"{path.stem}-{number}: {head}"
            found.append(pytest.param(HEAD.fullmatch(head).groupdict(), source.strip(), id=identity))
    return found


RIGHT, WRONG = submissions("right"), submissions("wrong")


@pytest.fixture(scope="module")
def verdict(grader):
    """Grade a block with a seed of its own, once."""
    known = {}

    def grade(head, source):
        key = (*head.values(), source)
        if key not in known:
            options = json.loads(head["options"] or "{}")
            spec = {
                "function": "f",
                "parameters": re.findall(r"\w+", head["parameters"]),
                "reference": head["loss"],
                "gives": head["gives"],
                **{key: options.pop(key) for key in ("draw", "open") if key in options},
                "options": options,
            }
            answer = "import numpy as np\n" + source
            seed = zlib.crc32(source.encode())
            known[key] = grader.decide(GradeRequest(kind="coding", spec={"coding": spec}, answer=answer, seed=seed))
        return known[key]

    return grade


def same(code, label):
    return code == label or any({code, label} <= codes for codes in EQUAL)


def labels(head):
    return [code for code in head["codes"].split() if code != "-"]


def blamed(verdict):
    return [finding.code for finding in verdict.findings if finding.code not in REMARKS]


def is_named(head, codes):
    return all(any(same(code, label) for code in codes) for label in labels(head))


@pytest.mark.parametrize(("head", "source"), RIGHT)
def test_a_right_answer_is_right_and_blamed_for_nothing(verdict, head, source):
    given = verdict(head, source)
    assert (given.outcome, given.score, blamed(given)) == ("correct", 1.0, []), given.checks


@pytest.mark.parametrize(("head", "source"), WRONG)
def test_a_wrong_answer_is_not_right_and_blamed_for_its_mistakes_alone(verdict, head, source):
    given = verdict(head, source)
    assert given.outcome == head["outcome"], given.checks
    wrongly = [code for code in blamed(given) if not any(same(code, label) for label in labels(head))]
    assert wrongly == [], given.findings


def test_nearly_all_wrong_answers_are_named(verdict):
    unnamed = []
    for parameter in WRONG:
        head, source = parameter.values
        if not is_named(head, blamed(verdict(head, source))):
            unnamed.append(parameter.id)
    assert len(unnamed) <= (1.0 - NAMED_AT_LEAST) * len(WRONG), unnamed


def test_every_code_that_can_be_seen_from_outside_is_in_the_corpus():
    last = {"R": 11, "L": 3, "S": 3, "A": 9, "E": 10, "O": 7, "X": 12, "D": 6, "G": 12, "M": 7, "W": 10, "P": 5}
    codes = {f"{letter}{number}" for letter, most in last.items() for number in range(1, most + 1)}
    assert codes - {code for parameter in WRONG for code in labels(parameter.values[0])} == NOT_WRONG


def test_the_corpus_is_large_and_of_many_kinds():
    assert min(len(RIGHT), len(WRONG)) >= 120
    heads = [parameter.values[0] for parameter in (*RIGHT, *WRONG)]
    assert {head["gives"] for head in heads} == {"value", "gradient", "metric", "step", "transform"}
    assert len({head["loss"] for head in heads}) >= 60
    assert sum(len(labels(parameter.values[0])) == 2 for parameter in WRONG) >= 40
