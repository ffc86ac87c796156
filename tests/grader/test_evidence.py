"""What a finding shows of the printed cases: numbers that the candidate may see whole."""

import pytest

from grader.contract import GradeRequest

SPEC = {
    "coding": {
        "function": "f",
        "parameters": ["y", "p"],
        "reference": "binary_cross_entropy",
        "samples": [
            {"args": {"y": [1, 0, 1], "p": [0.8, 0.3, 0.4]}},
            {"name": "certain", "args": {"y": [1, 0, 1], "p": [1.0, 0.0, 0.5]}},
        ],
    }
}
TERMS = "y * np.log(p) + (1 - y) * np.log(1 - p)"


def findings(grader, body):
    answer = f"import numpy as np\n\n\ndef f(y, p):\n    return {body}\n"
    return grader.grade(GradeRequest("coding", SPEC, answer, seed=1)).findings


@pytest.mark.parametrize(
    ("body", "codes", "shown"),
    [
        (f"-np.sum({TERMS})", ["R1"], {"sample 1": "1.4961092"}),
        (f"-np.mean({TERMS})", ["E1"], {"certain": "nan"}),
        (f"np.sum({TERMS})", ["R1", "S1"], {"sample 1": "-1.4961092"}),
    ],
    ids=["on every input", "at the edge only", "two at once"],
)
def test_a_mistake_tells_what_it_gives_on_the_printed_cases(grader, body, codes, shown):
    found = findings(grader, body)
    assert sorted(finding.code for finding in found) == sorted(codes)
    assert [finding.evidence["samples"] for finding in found] == [shown] * len(codes)


def test_a_printed_case_on_which_the_answer_does_otherwise_is_no_evidence(grader):
    found = findings(grader, f"-np.sum({TERMS}) if y.size != 3 else 7.0")
    assert [(finding.code, "samples" in finding.evidence) for finding in found] == [("R1", False)]
