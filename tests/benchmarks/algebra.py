"""Time our check of a pair against sympy.simplify(a - b), and math-verify where it is installed, in one run.

    python -m tests.benchmarks.algebra [PAIRS] [--every N]    # JSON lines of variables, reference, answer, or gzipped

Without a path, the pairs are the tests' own derivations. Each tool is called on each pair in turn, `REPEATS` times, and
its fastest call counts. sympy gets the pair of one size, where we decide all sizes; both get LIMIT seconds.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import importlib.util
import json
import signal
import statistics
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import sympy

from grader.algebra.budget import Budget
from grader.algebra.domains import Domain
from grader.algebra.printing import to_latex
from grader.algebra.problem import Problem
from grader.algebra.service import answer
from grader.algebra.tree import Node

REPEATS = 3
LIMIT = 5.0
OWN = Path(__file__).parents[1] / "grader" / "algebra" / "derivations.toml"
Pair = Mapping[str, Any]
Decide = Callable[[Pair], bool | None]


class _TooLongError(Exception):
    pass


def pairs(path: Path | None) -> list[Pair]:
    """Read the pairs that are decided as true or false."""
    if path is None:
        return own_pairs()
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        found = [json.loads(line) for line in lines]
    return [pair for pair in found if isinstance(pair.get("equivalent"), bool)]


def own_pairs() -> list[Pair]:
    found: list[Pair] = []
    for task in tomllib.loads(OWN.read_text("utf-8"))["derivation"]:
        declared = {key: task[key] for key in ("variables", "definitions", "reference") if key in task}
        found += [{**declared, "answer": text, "equivalent": True} for text in task["right"]]
        found += [{**declared, "answer": text, "equivalent": False} for text in task["wrong"]]
    return found


def ours(pair: Pair) -> bool | None:
    decided = answer(pair)["equivalent"]
    return decided if isinstance(decided, bool) else None


def by_sympy(pair: Pair) -> bool | None:
    """Decide as one does with sympy: right where the difference simplifies to 0, else unknown."""
    problem = Problem(pair["variables"], pair.get("definitions"), pair.get("joint") or [])
    trees = [problem.read(pair[side]) for side in ("reference", "answer")]
    cases = list(problem.cases(*trees))
    case = cases[len(cases) // 2]
    grounder = problem.grounder(case, {}, Budget(LIMIT))
    symbols = {name: _symbol(name, domain) for name, domain in case.space.domains.items()}
    first, second = (_sympy(grounder(tree)[0], symbols) for tree in trees)
    return True if sympy.simplify(first - second) == 0 else None


def _symbol(name: str, domain: Domain) -> sympy.Symbol:
    return sympy.Symbol(name, real=True, positive=True if domain.low is not None and domain.low >= 0 else None)


def _sympy(node: Node, symbols: Mapping[str, sympy.Symbol]) -> Any:
    """Build a sympy object by its constructors: no text reaches its parser."""
    tag = node[0]
    if tag == "num":
        return sympy.Rational(node[1].numerator, node[1].denominator)
    if tag == "const":
        return sympy.pi if node[1] == "pi" else sympy.E
    if tag == "var":
        return symbols[node[1]]
    parts = [_sympy(part, symbols) for part in (node[2] if tag == "call" else node[1:] if tag == "neg" else node[2:])]
    return -parts[0] if tag == "neg" else (CALLS if tag == "call" else OPERATIONS)[node[1]](*parts)


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    "<": sympy.Lt,
    "<=": sympy.Le,
    ">": sympy.Gt,
    ">=": sympy.Ge,
    "==": sympy.Eq,
    "!=": sympy.Ne,
    "and": sympy.And,
    "or": sympy.Or,
}
CALLS: Mapping[str, Callable[..., Any]] = {
    **{
        name: getattr(sympy, name)
        for name in ("exp", "log", "sqrt", "sign", "erf", "root", "sin", "cos", "tan", "atan")
    },
    **{name: getattr(sympy, name) for name in ("sinh", "cosh", "tanh", "sech", "csch", "coth", "asin", "acos", "sec")},
    "abs": sympy.Abs,
    "max": sympy.Max,
    "min": sympy.Min,
    "sigma": lambda a: 1 / (1 + sympy.exp(-a)),
    "softplus": lambda a: sympy.log(1 + sympy.exp(a)),
    "relu": lambda a: sympy.Max(a, 0),
    "log1p": lambda a: sympy.log(1 + a),
    "expm1": lambda a: sympy.exp(a) - 1,
    "if": lambda c, a, b: sympy.Piecewise((a, c), (b, True)),
}


def by_math_verify(package: Any) -> Decide:
    def decide(pair: Pair) -> bool | None:
        problem = Problem(pair["variables"], pair.get("definitions"), pair.get("joint") or [])
        sides = (f"${to_latex(problem.read(pair[side]))}$" for side in ("reference", "answer"))
        gold, given = (package.parse(side, parsing_timeout=None) for side in sides)
        return bool(package.verify(gold, given, timeout_seconds=None))

    return decide


def timed(decide: Decide, pair: Pair) -> tuple[float, bool | None]:
    """Give milliseconds and the decision; LIMIT seconds at most."""
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    started = time.perf_counter()
    try:
        decided = decide(pair)
    except _TooLongError:
        decided = None
    except Exception:  # noqa: BLE001  (what a tool cannot express it does not decide)
        decided = None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return (time.perf_counter() - started) * 1000, decided


def measure(tools: Mapping[str, Decide], chosen: Iterable[Pair]) -> dict[str, float]:
    """Print for each tool how many it decides rightly, and its times; ratios are over ours. Give the milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in tools}
    counts: dict[str, Counter[str]] = {name: Counter() for name in tools}
    for pair in chosen:
        runs: dict[str, list[tuple[float, bool | None]]] = {name: [] for name in tools}
        for _ in range(REPEATS):
            for name, decide in tools.items():
                if not runs[name] or runs[name][0][0] < LIMIT * 500:
                    runs[name].append(timed(decide, pair))
        for name, found in runs.items():
            times[name].append(min(each[0] for each in found))
            decided = found[0][1]
            counts[name]["open" if decided is None else "right" if decided == pair["equivalent"] else "WRONG"] += 1
    figures = {
        f"{name}, p{cut}": statistics.quantiles(taken, n=100)[cut - 1]
        for name, taken in times.items()
        for cut in (50, 95)
    }
    base = [figures["ours, p50"], figures["ours, p95"]]
    for name, taken in times.items():
        p50, p95 = figures[f"{name}, p50"], figures[f"{name}, p95"]
        said = ", ".join(f"{count} {word}" for word, count in counts[name].most_common())
        print(f"{name:<16} p50 {p50:8.2f} ms ({p50 / base[0]:6.1f}x)   p95 {p95:8.1f} ms ({p95 / base[1]:6.1f}x)   "
              f"max {max(taken):7.0f} ms   {said}")  # fmt: skip
    return figures


def main(path: Path | None = None, every: int = 6) -> dict[str, float]:
    """Print the comparison on every Nth pair; give the percentiles in milliseconds."""
    tools: dict[str, Decide] = {"ours": ours, "sympy.simplify": by_sympy}
    if importlib.util.find_spec("math_verify"):
        tools["math-verify"] = by_math_verify(importlib.import_module("math_verify"))
    else:
        print("math-verify is not installed: pip install -e '.[peers]'")
    before = signal.signal(signal.SIGALRM, _stop)
    try:
        return measure(tools, pairs(path)[::every])
    finally:
        signal.signal(signal.SIGALRM, before)


def _stop(_number: int, _frame: object) -> None:
    raise _TooLongError


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.algebra", description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="?", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every Nth pair")
    options = parser.parse_args()
    main(options.pairs, options.every)
