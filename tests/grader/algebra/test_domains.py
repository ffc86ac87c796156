from fractions import Fraction

import pytest

from grader.algebra.domains import DomainError, read_domain
from grader.algebra.problem import Problem


@pytest.mark.parametrize(
    ("text", "kind", "sizes"),
    [
        ("real", "real", ()),
        ("(0,1)", "interval", ()),
        ("( -1/2 , 3 )", "interval", ()),
        ("(2,inf)", "interval", ()),
        ("positive[n]", "interval", ("n",)),
        ("{0,1}[m]", "finite", ("m",)),
        ("(0,1)[n]", "interval", ("n",)),
        ("real[n,d]", "real", ("n", "d")),
        ("integer[1,K]", "integer", ()),
        ("onehot[K]", "onehot", ("K",)),
        ("onehotrows[n,K]", "onehotrows", ("n", "K")),
        ("simplex[3]", "simplex", ("3",)),
        ("(-inf,inf)", "real", ()),
    ],
)
def test_domains_are_read(text, kind, sizes):
    domain = read_domain(text)
    assert (domain.kind, domain.sizes) == (kind, sizes)


def test_the_ends_of_an_interval_are_exact():
    domain = read_domain("(-1/2,0.3)")
    assert (domain.low, domain.high) == (Fraction(-1, 2), Fraction(3, 10))


@pytest.mark.parametrize("text", ["", "reel", "(1,0)", "(1,1)", "{}", "{a}", "onehot", "onehot[n,K]", "[0,1]", "(0)"])
def test_what_is_no_domain_is_refused(text):
    with pytest.raises(DomainError):
        read_domain(text)


def test_dependent_integers_are_enumerated_together():
    problem = Problem({"K": "integer[2,3]", "k": "integer[1,K]", "z": "real[K]"})
    cases = list(problem.cases(problem.read("z[k]")))
    assert [(case.integers["K"], case.integers["k"]) for case in cases] == [(2, 1), (2, 2), (3, 1), (3, 2), (3, 3)]
    assert [len(case.space.domains) for case in cases] == [2, 2, 3, 3, 3]


def test_one_hot_entries_have_as_many_joint_values_as_entries():
    problem = Problem({"K": "integer[3,3]", "y": "onehot[K]"})
    (case,) = problem.cases(problem.read("y[1]+y[2]"))
    (choice,) = case.choices
    assert [list(map(int, values.values())) for values in choice.alternatives] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_bounds_in_a_circle_are_the_authors_mistake():
    problem = Problem({"a": "integer[1,b]", "b": "integer[1,a]", "x": "real[a]"})
    with pytest.raises(DomainError, match="circle"):
        list(problem.cases(problem.read("x[1]")))
