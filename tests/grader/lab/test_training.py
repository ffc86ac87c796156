"""The loop on its own: data, model and losses that runs are made of."""

from __future__ import annotations

import numpy as np
import pytest

from grader.lab import SCENARIOS, ReferenceLoss, Run, Settings, diagnose, train
from grader.lab.diagnosis import Shares, shares
from grader.lab.metrics import ACCURACY, MEAN_ABSOLUTE_ERROR
from grader.lab.models import Model, Shape
from grader.lab.training import Look

STEP = 1e-6


def slopes(function, at: np.ndarray) -> np.ndarray:
    """Central differences of a number, entry by entry."""
    found = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        moved = np.zeros_like(at)
        moved[place] = STEP
        found[place] = (function(at + moved) - function(at - moved)) / (2 * STEP)
    return found


@pytest.mark.parametrize("hidden", [0, 3])
@pytest.mark.parametrize("outputs", [1, 2])
def test_gradients_of_a_model_are_the_slopes_in_every_weight(hidden, outputs):
    rng = np.random.default_rng(1)
    model, features = Model(Shape(4, outputs, hidden, bias=0.5), rng), rng.standard_normal((6, 4))
    pull = rng.standard_normal(model.outputs(features).shape)
    found = model.gradients(pull)
    for layer, place in np.ndindex(len(model.layers), 2):
        held = model.layers[layer][place].copy()

        def value(weights, layer=layer, place=place):
            model.layers[layer][place] = weights
            return float(np.sum(model.outputs(features) * pull))

        np.testing.assert_allclose(found[layer][place], slopes(value, held), rtol=1e-6, atol=1e-8)
        model.layers[layer][place] = held


@pytest.mark.parametrize(
    ("loss", "targets"),
    [
        (ReferenceLoss("brier", activation="sigmoid"), np.array([0, 1, 1])),
        (ReferenceLoss("generalized_cross_entropy", {"q": 0.7}, "softmax"), np.array([0, 2, 1])),
        (ReferenceLoss("huber", {"delta": 0.5}), np.array([0.0, 2.0, -1.0])),
    ],
)
def test_gradient_of_a_loss_goes_through_its_activation(loss, targets):
    rng = np.random.default_rng(2)
    outputs = rng.standard_normal((3, 3) if loss.activation == "softmax" else 3)
    _, gradient = loss(targets, outputs)
    np.testing.assert_allclose(gradient, slopes(lambda z: loss(targets, z)[0], outputs), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", SCENARIOS)
def test_data_follow_the_seed_and_every_part_has_its_own(name):
    scenario = SCENARIOS[name]
    first, again, other = (scenario.drawn(np.random.default_rng(seed), {}) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.train.features, again.train.features)
    np.testing.assert_array_equal(first.held_out.targets, again.held_out.targets)
    assert not np.array_equal(first.train.features, other.train.features)
    assert not np.shares_memory(first.train.targets, first.held_out.targets)
    assert len(first.held_out.targets) > len(first.train.targets)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25])
def test_so_many_readings_are_broken_and_none_of_the_held_out(share):
    data = SCENARIOS["outliers"].drawn(np.random.default_rng(3), {"share": share})
    assert np.sum(data.train.targets > 6.0) == pytest.approx(240 * share, abs=6)
    assert data.held_out.targets.max() < 6.0


def test_so_many_labels_are_wrong_as_the_knob_says():
    spoiled, clean = (
        SCENARIOS["wrong_labels"].drawn(np.random.default_rng(3), {"share": share}).train for share in (0.4, 0.0)
    )
    assert np.mean(spoiled.targets != clean.targets) == 0.4
    assert set(spoiled.targets) == {0, 1, 2, 3}


def test_training_repeats_itself_and_lowers_the_loss():
    scenario = SCENARIOS["outliers"]
    data = scenario.drawn(np.random.default_rng(5), {})
    settings = Settings(60, 0.1, 0.9)
    first, again = (train(scenario, data, ReferenceLoss("huber"), settings, seed=5) for _ in range(2))
    assert first.losses == again.losses
    assert len(first.losses) == 61
    assert len(first.norms) == 60
    assert first.losses[-1] < 0.7 * first.losses[0]
    assert first.looks[0].step == 0
    assert first.looks[-1].step == 60


def test_training_stops_where_a_number_is_not_finite():
    scenario = SCENARIOS["long_valley"]
    data = scenario.drawn(np.random.default_rng(5), {})
    run = train(scenario, data, ReferenceLoss("mean_squared_error"), Settings(400, 60.0, 0.9), seed=5)
    assert run.stopped in {"loss", "weights", "gradient"}
    assert len(run.losses) < 400
    assert np.isnan(run.metric[1])


def run_of(losses, held_out, metrics, *, weights=10, stopped="") -> Run:
    looks = tuple(Look(step, loss, metric) for step, (loss, metric) in enumerate(zip(held_out, metrics, strict=True)))
    return Run(tuple(losses), tuple(1.0 for _ in losses), looks, np.zeros(100), weights, stopped)


def found(run: Run, training: float = 1.0, metric: float = 1.0) -> str:
    return diagnose(run, Shares(training, metric), training_needed=0.9, metric_needed=0.9).code


def test_a_run_is_called_what_its_numbers_show():
    falling = [4.0, 2.0, 1.0]
    assert found(run_of(falling, falling, falling)) == "fine"
    assert found(run_of([1.0, 5.0, 9.0], falling, falling)) == "diverged"
    assert found(run_of(falling, falling, falling, stopped="loss")) == "diverged"
    assert found(run_of([4.0, 3.9, 3.8], falling, falling), training=0.1) == "plateau"
    assert found(run_of(falling, [4.0, 1.0, 3.0], falling, weights=500)) == "overfit"
    assert found(run_of(falling, falling, falling), metric=0.2) == "off_target"


def test_few_weights_cannot_learn_many_rows_by_heart():
    risen = run_of([4.0, 2.0, 1.0], [4.0, 1.0, 3.0], [1.0, 1.0, 1.0], weights=10)
    assert found(risen, metric=0.2) == "off_target"


@pytest.mark.parametrize(("metric", "better"), [(MEAN_ABSOLUTE_ERROR, [4.0, 1.0]), (ACCURACY, [0.2, 0.8])])
def test_shares_are_of_the_reference_runs_gain_whichever_way_is_better(metric, better):
    reference = run_of([4.0, 1.0], [1.0, 1.0], better)
    half = run_of([8.0, 5.0], [1.0, 1.0], [better[0], sum(better) / 2])
    reached = shares(half, reference, 2.0, metric)
    assert reached.metric == pytest.approx(0.5)
    assert reached.training == pytest.approx(0.5)


def test_a_run_that_stopped_gained_nothing():
    reference = run_of([4.0, 1.0], [1.0, 1.0], [4.0, 1.0])
    stopped = run_of([4.0, 1.0], [1.0, 1.0], [4.0, 1.0], stopped="weights")
    assert shares(stopped, reference, 1.0, MEAN_ABSOLUTE_ERROR) == Shares(-np.inf, -np.inf)
