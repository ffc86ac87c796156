"""Mutation testing: `python -m tests.lossref.mutation [MODULE …]` breaks one expression at a time and runs the tests.

A mutant that no test notices survives, and is printed with its line. Only the bodies of functions are mutated: what the
catalogue says in words is checked by `lossref.certify`.
"""

# ruff: noqa: T201 - it prints what survived

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Loaded once, before the forks: what takes long of all that the tests import, but not lossref itself.
import faker.contrib.pytest.plugin  # noqa: F401
import hypothesis  # noqa: F401
import numpy  # noqa: ICN001, F401
import pytest
import sympy  # noqa: F401

# Module → the entries that use it, as pytest's -k takes them.
_OF_LABELS = "cross_entropy or nll or poly or generalized or classification or divergence or convention"
MODULES = {
    "lossref._numerics": f"{_OF_LABELS} or sigmoid or soft or logsumexp or log_cosh or kl or js or tweedie or hinge or "
    "absolute or huber or quantile or activation or numerics or robust or residual or deviance",
    "lossref._reduction": "squared_error or cross_entropy or dice or convention",
    "lossref._sums": "totals or sums or convention or divergence or hinge or squared_error or huber or reductions",
    "lossref.classification.binary": _OF_LABELS,
    "lossref.classification.categorical": _OF_LABELS,
    "lossref.classification.sparse": _OF_LABELS,
    "lossref._bounds": "policy or policies or slope or corner or vae or divergence or bound",
    "lossref.divergence": "divergence or kl",
    "lossref.classification._shared": f"{_OF_LABELS} or ranking",
    "lossref.classification.costs": "cost or linear or layer",
    "lossref.classification.focal": "focal",
    "lossref.classification.layers": "linear or layer or adaptive or levels or rare_class",
    "lossref.classification.projections": "sparsemax",
    "lossref.classification.scores": "brier or zero_one or hamming or errors",
    "lossref.classification.variants": "poly or generalized or ranking or relevances",
    "lossref.classification.weighted": "weighted or label",
}
TESTS = (
    "tests/lossref/classification",
    "tests/lossref/test_divergence.py",
    "tests/lossref/test_sums.py",
    "tests/lossref/test_conventions.py",
    "tests/lossref/test_activations.py",
    "tests/lossref/regression",
    "tests/lossref/every/test_policies.py",
    "tests/lossref/every/test_gradients.py",
    "tests/lossref/every/test_reductions.py",
    "tests/lossref/every/test_totals.py",
    "tests/lossref/every/test_inputs.py",
    "tests/lossref/test_certify.py",
    "tests/lossref/every/test_coupled.py",
)
SECONDS = 120
_ALWAYS = ("-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_NAMES = {"minimum": "maximum", "maximum": "minimum", "log1p": "log", "expm1": "exp", "any": "all", "all": "any"}


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Yield line, description and tree of each mutant."""
    count = sum(1 for _ in _sites(tree))
    for index in range(count):
        mutant = copy.deepcopy(tree)
        node, field, position = next(site for i, site in enumerate(_sites(mutant)) if i == index)
        before = ast.unparse(node)
        _mutate(node, field, position)
        yield node.lineno, f"{before}  →  {ast.unparse(node)}", ast.fix_missing_locations(mutant)


def _sites(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int]]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        for statement in function.body:
            for node in ast.walk(statement):
                yield from _sites_of(node)


def _sites_of(node: ast.AST) -> Iterator[tuple[ast.AST, str, int]]:
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in _SWAPS:
        yield node, "op", 0
    elif isinstance(node, ast.Compare):
        yield from ((node, "ops", i) for i, op in enumerate(node.ops) if type(op) in _SWAPS)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield node, "operand", 0
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield node, "value", 0
    elif isinstance(node, ast.Attribute) and node.attr in _NAMES:
        yield node, "attr", 0


def _mutate(node: ast.AST, field: str, position: int) -> None:
    match node, field:
        case ast.Compare(ops=ops), _:
            ops[position] = _SWAPS[type(ops[position])]()
        case ast.UnaryOp(), _:
            node.op = ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not()
            if isinstance(node.op, ast.Not):
                node.operand = ast.UnaryOp(ast.Not(), node.operand)
        case ast.Constant(value=bool(value)), _:
            node.value = not value
        case ast.Constant(value=value), _:
            node.value = value + 1
        case ast.Attribute(attr=attr), _:
            node.attr = _NAMES[attr]
        case _, "op":
            node.op = _SWAPS[type(node.op)]()


class _Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module from a tree in place of its file."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=self.path)

    def exec_module(self, module) -> None:
        exec(compile(self.tree, self.path, "exec"), module.__dict__)


def survives(name: str, path: str, tree: ast.Module) -> bool:
    """Whether all tests pass with the mutant in place of the module; in a process of its own."""
    child = os.fork()
    if child == 0:
        os._exit(_tested(name, path, tree))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _tested(name: str, path: str, tree: ast.Module) -> int:
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # a mutant that never ends is noticed; a busy machine is not
    sys.meta_path.insert(0, _Loader(name, path, tree))
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    with contextlib.redirect_stdout(io.StringIO()):
        chosen = ["-k", MODULES[name]] if name in MODULES else []
        return int(pytest.main([*_ALWAYS, *chosen, *TESTS]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=list(MODULES))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    killed = total = 0
    for name in options.modules:
        path = str(Path(*name.split(".")).with_suffix(".py"))
        tree = ast.parse(Path(path).read_text())
        if not survives(name, path, tree):
            print(f"{path}: the tests fail without a mutation", file=sys.stderr)
            return 1
        found = list(mutants(tree))
        with ThreadPoolExecutor(options.jobs) as pool:
            alive = list(pool.map(lambda mutant, name=name, path=path: survives(name, path, mutant[2]), found))
        for (line, what, _), survived in zip(found, alive, strict=True):
            if survived:
                print(f"  survived {path}:{line}: {what}", flush=True)
        killed, total = killed + alive.count(False), total + len(alive)
        print(f"{path}: {alive.count(False)} of {len(alive)} killed", flush=True)
    print(f"killed {killed} of {total}: {killed / max(total, 1):.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
