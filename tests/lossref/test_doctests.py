"""The examples of the docstrings, run as written."""

import doctest
import importlib
import pkgutil

import pytest

import lossref

MODULES = sorted(
    module.name for module in pkgutil.walk_packages(lossref.__path__, "lossref.") if "__main__" not in module.name
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
