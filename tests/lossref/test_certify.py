"""The certificate must fail where a loss is wrong: each test breaks one thing."""

import dataclasses

import mpmath
import numpy as np
import pytest

from lossref import OptionError, get, symbolic
from lossref.certify import TOLERANCE, certify


def broken(name, **changes):
    return dataclasses.replace(get(name), **changes)


POINTS = 400


def failures_of(spec):
    return certify(spec, points=POINTS).failures


def test_every_entry_with_a_form_is_certified(symbolic_entry):
    points = 4 if symbolic_entry.name == "evidential" else 40  # mpmath takes its time over log Γ of large numbers
    assert certify(symbolic_entry, seed=3, points=points).failures == ()


def test_a_cancelling_form_is_caught():
    careless = broken(
        "bce_with_logits", terms=lambda y, z, smoothing: np.log(1.0 + np.exp(-np.abs(z))) + np.maximum(z, 0.0) - y * z
    )
    certificate = certify(careless, points=POINTS)
    assert not certificate.passed
    assert certificate.value.ulp > TOLERANCE


def test_a_wrong_gradient_is_caught():
    half = broken("mse", slopes={"y_pred": lambda y, p: (p - y, p - y)}, curvatures={})
    assert any(failure.startswith("gradient in y_pred: ") for failure in failures_of(half))


def test_a_nan_at_the_edge_is_caught():
    careless = broken("bce", terms=lambda y, p, smoothing, logs: -(y * np.log(p) + (1 - y) * np.log1p(-p)))
    with np.errstate(invalid="ignore"):
        failures = failures_of(careless)
    assert any("value: inf ulp" in failure for failure in failures)


def test_a_kink_with_a_wrong_interval_is_caught():
    def only_the_middle(y, p):
        return np.sign(p - y), np.sign(p - y)

    failures = failures_of(broken("mae", slopes={"y_pred": only_the_middle}, curvatures={}))
    assert any(failure.startswith("kink at") for failure in failures)


def test_a_claim_too_much_and_a_claim_too_little_are_caught():
    huber = get("huber")
    boastful = broken("huber", properties=huber.properties | {"homogeneous_degree_1"})
    assert failures_of(boastful) == ("property homogeneous_degree_1 does not hold",)
    modest = broken("huber", properties=huber.properties - {"non_negative"})
    assert failures_of(modest) == ("property non_negative holds but is not claimed",)


def test_the_second_oracle_keeps_digits_where_fifty_are_not_enough():
    term = symbolic.form("bce_with_logits")
    tiny = symbolic.evaluate(term, [0.0, -1000.0, 0.0])
    assert mpmath.almosteq(mpmath.log(tiny), -1000, rel_eps=1e-12)


def test_zero_times_log_zero_is_zero_for_the_second_oracle():
    assert symbolic.evaluate(symbolic.form("bce"), [1.0, 1.0, 0.0]) == 0
    assert symbolic.evaluate(symbolic.form("cce", 2), [[1.0, 0.0], [1.0, 0.0], 0.0]) == 0


def test_forms_are_made_for_the_number_of_classes_asked_for():
    term = symbolic.form("cce_with_logits", classes=5)
    assert len(term.arguments["z"]) == 5
    uniform = symbolic.evaluate(term, [[1, 0, 0, 0, 0], [0.0] * 5, 0.0])
    assert mpmath.almosteq(uniform, mpmath.log(5), rel_eps=1e-15)


def test_latex_leaves_out_what_is_off_by_default():
    assert (
        symbolic.form("bce").latex()
        == r"- y_{true} \log{\left(p \right)} - \left(1 - y_{true}\right) \log{\left(1 - p \right)}"
    )
    assert "smoothing" not in symbolic.form("cce").latex()


def test_an_entry_without_a_symbolic_form_says_so(monkeypatch):
    symbolic.form.cache_clear()
    monkeypatch.delitem(symbolic.FORMS, "huber")
    with pytest.raises(OptionError, match="huber has no symbolic form"):
        symbolic.form("huber")


@pytest.mark.parametrize("name", ["accuracy", "ctc"])
def test_metrics_and_coupled_losses_have_no_symbolic_form(name):
    with pytest.raises(OptionError, match=f"{name} has no symbolic form"):
        symbolic.form(name)
    with pytest.raises(OptionError, match=f"{name} has no symbolic form"):
        certify(get(name))
