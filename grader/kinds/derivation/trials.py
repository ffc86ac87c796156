"""Answers made by rule for certification: forms that are right, and wrong ones that every check has to reject."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from grader.algebra.budget import Budget
from grader.algebra.derivative import derivative
from grader.algebra.domains import DomainError
from grader.algebra.equivalence import Comparison
from grader.algebra.form import form_problems
from grader.algebra.lines import ORDERS
from grader.algebra.printing import to_latex, to_text
from grader.algebra.problem import Problem
from grader.algebra.rewriting import equal_forms
from grader.algebra.rules import NoDerivative
from grader.algebra.second import differ
from grader.algebra.shapes import ShapeError
from grader.algebra.slips import wrong_forms
from grader.algebra.tree import MAX_CHARACTERS, Node, call, distinct
from grader.kinds.derivation import grade
from grader.kinds.derivation.spec import problem_of
from grader.kinds.derivation.steps import STEPS
from grader.kinds.specs import BrokenQuestion
from grader.scoring import CORRECTNESS

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.verdict import Verdict

MAX_WRONG = 24
SEED = 7
KEY_SECONDS = 5.0
# A derivation that is made has the loss, its derivative as the rules give it, and the key.
MADE_LINES = 3


class Made(NamedTuple):
    """An answer that was made: its name, its text, and the checks that have to catch a wrong one."""

    name: str
    text: str
    expects: tuple[str, ...] = ()


class _Question:
    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        self.problem: Problem = problem_of(table)
        self.reference = self.problem.read(table["reference"])
        self.loss = self.problem.read(table["loss"]) if table.get("loss") else None
        self.wrt = self.problem.read(table["wrt"]) if table.get("wrt") else None
        self.steps = bool(table.get("steps"))
        self.goal = str(table.get("goal", "gradient"))

    def derived(self) -> Node | None:
        """Give what the rules of differentiation make of the loss, None where the question names no loss."""
        if self.loss is None or self.wrt is None or self.problem.symbols.vector:
            return None
        tree = self.loss
        try:
            for _ in range(ORDERS[self.goal] if self.steps else 1):
                tree = derivative(tree, self.wrt, self.problem.definitions)
        except NoDerivative as error:
            raise BrokenQuestion(f"derivation.loss has no rule of differentiation: {error}") from error
        return tree

    def check_key(self) -> None:
        """Refuse a key about arrays that is not the derivative of the loss, in this layout or transposed."""
        if self.loss is None or self.wrt is None or not self.problem.symbols.vector:
            return
        tree = self.loss
        for _ in range(ORDERS[self.goal] if self.steps else 1):
            tree = self.problem.derivative(tree, self.wrt)
        for layout in (tree, call("transpose", tree)):
            found = Comparison(self.problem, layout, self.reference, SEED, Budget(KEY_SECONDS)).decide()
            if found.equal is not False:
                return
        raise BrokenQuestion(f"derivation.reference: not the derivative of the loss: {found.reason}")

    def printed(self, tree: Node) -> str | None:
        """Print a tree as a candidate types it; None where nobody can type it."""
        if any(node[:2] == ("call", "gradient") for node in distinct(tree)):
            return None
        try:
            text = to_latex(tree) if self.table.get("syntax") == "latex" else to_text(tree)
        except ValueError:
            return None
        return text if len(text) < MAX_CHARACTERS else None

    def answer(self, tree: Node) -> str | None:
        """Write an answer that ends with an expression."""
        last = self.printed(tree)
        if last is None or not self.steps:
            return last
        loss, derived = (self.printed(part) if part is not None else None for part in (self.loss, self.derived()))
        middle = f"{self.goal}: {derived}\n" if derived else ""
        return f"loss: {loss}\n{middle}{self.goal}: {last}"


def right_answers(table: Mapping[str, Any]) -> list[Made]:
    """Make forms of the key that must all be accepted; the derivative of the loss is one of them.

    Raises
    ------
    BrokenQuestion
        Where the loss cannot be differentiated.
    """
    question = _Question(table)
    question.check_key()
    form = table.get("form")
    derived = question.derived()
    if question.steps and int(table.get("min_lines", 1)) > MADE_LINES - (derived is None):
        return []
    trees = [("the key", question.reference)]
    if derived is not None and not question.steps:
        trees.append(("the derivative of the loss", derived))
    trees += equal_forms(question.problem, question.reference)
    answers = [
        Made(name, text)
        for name, tree in trees
        if not (form and form_problems(tree, question.reference, form)) and (text := question.answer(tree))
    ]
    if not answers:
        raise BrokenQuestion("derivation.form: the reference itself is not in the form that is asked")
    return answers


def wrong_answers(table: Mapping[str, Any]) -> list[Made]:
    """Make wrong answers by rule: sign, factor, dropped terms, powers, misapplied rules of differentiation."""
    question = _Question(table)
    expects = (STEPS,) if question.steps else (CORRECTNESS,)
    return [
        Made(f"{name} ({number})", text, expects)
        for number, (name, text) in enumerate(itertools.islice(_wrong(question), MAX_WRONG), 1)
    ]


def _wrong(question: _Question) -> Iterator[tuple[str, str]]:
    known: set[str] = set()
    for slip, tree in wrong_forms(question.problem, question.reference, question.loss, question.wrt):
        text = question.answer(tree)
        if text is None or text in known or not _differs(question, tree):
            continue
        known.add(text)
        yield slip.name, text


def _differs(question: _Question, tree: Node) -> bool:
    try:
        return differ(question.problem, question.reference, tree, SEED)
    except (ShapeError, DomainError):
        return False


def verdict_on(request: GradeRequest) -> Verdict:
    """Grade an answer that was made here: in this process, as it is no stranger's text, and without naming slips."""
    return grade(request, cast("Sandboxes", _Trusted()))


class _Trusted:
    """Stands where a grader has its sandboxes."""

    def get(self, _profile: str) -> _Trusted:
        return self

    def ask(self, payload: dict[str, Any], _seconds: float) -> dict[str, Any]:
        from grader.algebra.service import answer

        return answer({**payload, "slips": False})
