import subprocess
import sys

import pytest

import lossref

# Names that callers rely on, with their array arguments | hyper-parameters, in order; more may follow.
AGREED = {
    "mean_squared_error mean_absolute_error root_mean_squared_error log_cosh half_squared_error": "y_true y_pred",
    "mean_squared_logarithmic_error mean_absolute_percentage_error poisson_nll": "y_true y_pred",
    "huber": "y_true y_pred | delta",
    "smooth_l1": "y_true y_pred | beta",
    "quantile": "y_true y_pred | q",
    "tweedie_deviance": "y_true y_pred | power",
    "gaussian_nll": "y_true mean variance",
    "binary_cross_entropy brier zero_one hamming dice tversky jaccard generalized_iou": "y_true p",
    "binary_cross_entropy_with_logits": "y_true z",
    "weighted_binary_cross_entropy": "y_true p | pos_weight",
    "weighted_binary_cross_entropy_with_logits": "y_true z | pos_weight",
    "binary_focal": "y_true p | gamma alpha",
    "binary_focal_with_logits": "y_true z | gamma alpha",
    "categorical_cross_entropy sparse_categorical_cross_entropy": "y_true p | label_smoothing",
    "categorical_cross_entropy_with_logits sparse_categorical_cross_entropy_with_logits": "y_true z | label_smoothing",
    "categorical_focal": "y_true p | gamma",
    "nll": "y_true log_p",
    "hinge squared_hinge logistic perceptron exponential": "y_true score",
    "multiclass_hinge": "y_true scores | margin",
    "hinge_embedding": "input target | margin",
    "margin_ranking": "input1 input2 target | margin",
    "multilabel_margin multilabel_soft_margin": "input target",
    "kl_divergence jensen_shannon_divergence reverse_kl generalized_kl": "p q",
    "cosine_similarity cosine_distance": "x1 x2",
    "cosine_embedding contrastive": "x1 x2 y | margin",
    "triplet_margin": "a p n | margin",
    "info_nce nt_xent": "q k | temperature",
    "circle": "y_true y_pred | gamma margin",
    "gan_discriminator lsgan_discriminator hinge_gan_discriminator wasserstein_critic": "real fake",
    "gan_generator lsgan_generator hinge_gan_generator wasserstein_generator": "fake",
    "gradient_penalty": "gradients",
    "vae_elbo": "x x_hat mu logvar",
    "ctc": "log_probs targets input_lengths target_lengths | blank",
    "ranking_softmax": "y_true scores",
    "bpr": "positive negative",
    "bradley_terry": "chosen rejected",
    "poly_cross_entropy": "y_true z | epsilon",
    "generalized_cross_entropy": "y_true p | q",
    "sparsemax": "y_true z",
    "evidential": "y_true evidence",
    "distillation": "y_true student teacher | temperature alpha",
    "uncertainty_weighting": "losses log_variances",
    "adversarial_fgsm": "x gradient | eps",
    "dpo": "policy_chosen policy_rejected reference_chosen reference_rejected | beta",
    "l1_penalty l2_penalty": "w | strength",
    "elastic_net": "w | strength l1_ratio",
    "sigmoid softmax log_softmax logsumexp softplus log_sigmoid logit tanh relu": "x",
    "accuracy precision recall f1 confusion_matrix matthews_corrcoef r2": "y_true y_pred",
    "fbeta": "y_true y_pred | beta",
    "roc_auc average_precision": "y_true score",
    "log_loss": "y_true p",
    "expected_calibration_error": "y_true p | bins",
    "gradient_descent": "param grad | lr",
    "momentum nesterov_momentum": "param grad velocity | lr momentum",
    "adagrad": "param grad state | lr eps",
    "rmsprop": "param grad v | lr rho eps",
    "adam": "param grad m v t | lr b1 b2 eps",
    "adamw": "param grad m v t | lr b1 b2 eps weight_decay",
}
BY_NAME = {name: parameters for names, parameters in AGREED.items() for name in names.split()}


@pytest.mark.parametrize("name", BY_NAME)
def test_the_agreed_names_take_the_agreed_parameters_in_their_order(name):
    arguments, _, hypers = BY_NAME[name].partition("|")
    spec = lossref.get(name)
    assert [p.name for p in spec.parameters if p.role != "hyper"] == arguments.split()
    assert [p.name for p in spec.hypers][: len(hypers.split())] == hypers.split()


def test_the_public_names_are_the_catalogue_s_and_these():
    assert set(lossref.__all__) == {
        *lossref.names(),
        "DomainError",
        "EmptyError",
        "LossSpec",
        "OptionError",
        "Parameter",
        "Peer",
        "ShapeError",
        "UnknownLoss",
        "get",
        "gradient",
        "names",
        "value_and_gradient",
    }
    assert all(hasattr(lossref, name) for name in lossref.__all__)


def test_gradients_are_had_by_name(rng):
    y, p = rng.normal(size=(2, 5))
    assert (lossref.gradient("huber", y, p, delta=0.5) == lossref.get("huber").gradient(y, p, delta=0.5)).all()
    value, gradient = lossref.value_and_gradient("huber", y, p, wrt="y_true")
    assert value == lossref.huber(y, p)
    assert (gradient == lossref.gradient("huber", y, p, wrt="y_true")).all()


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("mse", "mean_squared_error"),
        ("mae", "mean_absolute_error"),
        ("bce", "binary_cross_entropy"),
        ("cce", "categorical_cross_entropy"),
        ("rmse", "root_mean_squared_error"),
        ("rmsle", "root_mean_squared_logarithmic_error"),
        ("msle", "mean_squared_logarithmic_error"),
        ("mape", "mean_absolute_percentage_error"),
        ("pinball", "quantile"),
        ("soft_margin", "logistic"),
        ("kl", "kl_divergence"),
        ("js", "jensen_shannon_divergence"),
        ("iou", "jaccard"),
        ("sgd", "gradient_descent"),
        ("ece", "expected_calibration_error"),
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


def test_domains_follow_the_label_encoding():
    hinge = lossref.get("hinge")
    assert hinge.domains() == {"y_true": "plus_minus_one", "score": "real"}
    assert hinge.domains(label_encoding="zero_one") == {"y_true": "label01", "score": "real"}


def test_the_perfect_prediction_follows_the_label_encoding():
    hinge = lossref.get("hinge")
    perfect = hinge.perfect_prediction([1, 0, 0], classes=2, label_encoding="zero_one")
    assert hinge.value([1, 0, 0], perfect, label_encoding="zero_one") == 0.0
