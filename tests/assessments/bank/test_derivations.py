"""The preview of a derivation: every line typeset or told where it cannot be read."""

import time

import pytest

from assessments.bank import derivations
from assessments.bank.models import GradingSpec, Variant
from assessments.bank.palette import keys_of

LOGIT = {
    "variables": {"z": "real", "y": "{0,1}"},
    "loss": "softplus(z)-y*z",
    "wrt": "z",
    "reference": "sigma(z)-y",
    "steps": True,
}


def shown(text, table):
    return derivations.read_back(
        text=text, variant=Variant(parameters={}), spec=GradingSpec(spec={"derivation": table})
    )


def test_lines_keep_their_numbers_and_say_what_they_are():
    lines = shown("loss: softplus(z)-y*z\n\nlet s = sigma(z)\ndL/dz = s-y", LOGIT)
    assert [(line.number, line.role) for line in lines] == [(1, "loss"), (3, "let"), (4, "gradient")]
    assert all(line.math for line in lines)
    assert "<mi>s</mi><mo>=</mo>" in str(lines[1].math)


def test_a_line_that_cannot_be_read_hides_no_other():
    lines = shown("loss: softplus(z)\ngradient: sigma(q)\nslope: 2\ngradient: sigma(z)", LOGIT)
    assert [bool(line.math) for line in lines] == [True, False, False, True]
    assert "'q' is not a name" in lines[1].message
    assert lines[1].caret.split("\n")[1].index("^") == "gradient: sigma(q)".index("q")
    assert "'slope' is not a role" in lines[2].message


def test_a_defined_name_is_known_to_the_lines_below_it_only():
    lines = shown("loss: s\nlet s = sigma(z)\nloss: s", LOGIT)
    assert [bool(line.math) for line in lines] == [False, True, True]


def test_more_lines_than_a_derivation_has_are_refused_once():
    lines = shown("\n".join(["loss: z"] * 90), LOGIT)
    assert len(lines) == 41
    assert "at most 40 lines" in lines[-1].message


def test_arrays_are_typeset_with_their_own_signs():
    table = {
        "mode": "vector",
        "variables": {"n": "integer[2,3]", "d": "integer[1,2]", "X": "real[n,d]", "w": "real[d]"},
        "reference": "X'*(X*w)",
    }
    (line,) = shown("X'*((X*w).*(X*w).^2)/n", table)
    assert "⊤" in str(line.math)
    assert "⊙" in str(line.math)


@pytest.mark.parametrize("text", ["loss: " + "(" * 3000, "let " * 500, ":" * 5000, "loss: z\n" * 5000, "\ud800: z"])
def test_hostile_lines_cost_little(text):
    started = time.process_time()
    assert all(line.message or line.math for line in shown(text, LOGIT))
    assert time.process_time() - started < 1.0


def test_the_palette_has_the_question_s_names_first_and_sums_only_for_arrays():
    labels = [key.label for key in keys_of(LOGIT, "calculator")]
    assert labels[:3] == ["z", "y", "a/b"]
    assert "Σ" not in labels
    arrays = {"variables": {"n": "integer[1,4]", "x": "real[n]"}, "definitions": {"p[i]": "x[i]"}}
    keys = {key.label: key for key in keys_of(arrays, "calculator")}
    assert keys["x[ ]"].insert == "x[]"
    assert "p[ ]" in keys
    assert "Σ" in keys
    assert "Aᵀ" in [key.label for key in keys_of({**arrays, "mode": "vector"}, "calculator")]


@pytest.mark.parametrize("syntax", ["calculator", "latex"])
def test_every_key_puts_the_caret_inside_what_it_types(syntax):
    for key in keys_of({"variables": {"n": "integer[1,4]", "x": "real[n]", "w": "real"}}, syntax):
        assert 0 <= key.back < len(key.insert) or key.back == 0
        assert key.insert[len(key.insert) - key.back :][:1] in {"", ")", "}", "]", ",", "|", "\\"}
