"""A lab on the candidate's pages: its controls, a training on sample data, curves where the level lets them through."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from assessments.grading import services as grading
from assessments.grading.models import GradingRun
from assessments.grading.selectors import request_of
from assessments.sittings.services import attempts
from grader.grading import Grader
from tests.assessments.sittings.conftest import Sitting, begin, blueprint

pytestmark = pytest.mark.django_db

RIGHT = """import numpy as np

def robust_loss(y_true, y_pred):
    r = y_pred - y_true
    return np.mean(np.abs(r)), np.sign(r) / r.size
"""
SQUARED = """import numpy as np

def robust_loss(y_true, y_pred):
    r = y_pred - y_true
    return np.mean(r**2), 2 * r / r.size
"""
CHOICE = {
    "lab": {
        "scenario": "long_valley",
        "thresholds": {"convergence": 0.9, "held_out": 0.9},
        "choice": [
            {"text": "slow: 0.001", "loss": "mean_squared_error", "learning_rate": 0.001},
            {"text": "quick: 0.4", "loss": "mean_squared_error", "learning_rate": 0.4, "right": True},
            {"text": "too quick: 1.3", "loss": "mean_squared_error", "learning_rate": 1.3, "feedback": "Unstable."},
        ],
    }
}


@pytest.fixture(scope="module")
def grader():
    with Grader() as warm:
        yield warm


def graded(sitting: Sitting, grader: Grader) -> GradingRun:
    run = GradingRun.objects.latest("pk")
    verdict = grader.decide(request_of(run)).to_json()
    grading.record_verdict(run_id=run.pk, token=run.lease_token, verdict=verdict)
    return run


def with_choice(feedback: str) -> Sitting:
    return begin(blueprint("lab", feedback=feedback, spec=CHOICE))


def figures(text: str) -> list[str]:
    return re.findall(r'<svg viewBox="0 0 420 280" role="img"', text)


def test_a_function_is_typed_into_the_editor_beside_what_is_trained():
    text = begin(blueprint("lab")).get("question", 1).text
    assert "def robust_loss(y_true, y_pred):" in text
    assert "A linear regression on sensor readings" in text
    assert "mean absolute error, where lower is better" in text
    assert "Train on sample data" in text
    assert "css/plots.css" in text


def test_a_choice_has_options_and_no_run():
    text = with_choice("full").get("question", 1).text
    assert len(re.findall(r'type="radio" name="option"', text)) == 3
    assert "Train on sample data" not in text


def test_training_on_sample_data_shows_its_curves(grader):
    sitting = begin(blueprint("lab", feedback="sample"))
    sitting.submit(RIGHT, name="run")
    graded(sitting, grader)
    text = sitting.get("result", 1, purpose="sample").text
    assert len(figures(text)) == 4
    assert "Training on sample data" in text
    assert "one small batch" in text


@pytest.mark.parametrize("feedback", ["none", "received", "sample"])
def test_no_curve_of_a_real_attempt_shows_before_release(feedback, grader):
    sitting = begin(blueprint("lab", feedback=feedback))
    sitting.submit(SQUARED)
    graded(sitting, grader)
    texts = [sitting.get("question", 1).text, sitting.get("result", 1, purpose="final").text]
    attempts.finish_attempt(attempt=sitting.attempt)
    texts.append(sitting.get("done").text)
    assert sitting.get("report").status_code == 404
    for text in texts:
        assert figures(text) == []
        assert "trains toward something else" not in text
        assert "reference run comes to" not in text


def test_released_report_shows_curves_and_diagnosis_with_the_numbers_beside(grader):
    sitting = begin(blueprint("lab", feedback="none"))
    sitting.submit(SQUARED)
    graded(sitting, grader)
    attempts.finish_attempt(attempt=sitting.attempt)
    sitting.attempt.refresh_from_db()
    sitting.attempt.released_at = timezone.now()
    sitting.attempt.save()
    text = sitting.get("report").text
    assert len(figures(text)) == 4
    assert "trains toward something else" in text
    assert text.count('<th scope="col" class="number">step</th>') == 4
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert "style=" not in text


def test_practice_shows_at_once_what_a_chosen_rate_trains(grader):
    sitting = with_choice("full")
    sitting.submit(["2"])
    graded(sitting, grader)
    text = sitting.get("result", 1, purpose="final").text
    assert "training diverged" in text
    assert "Unstable." in text
    assert len(figures(text)) == 4


def test_a_choice_is_saved_as_the_list_of_its_options():
    sitting = with_choice("full")
    sitting.submit(["1"])
    assert GradingRun.objects.get().submission.answer == "[1]"
