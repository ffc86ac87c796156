"""The form that a question asks of a right answer: which names and functions, and how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.algebra.printing import to_text
from grader.algebra.tree import FUNCTIONS, Node, children, measure, names_in

KEYS = {"names", "without", "size", "shown"}


def check_form(form: Any) -> list[str]:
    """Say what is wrong with the `form` of a spec: a table of names, without, size and shown."""
    if not isinstance(form, Mapping):
        return [f"form: expected a table with some of {', '.join(sorted(KEYS))}, got {form!r}"]
    problems = [f"form.{key}: not known" for key in form if key not in KEYS]
    for key in ("names", "without"):
        value = form.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            problems.append(f"form.{key}: expected a list of names, got {value!r}")
    size = form.get("size", 1.0)
    if isinstance(size, bool) or not isinstance(size, (int, float)) or size < 1:
        problems.append(f"form.size: expected a factor of at least 1 over the reference, got {size!r}")
    if not isinstance(form.get("shown", ""), str):
        problems.append("form.shown: expected text, the form in words")
    return problems


def form_problems(tree: Node, reference: Node, form: Mapping[str, Any]) -> list[str]:
    """Say what keeps a right answer from the form that is asked.

    Parameters
    ----------
    tree, reference : the answer and the reference.
    form : `names` that alone may stand in it, functions or names it must be `without`, its `size` relative to the
        reference.
    """
    problems = []
    used = names_in(tree) - _bound(tree)
    if "names" in form:
        extra = sorted(used - set(form["names"]))
        if extra:
            problems.append(f"it still contains {', '.join(extra)}: only {', '.join(form['names'])} should remain")
    functions = _functions(tree)
    banned = [word for word in form.get("without", []) if word in (functions if word in FUNCTIONS else used)]
    if banned:
        problems.append(f"it still contains {', '.join(banned)}")
    if "size" in form and measure(tree)[0] > float(form["size"]) * measure(reference)[0]:
        problems.append("it can be written shorter")
    return problems


def words_for(reference: Node, form: Mapping[str, Any]) -> str:
    return str(form.get("shown") or to_text(reference))


def _functions(tree: Node) -> set[str]:
    found = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node[0] in {"call", "bind"}:
            found.add(node[1])
        waiting.extend(children(node))
    return found


def _bound(tree: Node) -> set[str]:
    found = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node[0] == "bind":
            found.add(node[3])
        waiting.extend(children(node))
    return found
