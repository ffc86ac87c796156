from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.algebra import ParseError, Symbols, parse
from grader.algebra.left_side import check_left_side
from grader.algebra.printing import to_text

SYMBOLS = Symbols(
    {"z": 0, "y": 0, "p": 0, "w": 0, "lam": 0, "n": 0, "K": 0, "x": 1, "W": 2, "y1": 0},
    {r"\hat{y}": "p", r"\tau": "z", r"h_\theta": "p", "x_i1": "x[i]"},
    sizes={"x": ("n",), "W": ("n", "K")},
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("-z^2", "-(z^2)"),
        ("2^3^2", "2^(3^2)"),
        ("z**2", "z^2"),
        ("2z y", "2*z*y"),
        ("z(y+1)", "z*(y+1)"),
        ("zy", "z*y"),
        ("|z|y", "abs(z)*y"),
        ("||z|-1|", "abs(abs(z)-1)"),
        ("z²", "z^2"),
        ("z − y", "z-y"),
        ("z × y · 2", "z*y*2"),
        ("σ(z)", "sigma(z)"),
        ("sigmoid(z) + ln(p)", "sigma(z)+log(p)"),
        ("sin^2(z)", "sin(z)^2"),
        ("e^-z", "exp(-z)"),
        (".5z", "0.5*z"),
        ("y*-z", "y*(-z)"),
        ("z!", "factorial(z)"),
        ("1[z<0]*y", "ind(z<0)*y"),
        ("(z>0)*y", "ind(z>0)*y"),
        ("where(z=0, 1, 2)", "if(z==0, 1, 2)"),
        ("1/n sum(x[i], i, 1, n)", "1/n*sum(x[i], i, 1, n)"),
        ("½(z-y)²", "0.5*(z-y)^2"),
        ("z²³", "z^23"),
        ("z⁻¹", "z^-1"),
        ("√(z²+1)", "sqrt(z^2+1)"),
        ("∑(x[i], i, 1, n)", "sum(x[i], i, 1, n)"),
        ("λ z", "lam*z"),
        ("y₁ − y_1", "y1-y1"),
        ("wy1z", "w*y1*z"),
        ("ylog(p)+zexp(-z)", "y*log(p)+z*exp(-z)"),
        ("log2(z)+log_10(z)", "log(z,2)+log(z,10)"),
        ("expit(z)", "sigma(z)"),
        ("x_2 + sum(x_i, i, 1, n)", "x[2]+sum(x[i], i, 1, n)"),
        ("W_12", "W[1,2]"),
        ("sum(W[1,k], k)", "sum(W[1,k], k, 1, K)"),
        ("softmax(x)[n]", "exp(x[n])/sum(exp(x[j]), j, 1, n)"),
        ("softmax(x)_1", "exp(x[1])/sum(exp(x[j]), j, 1, n)"),
        ("logsumexp(x)", "log(sum(exp(x[j]), j, 1, n))"),
        ("(1-z)_+^2 + [z-1]_+", "relu(1-z)^2+relu(z-1)"),
        ("2[z-y]", "2*(z-y)"),
        ("𝟙[y=1]*z", "ind(y==1)*z"),
        ("I(y==1)", "ind(y==1)"),
        ("[z>0]", "ind(z>0)"),
        ("0<z<=1", "ind(0<z and z<=1)"),
        (r"\frac{1}{1+e^{-z}} - y", "1/(1+exp(-z))-y"),
        ("logit(p) - logsumexp(z, y)", "(-log(1/p-1))-log(exp(z)+exp(y))"),
        ("norm(x)^2 + ||x|| + norm1(x)", "sqrt(sum(x[j]^2,j,1,n))^2+sqrt(sum(x[j]^2,j,1,n))+sum(abs(x[j]),j,1,n)"),
        ("norm(z-y)", "abs(z-y)"),
        ("norm(W)", "sqrt(sum(sum(W[j,i]^2,j,1,n),i,1,K))"),
        ("(z-y)^2\n  + z", "(z-y)^2+z"),
    ],
)
def test_calculator_text_is_read_as_meant(typed, meant):
    assert parse(typed, SYMBOLS) == parse(meant, SYMBOLS)


@pytest.mark.parametrize(
    "left",
    [
        "dL/dz",
        "dL/dz :",
        "∂L/∂z",
        "d/dz L",
        "d/dz (z-y)^2",
        "dL/dz(z)",
        "d²L/dz²",
        "d^2L/dz^2",
        "L",
        "L(z)",
        "L'",
        "L''(z)",
        "∇L",
        "∇_z L",
        "p*",
        r"\frac{dL}{dz}",
        r"\frac{\partial^2\mathcal{L}}{\partial z^2}",
        r"\frac{\mathrm{d}}{\mathrm{d}z}L(z)",
        r"\frac{\partial L}{\partial z} &",
        r"\nabla_{z}\ell",
        r"\hat{p}^\star",
    ],
)
def test_the_name_before_the_equals_sign_is_dropped(left):
    assert parse(f"{left}= z-y", SYMBOLS) == parse("z-y", SYMBOLS)


@pytest.mark.parametrize("typed", ["z-y = 0", "z-y = dL/dz", "sigma(z) = y", "= z = y", "z = ", "2z = y"])
def test_an_equation_that_names_nothing_is_refused(typed):
    with pytest.raises(ParseError):
        parse(typed, SYMBOLS)


@pytest.mark.parametrize(
    ("left", "wrt", "latex"),
    [
        ("dL/dv_k", "v[k]", {}),
        (r"\frac{\partial L}{\partial \hat y}", "p", {r"\hat{y}": "p"}),
        (r"\frac{\partial L}{\partial\lambda}", "lam", {}),
        ("∂L/∂θ", "theta", {}),
        (r"\nabla_\theta L", "theta", {}),
        ("d/dz (z-y)^2", "z", {}),
        ("L'(z)", "z", {}),
    ],
)
def test_the_variable_on_the_left_may_be_spelled_as_it_is_written(left, wrt, latex):
    check_left_side(f"{left} = 1", wrt, latex)
    with pytest.raises(ParseError, match="derivative by u"):
        check_left_side("dL/dz = 1", "u", latex)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("y ln p", "ln(p)"),
        ("exp -z", "exp(-z)"),
        ("sin 2z+1", "sin(2 z)"),
        ("if z>0 then 1", "if(z > 0, a, b)"),
        ("np.exp(z)", "without np"),
        ("lg(z)", "log(x, 10) or log(x, 2)"),
        ("z^T*y", "leave ^T out"),
        ("sigma'(z)", "derivative out"),
        ("max{0,z}", "round brackets"),
        ("z–y", "looks like '-'"),
        ("softmax(x)", "softmax(x)[k]"),
        ("x_i", "sum(x[i], i, 1, n)"),
    ],
)
def test_a_refusal_says_what_to_write(typed, hint):
    with pytest.raises(ParseError) as caught:
        parse(typed, SYMBOLS)
    assert hint in caught.value.sentence()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (r"\frac12", "1/2"),
        (r"\frac{z-y}{p(1-p)}", "(z-y)/(p*(1-p))"),
        (r"\dfrac{1}{1+e^{-z}}", "1/(1+exp(-z))"),
        (r"\sqrt3", "sqrt(3)"),
        (r"\sqrt[3]{z}", "root(z,3)"),
        (r"\left|z\right|", "abs(z)"),
        (r"\log 2z", "log(2*z)"),
        (r"\log\frac{z}{y}", "log(z/y)"),
        (r"y\log(p)", "y*log(p)"),
        (r"\sigma(z)(1-\sigma(z))", "sigma(z)*(1-sigma(z))"),
        (r"\hat{y}-\hat y", "p-p"),
        (r"h_\theta", "p"),
        (r"\tau^{2}", "z^2"),
        (r"\lambda z", "lam*z"),
        (r"y_1+y_{1}", "y1+y1"),
        (r"\sum_{i=1}^{n} x_i z + y", "sum(x[i]*z, i, 1, n)+y"),
        (r"\sum_{i=1}^n x^{(i)}", "sum(x[i], i, 1, n)"),
        (r"\sum_{i=1}^n x_{i1}", "sum(x[i], i, 1, n)"),
        (r"\sum_{j=1}^{K} x_j \delta_{j1}", "sum(x[j]*ind(j==1), j, 1, K)"),
        (r"W_{12}+W_{1,2}", "W[1,2]+W[1,2]"),
        (r"\mathbf{1}\left[z<y\right]", "ind(z<y)"),
        (r"\mathbb{1}\{z \ge 0\}", "ind(z>=0)"),
        (r"\operatorname{sign}(z)", "sign(z)"),
        (r"\begin{cases} 0 & \text{if } z\le 1 \\ -y & \text{otherwise}\end{cases}", "if(z<=1, 0, -y)"),
        (r"1_{z>0}+\mathbf 1_{z>0}", "ind(z>0)+ind(z>0)"),
        (r"\mathbf{1}[z>0, y>0]", "ind(z>0 and y>0)"),
        (r"\llbracket z>0 \wedge y>0\rrbracket", "ind(z>0 and y>0)"),
        (r"(1-z)^+", "relu(1-z)"),
        (r"\mathrm{softmax}(x)_n", "exp(x[n])/sum(exp(x[j]), j, 1, n)"),
        (r"\operatorname{softmax}_{1}(x)", "exp(x[1])/sum(exp(x[j]), j, 1, n)"),
        (r"\sum_{j \ne 1} x_j", "sum(if(j != 1, x[j], 0), j, 1, n)"),
        (r"\operatorname*{max}(0,z)", "max(0,z)"),
        (r"\boxed{p-y}", "p-y"),
        (r"z²·y", "z^2*y"),
        (r"\cos^2 z", "cos(z)^2"),
        (r"\log_2(z)", "log(z, 2)"),
        (r"\log n!", "log(factorial(n))"),
        (r"\tanh^{-1}(z)", "atanh(z)"),
        (r"[1-yz]_+^2", "relu(1-y*z)^2"),
        (r"-y\mathbf{1}_{\{yz<1\}}", "-y*ind(y*z<1)"),
        (r"\mathbb{I}(z<0)", "ind(z<0)"),
        (r"\sum\limits_{i=1}^{n}x_i", "sum(x[i], i, 1, n)"),
        (r"\sum_i x_i z", "sum(x[i]*z, i, 1, n)"),
        (r"\sum_{j} W_{1,j}", "sum(W[1,j], j, 1, K)"),
        (r"$\mathrm{ReLU}(z)$", "relu(z)"),
        (r"\vert z\vert", "abs(z)"),
        (
            r"\begin{cases} z^2, & \text{if } -y\le z\leqslant y,\\ y, & \text{otherwise.}\end{cases}",
            "if(-y<=z<=y, z^2, y)",
        ),
        (r"\begin{cases} 1 & z>0 \\ 2 & z<0 \end{cases}", "if(z>0, 1, if(z<0, 2, 1/0))"),
        (r"\left\{\begin{array}{ll} 1 & z>0 \\ 2 & \text{else}\end{array}\right.", "if(z>0, 1, 2)"),
        (
            r"\begin{cases} z, & y=1, \\ p, & y=0,\ z<p \text{ and } z>1, \\ 0, & \text{otherwise} \end{cases}",
            "if(y==1, z, if(y==0 and (z<p and z>1), p, 0))",
        ),
        (r"\lVert x\rVert_2^2+\|x\|_1", "sqrt(sum(x[j]^2,j,1,n))^2+sum(abs(x[j]),j,1,n)"),
        (r"\exp(-\|z-y\|^2)", "exp(-abs(z-y)^2)"),
        (r"\binom{n}{2}+\binom n2", "binomial(n,2)+binomial(n,2)"),
        (r"\sigma(w^{\top}z)+w^\top z", "sigma(w*z)+w*z"),
        (r"\[ z-y. \]", "z-y"),
        (r"\ln\left|z-y\right|+\log|z|^2-\tanh\lvert y\rvert z", "log(abs(z-y))+log(abs(z)^2)-tanh(abs(y))*z"),
        (r"|z-\log|y||", "abs(z-log(abs(y)))"),
        (r"z_+^2+y_{+}", "relu(z)^2+relu(y)"),
        (r"-\operatorname{logit} p", "-(-log(1/p-1))"),
        (r"\begin{aligned} L'(z) &= z-y \\ \end{aligned}", "z-y"),
        (r"$\begin{cases} 0 & z\le 1 \\ -y & \text{else}\end{cases}$.", "if(z<=1, 0, -y)"),
        (r"\frac{\partial L}{\partial \hat y}=\hat y-y", "p-y"),
    ],
)
def test_latex_gives_the_same_tree_as_calculator_text(typed, meant):
    assert parse(typed, SYMBOLS, "latex") == parse(meant, Symbols(SYMBOLS.arity))


@pytest.mark.parametrize(
    ("typed", "code", "position", "words"),
    [
        ("1/2z", "ambiguous", 1, "(a/b)*c"),
        ("2e-3", "ambiguous", 0, "power of ten"),
        ("e^-zy", "ambiguous", 3, "exponent"),
        ("z 2", "product", 2, "Write *"),
        ("sigmod(z)", "name", 0, "'sigmoid'"),
        ("Z+1", "name", 0, "'z'"),
        ("z+exp", "function", 2, "exp(…)"),
        ("x+1", "index", 0, "x[1]"),
        ("x[1,2]", "index", 0, "1 index, not 2"),
        ("z[1]", "index", 0, "no index"),
        ("sum(i,i,1,3)+i", "index", 4, "inside its sum"),
        ("sum(y,y,1,3)", "index", 6, "another letter"),
        ("(z", "bracket", 0, "never closed"),
        ("z)", "bracket", 1, "closes nothing"),
        ("z+", "end", 2, "too early"),
        ("z+*y", "syntax", 2, "'*'"),
        ("if(z,1,2)", "condition", 0, "x > 0"),
        ("max(z)", "arguments", 0, "2 to 20"),
        ("z = y = 1", "equals", 6, "Only one"),
        ("z//y", "operator", 1, "quotient"),
        ("z.subs(z,0)", "character", 1, "'.'"),
        ("sigma(𝑧)", "character", 6, "MATHEMATICAL ITALIC SMALL Z"),
        ("zа", "character", 1, "U+0430 CYRILLIC SMALL LETTER A"),
        ("z\u200b-y", "character", 1, "ZERO WIDTH SPACE"),
        ("", "empty", 0, "no expression"),
        ("0.5.3", "number", 3, "decimal point"),
        ("X'*z", "vector", 1, "vectors"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(typed, code, position, words):
    symbols = Symbols({**SYMBOLS.arity, "X": 0}) if typed.startswith("X") else SYMBOLS
    with pytest.raises(ParseError) as caught:
        parse(typed, symbols)
    assert (caught.value.code, caught.value.position) == (code, position)
    assert words in caught.value.sentence() or words in caught.value.message


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (r"\def\x{1}", r"\def"),
        (r"\input{secret}", r"\input"),
        (r"\href{x}{y}", r"\href"),
        (r"\log z y", "where the argument ends"),
        (r"\sum_i z", "both ends"),
        (r"\begin{matrix}1\end{matrix}", "cases"),
        (r"\begin{cases} 1 \\ 2 & z<0 \end{cases}", "otherwise"),
        (r"z.y", "'.' has no meaning"),
        (r"\frac{1", "expected"),
        ("}", "closes nothing"),
        (r"z^-1", "braces"),
    ],
)
def test_latex_outside_the_subset_is_refused_by_name(typed, words):
    with pytest.raises(ParseError) as caught:
        parse(typed, SYMBOLS, "latex")
    assert words in caught.value.sentence()


NUMBERED = Symbols(
    {"a1": 0, "a2": 0, "a3": 0, "q_1": 0, "q_2": 0, "z": 0, "b": 1, "b1": 0, "b2": 0}, sizes={"b": ("n",)}
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sum(a_i*z, i, 1, 3)", "a1*z+a2*z+a3*z"),
        ("prod(a[i], i)", "a1*a2*a3"),
        ("sum(a[i]*q_i, i, 1, 2)", "a1*q_1+a2*q_2"),
        (r"\sum_{i=1}^{2}\sum_{j=1}^{2} a_i q_j", "a1*q_1+a1*q_2+(a2*q_1+a2*q_2)"),
        (r"\sum_{k} a_k\mathbf{1}[k=2]", "a1*ind(1==2)+a2*ind(2==2)+a3*ind(3==2)"),
        (r"\log\sum_{j=1}^3 e^{a_j}", "log(exp(a1)+exp(a2)+exp(a3))"),
        (r"\operatorname{softmax}(a)_2", "exp(a2)/(exp(a1)+exp(a2)+exp(a3))"),
        ("||a||+a[3]", "sqrt(a1^2+a2^2+a3^2)+a3"),
    ],
)
def test_numbers_declared_one_by_one_are_spoken_of_by_index(typed, meant):
    assert parse(typed, NUMBERED) == parse(meant, NUMBERED)


@pytest.mark.parametrize(
    "typed",
    [
        "sum(a_i, i, 1, 4)",  # there is no a4
        "sum(a_i, i, 0, 3)",
        "a_i",
        "sum(a_i, z, 1, 3)",
        "sum(a_i, i, 1, z)",
        "sum(b_i, i, 1, 2)+sum(a_b, b, 1, 2)",
    ],
)
def test_an_index_that_counts_nothing_declared_is_refused(typed):
    with pytest.raises(ParseError):
        parse(typed, NUMBERED)


@pytest.mark.parametrize("typed", ["z-y\nz", "z\n\ny", r"\begin{aligned} z &= y \\ &= p \end{aligned}"])
def test_several_lines_are_no_product(typed):
    with pytest.raises(ParseError, match="this has lines"):
        parse(typed, SYMBOLS)


def test_the_caret_stands_below_the_offending_character():
    with pytest.raises(ParseError) as caught:
        parse("sigma(z) - yy2", SYMBOLS)
    window, caret = caught.value.caret("sigma(z) - yy2").split("\n")
    assert window[caret.index("^") :] == "yy2"


def test_the_caret_follows_into_the_middle_of_a_long_text():
    text = "z+" * 200 + "#" + "+z" * 200
    with pytest.raises(ParseError) as caught:
        parse(text, SYMBOLS)
    window, caret = caught.value.caret(text).split("\n")
    assert window[caret.index("^")] == "#"
    assert len(window) < 100


def test_decimals_are_exact():
    assert parse("0.1", SYMBOLS) == ("num", Fraction(1, 10))


@settings(deadline=None, max_examples=400)
@given(st.text(alphabet="zyx[](),|+-*/^=<>!.123 eσ_{}\\'", max_size=40))
def test_any_text_is_read_or_refused_and_what_is_read_prints_back(text):
    try:
        tree = parse(text, SYMBOLS)
    except ParseError as error:
        refused = error
    else:
        assert parse(to_text(tree), SYMBOLS) == tree
        return
    assert 0 <= refused.position <= len(text)
    assert refused.caret(text).endswith("^")


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=r"zyx_^{}()[]|\+-=1& ", max_size=40).map(lambda s: s.replace("\\", "\\frac")))
def test_any_latex_is_read_or_refused(text):
    try:
        tree = parse(text, SYMBOLS, "latex")
    except ParseError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017
    else:
        assert parse(to_text(tree), SYMBOLS) == tree
