"""The form that a question asks of a right answer: which names and functions, and how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.algebra.tree import Node, distinct, measure, names_in

KEYS = {"names", "with", "without", "size", "flat", "shown"}


def check_form(form: Any) -> list[str]:
    """Say what is wrong with the `form` of a spec."""
    if not isinstance(form, Mapping):
        return [f"form: expected a table with some of {', '.join(sorted(KEYS))}, got {form!r}"]
    problems = [f"form.{key}: not known" for key in form if key not in KEYS]
    for key in ("names", "with", "without"):
        value = form.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            problems.append(f"form.{key}: expected a list of names, got {value!r}")
    size = form.get("size", 1.0)
    if isinstance(size, bool) or not isinstance(size, (int, float)) or size < 1:
        problems.append(f"form.size: expected a factor of at least 1 over the reference, got {size!r}")
    if not isinstance(form.get("flat", False), bool):
        problems.append("form.flat: expected true or false: whether no fraction may stand in a fraction")
    if not isinstance(form.get("shown", ""), str):
        problems.append("form.shown: expected text, the form in words")
    return problems


def form_problems(tree: Node, reference: Node, form: Mapping[str, Any]) -> list[str]:
    """Say what keeps a right answer from the form that is asked.

    Parameters
    ----------
    tree, reference : the answer and the reference.
    form : `names` that alone may stand in it, functions or names it must be `with` or `without`, its `size` relative to
        the reference, and whether it is `flat`: no fraction in a fraction.
    """
    problems = []
    used = names_in(tree) - _bound(tree)
    if "names" in form:
        extra = sorted(used - set(form["names"]))
        if extra:
            problems.append(f"it still contains {', '.join(extra)}: only {', '.join(form['names'])} should remain")
    present = _functions(tree) | used
    missing = [word for word in form.get("with", []) if word not in present]
    if missing:
        problems.append(f"it is not written with {', '.join(missing)}")
    banned = [word for word in form.get("without", []) if word in present]
    if banned:
        problems.append(f"it still contains {', '.join(banned)}")
    if form.get("flat") and any(_divides(part) for whole in distinct(tree) if _divides(whole) for part in whole[2:]):
        problems.append("a fraction stands in a fraction")
    if "size" in form and measure(tree)[0] > float(form["size"]) * measure(reference)[0]:
        problems.append("it can be written shorter")
    return problems


def _divides(tree: Node) -> bool:
    return tree[:2] == ("op", "/")


def _functions(tree: Node) -> set[str]:
    return {node[1] for node in distinct(tree) if node[0] in {"call", "bind"}}


def _bound(tree: Node) -> set[str]:
    return {node[3] for node in distinct(tree) if node[0] == "bind"}
