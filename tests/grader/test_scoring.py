import pytest

from grader.scoring import failed, not_reached, passed, rejected, settle
from grader.verdict import Outcome


@pytest.mark.parametrize(
    ("checks", "outcome", "score"),
    [
        ([passed("correctness", 6, ""), passed("edge_cases", 2, "")], "correct", 1.0),
        ([passed("correctness", 6, ""), failed("edge_cases", 2, "")], "partial", 0.75),
        ([passed("correctness", 6, ""), failed("edge_cases", 0, "")], "correct", 1.0),
        ([passed("correctness", 6, ""), failed("edge_cases", 2, "", 0.5)], "partial", 0.875),
        ([passed("correctness", 6, ""), not_reached("edge_cases", 2, "")], "partial", 0.75),
        ([failed("correctness", 6, ""), passed("edge_cases", 2, "")], "wrong", 0.0),
        ([not_reached("correctness", 6, ""), passed("edge_cases", 2, "")], "wrong", 0.0),
        ([failed("correctness", 1, "", 0.5)], "partial", 0.5),
        ([passed("correctness", 0.1, ""), passed("a", 0.2, ""), passed("b", 0.3, "")], "correct", 1.0),
        ([], "wrong", 0.0),
    ],
)
def test_the_score_is_the_weighted_sum_and_names_the_outcome(checks, outcome, score):
    verdict = settle(checks)
    assert (verdict.outcome, verdict.score) == (outcome, score)


def test_a_fault_comes_before_every_check():
    verdict = settle([passed("correctness", 6, "")], fault=Outcome.TIME_LIMIT)
    assert (verdict.outcome, verdict.score) == ("time_limit", 0.0)


def test_a_rejected_answer_carries_its_reason():
    verdict = rejected("it is empty")
    assert (verdict.outcome, verdict.score, verdict.checks[0].message) == ("rejected", 0.0, "it is empty")
