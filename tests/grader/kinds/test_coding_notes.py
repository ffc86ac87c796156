"""What the text of an answer shows: notes that move no score, unless the spec forbids what they name."""

import pytest

from grader.kinds.coding import check_spec
from grader.kinds.coding.notes import notes_on
from grader.verdict import Verdict

MSE = "def f(y, p): return np.mean((y - p) ** 2)"
LOOP = """def f(y, p):
    s = 0.0
    for i in range(y.size): s += (y.flat[i] - p.flat[i]) ** 2
    return s / y.size"""


def messages(source, **how):
    return [note.message for note in notes_on(source, "f", **how)]


@pytest.mark.parametrize(
    ("source", "code", "message"),
    [
        ("import scipy.special\ndef f(y): return y", "imports",
         "scipy.special is imported on line 1; allowed: numpy and the standard library."),
        ("def f(y):\n  from torch import nn\n  return y", "imports",
         "torch is imported on line 2; allowed: numpy and the standard library."),
        ("def f(y):\n  for a in y: pass", "loops",
         "The loop on line 2 goes over entries one by one; numpy works on whole arrays."),
        ("def f(y):\n  n = y.shape[0]\n  return sum(y[i] for i in range(n))", "loops",
         "The loop on line 3 goes over entries one by one; numpy works on whole arrays."),
        ("def f(y):\n  n = len(y)\n  while n > 0: n -= 1\n  return n", "loops",
         "The loop on line 3 goes over entries one by one; numpy works on whole arrays."),
        ("def f(y, q): return y", "unused_parameters", "The parameter q is never used."),
        ("def f(y):\n  try: return 1 / y\n  except: return 0", "bare_except",
         "The except on line 3 catches every error, also those nobody thought of."),
        ("EPS = 1e-7\ndef f(y): return y + EPS", "eps", "The constant 1e-07 on line 1 serves as an eps."),
        ("def f(y, eps=1e-7): return y + eps", "eps", "The constant 1e-07 on line 1 serves as an eps."),
        ("def f(y): return max(y, 1e-12)", "eps", "The constant 1e-12 on line 1 serves as an eps."),
        ("def f(y):\n  print(y)\n  return y", "print", "print on line 2 was left in."),
        ("N = 0\ndef f(y):\n  global N\n  return y", "shared_state", "N on line 3 is kept between calls."),
        ("def f(y, seen=[]):\n  return y, seen", "shared_state", "The default on line 1 is one object for all calls."),
    ],
)  # fmt: skip
def test_a_note_names_what_and_where(source, code, message):
    (note,) = notes_on(source, "f")
    assert (note.code, note.message) == (code, message)


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nimport math, functools\nfrom __future__ import annotations\ndef f(y): return np.mean(y)",
        "def f(y):\n  for axis in range(y.ndim): y = y.sum(axis)\n  return y",
        "def f(y):\n  return sum(w * k for k, w in enumerate((1, 2, 3))) * y",
        "def f(y, _unused): return y * 0.5 + 0.01",
        "def f(y):\n  try: return 1 / y\n  except ZeroDivisionError: return 0",
        "def g(y, q): return y\ndef f(y): return g(y, 1)",
        "f = lambda y: y",
        "def f(",
    ],
)
def test_what_is_in_order_has_no_note(source):
    assert messages(source) == []


def test_the_statement_says_which_modules_are_allowed():
    assert messages("import math\ndef f(y): return y", modules=("numpy",)) == [
        "math is imported on line 1; allowed: numpy."
    ]
    assert messages("import math\ndef f(y): return y", modules=("numpy", "math")) == []


@pytest.mark.parametrize(("once", "end"), [("a.", "a"), ("-", "1"), ("a+", "a"), ("[", ""), ("not ", "a"), ("f(", "")])
def test_hostile_nesting_costs_no_more_than_the_notes(once, end):
    assert notes_on(once * 6000 + end, "f") == ()


def test_notes_come_with_the_verdict_and_move_no_score(graded):
    verdict = graded("mse", LOOP)
    assert (verdict.outcome, [note.code for note in verdict.notes]) == ("correct", ["loops"])
    assert Verdict.from_json(verdict.to_json()).notes == verdict.notes
    assert graded("mse", LOOP, mode="sample").notes == verdict.notes


def test_an_older_verdict_has_no_notes(graded):
    data = graded("mse", MSE).to_json()
    del data["notes"]
    assert Verdict.from_json(data).notes == ()


def test_what_is_forbidden_is_rejected_with_the_sentence(graded):
    verdict = graded("mse", LOOP, forbid=["loops"])
    assert (verdict.outcome, verdict.score) == ("rejected", 0.0)
    assert (verdict.checks[0].name, verdict.checks[0].passed) == ("rules", False)
    assert verdict.checks[0].message.startswith("The loop on line 4 goes over entries one by one")
    assert graded("mse", MSE, forbid=["loops", "print"]).outcome == "correct"


def test_where_rules_have_a_weight_breaking_them_costs_no_more(graded):
    verdict = graded("mse", LOOP, forbid=["loops"], weights={"rules": 10})
    assert (verdict.outcome, verdict.score) == ("partial", 0.5)
    assert graded("mse", MSE, forbid=["loops"], weights={"rules": 10}).score == 1.0


def test_imports_can_be_forbidden(graded):
    source = "import math\ndef f(y, p): return float(np.mean((y - p) ** 2))"
    assert graded("mse", source, imports=["numpy"]).outcome == "correct"
    verdict = graded("mse", source, imports=["numpy"], forbid=["imports"])
    assert verdict.checks[0].message == "math is imported on line 2; allowed: numpy."


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"forbid": ["loop"]}, "coding.forbid: loop: not known; did you mean loops?"),
        ({"imports": "numpy"}, "coding.imports: expected a list of words, got 'numpy'"),
    ],
)
def test_the_words_are_checked(table, problem):
    coding = {"function": "f", "parameters": ["y", "p"], "reference": "mse", **table}
    assert check_spec({"coding": coding}) == [problem]


def test_a_weight_of_rules_needs_rules():
    coding = {"function": "f", "parameters": ["y", "p"], "reference": "mse"}
    assert check_spec({"coding": coding, "weights": {"rules": 1}}) == [
        "weights.rules: expected coding.forbid to say what the rules are"
    ]
