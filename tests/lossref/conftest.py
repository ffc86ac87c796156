"""One parametrised suite over the catalogue: a new entry is tested by being there."""

import numpy as np
import pytest

import lossref


def pytest_generate_tests(metafunc):
    if "spec" in metafunc.fixturenames:
        metafunc.parametrize("spec", [lossref.get(name) for name in lossref.names()], ids=lambda spec: spec.name)


@pytest.fixture
def rng():
    return np.random.default_rng(20240517)
