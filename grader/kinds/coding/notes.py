"""What the text of an answer shows without being run: loops over samples, unused parameters, prints and the like.

Notes are for people who read the answer and move no score, unless the spec forbids what they name. The text is read
here only after a child of the sandbox has compiled it within its limits; nothing of it is ever run here.
"""

from __future__ import annotations

import ast
import collections
import functools
import sys
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from grader.scoring import failed, passed
from grader.verdict import Check, Note

if TYPE_CHECKING:
    from grader.task import Task

# Longer answers are no functions that anybody reads.
MAX_SOURCE = 20_000
_LARGEST_EPS = 1e-2
_CLIPS = frozenset({"clip", "maximum", "fmax", "max"})
_THERE = sys.stdlib_module_names | {"numpy"}
# Attributes of an array that say nothing of how many samples there are.
_NO_SIZE = frozenset({"ndim", "dtype"})

Node = TypeVar("Node", bound=ast.AST)
Found = Iterator[tuple[int, str]]


class _Answer:
    """The parsed text: all nodes by their type, and the function that is graded."""

    def __init__(self, tree: ast.Module, function: str, modules: tuple[str, ...] | None) -> None:
        self._nodes = _by_type(tree)
        defined = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
        self.function = defined[-1] if defined else None
        self.modules = modules
        self.parameters = _parameters(self.function.args) if self.function else []

    def all(self, *kinds: type[Node]) -> list[Node]:
        """Give all nodes of some types."""
        return [node for kind in kinds for node in self._nodes[kind]]

    def inside(self, *kinds: type[Node]) -> list[Node]:
        """Give those in the graded function."""
        if self.function is None:
            return []
        first, last = self.function.lineno, self.function.end_lineno or self.function.lineno
        return [node for node in self.all(*kinds) if first <= getattr(node, "lineno", first) <= last]


def _by_type(tree: ast.Module) -> Mapping[type[ast.AST], list[Any]]:
    """Sort all nodes by their type, in a third of the time that ast.walk takes."""
    found: dict[type[ast.AST], list[Any]] = collections.defaultdict(list)
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        found[type(node)].append(node)
        for child in vars(node).values():
            if isinstance(child, ast.AST):
                waiting.append(child)
            elif isinstance(child, list):
                waiting += [item for item in child if isinstance(item, ast.AST)]
    return found


@functools.lru_cache(maxsize=128)  # what is submitted was run on the printed cases before
def notes_on(source: str, function: str, modules: tuple[str, ...] | None = None) -> tuple[Note, ...]:
    r"""Look an answer over.

    Parameters
    ----------
    source : an answer that the sandbox has compiled.
    function : name of the function that is graded.
    modules : the modules that the statement allows; None for numpy and the standard library.

    Examples
    --------
    >>> [note.message for note in notes_on("def f(y, p):\n    print(y)\n    return y.sum()", "f")]
    ['The parameter p is never used.', 'print on line 2 was left in.']
    """
    if len(source) > MAX_SOURCE:
        return ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are the candidate's own
            answer = _Answer(ast.parse(source), function, modules)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    seen = [(code, min(look(answer), default=None)) for code, look in LOOKS.items()]
    return tuple(Note(code, found[1], found[0]) for code, found in seen if found is not None)


def rules_check(task: Task, source: str) -> Check | None:
    """Give the check of what the spec forbids, None where it forbids nothing; without a weight it is a condition."""
    if not task.forbidden:
        return None
    weight = task.weights.get("rules", 0.0)
    notes = notes_on(source, task.function, task.imports)
    broken = [note.message for note in notes if note.code in task.forbidden]
    if broken:
        return failed("rules", weight, " ".join(broken))
    return passed("rules", weight, "The answer keeps the rules of the task.")


def _parameters(given: ast.arguments) -> list[str]:
    return [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def _imports(answer: _Answer) -> Found:
    named = [(node.lineno, alias.name) for node in answer.all(ast.Import) for alias in node.names]
    named += [(node.lineno, node.module) for node in answer.all(ast.ImportFrom) if node.module]
    allowed = _THERE if answer.modules is None else {*answer.modules, "__future__"}
    words = "numpy and the standard library" if answer.modules is None else ", ".join(answer.modules) or "nothing"
    for line, name in named:
        if name.partition(".")[0] not in allowed:
            yield line, f"{name} is imported on line {line}; allowed: {words}."


def _loops(answer: _Answer) -> Found:
    """Find loops whose length comes from an argument of the function."""
    over = [node.iter for node in answer.inside(ast.For)] + [node.test for node in answer.inside(ast.While)]
    over += [node.iter for node in answer.all(ast.comprehension)]
    derived = _derived(answer) if over else frozenset()
    for expression in over:
        if _mentions(expression, derived):
            line = expression.lineno
            yield line, f"The loop on line {line} goes over entries one by one; numpy works on whole arrays."


def _derived(answer: _Answer) -> frozenset[str]:
    """Names of the parameters and of what is computed from them."""
    names = set(answer.parameters)
    for node in sorted(answer.inside(ast.Assign), key=lambda node: node.lineno):
        if _mentions(node.value, names):
            names |= {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return frozenset(names)


def _mentions(expression: ast.expr, names: Collection[str]) -> bool:
    inside = list(ast.walk(expression))
    without = {id(node.value) for node in inside if isinstance(node, ast.Attribute) and node.attr in _NO_SIZE}
    return any(isinstance(node, ast.Name) and node.id in names and id(node) not in without for node in inside)


def _unused_parameters(answer: _Answer) -> Found:
    read = {node.id for node in answer.inside(ast.Name) if isinstance(node.ctx, ast.Load)}
    for name in answer.parameters:
        if name not in read and not name.startswith("_") and answer.function is not None:
            yield answer.function.lineno, f"The parameter {name} is never used."


def _bare_except(answer: _Answer) -> Found:
    for node in answer.all(ast.ExceptHandler):
        kind = node.type
        if kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}):
            yield node.lineno, f"The except on line {node.lineno} catches every error, also those nobody thought of."


def _eps(answer: _Answer) -> Found:
    """Find small constants that are added, subtracted, clipped with or given a name."""
    sums = [node for node in answer.all(ast.BinOp) if isinstance(node.op, (ast.Add, ast.Sub))]
    parts = [part for node in sums for part in (node.left, node.right)]
    parts += [part for node in answer.all(ast.Call) if _name_of(node.func) in _CLIPS for part in node.args]
    parts += [node.value for node in answer.all(ast.Assign)]
    parts += [default for node in answer.all(ast.arguments) for default in node.defaults]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, float) and 0.0 < part.value < _LARGEST_EPS:
            yield part.lineno, f"The constant {part.value:g} on line {part.lineno} serves as an eps."


def _name_of(function: ast.expr) -> str:
    return str(getattr(function, "attr", getattr(function, "id", "")))


def _prints(answer: _Answer) -> Found:
    for node in answer.all(ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node.lineno, f"print on line {node.lineno} was left in."


def _shared_state(answer: _Answer) -> Found:
    for node in answer.all(ast.Global):
        yield node.lineno, f"{', '.join(node.names)} on line {node.lineno} is kept between calls."
    for given in answer.all(ast.arguments):
        for default in given.defaults:
            if isinstance(default, (ast.List, ast.Dict, ast.Set)):
                yield default.lineno, f"The default on line {default.lineno} is one object for all calls."


# By the word that a spec may forbid.
LOOKS: dict[str, Callable[[_Answer], Found]] = {
    "imports": _imports,
    "loops": _loops,
    "unused_parameters": _unused_parameters,
    "bare_except": _bare_except,
    "eps": _eps,
    "print": _prints,
    "shared_state": _shared_state,
}
