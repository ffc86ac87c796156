"""Metrics and losses in scikit-learn's words; the expected numbers were given by scikit-learn 1.9.1."""

import math

import numpy as np
import pytest

import lossref
from lossref import dialects

LABELS = ["a", "b", "c", "b", "a", "c"]
GUESSES = ["a", "c", "c", "b", "b", "c"]
Y = [0, 1, 1, 0, 1]
P = [1, 1, 0, 0, 1]
ROWS = [[1, 0, 1], [0, 1, 0], [1, 1, 0], [0, 0, 0]]
GUESSED_ROWS = [[1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 0]]
REALS = [[1.0, -2.0], [0.0, 3.0], [4.0, 0.5]]
PREDICTED = [[1.5, -1.0], [0.25, 3.0], [2.0, -0.5]]
PROBABILITIES = [[0.7, 0.2, 0.1], [0.2, 0.3, 0.5], [0.1, 0.1, 0.8], [0.3, 0.4, 0.3], [0.5, 0.25, 0.25], [0.6, 0.3, 0.1]]
SCORES = [0.1, 0.4, 0.4, 0.8, 0.9]


def call(name, *args, **options):
    return dialects.call(f"sklearn.metrics.{name}", *args, **options)


@pytest.mark.parametrize(
    ("name", "y_true", "second", "options", "expected"),
    [
        ("accuracy_score", LABELS, GUESSES, {"sample_weight": [1.0, 0.5, 2.0, 1.0, 0.0, 1.0]}, 0.9090909090909091),
        ("accuracy_score", ROWS, GUESSED_ROWS, {"normalize": False}, 2.0),
        ("zero_one_loss", LABELS, GUESSES, {"normalize": False, "sample_weight": [1.0, 0.5, 2.0, 1.0, 0.0, 1.0]}, 0.5),
        ("hamming_loss", ROWS, GUESSED_ROWS, {"sample_weight": [1, 2, 3, 1]}, 0.38095238095238093),
        ("balanced_accuracy_score", LABELS, GUESSES, {"adjusted": True}, 0.49999999999999994),
        ("cohen_kappa_score", LABELS, GUESSES, {"weights": "linear"}, 0.625),
        ("cohen_kappa_score", LABELS, GUESSES, {"labels": ["a", "b"], "weights": "quadratic"}, 0.3999999999999999),
        ("cohen_kappa_score", [1, 1], [1, 1], {"replace_undefined_by": 0.5}, 0.5),
        ("matthews_corrcoef", LABELS, GUESSES, {"sample_weight": [1.0, 0.5, 2.0, 1.0, 0.0, 1.0]}, 0.854420693933745),
        ("confusion_matrix", LABELS, GUESSES, {"labels": ["c", "a"]}, [[2, 0], [0, 1]]),
        (
            "confusion_matrix",
            LABELS,
            GUESSES,
            {"normalize": "pred"},
            [[1.0, 0.5, 0.0], [0.0, 0.5, 0.3333333333333333], [0.0, 0.0, 0.6666666666666666]],
        ),
        ("confusion_matrix", Y, P, {"sample_weight": [1, 2, 3, 0, 1]}, [[0, 1], [3, 3]]),
        ("precision_score", Y, P, {"pos_label": 0}, 0.5),
        ("precision_score", LABELS, GUESSES, {"average": "weighted", "labels": ["c", "b"]}, 0.5833333333333333),
        (
            "recall_score",
            LABELS,
            GUESSES,
            {"average": "macro", "sample_weight": [1.0, 0.5, 2.0, 1.0, 0.0, 1.0]},
            0.8888888888888888,
        ),
        ("recall_score", ROWS, GUESSED_ROWS, {"average": "samples", "zero_division": 1}, 0.75),
        ("recall_score", LABELS, GUESSES, {"average": None, "labels": ["b", "d"]}, [0.5, 0.0]),
        ("f1_score", ROWS, GUESSED_ROWS, {"average": "micro", "labels": [0, 2]}, 0.4),
        ("f1_score", ROWS, GUESSED_ROWS, {"average": "samples", "sample_weight": [1, 2, 3, 1]}, 0.5714285714285714),
        ("fbeta_score", LABELS, GUESSES, {"beta": 0.5, "average": "macro"}, 0.6825396825396827),
        ("fbeta_score", Y, P, {"beta": float("inf")}, 0.6666666666666666),
        ("jaccard_score", ROWS, GUESSED_ROWS, {"average": "weighted"}, 0.4666666666666666),
        ("jaccard_score", LABELS, GUESSES, {"average": "micro"}, 0.5),
        ("log_loss", LABELS, PROBABILITIES, {"sample_weight": [1.0, 0.5, 2.0, 1.0, 0.0, 1.0]}, 0.8406953224724218),
        ("log_loss", Y, SCORES, {"normalize": False}, 3.652740407498063),
        ("log_loss", [0, 1], [0.0, 0.0], {}, 18.021826694558577),
        (
            "log_loss",
            ["a", "b"],
            [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]],
            {"labels": ["a", "b", "c"]},
            0.6931471805599453,
        ),
        ("brier_score_loss", Y, SCORES, {"sample_weight": [1, 2, 3, 0, 1]}, 0.26),
        ("brier_score_loss", ["x", "y"], [0.25, 0.5], {"pos_label": "x"}, 0.40625),
        ("brier_score_loss", LABELS, PROBABILITIES, {}, 0.5258333333333333),
        ("brier_score_loss", LABELS, PROBABILITIES, {"scale_by_half": True}, 0.26291666666666663),
        (
            "d2_brier_score",
            LABELS,
            PROBABILITIES,
            {"sample_weight": [1.0, 0.5, 2.0, 1.0, 0.0, 1.0]},
            0.2513888888888889,
        ),
        ("d2_log_loss_score", Y, SCORES, {"sample_weight": [1, 2, 3, 0, 1]}, -0.6692737007902758),
        ("d2_log_loss_score", LABELS, PROBABILITIES, {"labels": ["a", "b", "c"]}, 0.1359077320000549),
        ("hinge_loss", Y, [-1.5, 0.5, 2.0, 0.25, -0.5], {"sample_weight": [1, 2, 3, 0, 1]}, 0.35714285714285715),
        ("hinge_loss", LABELS, PROBABILITIES, {}, 0.8583333333333334),
        ("roc_auc_score", Y, SCORES, {}, 0.6666666666666666),
        ("roc_auc_score", Y, SCORES, {"max_fpr": 0.6, "sample_weight": [1, 2, 3, 0, 1]}, 1.0),
        ("roc_auc_score", LABELS, PROBABILITIES, {"multi_class": "ovr", "average": "weighted"}, 0.7916666666666666),
        ("roc_auc_score", LABELS, PROBABILITIES, {"multi_class": "ovo"}, 0.7916666666666666),
        ("roc_auc_score", LABELS, PROBABILITIES, {"multi_class": "ovr", "average": None}, [0.875, 0.9375, 0.5625]),
        ("roc_auc_score", [[1, 0], [0, 1], [1, 1]], [[0.5, 0.2], [0.4, 0.3], [0.4, 0.1]], {"average": "micro"}, 0.5625),
        ("average_precision_score", Y, SCORES, {"sample_weight": [1, 2, 3, 0, 1]}, 1.0),
        ("average_precision_score", [0, 1, 2, 1, 0, 2], PROBABILITIES, {}, 0.7777777777777777),
        ("average_precision_score", Y, SCORES, {"pos_label": 0}, 0.45),
        ("top_k_accuracy_score", LABELS, PROBABILITIES, {"k": 1}, 0.6666666666666666),
        ("top_k_accuracy_score", [0, 1, 1], [0.2, 0.6, -0.1], {"k": 1, "normalize": False}, 1.0),
        ("top_k_accuracy_score", [0, 2], [[0.5, 0.2, 0.2], [0.5, 0.2, 0.2]], {"k": 2, "labels": [0, 1, 2]}, 1.0),
        ("dcg_score", [[3, 2, 1, 0]], [[0.1, 0.1, 0.5, 0.9]], {"k": 3}, 1.8809297535714573),
        ("dcg_score", [[3, 2, 1, 0]], [[0.1, 0.2, 0.5, 0.9]], {"ignore_ties": True, "log_base": 10}, 9.709861043396927),
        (
            "ndcg_score",
            [[3, 2, 1], [0, 0, 0]],
            [[0.1, 0.1, 0.5], [1, 2, 3]],
            {"sample_weight": [3, 1]},
            0.6028093192671198,
        ),
        ("mean_squared_error", REALS, PREDICTED, {"multioutput": [0.25, 0.75], "sample_weight": [1, 2, 3]}, 1.015625),
        ("root_mean_squared_error", REALS, PREDICTED, {}, 1.0077272308779528),
        (
            "mean_absolute_error",
            REALS,
            PREDICTED,
            {"multioutput": "raw_values"},
            [0.9166666666666666, 0.6666666666666666],
        ),
        ("mean_absolute_percentage_error", REALS, PREDICTED, {}, 187649984473771.25),
        ("mean_squared_log_error", [1.0, 0.5], [2.0, -0.5], {}, 0.6856754573528736),
        ("root_mean_squared_log_error", [1.0, 0.5], [2.0, -0.5], {"sample_weight": [1, 3]}, 0.972785798150203),
        ("median_absolute_error", REALS, PREDICTED, {"sample_weight": [1, 2, 3]}, 1.125),
        ("max_error", [1.0, 0.5], [2.0, -0.75], {}, 1.25),
        (
            "r2_score",
            REALS,
            PREDICTED,
            {"multioutput": "variance_weighted", "sample_weight": [1, 2, 3]},
            0.5751351351351351,
        ),
        ("r2_score", [1.0, 1.0], [1.0, 2.0], {"force_finite": False}, -float("inf")),
        ("r2_score", [1.0], [1.0], {}, float("nan")),
        ("explained_variance_score", REALS, PREDICTED, {"multioutput": "raw_values"}, [0.5625, 0.8400000000000001]),
        ("explained_variance_score", [1.0, 1.0], [0.0, 2.0], {}, 0.0),
        ("mean_pinball_loss", REALS, PREDICTED, {"alpha": 0.25}, 0.34375),
        ("mean_tweedie_deviance", [1.0, 0.0, 2.0], [0.5, 0.25, 3.0], {"power": 1}, 0.4214779762290777),
        ("mean_tweedie_deviance", [1.0, 4.0, 2.0], [0.5, 0.25, 3.0], {"power": 2}, 8.40426391465007),
        ("mean_tweedie_deviance", [1.0, 0.0, 2.0], [0.5, 0.25, 3.0], {"power": 1.25}, 0.5574472372777017),
        (
            "mean_tweedie_deviance",
            [1.0, -4.0, 2.0],
            [0.5, 0.25, 3.0],
            {"power": -1, "sample_weight": [1, 2, 3]},
            1.4479166666666663,
        ),
    ],
)
def test_a_metric_is_the_library_s(name, y_true, second, options, expected):
    value = call(name, y_true, second, **options)
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-15)
    assert isinstance(value, np.ndarray) == isinstance(expected, list)


@pytest.mark.parametrize(
    ("name", "options", "arguments", "expected"),
    [
        (
            "HalfSquaredError",
            {},
            ([0.25, 1.0, 2.0], [0.5, 1.0, -1.5]),
            ([0.03125, 0.0, 3.0625], [0.25, 0.0, -1.75], [1.0, 2.0, 0.5]),
        ),
        (
            "AbsoluteError",
            {},
            ([0.25, 1.0, 2.0], [0.5, 1.0, -1.5]),
            ([0.25, 0.0, 1.75], [1.0, -2.0, -0.5], [1.0, 2.0, 0.5]),
        ),
        (
            "PinballLoss",
            {"quantile": 0.25},
            ([0.25, 1.0, 2.0], [0.5, 1.0, -1.5]),
            ([0.1875, 0.0, 0.4375], [0.75, -0.5, -0.125], [1.0, 2.0, 0.5]),
        ),
        (
            "HuberLoss",
            {"delta": 1.0},
            ([0.25, 1.0, 2.0], [0.5, 1.0, -1.5]),
            ([0.03125, 0.0, 1.5], [0.25, 0.0, -0.5], [1.0, 2.0, 0.0]),
        ),
        (
            "HalfPoissonLoss",
            {},
            ([0.25, 1.0, 2.0], [0.5, 1.0, -1.5]),
            (
                [1.5237212707001282, 3.43656365691809, 1.611565080074215],
                [1.3987212707001282, 3.43656365691809, -0.888434919925785],
                [1.6487212707001282, 5.43656365691809, 0.11156508007421491],
            ),
        ),
        (
            "HalfGammaLoss",
            {},
            ([0.25, 1.0, 2.0], [0.5, 1.0, -1.5]),
            (
                [0.6516326649281583, 2.7357588823428847, 3.7316890703380645],
                [0.8483673350718417, 1.2642411176571153, -3.9816890703380645],
                [0.15163266492815836, 0.7357588823428847, 4.4816890703380645],
            ),
        ),
        (
            "HalfTweedieLoss",
            {"power": 1.25},
            ([0.25, 1.0, 2.0], [0.5, 1.0, -1.5]),
            (
                [2.822485455408864, 11.875739642205039, 6.036400636711705],
                [1.2343671889720524, 2.6763984670825396, -1.2926651809390264],
                [1.1463996173751883, 3.5649004164547144, 0.48549252891393146],
            ),
        ),
        (
            "HalfTweedieLoss",
            {"power": 0.0},
            ([0.25, 1.0, 2.0], [0.5, 1.0, -1.5]),
            (
                [0.9782105965544906, 2.9524924420125593, 0.7893166069435361],
                [2.3061015107840133, 9.341548540943208, -0.19823662596449784],
                [5.024383339243059, 24.11966073880451, -0.1733430917805659],
            ),
        ),
        (
            "HalfTweedieLossIdentity",
            {"power": 1.25},
            ([0.25, 1.0, 2.0], [0.5, 1.0, 1.5]),
            (
                [0.09639377517374137, 0.0, 0.03322913669608063],
                [0.5946035575013605, 0.0, -0.15060033393497413],
                [0.8919053362520408, 2.0, 0.4267009461490934],
            ),
        ),
        (
            "HalfTweedieLossIdentity",
            {"power": 1.0},
            ([0.0, 1.0, 2.0], [0.5, 1.0, 1.5]),
            ([0.5, 0.0, 0.03768207245178079], [1.0, 0.0, -0.16666666666666663], [0.0, 2.0, 0.4444444444444444]),
        ),
        (
            "HalfTweedieLossIdentity",
            {"power": 2.0},
            ([0.25, 1.0, 2.0], [0.5, 1.0, 1.5]),
            (
                [0.1931471805599454, 0.0, 0.022825630440776123],
                [1.0, 0.0, -0.1111111111111111],
                [0.0, 2.0, 0.37037037037037035],
            ),
        ),
        (
            "HalfBinomialLoss",
            {},
            ([0.0, 1.0, 0.75], [10.0, 20.0, -30.0]),
            (
                [10.000045398899218, 4.12230605206787e-09, 11.250000000000046],
                [0.9999546021312976, -4.122307236380407e-09, -0.37499999999995326],
                [4.539580773595167e-05, 4.122307227883698e-09, 4.6788114844192115e-14],
            ),
        ),
        (
            "ExponentialLoss",
            {},
            ([0.0, 1.0, 0.75], [0.5, 1.0, -1.5]),
            (
                [1.6487212707001282, 0.7357588823428847, 1.708524671395328],
                [1.6487212707001282, -0.7357588823428847, -1.6527421313582207],
                [1.6487212707001282, 0.7357588823428847, 1.708524671395328],
            ),
        ),
    ],
)
def test_a_loss_of_raw_predictions_is_the_library_s_term_by_term(name, options, arguments, expected):
    api, given = f"sklearn._loss.{name}", (*map(np.array, arguments), np.array([1.0, 2.0, 0.5]))
    loss, gradient, hessian = expected
    np.testing.assert_allclose(dialects.call(api, *given, **options), loss, rtol=1e-12)
    np.testing.assert_allclose(dialects.gradient(api, "raw_prediction", *given, **options), gradient, rtol=1e-12)
    np.testing.assert_allclose(dialects.hessian_diagonal(api, *given, **options), hessian, rtol=1e-12)


def test_the_multinomial_loss_has_a_derivative_for_each_class():
    raw, y, weights = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 100.0]]), np.array([0.0, 2.0]), np.array([2.0, 1.0])
    p = lossref.softmax(raw)
    api = "sklearn._loss.HalfMultinomialLoss"
    losses = lossref.sparse_categorical_cross_entropy_with_logits(y.astype(int), raw, reduction="none")
    np.testing.assert_allclose(dialects.call(api, y, raw, weights, n_classes=3), weights * losses, atol=1e-15)
    gradient = dialects.gradient(api, "raw_prediction", y, raw, weights)
    np.testing.assert_allclose(gradient, weights[:, None] * (p - np.eye(3)[[0, 2]]), rtol=1e-12, atol=1e-15)
    hessian = dialects.hessian_diagonal(api, y, raw, weights)
    np.testing.assert_allclose(hessian, weights[:, None] * p * (1.0 - p), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["AbsoluteError", "PinballLoss", "HuberLoss"])
def test_losses_at_a_kink_take_the_side_below(name):
    api, delta = f"sklearn._loss.{name}", 0.5
    at_tie = dialects.gradient(api, "raw_prediction", np.array([1.0]), np.array([1.0]))[0]
    assert at_tie == {"AbsoluteError": -1.0, "PinballLoss": -0.5, "HuberLoss": 0.0}[name]
    curvature = dialects.hessian_diagonal(api, np.array([0.0]), np.array([delta]))[0]
    assert curvature == 1.0


def test_float32_stays_and_is_computed_in_float64():
    y, raw = np.array([1.0, 0.0], np.float32), np.array([30.0, -40.0], np.float32)
    value = dialects.call("sklearn._loss.HalfBinomialLoss", y, raw)
    assert value.dtype == np.float32
    assert dialects.gradient("sklearn._loss.HalfBinomialLoss", "raw_prediction", y, raw).dtype == np.float32
    assert value[1] == np.float32(np.exp(-40.0))


def test_one_class_has_no_area_and_no_precision():
    assert math.isnan(call("roc_auc_score", [1, 1], [0.2, 0.7]))
    assert call("average_precision_score", [0, 0], [0.2, 0.7]) == 0.0


def test_scores_that_are_known_and_weigh_nothing():
    nan = float("nan")
    # Class 4 is never predicted: NaN; class 1 is known, and in no target.
    assert call("precision_score", [4, 4], [1, 1], average="weighted", zero_division=nan) == 0.0
    rows = [[0, 0], [0, 1]]
    weighed = {"average": "samples", "zero_division": nan, "sample_weight": [1, 0]}
    assert math.isnan(call("recall_score", rows, rows, **weighed))


def test_the_clip_of_the_log_loss_is_the_resolution_of_the_dtype():
    double, single = (call("log_loss", [0, 1], np.zeros(2, dtype)) for dtype in (np.float64, np.float32))
    assert double == pytest.approx(-math.log(np.finfo(np.float64).eps) / 2)
    assert single == pytest.approx(-math.log(np.finfo(np.float32).eps) / 2, rel=1e-6)


def test_the_old_name_of_the_probabilities_is_taken():
    assert call("log_loss", [0, 1], y_pred=[0.25, 0.5]) == call("log_loss", [0, 1], [0.25, 0.5])
    assert call("d2_log_loss_score", [0, 1], y_pred=[0.25, 0.5]) == call("d2_log_loss_score", [0, 1], [0.25, 0.5])


@pytest.mark.parametrize(
    ("name", "y_true", "second", "options", "match"),
    [
        ("f1_score", LABELS, GUESSES, {}, "choose another average"),
        ("f1_score", [0, 1], [1, 1], {"pos_label": 2}, "pos_label"),
        ("f1_score", [0, 1], [1, 1], {"average": "samples"}, "rows of indicators"),
        ("f1_score", [0, 1], [0.2, 0.9], {}, "no labels of one kind"),
        ("recall_score", ROWS, GUESSED_ROWS, {"labels": [3], "average": "macro"}, "columns from 0 to 2"),
        ("jaccard_score", [0, 1], [1, 1], {"zero_division": float("nan")}, "zero_division"),
        ("accuracy_score", [0, 1], [1, 1, 0], {}, "samples"),
        ("accuracy_score", [0, 1], ["a", "b"], {}, "mix strings and numbers"),
        ("accuracy_score", [0, 1], [1, 1], {"sample_weight": [0, 0]}, "at least one that is not 0"),
        ("accuracy_score", [0, 1], [1, 1], {"sample_weight": [1]}, "sample_weight: expected shape"),
        ("confusion_matrix", LABELS, GUESSES, {"labels": ["z"]}, "that is in y_true"),
        ("confusion_matrix", LABELS, GUESSES, {"labels": []}, "at least one"),
        ("confusion_matrix", ROWS, GUESSED_ROWS, {}, "one label for each sample"),
        ("log_loss", [1, 1], [0.5, 0.5], {}, "one label only"),
        ("log_loss", [0, 1], [0.5, 1.5], {}, "probabilities"),
        ("log_loss", LABELS, [0.5] * 6, {}, "expected shape"),
        ("brier_score_loss", ["a", "b"], [0.5, 0.5], {}, "pos_label"),
        ("hinge_loss", LABELS, [0.5] * 6, {}, "a column for each"),
        ("roc_auc_score", LABELS, PROBABILITIES, {}, "ovr"),
        ("roc_auc_score", LABELS, PROBABILITIES, {"multi_class": "ovo", "average": "micro"}, "macro or weighted"),
        ("roc_auc_score", LABELS, [[1.0, 1.0, 1.0]] * 6, {"multi_class": "ovr"}, "distribution"),
        ("top_k_accuracy_score", [0, 1, 2], np.eye(3, 4), {}, "a column for each"),
        ("ndcg_score", [[-1, 2]], [[1, 2]], {}, "not negative"),
        ("mean_squared_error", [1.0, 2.0], [1.0], {}, "samples and outputs"),
        ("mean_squared_error", [1.0, 2.0], [1.0, 2.0], {"multioutput": [1.0]}, "more than one"),
        ("mean_squared_log_error", [-1.0], [1.0], {}, "above −1"),
        ("mean_tweedie_deviance", [1.0], [1.0], {"power": 0.5}, "not between 0 and 1"),
        ("mean_tweedie_deviance", [1.0], [0.0], {"power": 1}, "above 0"),
        ("max_error", REALS, PREDICTED, {}, "one output"),
    ],
)
def test_what_the_library_refuses_is_refused(name, y_true, second, options, match):
    with pytest.raises(ValueError, match=match):
        call(name, y_true, second, **options)


def test_inputs_stay_as_they_are():
    y, p = np.array(ROWS), np.array(PROBABILITIES)[:4]
    before = y.copy(), p.copy()
    call("roc_auc_score", y, p, average="weighted")
    call("log_loss", LABELS, np.array(PROBABILITIES))
    np.testing.assert_array_equal(y, before[0])
    np.testing.assert_array_equal(p, before[1])
