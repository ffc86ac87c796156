"""Losses of embeddings: hand-computed values, conventions, kinks and zero vectors."""

import math

import numpy as np
import pytest

import lossref

A, B = np.array([[3.0, 4.0]]), np.array([[4.0, 3.0]])


def test_cosine_similarity_by_hand_and_with_its_sign_turned():
    assert lossref.cosine_similarity(A, B) == pytest.approx(24 / 25, rel=1e-15)
    assert lossref.cosine_similarity(A, B, sign="negative") == pytest.approx(-24 / 25, rel=1e-15)
    assert lossref.cosine_distance(A, B) == pytest.approx(1 / 25, rel=1e-13)
    assert lossref.cosine_similarity(A, 7.5 * A) == 1.0


@pytest.mark.parametrize("name", ["cosine_similarity", "cosine_distance"])
@pytest.mark.parametrize("zeroed", [0, 1])
def test_a_zero_vector_has_the_similarity_0_and_no_gradient(name, zeroed):
    arguments = [A.copy(), B.copy()]
    arguments[zeroed][:] = 0.0
    assert lossref.get(name).value(*arguments) == (0.0 if name == "cosine_similarity" else 1.0)
    for wrt in ("x1", "x2"):
        np.testing.assert_array_equal(lossref.get(name).gradient(*arguments, wrt=wrt), 0.0)


@pytest.mark.parametrize("scale", [1e-305, 1e-200, 1e-30, 1e200, 1e307])
def test_the_cosine_is_the_same_at_any_scale(scale):
    assert lossref.cosine_similarity(scale * A, B) == pytest.approx(24 / 25, rel=1e-14)
    gradient = lossref.get("cosine_similarity").gradient(A, scale * B, wrt="x2")
    np.testing.assert_allclose(scale * gradient, lossref.get("cosine_similarity").gradient(A, B), rtol=1e-13)


def test_cosine_embedding_has_an_interval_where_the_similarity_is_the_margin():
    first, second = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    spec = lossref.get("cosine_embedding")
    low, high = spec.subdifferential(first, second, [-1], 0.0, wrt="x2")
    np.testing.assert_array_equal(low, [[0.0, 0.0]])
    np.testing.assert_array_equal(high, [[1.0, 0.0]])
    assert spec.value(first, second, [0], label_encoding="zero_one") == 0.0
    assert spec.value(first, second, [1]) == 1.0


def test_triplets_by_hand():
    a, p, n = np.zeros((1, 2)), A, np.array([[0.0, 2.0]])
    assert lossref.triplet_margin(a, p, n) == 5.0 - 2.0 + 1.0
    assert lossref.triplet_margin(a, p, n, norm_degree=1) == 7.0 - 2.0 + 1.0
    assert lossref.triplet_margin(a, p, n, squared=True) == 25.0 - 4.0 + 1.0
    assert lossref.triplet_margin(a, n, p) == 0.0
    nearer = np.array([[3.0, 3.0]])  # 1 from the positive, √18 from the anchor
    assert lossref.triplet_margin(a, p, nearer, swap=True) == 5.0 - 1.0 + 1.0
    assert lossref.triplet_margin(a, p, nearer) == pytest.approx(6.0 - math.sqrt(18.0), rel=1e-15)


def test_eps_is_added_to_each_difference_or_under_the_root():
    a = p = np.zeros((1, 4))
    n = np.full((1, 4), 5.0)
    plain = {"margin": 20.0, "eps": 1e-4}
    assert lossref.triplet_margin(a, p, n, **plain) == pytest.approx(2e-4 - 2.0 * (5.0 - 1e-4) + 20.0, rel=1e-12)
    under = lossref.triplet_margin(a, p, n, **plain, eps_placement="power_sum")
    assert under == pytest.approx(1e-2 - math.sqrt(100.0 + 1e-4) + 20.0, rel=1e-12)


def test_where_anchor_and_positive_coincide_each_coordinate_has_an_interval():
    a = p = np.array([[1.0, 1.0]])
    n = np.array([[1.0, 3.0]])
    spec = lossref.get("triplet_margin")
    low, high = spec.subdifferential(a, p, n, 5.0, wrt="p")
    np.testing.assert_array_equal(low, [[-1.0, -1.0]])
    np.testing.assert_array_equal(high, [[1.0, 1.0]])
    np.testing.assert_array_equal(spec.gradient(a, p, n, 5.0, wrt="p"), 0.0)
    np.testing.assert_array_equal(spec.gradient(a, p, n, 5.0, wrt="n"), [[0.0, -1.0]])


@pytest.mark.parametrize("option", [{}, {"squared": True}, {"swap": True}, {"swap": True, "squared": True}])
@pytest.mark.parametrize("norm", [{"norm_degree": 1.0}, {"norm_degree": 3.0}, {"eps": 0.1, "norm_degree": 3.0}])
@pytest.mark.parametrize("placement", ["difference", "power_sum"])
def test_every_triplet_agrees_with_finite_differences(option, norm, placement):
    rng = np.random.default_rng(7)
    arguments = list(rng.normal(size=(3, 5, 3)))
    spec = lossref.get("triplet_margin")
    given = {**option, **norm, "eps_placement": placement}
    for place, wrt in enumerate("apn"):
        gradient = spec.gradient(*arguments, 1.0, wrt=wrt, **given)
        for index in np.ndindex(5, 3):
            sides = []
            for step in (1e-6, -1e-6):
                moved = [a.copy() for a in arguments]
                moved[place][index] += step
                sides.append(spec.value(*moved, 1.0, **given))
            assert gradient[index] == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-5, abs=1e-7)


def test_contrastive_conventions():
    x1, x2 = np.zeros((2, 2)), np.array([[3.0, 4.0], [0.3, 0.4]])
    np.testing.assert_allclose(lossref.contrastive(x1, x2, [1, 0], reduction="none"), [25.0, 0.25])
    np.testing.assert_allclose(lossref.contrastive(x1, x2, [0, 1], reduction="none"), [0.0, 0.25])
    np.testing.assert_allclose(lossref.contrastive(x1, x2, [0, 1], similar_label=0, reduction="none"), [25.0, 0.25])
    assert lossref.contrastive(x1, x2, [1, 0], half=True, reduction="sum") == pytest.approx(12.625)


def test_dissimilar_vectors_that_coincide_may_part_in_any_direction():
    x = np.array([[1.0, 2.0]])
    low, high = lossref.get("contrastive").subdifferential(x, x, [0], 1.5)
    np.testing.assert_array_equal(low, [[-3.0, -3.0]])
    np.testing.assert_array_equal(high, [[3.0, 3.0]])


def softmax_loss(scores, target):
    return math.log(sum(math.exp(s - scores[target]) for s in scores))


def test_info_nce_is_the_mean_cross_entropy_of_the_diagonal():
    q, k = np.random.default_rng(1).normal(size=(2, 4, 3))
    scores = (q @ k.T / 0.5).tolist()
    terms = [softmax_loss(row, i) for i, row in enumerate(scores)]
    np.testing.assert_allclose(lossref.info_nce(q, k, 0.5, reduction="none"), terms, rtol=1e-13)
    back = [softmax_loss(row, i) for i, row in enumerate(np.transpose(scores).tolist())]
    both = (np.mean(terms) + np.mean(back)) / 2
    assert lossref.info_nce(q, k, 0.5, symmetric=True) == pytest.approx(both, rel=1e-13)


def test_no_view_is_its_own_candidate():
    q, k = np.random.default_rng(2).normal(size=(2, 3, 4))
    views = np.concatenate([q, k])
    views /= np.linalg.norm(views, axis=1, keepdims=True)
    terms = []
    for i, view in enumerate(views):
        others = [j for j in range(6) if j != i]
        terms.append(softmax_loss([float(view @ views[j]) / 0.2 for j in others], others.index((i + 3) % 6)))
    np.testing.assert_allclose(lossref.nt_xent(q, k, 0.2, reduction="none"), terms, rtol=1e-13)


@pytest.mark.parametrize("name", ["info_nce", "nt_xent"])
def test_a_small_temperature_does_not_overflow(name):
    q = np.eye(3)
    value = lossref.get(name).value(q, q, 1e-5)
    assert value == pytest.approx(0.0, abs=1e-300)
    assert np.isfinite(lossref.get(name).gradient(q, np.roll(q, 1, axis=0), 1e-5)).all()


@pytest.mark.parametrize("name", ["info_nce", "nt_xent"])
def test_a_mean_over_no_pairs_raises(name):
    nothing = np.zeros((0, 3))
    assert lossref.get(name).value(nothing, nothing, reduction="sum") == 0.0
    with pytest.raises(lossref.EmptyError):
        lossref.get(name).value(nothing, nothing)


def test_circle_by_hand():
    # Similarity 1 within the class, 0 across: log(1 + e^−γm² · e^−γm²), γ = 1, m = ½; nothing for the last.
    expected = math.log1p(math.exp(-0.25) * math.exp(-0.25))
    terms = lossref.circle([0, 0, 1], [[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]], 1.0, 0.5, reduction="none")
    np.testing.assert_allclose(terms, [expected, expected, 0.0], rtol=1e-14)


def test_an_embedding_without_a_partner_has_no_gradient():
    y_pred = np.array([[1.0, 0.0], [0.6, 0.8]])
    for labels in ([0, 1], [0, 0]):
        assert lossref.circle(labels, y_pred) == 0.0
        np.testing.assert_array_equal(lossref.get("circle").gradient(labels, y_pred), 0.0)
