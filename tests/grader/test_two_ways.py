"""Keys and references computed a second way, and what a statement leaves unsaid."""

import json

import pytest

import lossref
from grader.kinds import numeric
from grader.kinds.arithmetic import evaluate, evaluate_precisely
from grader.lints import lints
from grader.questions import QuestionFolder
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


@pytest.mark.parametrize("name", ["rmse", "info_nce", "accuracy", "adam", "multiclass_sparsemax"])
def test_what_has_no_short_form_is_left_to_the_first_way(name):
    assert disagreements("coding", coding(name)) == (0, [])


@pytest.mark.parametrize("options", [{"full": True}, {"log_input": False}])
def test_a_convention_beside_the_default_has_no_form(options):
    assert disagreements("coding", coding("poisson_nll", options=options)) == (0, [])


# --- statements ---


def question(statement, spec, kind="coding"):
    return QuestionFolder("slug", "Title", kind, spec, statement=statement)


MSE = {"coding": {"function": "f", "parameters": ["y_true", "p1"], "reference": "mse"}}
SAID = "Write `f(y_true, p1)`. "


@pytest.mark.parametrize(
    ("statement", "spec", "problem"),
    [
        ("Write `f(y_true, p)`.", MSE, "p1 has to stand in the answer and is not mentioned"),
        (SAID, {**MSE, "limits": {"case_seconds": 0.5}}, "limits.case_seconds is 0.5, which is not stated"),
        (SAID, {**MSE, "limits": {"memory_bytes": 1 << 29}}, "limits.memory_bytes is 5.36871e+08, which is not stated"),
        (SAID, {"coding": {**MSE["coding"], "forbid": ["loops"]}}, "loops counts, which is not stated"),
        (SAID, {**MSE, "weights": {"efficiency": 1}}, "efficiency counts, which is not stated"),
        (SAID + "Let $x be", MSE, "a formula has a $ at one end only"),
        (SAID + r"The $\color{red} x$.", MSE, "a formula says something by colour, which not everybody sees"),
        (SAID + "![](curve.png)", MSE, "an image has no words in its place"),
    ],
)
def test_what_a_statement_leaves_unsaid_is_named(statement, spec, problem):
    assert lints(question(statement, spec), 0) == [f"statement.md: {problem}"]


@pytest.mark.parametrize(
    ("statement", "spec"),
    [
        ("", MSE),
        (r"$f$ of $y_{true}$ and $p_1$; a price of \$5", MSE),
        (SAID + "Each call has 0.5 s and 512 MiB.", {**MSE, "limits": {"case_seconds": 0.5, "memory_bytes": 1 << 29}}),
        (SAID + "Do it without a loop.", {"coding": {**MSE["coding"], "forbid": ["loops"]}}),
        (SAID + "`cost = '$'`", MSE),
    ],
)
def test_a_statement_that_says_it_all_passes(statement, spec):
    assert lints(question(statement, spec), 0) == []


def test_the_variables_of_a_derivation_are_symbols_of_its_statement():
    spec = {"derivation": {"variables": {"z": "real", "eta": "real"}, "reference": "z*eta"}}
    assert lints(question(r"Multiply $z$ by $\eta$.", spec, "derivation"), 0) == []
    assert len(lints(question("Multiply.", spec, "derivation"), 0)) == 2


# --- questions that are broken on purpose, through the command line ---

RIGHT = "import numpy as np\ndef f(y_true, p1):\n    return np.mean((y_true - p1) ** 2)\n"
HALF = RIGHT.replace("np.mean(", "0.5 * np.mean(")


@pytest.fixture
def certified(tmp_path, capsys):
    from grader.__main__ import main

    def run(spec, *, kind="coding", head="", correct=None, wrong=None, statement=""):
        (tmp_path / "question.toml").write_text(f'title = "T"\nkind = "{kind}"\n{head}')
        (tmp_path / "spec.toml").write_text(spec)
        (tmp_path / "statement.md").write_text(statement)
        for side, text in (("correct", correct), ("wrong", wrong)):
            (tmp_path / "solutions" / side).mkdir(parents=True)
            if text:
                (tmp_path / "solutions" / side / "own.py").write_text(text)
        code = main(["certify", str(tmp_path), "--seeds", "2"])
        lines = capsys.readouterr().out.splitlines()
        return code, lines[0].partition(" (")[0].partition(": ")[2], [line.strip() for line in lines[1:]]

    return run


SPEC = '[coding]\nfunction = "f"\nparameters = ["y_true", "p1"]\nreference = "mse"\n'


def test_a_sound_question_prints_its_kill_matrix(certified):
    code, word, lines = certified(SPEC, correct=RIGHT, wrong="# expects: R6\n" + HALF, statement=SAID)
    assert (code, word) == (0, "certified")
    assert [line.split() for line in lines if line.startswith("R1 ")] == [
        ["R1", "sum", "instead", "of", "mean", "ordinary", "named"]
    ]


def test_a_check_too_weak_to_see_a_mistake_is_not_published(certified):
    code, word, lines = certified(SPEC + "rtol = 0.6\n", correct=RIGHT)
    assert (code, word) == (1, "may not be published")
    assert "mistake R6 extra factor 1/2 (variant 0): is graded as right" in lines


def test_an_absolute_tolerance_above_the_values_is_not_published(certified):
    code, word, lines = certified(SPEC + "atol = 1e9\n", correct=RIGHT)
    assert (code, word) == (1, "may not be published")
    assert any(line.endswith("is graded as right") for line in lines)


def test_a_solution_that_the_reference_contradicts_is_not_published(certified):
    code, word, lines = certified(SPEC, correct=HALF)
    assert (code, word) == (1, "may not be published")
    assert lines[0].startswith("own.py (variant 0, seed 0): a correct solution is graded wrong: 18 of 18 ordinary")


def test_a_wrong_solution_caught_by_another_finding_is_not_published(certified):
    code, word, lines = certified(SPEC, wrong="# expects: R2\n" + HALF)
    assert (code, word) == (1, "may not be published")
    assert lines[0] == (
        "own.py (variant 0, seed 0): expected R2 to catch it; it was wrong by R6, correctness, edge_cases, "
        "numerical_stability"
    )


def test_a_key_whose_two_ways_differ_is_not_published(certified):
    spec = '[numeric]\nanswer = "ln(1 + exp(@{z}))"\n[numeric.lossref]\nreference = "bce_with_logits"\n'
    spec += 'args = {y_true = [1], z = ["@{z}"]}\n'
    head = "[[variants]]\nz = 0\n[[variants]]\nz = 2\n"
    code, word, lines = certified(spec, kind="numeric", head=head)
    assert (code, word) == (1, "may not be published")
    assert lines[0] == "variant 1: the key is 2.12692801104 by its expression, and lossref gives 0.126928011043"


def test_a_variant_that_stands_twice_is_not_published(certified):
    head = "[[variants]]\nz = 1\n[[variants]]\nz = 2\n[[variants]]\nz = 1\n"
    code, _, lines = certified('[numeric]\nanswer = "@{z}"\n', kind="numeric", head=head)
    assert (code, lines[0]) == (1, "variant 2 is variant 0 again")


def test_a_statement_that_leaves_a_rule_out_is_not_published(certified):
    code, _, lines = certified(SPEC + 'forbid = ["loops"]\n', correct=RIGHT, statement=SAID)
    assert (code, lines[0]) == (1, "statement.md: loops counts, which is not stated")


def test_a_solution_near_its_limit_is_not_published(certified):
    slow = RIGHT.replace("    return", "    sum(range(300_000))\n    return")
    code, _, lines = certified(SPEC + "[limits]\ntotal_seconds = 0.2\n", correct=slow)
    assert code == 1
    assert "own.py" in lines[0]


def test_the_report_in_json_counts_what_was_computed_two_ways(certified, tmp_path, capsys):
    from grader.__main__ import main

    certified(SPEC, correct=RIGHT)
    assert main(["certify", str(tmp_path), "--seeds", "1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["publishable"], report["two_ways"]) == (True, 2)
    assert report["trials"][0]["seconds"] > 0.0


def test_mistakes_that_change_nothing_stay_unobservable_beside_float32(grader):
    from grader.contract import GradeRequest
    from grader.kill_matrix import results

    table = {"function": "f", "parameters": ["y", "p"], "reference": "huber", "draw": ["float32", "empty"]}
    request = GradeRequest(kind="coding", spec={"coding": table}, answer="", seed=1)
    found = [result for _, result in results(request, [1], grader.sandboxes)]
    assert set(found) <= {"named", "alias", "unobservable"}
