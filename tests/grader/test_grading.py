import json

import pytest

from grader.contract import GradeRequest
from grader.grading import Grader, Sandboxes
from grader.kinds.specs import BrokenQuestion
from grader.sandbox import InfrastructureFault, SandboxUnavailable
from grader.verdict import Verdict

MSE = {"coding": {"function": "f", "parameters": ["y", "p"], "reference": "mse"}}
RIGHT = "def f(y, p): return ((y - p) ** 2).mean()"


def request(**fields):
    return GradeRequest(**{"kind": "coding", "spec": MSE, "answer": RIGHT, "seed": 11, **fields})


def without_timing(verdict):
    data = verdict.to_json()
    del data["timing"]
    return data


def test_the_same_request_gives_the_same_verdict(grader):
    source = "import numpy as np\ndef f(y, p): return ((y - p) ** 2).mean() + np.random.random()"
    for answer in (RIGHT, source):
        first, again = (without_timing(grader.grade(request(answer=answer))) for _ in range(2))
        assert first == again


def test_the_provenance_names_all_that_produced_the_score(grader):
    asked = request()
    provenance = grader.grade(asked).provenance
    assert provenance["seed"] == 11
    assert provenance["spec_hash"] == asked.spec_hash
    assert provenance["sandbox_level"] == grader.sandboxes.get("numpy").level
    assert provenance["limits"] == {
        "case_seconds": 2.0,
        "total_seconds": 10.0,
        "memory_bytes": 1 << 30,
        "output_bytes": 1 << 20,
    }
    assert {"lossref", "grader", "numpy", "python"} <= set(provenance)


def test_the_time_of_each_part_is_told(grader):
    timing = grader.grade(request()).timing
    parts = sum(timing[name] for name in ("draw_seconds", "run_seconds", "compare_seconds"))
    assert 0 < parts <= timing["total_seconds"]


def test_a_verdict_survives_json(grader):
    verdict = grader.grade(request(answer="def f(y, p): return float('nan')"))
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json(), allow_nan=False))).to_json() == verdict.to_json()


def test_an_unknown_kind_is_a_broken_question(grader):
    with pytest.raises(BrokenQuestion) as caught:
        grader.decide(request(kind="essay"))
    assert str(caught.value) == (
        "kind: expected one of choice, numeric, ordering, matching, derivation, coding, lab, written, got 'essay'"
    )


class Failing(Sandboxes):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def get(self, profile):
        raise self.error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (InfrastructureFault("the zygote died twice"), "the zygote died twice"),
        (ZeroDivisionError(), "the grader failed: ZeroDivisionError"),
    ],
)
def test_a_fault_of_ours_is_ungradable_and_has_no_score(error, reason):
    grader = Grader()
    grader.sandboxes = Failing(error)
    verdict = grader.grade(request())
    assert (verdict.outcome, verdict.score, verdict.provenance["reason"]) == ("ungradable", None, reason)


def test_a_missing_wall_is_no_verdict_at_all():
    grader = Grader()
    grader.sandboxes = Failing(SandboxUnavailable("no namespaces here"))
    with pytest.raises(SandboxUnavailable):
        grader.grade(request())


def test_a_closed_grader_starts_anew():
    with Grader() as grader:
        assert grader.grade(request()).outcome == "correct"
        grader.close()
        assert grader.grade(request()).outcome == "correct"


def test_kinds_without_candidates_code_need_no_sandbox(grader):
    grader.grade(request())
    spec = {"numeric": {"answer": 2, "rtol": 1e-3, "atol": 0}}
    verdict = grader.grade(request(kind="numeric", spec=spec, answer="2"))
    assert (verdict.outcome, verdict.provenance["sandbox_level"]) == ("correct", None)


def test_a_written_answer_waits_for_a_person():
    spec = {"written": {"rubric": "names the outlier"}}
    verdict = Grader().grade(request(kind="written", spec=spec, answer="Because of the outlier."))
    assert (verdict.outcome, verdict.score) == ("pending_review", None)
    assert Grader().grade(request(kind="written", spec=spec, answer="  \n")).outcome == "rejected"
