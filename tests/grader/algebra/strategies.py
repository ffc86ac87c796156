"""Random trees as a candidate could type them."""

from fractions import Fraction

from hypothesis import strategies as st

from grader.algebra.tree import Symbols

SYMBOLS = Symbols({"z": 0, "y": 0, "lam": 0, "w1": 0, "n": 0, "x": 1, "A": 2})
ONE_ARGUMENT = ["exp", "log", "sqrt", "abs", "sign", "sigma", "tanh", "softplus", "log1p", "factorial", "asin", "erf"]

numbers = st.one_of(
    st.integers(0, 10**6).map(Fraction),
    st.integers(0, 10**6).map(lambda numerator: Fraction(numerator, 1000)),
)


def index_names(bound):
    return st.one_of(st.integers(1, 9).map(lambda k: ("num", Fraction(k))), st.sampled_from([*bound, "n"]).map(_name))


def _name(name):
    return ("var", name)


def leaves(bound):
    entry = index_names(bound)
    return st.one_of(
        numbers.map(lambda value: ("num", value)),
        st.sampled_from(["z", "y", "lam", "w1", "n", *bound]).map(_name),
        st.sampled_from(["e", "pi"]).map(lambda name: ("const", name)),
        st.tuples(st.just("idx"), st.just("x"), st.tuples(entry)),
        st.tuples(st.just("idx"), st.just("A"), st.tuples(entry, entry)),
    )


def _power(left, right):
    # e^x is read as exp(x), so no tree has the constant e below a power.
    return ("call", "exp", (right,)) if left == ("const", "e") else ("op", "^", left, right)


def conditions(inner):
    compared = st.tuples(st.just("op"), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner, inner)
    return st.one_of(compared, st.tuples(st.just("op"), st.sampled_from(["and", "or"]), compared, compared))


def trees(bound=()):
    bound = list(bound)
    return st.recursive(leaves(bound), _grown, max_leaves=12)


def _grown(inner):
    return st.one_of(
        st.tuples(st.just("neg"), inner),
        st.tuples(st.just("op"), st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(_power, inner, inner),
        st.tuples(st.just("call"), st.sampled_from(ONE_ARGUMENT), st.tuples(inner)),
        st.tuples(st.just("call"), st.sampled_from(["max", "min", "log", "root"]), st.tuples(inner, inner)),
        st.tuples(st.just("call"), st.just("ind"), st.tuples(conditions(inner))),
        st.tuples(st.just("call"), st.just("if"), st.tuples(conditions(inner), inner, inner)),
        st.tuples(st.just("bind"), st.sampled_from(["sum", "prod"]), inner, st.just("i"), inner, inner),
    )
