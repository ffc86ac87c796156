import time

import pytest
from hypothesis import given, settings
from math_core import LatexToMathML

from grader.algebra import parse, preview, to_latex
from grader.algebra.printing import to_text
from grader.algebra.tree import MAX_TOKENS, measure
from tests.grader.algebra.strategies import SYMBOLS, trees

VARIABLES = {"z": "real", "y": "{0,1}", "n": "integer[1,5]", "x": "real[n]", "lam": "positive"}


@settings(deadline=None, max_examples=300)
@given(trees())
def test_a_tree_printed_as_latex_reads_back_to_itself(tree):
    text = to_latex(tree)
    if len(text) < 1900 and measure(tree)[0] * 4 < MAX_TOKENS:
        assert parse(text, SYMBOLS, "latex") == tree


@settings(deadline=None, max_examples=300)
@given(trees())
def test_a_tree_printed_as_calculator_text_reads_back_to_itself(tree):
    text = to_text(tree)
    if len(text) < 1900 and measure(tree)[0] * 4 < MAX_TOKENS:
        assert parse(text, SYMBOLS) == tree


@settings(deadline=None, max_examples=100)
@given(trees())
def test_every_printed_tree_becomes_mathml(tree):
    assert "<math" in LatexToMathML().convert_with_local_state(to_latex(tree), displaystyle=True)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2z y", r"2 \cdot z \cdot y"),
        ("-z^2", r"-z^{2}"),
        ("(-z)^2", r"\left(-z\right)^{2}"),
        ("z/y/2", r"\frac{\frac{z}{y}}{2}"),
        ("2^3^2", r"2^{3^{2}}"),
        ("sum(x[i]*z, i, 1, n)", r"\sum_{i = 1}^{n} \left(x_{i} \cdot z\right)"),
        ("if(z>0, 1, y)", r"\begin{cases} 1 & \text{if } z > 0 \\ y & \text{otherwise} \end{cases}"),
        ("dL/dz = sigma(z)-y", r"\sigma\left(z\right) - y"),
    ],
)
def test_the_preview_shows_every_product_and_bracket(typed, shown):
    assert preview(typed, VARIABLES).latex == shown


def test_a_preview_of_a_typical_answer_takes_a_few_milliseconds():
    typed = "-(y/sigma(z) - (1-y)/(1-sigma(z)))*sigma(z)*(1-sigma(z))"
    preview(typed, VARIABLES)
    started = time.process_time()
    for _ in range(20):
        preview(typed, VARIABLES)
    assert (time.process_time() - started) / 20 < 0.005
