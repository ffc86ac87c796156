import dataclasses
import sys

import pytest

from grader.contract import GradeRequest, Limits
from grader.kinds.coding import check_spec
from grader.kinds.specs import BrokenQuestion

MSE = "def f(y, p): return np.mean((y - p) ** 2)"


def checks(verdict):
    return {check.name: (check.passed, check.weight) for check in verdict.checks}


def test_default_weights_are_those_of_the_kind_of_task(graded):
    value = graded("mse", MSE)
    assert checks(value) == {"correctness": (True, 6), "edge_cases": (True, 2), "numerical_stability": (True, 2)}
    gradient = graded("mse", "def f(y, p): return 2 * (p - y) / p.size", gives="gradient")
    assert checks(gradient) == {"correctness": (True, 8), "edge_cases": (True, 1), "numerical_stability": (True, 1)}


def test_a_check_of_weight_0_is_not_made(graded):
    verdict = graded("bce_with_logits", "def f(y, z): return np.mean(np.log(1 + np.exp(z)) - y * z)",
                     "y z", weights={"numerical_stability": 0})  # fmt: skip
    assert (verdict.outcome, checks(verdict)) == ("correct", {"correctness": (True, 6), "edge_cases": (True, 2)})


def test_where_correctness_fails_nothing_else_earns(graded):
    verdict = graded("mse", "def f(y, p): return 2 * np.mean((y - p) ** 2)")
    assert (verdict.outcome, verdict.score) == ("wrong", 0.0)
    assert [check.share for check in verdict.checks] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("loss", "source", "hint"),
    [
        ("mse", "def f(y, p): return np.mean(y * p) - 50", " This loss is never below 0; 18 of these answers are."),
        ("mse", "def f(y, p): return np.mean((y - p) ** 2) + 1", ""),
        ("cosine_similarity", "def f(y, p): return -0.5 * (1 + 0 * y[:, 0]).mean()", ""),
    ],
)
def test_a_value_below_the_bound_of_the_loss_is_told(graded, loss, source, hint):
    message = graded(loss, source).checks[0].message
    assert message == f"18 of 18 ordinary cases are wrong: the value is wrong.{hint}"


def test_parts_are_earned_only_where_the_spec_says_so(graded):
    source = "def f(y, p): return np.mean((y - p) ** 2) if y.ndim == 1 else 0.0"
    assert graded("mse", source).score == 0.0
    verdict = graded("mse", source, partial=True)
    assert verdict.outcome == "partial"
    assert verdict.checks[0].share == 0.5
    assert [check.share for check in verdict.checks[1:]] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(y, p) return 1", "line 2"),
        ("def g(y, p): return 1", "f"),
        ("def f(y): return 1", "2"),
        ("f = 3", "f"),
        ("", "f"),
    ],
)
def test_what_cannot_be_called_is_rejected_with_the_place(graded, source, message):
    verdict = graded("mse", source)
    assert (verdict.outcome, verdict.score) == ("rejected", 0.0)
    assert message in verdict.checks[0].message


def test_of_a_hidden_case_an_exception_shows_class_and_line_only(graded):
    source = "def f(y, p):\n  raise ValueError(f'secret {y}')"
    verdict = graded("mse", source)
    assert (verdict.outcome, verdict.score) == ("runtime_error", 0.0)
    assert verdict.checks[0].message == "ValueError on line 3 (18 of 18 ordinary cases)"
    hidden = [check.message for check in verdict.checks] + [str(finding) for finding in verdict.findings]
    assert not any("secret" in text for text in hidden)


def test_an_exception_on_an_edge_case_costs_that_check_alone(graded):
    source = "def f(y, p):\n  if y.size == 1: raise KeyError(1)\n  return np.mean((y - p) ** 2)"
    verdict = graded("mse", source)
    assert (verdict.outcome, verdict.score) == ("partial", 0.8)
    assert verdict.checks[1].message == "1 of 4 edge cases are wrong: KeyError on line 3."


@pytest.mark.parametrize(
    ("source", "limits", "outcome", "message"),
    [
        ("def f(y, p):\n  while True: pass", {"case_seconds": 0.2}, "time_limit",
         "a call took longer than 0.2 s, or all together longer than 10 s"),
        ("def f(y, p): return np.zeros(1 << 30).sum()", {}, "memory_limit", "more than 1024 MiB of memory were used"),
        ("def f(y, p): print('x' * (1 << 22)); return 1.0", {}, "output_limit",
         "more than 1024 KiB were printed or returned"),
        ("import os\ndef f(y, p): os._exit(0)", {}, "runtime_error", "the process ended before the function returned"),
    ],
)  # fmt: skip
def test_a_limit_names_the_outcome(grader, source, limits, outcome, message):
    coding = {"function": "f", "parameters": ["y", "p"], "reference": "mse"}
    request = GradeRequest(
        kind="coding", spec={"coding": coding}, answer="import numpy as np\n" + source, seed=1, limits=Limits(**limits)
    )
    verdict = grader.decide(request)
    assert (verdict.outcome, verdict.score, verdict.checks[0].message) == (outcome, 0.0, message)


def test_a_list_of_right_values_is_right_and_told(graded):
    verdict = graded("mse", "def f(y, p): return ((y - p) ** 2).tolist()", options={"reduction": "none"})
    assert (verdict.outcome, [f.code for f in verdict.findings]) == ("correct", ["D6"])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("class A(np.ndarray): pass\ndef f(y, p): return np.array(np.mean((y - p) ** 2)).view(A)", "subclass"),
        ("class F(float): pass\ndef f(y, p): return F(np.mean((y - p) ** 2))", "float"),
        ("def f(y, p): return np.ma.array(np.mean((y - p) ** 2), mask=False)", "mask"),
        ("def f(y, p): return np.array(np.mean((y - p) ** 2), dtype=object)", "object"),
        ("def f(y, p): return complex(np.mean((y - p) ** 2))", "complex"),
        ("def f(y, p): return True", "bool"),
    ],
)
def test_types_that_could_cheat_are_refused_with_a_sentence(graded, source, words):
    verdict = graded("mse", source)
    assert (verdict.outcome, verdict.score) == ("wrong", 0.0)
    assert words in verdict.checks[0].message


@pytest.mark.parametrize(
    "source",
    [
        "def f(y, p): return float('nan')",
        "def f(y, p): return float('inf')",
        "def f(y, p): return 0.0",
        "def f(y, p): return []",
        "def f(y, p): return np.zeros((0,))",
        "def f(y, p): return np.full(y.shape, np.mean((y - p) ** 2))",
        "N = [0]\ndef f(y, p):\n  N[0] += 1\n  return N[0] * 0.1",
        "np.allclose = lambda *a, **k: True\nnp.mean = lambda x: 0.0\ndef f(y, p): return np.mean((y - p) ** 2)",
        "def f(y, p): y[...] = p; return 0.0",
    ],
)
def test_no_trick_is_right(graded, source):
    assert graded("mse", source).score == 0.0


def test_an_answer_that_changes_between_calls_is_wrong(graded):
    verdict = graded("mse", "S = set()\ndef f(y, p):\n  k = y.tobytes()\n  again = k in S\n  S.add(k)\n"
                            "  return np.mean((y - p) ** 2) + again")  # fmt: skip
    assert (verdict.outcome, [f.code for f in verdict.findings]) == ("wrong", ["D5"])
    assert verdict.checks[0].message == "a second call on the same input gives another answer"


def test_an_input_that_is_changed_costs_the_edge_check(graded):
    verdict = graded("mse", "def f(target, p):\n  p -= target\n  return np.mean(p ** 2)", "target p")
    assert checks(verdict) == {"correctness": (True, 6), "edge_cases": (False, 2), "numerical_stability": (True, 2)}
    assert verdict.checks[1].message == "the call changes its input p"


# --- conventions that the statement leaves open ---


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def f(y, p): return np.sum((y - p) ** 2)", "reduction sum"),
        ("def f(y, p): return (y - p) ** 2", "reduction none"),
        ("def f(y, p): return np.sum((y - p) ** 2) / len(y)", "reduction batchmean"),
        ("def f(y, p): return np.mean((y - p) ** 2) / 2", "a factor 1/2"),
        ("def f(y, p): return np.sum((y - p) ** 2) / 2", "a factor 1/2, reduction sum"),
    ],
)
def test_what_is_left_open_is_right_and_reported(graded, source, words):
    verdict = graded("mse", source, open=["reduction", "half"])
    assert (verdict.outcome, verdict.score) == ("correct", 1.0)
    assert [(f.code, f.name) for f in verdict.findings] == [("convention", words)]
    assert graded("mse", source).outcome == "wrong"


def test_one_convention_has_to_hold_on_all_cases(graded):
    source = "def f(y, p): return np.sum((y - p) ** 2) if len(y) % 2 else np.mean((y - p) ** 2)"
    assert graded("mse", source, open=["reduction"]).outcome == "wrong"


def test_the_log_base_can_be_left_open(graded):
    source = "def f(y, p):\n  q = np.clip(np.where(y, p, 1 - p), 1e-9, 1)\n  return -np.mean(np.log2(q))"
    verdict = graded("bce", source, open=["log_base"])
    assert (verdict.outcome, [f.name for f in verdict.findings]) == ("correct", ["log_base 2"])


@pytest.mark.parametrize(
    ("half", "words"), [("0.5 * (1 - r) / 2", "a factor 1/2"), ("0.5 * (1 - r)", None), ("0.25", "-")]
)
def test_a_half_within_a_loss_can_be_left_open(graded, half, words):
    source = f"def f(w, r): return 0.5 * r * np.abs(w).sum() + {half} * (w ** 2).sum()"
    options = {"strength": 0.5}
    verdict = graded("elastic_net", source, "w l1_ratio", open=["half"], options=options)
    if words == "-":
        assert verdict.outcome == "wrong"
    else:
        assert (verdict.outcome, [f.name for f in verdict.findings]) == ("correct", [words] if words else [])


@pytest.mark.parametrize(("nothing", "outcome"), [("0.0", "correct"), ("1.0", "correct"), ("0.5", "partial")])
def test_a_convention_that_only_edges_show_can_be_left_open(graded, nothing, outcome):
    source = f"""def f(y, p):
    hits, said = np.sum(y * p), np.sum(p)
    return hits / said if said else {nothing}"""
    assert graded("precision", source, open=["zero_division"]).outcome == outcome
    assert graded("precision", source).outcome == ("correct" if nothing == "0.0" else "partial")


def test_pinned_conventions_stay_mistakes_beside_open_ones(graded):
    verdict = graded(
        "bce", "def f(y, p):\n  q = np.where(y, p, 1 - p) + 1e-9\n  return -np.sum(np.log2(q))", open=["reduction"]
    )
    assert (verdict.outcome, [f.code for f in verdict.findings]) == ("wrong", ["L1"])


# --- printed cases ---


def test_a_run_of_the_printed_cases_shows_them_whole(graded):
    source = "def f(y, p):\n  print('seen', y.shape)\n  return np.sum((y - p) ** 2)"
    samples = [{"args": {"y": [1.0, 2.0], "p": [1.5, 1.0]}}, {"args": {"y": [0.0], "p": [0.5]}}]
    verdict = graded("mse", source, mode="sample", samples=samples)
    first, second = verdict.samples
    assert (verdict.outcome, verdict.checks[0].message) == ("wrong", "1 of 2 sample cases are wrong.")
    assert dataclasses.asdict(first) == {
        "name": "sample 1",
        "arguments": {"y": "[1., 2.]", "p": "[1.5, 1. ]"},
        "expected": "0.625",
        "got": "1.25",
        "difference": "0.625",
        "printed": "seen (2,)\n",
        "passed": False,
        "message": "the value is wrong",
    }
    assert (second.passed, second.message) == (True, "right")


def test_of_a_printed_case_an_exception_shows_its_text(graded):
    verdict = graded("mse", "def f(y, p):\n  raise ValueError('see me')", mode="sample")
    assert verdict.samples[0].message == "ValueError on line 3: see me"
    assert verdict.outcome == "wrong"


def test_printed_cases_of_a_right_answer_are_right(graded):
    verdict = graded("mse", MSE, mode="sample")
    assert (verdict.outcome, [sample.passed for sample in verdict.samples]) == ("correct", [True, True])


# --- the folder's own reference, slope and speed ---

EXPECTILE = """
import numpy as np
def f(y, p, q):
    e = y - p
    return float(np.mean(np.abs(q - (e < 0)) * e ** 2))
"""
INPUTS = {"q": {"role": "hyper", "domain": "positive", "shape": "scalar", "plausible": [0.1, 0.9]}}


def own_reference(grader, source, reference=EXPECTILE):
    coding = {"function": "f", "parameters": ["y", "p", "q"], "reference": "reference.py", "inputs": INPUTS}
    request = GradeRequest(kind="coding", spec={"coding": coding}, answer=source, seed=3, reference_source=reference)
    return grader.decide(request)


def test_the_folders_own_reference_decides(grader):
    assert own_reference(grader, EXPECTILE).outcome == "correct"
    assert own_reference(grader, EXPECTILE.replace("e < 0", "e > 0")).outcome == "wrong"
    summed = own_reference(grader, EXPECTILE.replace("np.mean", "np.sum"))
    assert [finding.code for finding in summed.findings] == ["R1"]


def test_the_folders_own_reference_may_build_on_lossref_and_the_answer_may_not(grader):
    reference = "import lossref\ndef f(y, p, q): return lossref.get('mse').value(y, p) + q"
    source = "import numpy as np\ndef f(y, p, q): return np.mean((y - p) ** 2) + q"
    assert own_reference(grader, source, reference).outcome == "correct"
    assert own_reference(grader, reference, reference).outcome == "runtime_error"


def test_the_folders_own_reference_is_what_efficiency_is_measured_by(grader):
    coding = {"function": "f", "parameters": ["y", "p", "q"], "reference": "reference.py", "inputs": INPUTS}
    spec = {"coding": coding, "weights": {"efficiency": 2}}
    request = GradeRequest(kind="coding", spec=spec, answer=EXPECTILE, seed=3, reference_source=EXPECTILE)
    assert checks(grader.decide(request))["efficiency"] == (True, 2)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (None, "coding.reference: names reference.py, whose text did not come with the request"),
        ("def f(y, p, q): return 1 / 0", ("reference.py: fails on the case 'sample 1': ZeroDivisionError on line 1: "
                                         "division by zero")),
    ],
)  # fmt: skip
def test_a_broken_reference_is_the_questions_fault(grader, reference, message):
    with pytest.raises(BrokenQuestion) as caught:
        own_reference(grader, EXPECTILE, reference)
    assert str(caught.value) == message


def test_the_slope_is_a_check_of_its_own_where_it_weighs(graded):
    verdict = graded("bce_with_logits", "def f(y, z): return np.mean(np.logaddexp(0, z) - y * z)", "y z",
                     weights={"gradient": 2})  # fmt: skip
    assert (verdict.outcome, verdict.checks[-1].message) == ("correct", "The slope agrees on 4 cases.")
    flat = graded("mse", "def f(y, p): return float(np.float32(np.mean((y - p) ** 2)))", weights={"gradient": 2})
    assert checks(flat)["gradient"] == (False, 2)


def test_efficiency_tells_a_loop_from_an_array_operation(graded):
    fast = graded("mse", MSE, weights={"efficiency": 2})
    assert (fast.outcome, checks(fast)["efficiency"]) == ("correct", (True, 2))
    loop = "def f(y, p):\n  s = 0.0\n  for a, b in zip(y.flat, p.flat): s += (a - b) ** 2\n  return s / y.size"
    slow = graded("mse", loop, weights={"efficiency": 2})
    assert (slow.outcome, checks(slow)["efficiency"]) == ("partial", (False, 2))


# --- the table ---


@pytest.mark.parametrize(
    ("table", "start"),
    [
        ({"reference": None}, "coding.reference: expected a name of lossref's catalogue or reference.py, got nothing"),
        (
            {"reference": "mean_squared_eror"},
            "coding.reference: the catalogue has no loss 'mean_squared_eror'; did",
        ),
        ({"parameters": ["y"]}, "coding.parameters: mean_squared_error takes y_true, y_pred; got y"),
        ({"parameters": ["y", "y"]}, "coding.parameters: expected a list of different Python names, got ['y', 'y']"),
        ({"function": "class"}, "coding.function: expected a Python name, got 'class'"),
        ({"options": {"delta": 1}}, "coding.options.delta: mean_squared_error has no such option; it has"),
        ({"options": {"reduction": "average"}}, "coding: the reference cannot be evaluated on the cases"),
        ({"gives": "loss"}, "coding.gives: expected one of value, metric, step, transform, gradient, got 'loss'"),
        ({"open": ["reduktion"]}, "coding.open: reduktion: not known; did you mean reduction?"),
        ({"draw": ["float16"]}, "coding.draw: float16: not known; did you mean float32?"),
        ({"partial": 1}, "coding.partial: expected true or false, got 1"),
        (
            {"gives": "gradient", "options": {"with_respect_to": "z"}},
            "coding.options.with_respect_to: expected one of y, p, got 'z'",
        ),
        ({"samples": [{"args": {"y": [1.0]}}]}, "coding.samples[0].args: expected a value for each parameter, got"),
        ({"functon": "f"}, "coding.functon: not known; did you mean function?"),
    ],
)
def test_every_problem_of_a_table_names_its_field(table, start):
    (problem,) = check_spec({"coding": {"function": "f", "parameters": ["y", "p"], "reference": "mse", **table}})
    assert problem.startswith(start)


def test_weights_are_checked():
    coding = {"function": "f", "parameters": ["y", "p"], "reference": "mse"}
    assert check_spec({"coding": coding, "weights": {"corectness": 1, "edge_cases": -1}}) == [
        "weights.corectness: not known; did you mean correctness?",
        "weights.edge_cases: expected a number, at least 0, got -1",
    ]
    assert check_spec({"coding": coding, "weights": {"correctness": 0}}) == [
        "weights.correctness: expected a number above 0, since nothing earns without it"
    ]


def test_an_exceptions_own_name_carries_no_hidden_input_out(graded):
    source = "def f(y, p):\n    raise type(f'Seen{p.ravel()[0]!r}', (ValueError,), {})()"
    verdict = graded("mean_squared_error", source)
    assert verdict.outcome == "runtime_error"
    assert [check.message for check in verdict.checks if "Seen" in check.message] == []
    assert verdict.checks[0].message == "an exception of its own class on line 3 (18 of 18 ordinary cases)"


def test_a_diagnosis_that_fails_leaves_the_verdict_as_it_is(grader, monkeypatch, caplog):
    def fail(*_):
        raise IndexError

    module = sys.modules["grader.kinds.coding.grade"]
    monkeypatch.setattr(module, "diagnose", fail)
    # Some libraries that other tests load configure logging anew, which disables the loggers that exist.
    monkeypatch.setattr(module.logger, "disabled", False)
    coding = {"function": "f", "parameters": ["y", "p"], "reference": "mse"}
    request = GradeRequest(kind="coding", spec={"coding": coding}, answer="def f(y, p): return 0.0", seed=1)
    verdict = grader.decide(request)
    assert (verdict.outcome, verdict.score, verdict.findings) == ("wrong", 0.0, ())
    assert [record.getMessage() for record in caplog.records] == ["the mistakes of an answer could not be named"]
