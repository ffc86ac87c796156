"""One parametrised suite over the catalogue: a new entry is tested by being there."""

import os

import numpy as np
import pytest

import lossref

# Read when sympy is imported: its own thousand forget the derivatives of one entry before the next test asks again.
os.environ.setdefault("SYMPY_CACHE_SIZE", "100000")

ENTRIES = [lossref.get(name) for name in lossref.names()]
VALUES = [entry for entry in ENTRIES if entry.gives == "value"]
CHOICES = {
    "entry": ENTRIES,
    # A term depends on one element or row, and the mean is over terms (a penalty is a sum).
    "spec": [entry for entry in VALUES if not entry.coupled and entry.conventions["reduction"][0] == "mean"],
    "coupled": [entry for entry in VALUES if entry.coupled],
    # Where there is one term of a whole batch, weights are those of elements (test_conventions.py).
    "coupled_terms": [entry for entry in VALUES if entry.coupled and not entry.shared],
    "symbolic_entry": [entry for entry in ENTRIES if entry.has_symbolic_form],
}


def pytest_generate_tests(metafunc):
    for name in CHOICES.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(name, CHOICES[name], ids=lambda entry: entry.name)


@pytest.fixture
def rng():
    return np.random.default_rng(20240517)
