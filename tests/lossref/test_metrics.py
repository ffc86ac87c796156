import math

import numpy as np
import pytest

import lossref
from lossref import dialects, get
from lossref._sampling import drawn_arrays

# Three classes: class 0 is hit twice of two, predicted three times; class 1 once of three; class 2 never predicted.
Y = [0, 0, 1, 1, 1, 2]
P = [0, 0, 1, 0, 0, 1]
RATES = ("precision", "recall", "f1", "fbeta", "jaccard_score")
METRICS = [get(name) for name in lossref.names() if get(name).gives == "metric"]
LABELS = [
    spec for spec in METRICS if spec.parameter_names[:2] == ("y_true", "y_pred") and spec.arrays[0].dtype == "int64"
]


def drawn(spec, rng, rows=30):
    return drawn_arrays(spec, rng, rows, 4)


def test_accuracy_counts_equal_labels_of_any_kind():
    assert lossref.accuracy(Y, P) == 0.5
    assert lossref.accuracy([[1, 0], [0, 0]], [[1, 1], [0, 0]]) == 0.75


@pytest.mark.parametrize(
    ("average", "expected"),
    [
        # By hand, as scikit-learn averages: per class 2/4, 1/2, 0 · 2/2, 1/3, 0 · 4/6, 2/5, 0 · 2/4, 1/4, 0.
        ("macro", (1 / 3, 4 / 9, (2 / 3 + 2 / 5) / 3, (2 / 3 + 2 / 5) / 3, 1 / 4)),
        ("micro", (0.5, 0.5, 0.5, 0.5, 1 / 3)),
        ("weighted", ((1 + 1.5) / 6, 0.5, (4 / 3 + 6 / 5) / 6, (4 / 3 + 6 / 5) / 6, (1 + 0.75) / 6)),
        ("none", ([0.5, 0.5, 0], [1, 1 / 3, 0], [2 / 3, 0.4, 0], [2 / 3, 0.4, 0], [0.5, 0.25, 0])),
    ],
)
def test_averages_over_classes(average, expected):
    for name, value in zip(RATES, expected, strict=True):
        assert get(name).value(Y, P, average=average) == pytest.approx(value, rel=1e-14)


def test_the_binary_average_is_of_the_positive_label():
    y, p = [1, 1, 1, 0, 0], [1, 0, 0, 1, 0]
    assert lossref.precision(y, p) == 0.5
    assert lossref.recall(y, p) == pytest.approx(1 / 3)
    assert lossref.f1(y, p) == pytest.approx(0.4)
    assert lossref.jaccard_score(y, p) == 0.25
    assert lossref.precision(y, p, pos_label=0) == pytest.approx(1 / 3)
    with pytest.raises(lossref.DomainError, match="labels 0 and 1 for average binary"):
        lossref.f1(Y, P)


def test_beta_says_how_much_recall_counts():
    y, p = [1, 1, 1, 0], [1, 0, 0, 0]  # precision 1, recall 1/3
    assert lossref.fbeta(y, p, 0.0) == 1.0
    assert lossref.fbeta(y, p) == lossref.f1(y, p) == 0.5
    assert lossref.fbeta(y, p, 2.0) == pytest.approx(5 / 13)
    assert lossref.fbeta(y, p, 1e9) == pytest.approx(1 / 3)


def test_macro_f1_is_the_mean_of_f1_and_not_the_f1_of_means():
    precision, recall = (get(name).value(Y, P, average="macro") for name in ("precision", "recall"))
    of_means = 2 * precision * recall / (precision + recall)
    assert lossref.f1(Y, P, average="macro") != pytest.approx(of_means, rel=1e-3)


@pytest.mark.parametrize("name", RATES)
def test_nothing_over_nothing_is_what_zero_division_says(name):
    spec = get(name)
    assert spec.value([0, 0], [0, 0]) == 0.0
    assert spec.value([0, 0], [0, 0], zero_division=1) == 1.0
    assert math.isnan(spec.value([0, 0], [0, 0], zero_division="nan"))


def test_nan_leaves_a_class_out_of_the_average():
    # Class 2 is never predicted: the mean is over classes 0 and 1.
    assert lossref.precision(Y, P, average="macro", zero_division="nan") == pytest.approx(0.5)
    assert lossref.precision(Y, P, average="macro", zero_division=1) == pytest.approx(2 / 3)


def test_the_confusion_matrix_has_targets_in_its_rows():
    table = lossref.confusion_matrix(Y, P)
    np.testing.assert_array_equal(table, [[2, 0, 0], [2, 1, 0], [0, 1, 0]])
    assert lossref.confusion_matrix([0, 0], [0, 0]).tolist() == [[2, 0], [0, 0]]
    assert lossref.confusion_matrix([5, 5], [5, 5]).tolist() == [[2]]
    by_row = lossref.confusion_matrix(Y, P, normalize="true")
    np.testing.assert_allclose(by_row, [[1, 0, 0], [2 / 3, 1 / 3, 0], [0, 1, 0]])
    np.testing.assert_allclose(lossref.confusion_matrix(Y, P, normalize="pred")[:, 2], 0.0)
    assert lossref.confusion_matrix(Y, P, normalize="all").sum() == pytest.approx(1.0)


def test_balanced_accuracy_is_the_mean_of_the_recalls():
    assert lossref.balanced_accuracy(Y, P) == pytest.approx(4 / 9)
    assert lossref.balanced_accuracy(Y, P, adjusted=True) == pytest.approx((4 / 9 - 1 / 3) / (2 / 3))
    assert lossref.balanced_accuracy([1, 1], [1, 0], adjusted=True) == 0.5


def test_kappa_compares_with_chance():
    # Of 4 pairs 3 agree; by chance (2·1 + 2·3)/16 = 1/2 would.
    assert lossref.cohen_kappa([0, 0, 1, 1], [0, 1, 1, 1]) == pytest.approx(0.5)
    assert math.isnan(lossref.cohen_kappa([1, 1], [1, 1]))
    # Confusions 0→2 cost 4 when squared: observed 4, expected (4·1·1 + 4·1·1)/2.
    assert lossref.cohen_kappa([0, 2], [2, 0], weighting="quadratic") == pytest.approx(-1.0)


def test_matthews_is_the_correlation_of_labels():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 50)
    p = np.where(rng.random(50) < 0.3, 1 - y, y)
    assert lossref.matthews_corrcoef(y, p) == pytest.approx(np.corrcoef(y, p)[0, 1], rel=1e-12)
    assert lossref.matthews_corrcoef([0, 1, 2], [1, 1, 1]) == 0.0
    assert np.isnan(lossref.matthews_corrcoef([0, 1, 2], [1, 1, 1], zero_division="nan"))


def test_roc_auc_counts_pairs_and_ties_by_half():
    rng = np.random.default_rng(1)
    y, score = rng.integers(0, 2, 40), rng.integers(0, 6, 40)
    pairs = np.sign(np.subtract.outer(score[y == 1], score[y == 0]))
    assert lossref.roc_auc(y, score) == pytest.approx(np.mean(0.5 + 0.5 * pairs), rel=1e-14)
    assert lossref.roc_auc([0, 1, 0, 1], [0.5] * 4) == 0.5
    assert math.isnan(lossref.roc_auc([1, 1], [0.2, 0.7]))


def test_average_precision_is_a_sum_of_steps():
    # Ranks of the positives: 1 and 3, so (1/1 + 2/3)/2; trapezoids would give another number.
    assert lossref.average_precision([0, 1, 0, 1], [0.1, 0.4, 0.6, 0.8]) == pytest.approx(5 / 6)
    # A tie of positive and negative is one threshold.
    assert lossref.average_precision([1, 0], [0.5, 0.5]) == 0.5
    assert lossref.average_precision([0, 0], [0.1, 0.2]) == 0.0


def test_top_k_counts_classes_ahead_of_the_target():
    scores = [[0.5, 0.2, 0.3], [0.5, 0.3, 0.2]]
    assert [lossref.top_k_accuracy([0, 2], scores, k=k) for k in (1, 2, 3)] == [0.5, 0.5, 1.0]
    tied = [[1.0, 1.0, 1.0]] * 3
    assert lossref.top_k_accuracy([0, 1, 2], tied, k=1) == pytest.approx(1 / 3)
    assert lossref.top_k_accuracy([2], tied[:1], k=1) == 1.0
    assert lossref.top_k_accuracy([2], tied[:1], k=1, ties="first") == 0.0
    assert lossref.top_k_accuracy(2, [0.1, 0.2, 0.7], k=1, batch=False) == 1.0
    with pytest.raises(lossref.DomainError, match="class indices from 0 to 2"):
        lossref.top_k_accuracy([3], tied[:1])


def test_dcg_discounts_by_the_logarithm_of_the_rank():
    y, score = [[3.0, 1.0, 0.0]], [[0.2, 0.9, 0.1]]
    by_hand = 1.0 / math.log2(2) + 3.0 / math.log2(3)
    assert lossref.dcg(y, score) == pytest.approx(by_hand, rel=1e-14)
    assert lossref.dcg(y, score, k=1) == 1.0
    assert lossref.dcg(y, score, log_base="e") == pytest.approx(by_hand / math.log(2), rel=1e-14)
    assert lossref.dcg(y, score, gain="exponential") == pytest.approx(1.0 + 7.0 / math.log2(3), rel=1e-14)
    # Equal scores share the discounts of their ranks.
    assert lossref.dcg([[2.0, 0.0]], [[1.0, 1.0]]) == pytest.approx(1.0 + 1.0 / math.log2(3))
    assert lossref.ndcg(y, y) == 1.0
    assert lossref.ndcg(y, score) == pytest.approx(by_hand / (3.0 + 1.0 / math.log2(3)), rel=1e-14)
    assert lossref.ndcg([[0.0, 0.0], [1.0, 0.0]], [[1.0, 2.0], [2.0, 1.0]]) == 0.5
    assert lossref.ndcg(y[0], score[0], batch=False) == lossref.ndcg(y, score)


def test_calibration_bins_have_both_ends():
    y, p = [0, 1, 1, 1], [0.1, 0.9, 0.9, 1.0]
    # By hand: bin of 0.1 misses 0.1, bin of the others |1 − 2.8/3|.
    assert lossref.expected_calibration_error(y, p) == pytest.approx((0.1 + 0.2) / 4)
    assert lossref.expected_calibration_error(y, p, norm="max") == pytest.approx(0.1)
    root = math.sqrt((0.01 + 3 * (0.2 / 3) ** 2) / 4)
    assert lossref.expected_calibration_error(y, p, norm="l2") == pytest.approx(root)
    assert lossref.expected_calibration_error([1, 0], [1.0, 0.0]) == 0.0
    assert lossref.expected_calibration_error([1, 0], [1.0, 0.0], edges="right_closed") == 0.0


def test_calibration_edges_belong_to_one_side():
    # 0.5 is the edge of two bins: with 0.6 in one (means 0.5, 0.55), or alone with 0.4.
    y, p = [1, 0, 0], [0.5, 0.6, 0.4]
    left = lossref.expected_calibration_error(y, p, bins=2)
    right = lossref.expected_calibration_error(y, p, bins=2, edges="right_closed")
    assert left == pytest.approx((abs(1 - 1.1) + 0.4) / 3)
    assert right == pytest.approx((abs(1 - 0.9) + 0.6) / 3)
    # 3/10 lies in the bin [0.3, 0.4) though 3 times the width rounds above it.
    assert lossref.expected_calibration_error([1, 0], [0.3, 0.35]) == pytest.approx(abs(1 - 0.65) / 2)


def test_top_label_calibration_looks_at_the_largest_probability():
    p = [[0.8, 0.2], [0.3, 0.7]]
    assert lossref.top_label_calibration_error([0, 0], p, bins=5) == pytest.approx((0.2 + 0.7) / 2)
    with pytest.raises(lossref.DomainError, match="class indices"):
        lossref.top_label_calibration_error([0, 2], p)


def test_r2_of_constants_and_of_single_entries():
    assert lossref.r2([1.0, 2.0, 3.0], [2.0, 2.0, 2.0]) == 0.0
    assert lossref.r2([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]) == -3.0
    assert math.isnan(lossref.r2([1.0], [1.0]))
    assert lossref.r2([2.0, 2.0], [2.0, 2.0]) == 1.0
    assert lossref.r2([2.0, 2.0], [2.0, 3.0]) == 0.0
    assert lossref.r2([2.0, 2.0], [2.0, 3.0], force_finite=False) == -math.inf
    assert math.isnan(lossref.r2([2.0, 2.0], [2.0, 2.0], force_finite=False))


def test_an_offset_costs_r2_and_not_the_explained_variance():
    y = np.array([1.0, 2.0, 4.0])
    assert lossref.explained_variance(y, y + 5.0) == 1.0
    assert lossref.r2(y, y + 5.0) < 0.0


def test_middle_and_largest_errors():
    y, p = [0.0] * 4, [1.0, -2.0, 4.0, 50.0]
    assert lossref.median_absolute_error(y, p) == 3.0
    assert lossref.median_absolute_error(y, p, weights=[1, 1, 1, 0]) == 2.0
    assert lossref.max_error(y, p) == 50.0
    assert lossref.max_error(y, p, weights=[1, 1, 1, 0]) == 4.0


def test_d2_compares_with_the_best_constant():
    y, p = [1.0, 2.0, 4.0], [1.0, 2.0, 2.5]
    assert lossref.d2_absolute_error(y, p) == pytest.approx(1 - 1.5 / 3)
    # The best constant for q = 0.9 is 4: it misses 0.1 · (3 + 2); the prediction 0.9 · 1.5.
    assert lossref.d2_pinball(y, p, 0.9) == pytest.approx(1 - 1.35 / 0.5)
    assert lossref.d2_tweedie(y, p) == pytest.approx(lossref.r2(y, p), rel=1e-14)
    assert lossref.d2_tweedie(y, [7 / 3] * 3, power=1.5) == pytest.approx(0.0, abs=1e-14)
    labels, q = [0, 1, 1, 0], [0.5, 1.0, 0.5, 0.0]
    assert lossref.d2_brier(labels, q) == pytest.approx(1 - 0.5 / 1.0)
    assert lossref.d2_log_loss(labels, q) == pytest.approx(0.5)
    assert lossref.d2_log_loss([1, 1], [1.0, 1.0]) == 1.0


def test_log_loss_clips_as_scikit_learn_where_it_is_told_to():
    # sklearn.metrics.log_loss([1, 0], [0, 0.5]): 36.04… is −log of float64's resolution.
    clipped = lossref.log_loss([1, 0], [0.0, 0.5], eps_policy="clip", eps=2.0**-52)
    assert clipped == pytest.approx(0.5 * (36.04365338911715 + math.log(2.0)), rel=1e-14)
    assert lossref.log_loss([1, 0], [0.0, 0.5], eps_policy="log_clamp") == pytest.approx(50.0 + 0.5 * math.log(2.0))
    assert lossref.log_loss([1, 0], [0.0, 0.5]) == np.inf
    bounded = lossref.d2_log_loss([1, 0], [0.0, 0.5], eps_policy="log_clamp")
    assert bounded == pytest.approx(1.0 - (100.0 + math.log(2.0)) / (2.0 * math.log(2.0)))


def test_log_loss_is_the_mean_binary_cross_entropy():
    labels, q = [0, 1, 1], [0.25, 0.5, 0.125]
    assert lossref.log_loss(labels, q) == pytest.approx(lossref.binary_cross_entropy(labels, q), rel=1e-15)
    assert lossref.log_loss(labels, q, normalize=False) == pytest.approx(-math.log(0.75 * 0.5 * 0.125), rel=1e-15)


@pytest.mark.parametrize("metric", LABELS, ids=lambda metric: metric.name)
def test_probabilities_column_vectors_and_nothing_are_refused(metric):
    with pytest.raises(lossref.DomainError, match="labels, not scores"):
        metric.value([0, 1], [0.2, 0.9])
    with pytest.raises(lossref.ShapeError, match="reshape"):
        metric.value([[0], [1]], [0, 1])
    with pytest.raises(lossref.OptionError, match="no gradient"):
        metric.gradient([0, 1], [0, 1])


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_the_order_of_examples_does_not_matter(metric, rng):
    arguments, order = drawn(metric, rng), rng.permutation(30)
    expected = metric.value(*arguments)
    np.testing.assert_allclose(metric.value(*(a[order] for a in arguments)), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_whole_weights_are_repeated_entries_and_zero_leaves_out(metric, rng):
    arguments, counts = drawn(metric, rng), rng.integers(0, 3, size=30)
    repeated = metric.value(*(np.repeat(argument, counts, axis=0) for argument in arguments))
    np.testing.assert_allclose(metric.value(*arguments, weights=counts), repeated, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_no_entries_are_refused(metric, rng):
    arguments = drawn(metric, rng)
    with pytest.raises(lossref.EmptyError):
        metric.value(*(argument[:0] for argument in arguments))
    with pytest.raises(lossref.EmptyError):
        metric.value(*arguments, weights=np.zeros(30))


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_values_lie_within_the_stated_bounds_and_inputs_stay(metric, rng):
    for _ in range(20):
        arguments = drawn(metric, rng, 5)
        before = [argument.copy() for argument in arguments]
        value = np.asarray(metric.value(*arguments))
        assert ((np.isnan(value)) | ((value >= metric.bounds[0]) & (value <= metric.bounds[1] + 1e-12))).all()
        for argument, old in zip(arguments, before, strict=True):
            np.testing.assert_array_equal(argument, old)


@pytest.mark.parametrize("metric", [metric for metric in METRICS if metric.peers], ids=lambda metric: metric.name)
@pytest.mark.parametrize("seed", range(5))
def test_peers_say_the_same(metric, seed):
    rng = np.random.default_rng(seed)
    arguments = dict(zip(metric.parameter_names, drawn(metric, rng), strict=False))
    for parameter in metric.hypers:
        arguments[parameter.name] = round(float(rng.uniform(*parameter.plausible)))
    for peer in metric.peers:
        given = {theirs: arguments[ours] for theirs, ours in peer.arguments.items()}
        np.testing.assert_allclose(
            metric.value(**arguments, **peer.options), dialects.call(peer.api, **given), rtol=1e-12, atol=1e-14
        )
