"""The sum over a block, which may be had without its terms, is the sum of the terms."""

import math

import numpy as np
import pytest

import lossref
from tests.lossref.drawing import batch_of

TOTALLED = [lossref.get(name) for name in lossref.names() if lossref.get(name).total]


@pytest.fixture(params=TOTALLED, ids=lambda spec: spec.name)
def totalled(request):
    return request.param


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_total_is_the_exact_sum_of_the_terms(totalled, rng, dtype):
    arguments = [a.astype(dtype) if a.dtype.kind == "f" else a for a in batch_of(totalled, rng, rows=2345)]
    terms = totalled.value(*arguments, reduction="none")
    exact = math.fsum(terms.tolist())
    scale = math.fsum(np.abs(terms).tolist())
    assert abs(totalled.value(*arguments, reduction="sum") - exact) <= 32 * np.finfo(dtype).eps * scale


def test_what_the_total_cannot_take_the_terms_do(totalled, rng):
    arguments = batch_of(totalled, rng, rows=50)
    weights = np.ones(len(arguments[0]))
    by_terms = totalled.value(*arguments, weights=weights, reduction="sum")
    assert totalled.value(*arguments, reduction="sum") == pytest.approx(by_terms, rel=1e-14)


def test_a_certain_class_costs_what_it_is_told_to():
    one, zero = [[1.0, 0.0]], [[0.0, 1.0]]
    assert lossref.kl_divergence(one, [[0.25, 0.75]]) == pytest.approx(math.log(4.0), rel=1e-15)
    assert lossref.kl_divergence(one, one) == 0.0
    assert lossref.kl_divergence(one, zero) == math.inf
    assert lossref.binary_cross_entropy([1, 0], [1.0, 0.0]) == 0.0
    assert lossref.binary_cross_entropy([1, 0], [0.0, 0.0]) == math.inf


def test_sums_that_overflow_on_the_way_are_those_of_the_terms():
    assert lossref.huber([0.0], [1e300], delta=1e300) == math.inf
    assert lossref.huber([0.0], [1e200], delta=1e-200) == pytest.approx(1.0, rel=1e-15)
    assert lossref.log_cosh([0.0, 0.0], [1e300, -1e300]) == 1e300
    assert lossref.poisson_nll([1e308], [1000.0]) == math.inf
    large = np.full(4000, 3e38, dtype=np.float32)
    assert lossref.mean_absolute_error(np.zeros_like(large), large) == np.float32(3e38)


@pytest.mark.parametrize("distance", [1e-3, 1e-6, 1e-9])
def test_near_distributions_lose_no_digits_in_their_sum(distance):
    p = np.array([[0.5, 0.25, 0.25]])
    q = p + distance * np.array([[1.0, -0.5, -0.5]])
    (term,) = lossref.kl_divergence(p, q, reduction="none")
    largest = abs(0.5 * math.log1p(2.0 * distance))
    assert abs(lossref.kl_divergence(p, q) - term) <= 4 * np.spacing(largest)


@pytest.mark.parametrize("share", [1e-300, 1e-16, 1e-8, 1e-3, 0.1, 0.4, 0.6])
def test_far_distributions_lose_no_digits_in_their_sum(share):
    p, q = np.array([[share, 1.0 - share]]), np.array([[1.0 - share, share]])
    (term,) = lossref.kl_divergence(p, q, reduction="none")
    assert lossref.kl_divergence(p, q) == pytest.approx(term, rel=2e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("label", [0.0, -0.0, 2.0, -2.0, 0.5, 1.5, np.nextafter(1.0, 2.0, dtype=np.float32), math.inf])
def test_one_label_that_is_no_sign_is_found_among_many(label, dtype):
    labels = np.where(np.arange(100) % 2, 1.0, -1.0).astype(dtype)
    assert lossref.hinge(labels, labels) == 0.0
    labels[7] = label
    with pytest.raises(lossref.DomainError, match=r"y_true\[7\]"):
        lossref.hinge(labels, np.ones(100, dtype=dtype))


@pytest.mark.parametrize("domain_edge", [0.0, -0.0, 1.0])
def test_the_edges_of_the_unit_interval_are_in_it(domain_edge):
    assert lossref.binary_cross_entropy([domain_edge], [0.5]) == pytest.approx(math.log(2.0))
    assert lossref.poisson_nll([domain_edge], [0.0]) == 1.0


@pytest.mark.parametrize("score", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("label", [1.0, -1.0])
def test_no_score_hides_behind_a_margin(score, label):
    for call in (lossref.hinge, lossref.get("hinge").gradient, lossref.get("hinge").value_and_gradient):
        with pytest.raises(lossref.DomainError, match=r"score\[1\]"):
            call([1.0, label], [0.0, score])
    with pytest.raises(lossref.DomainError, match=r"score\[1\]"):
        lossref.hinge([1.0, label], [0.0, score], reduction="none")
