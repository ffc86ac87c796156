import subprocess
import sys

import pytest

import lossref

NAMES = (
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "half_squared_error",
    "quantile",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "categorical_cross_entropy",
    "categorical_cross_entropy_with_logits",
    "sparse_categorical_cross_entropy",
    "sparse_categorical_cross_entropy_with_logits",
    "hinge",
    "sigmoid",
    "softplus",
    "softmax",
    "log_softmax",
    "logsumexp",
    "l1_penalty",
    "l2_penalty",
    "accuracy",
    "balanced_accuracy",
    "confusion_matrix",
    "cohen_kappa",
    "matthews_corrcoef",
    "precision",
    "recall",
    "f1",
    "fbeta",
    "jaccard_score",
    "roc_auc",
    "average_precision",
    "top_k_accuracy",
    "dcg",
    "ndcg",
    "expected_calibration_error",
    "top_label_calibration_error",
    "r2",
    "explained_variance",
    "median_absolute_error",
    "max_error",
    "d2_absolute_error",
    "d2_pinball",
    "d2_tweedie",
    "d2_log_loss",
    "d2_brier",
    "gradient_descent",
    "momentum",
    "nesterov_momentum",
    "adagrad",
    "rmsprop",
    "adam",
    "adamw",
)


def test_the_catalogue_has_these_names():
    assert lossref.names() == NAMES


def test_the_public_names_are_these():
    assert set(lossref.__all__) == {
        *NAMES,
        "DomainError",
        "EmptyError",
        "LossSpec",
        "OptionError",
        "Parameter",
        "ShapeError",
        "UnknownLoss",
        "get",
        "names",
    }
    assert all(hasattr(lossref, name) for name in lossref.__all__)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("mse", "mean_squared_error"),
        ("mae", "mean_absolute_error"),
        ("bce", "binary_cross_entropy"),
        ("cce", "categorical_cross_entropy"),
    ],
)
def test_the_agreed_aliases(alias, name):
    assert lossref.get(alias).name == name


def test_no_alias_hides_another_entry():
    every = [word for name in lossref.names() for word in (name, *lossref.get(name).aliases)]
    assert len(every) == len(set(every))


def test_an_unknown_name_says_the_nearest():
    with pytest.raises(lossref.UnknownLoss) as caught:
        lossref.get("hubert")
    assert "huber" in caught.value.nearest
    assert str(caught.value) == f"the catalogue has no loss 'hubert'; did you mean {', '.join(caught.value.nearest)}?"
    assert isinstance(caught.value, KeyError)


def test_a_name_like_no_other_points_to_the_list():
    with pytest.raises(lossref.UnknownLoss, match="lossref list"):
        lossref.get("zzzzqqqq")


def test_importing_lossref_imports_neither_sympy_nor_its_neighbours():
    code = "import sys, lossref; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "numpy" in imported
    assert not imported & {"sympy", "mpmath", "grader", "assessments", "django"}


def test_parameters_stand_in_the_agreed_order():
    order = {name: tuple(p.name for p in lossref.get(name).parameters) for name in NAMES}
    assert order["huber"] == ("y_true", "y_pred", "delta")
    assert order["binary_cross_entropy"] == ("y_true", "p")
    assert order["binary_cross_entropy_with_logits"] == ("y_true", "z")
    assert order["sparse_categorical_cross_entropy"] == ("y_true", "p", "label_smoothing")
    assert order["categorical_cross_entropy_with_logits"] == ("y_true", "z", "label_smoothing")
    assert order["hinge"] == ("y_true", "score")


def test_domains_follow_the_label_encoding():
    hinge = lossref.get("hinge")
    assert hinge.domains() == {"y_true": "plus_minus_one", "score": "real"}
    assert hinge.domains(label_encoding="zero_one") == {"y_true": "label01", "score": "real"}


def test_the_perfect_prediction_follows_the_label_encoding():
    hinge = lossref.get("hinge")
    perfect = hinge.perfect_prediction([1, 0, 0], classes=2, label_encoding="zero_one")
    assert hinge.value([1, 0, 0], perfect, label_encoding="zero_one") == 0.0
