"""What the catalogue says of every entry."""

import copy
import dataclasses
import doctest
import pickle

import numpy as np
import pytest

import lossref
from lossref import dialects, symbolic
from lossref.domains import DOMAINS
from lossref.properties import PROPERTIES
from tests.lossref.drawing import batch_of


def test_the_public_function_says_the_same(spec, rng):
    arguments = batch_of(spec, rng)
    function = getattr(lossref, spec.name)
    assert function(*arguments) == spec.value(*arguments)
    assert function(*arguments, reduction="sum") == spec.value(*arguments, reduction="sum")


def test_the_public_function_has_a_numpydoc_docstring_with_an_example(entry):
    function = getattr(lossref, entry.name)
    for section in ("Parameters", "Returns", "Raises", "References", "Examples"):
        assert f"\n    {section}\n    ---" in function.__doc__
    assert doctest.DocTestParser().get_examples(function.__doc__)


def test_an_entry_is_found_by_each_alias_and_survives_pickling(entry):
    for alias in entry.aliases:
        assert lossref.get(alias) is entry
    assert pickle.loads(pickle.dumps(entry)) is entry
    assert copy.deepcopy(entry) is entry


def test_an_entry_is_frozen(entry):
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.name = "other"
    with pytest.raises(TypeError):
        entry.conventions["reduction"] = ()


def test_metadata_is_complete(entry):
    assert entry.latex
    assert entry.summary.endswith(".")
    assert entry.references
    assert entry.properties <= PROPERTIES.keys()
    names = {p.name for p in entry.arrays}
    assert set(entry.slopes) <= names
    assert set(entry.curvatures) <= set(entry.slopes)
    assert set(entry.convex_in) <= names
    assert set(entry.told) <= names
    assert entry.bounds is None or entry.bounds[0] < entry.bounds[1]
    for parameter in entry.parameters:
        assert parameter.accepted_domain in DOMAINS or parameter.domain == "class_index"
        assert parameter.plausible[0] < parameter.plausible[1]
        assert parameter.default is None or parameter.role == "hyper"
        assert (parameter.shape == "scalar") or parameter.role != "hyper"


def test_symbolic_form_and_derivative_have_latex(symbolic_entry):
    term = symbolic.form(symbolic_entry.name)
    assert set(term.arguments) == {p.name for p in symbolic_entry.parameters}
    shown = term.latex()
    assert set("\\^|-+") & set(shown)
    if symbolic_entry.slopes:  # a step has none
        assert term.latex(symbolic_entry.argument(None).name) != shown


def test_other_libraries_give_the_same_where_their_conventions_are_named(entry, rng):
    # So many rows that each class is among the labels: scikit-learn counts the classes that it sees.
    arguments = dict(zip((p.name for p in entry.arrays), batch_of(entry, rng, rows=24), strict=True))
    for peer in entry.peers:
        drawn = dict(arguments)
        if peer.options.get("label_encoding") == "zero_one":
            drawn |= {p.name: (drawn[p.name] + 1) // 2 for p in entry.arrays if p.domain == "plus_minus_one"}
        given = {theirs: drawn[ours] for theirs, ours in peer.arguments.items() if ours in drawn}
        theirs = dialects.call(peer.api, **given, **peer.fixed)
        ours = entry.value(**drawn, **peer.options)
        np.testing.assert_allclose(theirs, ours, rtol=1e-6, atol=1e-8, err_msg=peer.api)
