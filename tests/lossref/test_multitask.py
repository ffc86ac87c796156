"""Distillation, evidence, and the weighting of tasks."""

import math

import mpmath
import numpy as np
import pytest

import lossref
from lossref._gamma import digamma, log_gamma, trigamma

STUDENT, TEACHER = np.array([[2.0, 0.0]]), np.array([[0.0, 1.0]])


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


def test_the_teacher_s_part_is_scaled_by_the_square_of_the_temperature():
    p, q = softmax(TEACHER[0] / 4), softmax(STUDENT[0] / 4)
    divergence, surprise = float((p * np.log(p / q)).sum()), math.log1p(math.exp(2.0))
    value = lossref.distillation([1], STUDENT, TEACHER, 4.0, 0.75)
    assert value == pytest.approx(0.75 * 16 * divergence + 0.25 * surprise, rel=1e-14)
    without = lossref.distillation([1], STUDENT, TEACHER, 4.0, 0.75, temperature_squared=False)
    assert without == pytest.approx(0.75 * divergence + 0.25 * surprise, rel=1e-14)


def test_the_gradient_of_the_teacher_s_part_is_t_times_the_difference_of_the_softened_probabilities():
    gradient = lossref.get("distillation").gradient([1], STUDENT, TEACHER, 4.0, 1.0)
    np.testing.assert_allclose(gradient[0], 4.0 * (softmax(STUDENT[0] / 4) - softmax(TEACHER[0] / 4)), rtol=1e-14)


@pytest.mark.parametrize("squared", [True, False])
@pytest.mark.parametrize("wrt", ["student", "teacher"])
def test_distillation_agrees_with_finite_differences(wrt, squared):
    rng = np.random.default_rng(8)
    z = {"student": rng.normal(size=(3, 4)), "teacher": rng.normal(size=(3, 4))}
    spec, size = lossref.get("distillation"), 1e-6
    given = {"y_true": [0, 3, 1], "temperature": 3.0, "alpha": 0.6, "temperature_squared": squared}
    gradient = spec.gradient(**z, **given, wrt=wrt)
    for index in np.ndindex(3, 4):
        sides = []
        for sign in (1, -1):
            moved = {name: array.copy() for name, array in z.items()}
            moved[wrt][index] += sign * size
            sides.append(spec.value(**moved, **given))
        assert gradient[index] == pytest.approx((sides[0] - sides[1]) / (2 * size), rel=1e-6, abs=1e-9)


def test_evidence_by_hand():
    # Dir(3, 1): p = (¾, ¼), strength 4; the true class's own evidence is free of the divergence.
    fit = 2 * (1 / 16) + 2 * (3 / 16) / 5
    assert lossref.evidential([[1, 0]], [[2.0, 0.0]]) == pytest.approx(fit, rel=1e-14)
    # Dir(1, 3): KL to Dir(1, 1) is log 3 + 2 (ψ(3) − ψ(4)) = log 3 − 2/3.
    wrong = 2 * (9 / 16) + 2 * (3 / 16) / 5
    divergence = math.log(3) - 2 / 3
    assert lossref.evidential([[1, 0]], [[0.0, 2.0]], 0.5) == pytest.approx(wrong + 0.5 * divergence, rel=1e-14)
    assert lossref.evidential([[1, 0]], [[0.0, 2.0]], 0.0) == pytest.approx(wrong, rel=1e-14)


def test_the_variants_of_the_evidential_fit():
    given = {"annealing": 0.0}
    digamma_form = lossref.evidential([[1, 0]], [[2.0, 0.0]], **given, variant="digamma")
    assert digamma_form == pytest.approx(1 / 3, rel=1e-14)  # ψ(4) − ψ(3)
    log_form = lossref.evidential([[1, 0]], [[2.0, 0.0]], **given, variant="log")
    assert log_form == pytest.approx(math.log(4 / 3), rel=1e-14)


@pytest.mark.parametrize("variant", ["mse", "digamma", "log"])
def test_evidence_agrees_with_finite_differences(variant):
    rng = np.random.default_rng(9)
    y_true, evidence = np.eye(3)[[0, 2]], rng.uniform(0.2, 9.0, size=(2, 3))
    spec, size = lossref.get("evidential"), 1e-6
    gradient = spec.gradient(y_true, evidence, 0.7, variant=variant)
    for index in np.ndindex(2, 3):
        step = np.zeros((2, 3))
        step[index] = size
        sides = [spec.value(y_true, evidence + sign * step, 0.7, variant=variant) for sign in (1, -1)]
        assert gradient[index] == pytest.approx((sides[0] - sides[1]) / (2 * size), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("function", "exact"),
    [(log_gamma, mpmath.loggamma), (digamma, mpmath.digamma), (trigamma, lambda x: mpmath.psi(1, x))],
)
def test_functions_of_gamma_against_forty_digits(function, exact):
    around = [1.0, 1.0 + 1e-9, 1.4616321449683622, 1.5, 2.0, 2.0 - 1e-9, 2.5, 3.0, 7.0, 7.9999, 8.0, 1e3, 1e8, 1e100]
    points = np.concatenate([around, np.random.default_rng(0).uniform(1.0, 20.0, 300)])
    with mpmath.workdps(40):
        for point, number in zip(points, function(points), strict=True):
            truth = exact(mpmath.mpf(float(point)))
            assert abs(mpmath.mpf(float(number)) - truth) <= 2.0**-51 * max(1.0, abs(truth))


def test_tasks_are_weighed_and_summed():
    losses, log_variances = np.array([2.0, 3.0]), np.array([0.0, 1.0])
    expected = 0.5 * (2.0 + 3.0 / math.e) + 0.5
    assert lossref.uncertainty_weighting(losses, log_variances) == pytest.approx(expected, rel=1e-15)
    classified = lossref.uncertainty_weighting(losses, log_variances, form="classification")
    assert classified == pytest.approx(2.0 + 3.0 / math.e + 0.5, rel=1e-15)
    plain = lossref.uncertainty_weighting(losses, log_variances, form="plain")
    assert plain == pytest.approx(2.0 + 3.0 / math.e + 1.0, rel=1e-15)
    gradient = lossref.get("uncertainty_weighting").gradient(losses, log_variances)
    np.testing.assert_allclose(gradient, [0.5 - 1.0, 0.5 - 1.5 / math.e], rtol=1e-15)


def test_a_task_without_a_loss_costs_its_variance_only():
    assert lossref.uncertainty_weighting([0.0], [-5000.0]) == -2500.0
    assert lossref.get("uncertainty_weighting").gradient([math.log(2.0)], [math.log(math.log(2.0))])[0] == (
        pytest.approx(0.0, abs=1e-15)
    )


def test_a_weight_of_a_task_that_is_just_finite_is_finite():
    # e^710/2 = 1.1170e308, though e^710 is beyond the largest number.
    slope = lossref.get("uncertainty_weighting").gradient([1.0], [-710.0], wrt="losses")
    assert slope == pytest.approx([1.1169973830808557e308], rel=1e-13)
