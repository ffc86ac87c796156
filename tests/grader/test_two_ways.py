"""Keys and references computed a second way."""

import pytest

import lossref
from grader.kinds import numeric
from grader.kinds.arithmetic import evaluate, evaluate_precisely
from grader.two_ways import disagreements

BCE = {"reference": "bce_with_logits", "args": {"y_true": [1, 0], "z": [0.5, "-1/2"]}}


def coding(name, **table):
    parameters = [p.name for p in lossref.get(name).parameters if p.role != "hyper"]
    return {"coding": {"function": "f", "parameters": parameters, "reference": name, **table}}


@pytest.mark.parametrize(
    ("text", "number"), [("ln(2)/3 - 2^-1", -0.26895), ("sigmoid(-40)*1e17", 0.424835), ("-3%", -0.03)]
)
def test_both_arithmetics_read_the_same_expressions(text, number):
    assert evaluate(text) == pytest.approx(number, rel=1e-4)
    assert evaluate_precisely(text) == pytest.approx(evaluate(text), rel=1e-14)


def test_a_key_that_cancels_differs_from_its_fifty_digits():
    table = {"answer": "((1 + 1e-14) - 1)*1e14", "rtol": 1e-3, "atol": 0}
    compared, (problem,) = disagreements("numeric", {"numeric": table})
    assert (compared, problem) == (1, "the key is 0.999200722163 by its expression, and 50 digits give 1")


@pytest.mark.parametrize(
    ("answer", "agree"), [("ln(1 + exp(-0.5))", True), ("ln(1 + exp(0.5))", False), (0.47407698, True)]
)
def test_a_key_is_compared_with_lossrefs(answer, agree):
    table = {"answer": answer, "rtol": 1e-3, "atol": 0, "lossref": BCE}
    assert numeric.check_spec({"numeric": table}) == []
    compared, problems = disagreements("numeric", {"numeric": table})
    assert compared == (2 if isinstance(answer, str) else 1)
    other = "the key is 0.97407698418 by its expression, and lossref gives 0.47407698418"
    assert problems == ([] if agree else [other])


def test_a_key_may_be_an_entry_of_a_gradient():
    asked = {"reference": "mse", "gives": "gradient", "args": {"y_true": [3.0], "y_pred": [1.0]}}
    assert disagreements("numeric", {"numeric": {"answer": "2*(1-3)", "lossref": asked}}) == (2, [])


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"args": {}}, "the catalogue has no loss 'None'"),
        ({"reference": "mse"}, "expected a table with reference and args, got {'reference': 'mse'}"),
        ({"reference": "mse", "args": {"y_true": [1, 2], "y_pred": [1, 3]}, "options": {"reduction": "none"}},
         "expected one number, mean_squared_error gives an array of shape (2,)"),
        ({"reference": "mse", "args": {}, "give": "value"}, "give: not known; did you mean gives?"),
        ({"reference": "mse", "args": {}, "gives": "slope"}, "gives is value or gradient, not 'slope'"),
    ],
)  # fmt: skip
def test_a_second_key_that_cannot_be_computed_names_the_reason(asked, problem):
    (found,) = numeric.check_spec({"numeric": {"answer": 1, "lossref": asked}})
    assert found.startswith(f"numeric.lossref: {problem}")


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"options": {"reduction": "sum"}},
        {"options": {"reduction": "none"}},
        {"options": {"log_base": 2}},
        {"options": {"axis": 0}},
        {"options": {"batch": False}},
        {"gives": "gradient"},
        {"gives": "gradient", "options": {"reduction": "sum", "axis": 0}},
    ],
)
@pytest.mark.parametrize("name", ["categorical_cross_entropy", "kl_divergence", "sparse_categorical_cross_entropy"])
def test_a_reference_is_built_again_from_its_symbolic_terms(name, table):
    assert disagreements("coding", coding(name, **table)) == (2, [])


@pytest.mark.parametrize("name", ["mse", "huber", "bce_with_logits", "softmax", "logsumexp", "l2_penalty", "hinge"])
def test_elements_rows_and_transforms_have_a_second_way(name):
    assert disagreements("coding", coding(name)) == (2, [])
    assert disagreements("coding", coding(name, gives="gradient")) == (2, [])


def test_a_reference_that_has_another_form_is_noticed(monkeypatch):
    kernel = lossref.get("mae")
    monkeypatch.setattr(type(kernel), "value", lambda self, *args, **options: 1.5)
    compared, problems = disagreements("coding", coding("mae"))
    assert (compared, len(problems)) == (2, 2)
    assert problems[0].startswith("the reference gives 1.5, and its symbolic form gives ")


@pytest.mark.parametrize("name", ["gradient_descent", "nesterov_momentum", "adagrad", "rmsprop", "adam", "adamw"])
def test_steps_have_a_second_way(name):
    assert disagreements("coding", coding(name)) == (2, [])


@pytest.mark.parametrize("name", ["rmse", "info_nce", "accuracy", "multiclass_sparsemax"])
def test_what_has_no_short_form_is_left_to_the_first_way(name):
    assert disagreements("coding", coding(name)) == (0, [])


@pytest.mark.parametrize("options", [{"full": True}, {"log_input": False}])
def test_a_convention_beside_the_default_has_no_form(options):
    assert disagreements("coding", coding("poisson_nll", options=options)) == (0, [])
