"""One-way imports: the rules stand in pyproject.toml under [tool.importlinter] and are run here by plain pytest."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).parents[2]


def imported_roots(path: Path) -> set[str]:
    """Top-level names that the file imports, at its head or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_every_import_rule_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert cli.lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True) == cli.EXIT_STATUS_SUCCESS, (
        "an import goes the wrong way: the table above names it; the rules stand in pyproject.toml"
    )


def test_lossref_needs_numpy_sympy_mpmath_and_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"lossref", "numpy", "sympy", "mpmath"}
    foreign = {path.name: imported_roots(path) - allowed for path in ROOT.glob("lossref/**/*.py")}
    assert {name: roots for name, roots in foreign.items() if roots} == {}


def test_nothing_in_the_product_imports_the_tests() -> None:
    product = [path for package in ("assessments", "grader", "lossref") for path in ROOT.glob(f"{package}/**/*.py")]
    assert [path.name for path in product if "tests" in imported_roots(path)] == []
