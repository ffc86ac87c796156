"""A question's declared names as a space of cases: sizes, indices, labels and the scalars that are left."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from grader.algebra.arrays import ArrayGrounder
from grader.algebra.budget import Budget
from grader.algebra.derivative import derivative
from grader.algebra.domains import Domain, DomainError, Space, read_definition, read_domain, symbols_of
from grader.algebra.ground import Definition, Grounder
from grader.algebra.parser import Syntax, parse
from grader.algebra.printing import to_text
from grader.algebra.shapes import SCALAR, Shape, ShapeError, Shapes
from grader.algebra.tree import ALIASES, CONSTANTS, Node, ParseError, Symbols, call, children, names_in

MAX_CASES = 400
# Functions whose arguments are whole numbers that shape the result.
COUNTING = ("factorial", "binomial", "eye", "ones")
Values = Mapping[str, Fraction]
UNIT = Domain("interval", Fraction(0), Fraction(1), text="(0,1)")
BIT = Domain("finite", values=(Fraction(0), Fraction(1)), text="{0,1}")


@dataclasses.dataclass(frozen=True)
class Choice:
    """Scalars whose few values are looked at one by one; `law` says in words what that uses."""

    names: tuple[str, ...]
    alternatives: tuple[Values, ...]
    law: str


@dataclasses.dataclass(frozen=True)
class Case:
    """One choice of all sizes and indices.

    Attributes
    ----------
    integers : value of each size and index.
    sizes : sizes of each array.
    space : the scalars, finite ones included as finite domains.
    choices : the finite scalars with their joint values.
    """

    integers: Mapping[str, int]
    sizes: Mapping[str, tuple[int, ...]]
    space: Space
    choices: tuple[Choice, ...]


class Problem:
    """Everything a question declares about its names.

    Parameters
    ----------
    variables : name to domain.
    definitions : abbreviations that both sides may use, such as {"p[i]": "exp(z[i])/S"}.
    joint : what ties scalars together, such as [["onehot", ["y1", "y2"]]].
    latex : LaTeX spelling to declared name.
    vector : whether whole vectors and matrices may stand in an expression.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        definitions: Mapping[str, str] | None = None,
        joint: Sequence[Sequence[Any]] = (),
        latex: Mapping[str, str] | None = None,
        *,
        vector: bool = False,
    ) -> None:
        self.declared = (dict(variables), dict(definitions or {}), joint, dict(latex or {}))
        self.domains = {name: read_domain(text) for name, text in variables.items()}
        self.symbols = symbols_of(variables, definitions or {}, latex or {}, vector=vector)
        self.shapes: Shapes | None = None
        self.joint = [_read_joint(entry, self.domains) for entry in _pairs(joint)]
        self.definitions: dict[str, Definition] = {}
        for head, body in (definitions or {}).items():
            self._define(head, body)
        if vector:
            self._shape_definitions()

    def with_variable(self, name: str, domain: str) -> Problem:
        """Give the problem with one more variable."""
        known, defined, joint, latex = self.declared
        return Problem({**known, name: domain}, defined, joint, latex, vector=self.symbols.vector)

    def with_definition(self, head: str, body: str, syntax: Syntax = "calculator") -> Problem:
        """Give the problem with a name that a candidate introduces.

        Raises
        ------
        DomainError, ParseError
            Where the name is taken, or the body cannot be read.
        """
        name, indices = read_definition(head)
        symbols = self.symbols
        if name in symbols.arity or ALIASES.get(name, name) in symbols.functions() or name in CONSTANTS:
            raise DomainError(f"{name!r} already stands for something: choose another name")
        tree = parse(body, dataclasses.replace(symbols, arity={**symbols.arity, **dict.fromkeys(indices, 0)}), syntax)
        known, defined, joint, latex = self.declared
        return Problem(known, {**defined, head: to_text(tree)}, joint, latex, vector=symbols.vector)

    def _define(self, head: str, body: str) -> None:
        name, indices = read_definition(head)
        own = {**self.symbols.arity, **dict.fromkeys(indices, 0)}
        try:
            self.definitions[name] = (indices, parse(body, Symbols(own, vector=self.symbols.vector)))
        except ParseError as error:
            raise DomainError(f"the definition of {head} cannot be read: {error.sentence()}") from error

    def _shape_definitions(self) -> None:
        """Find the meaning and the shape of every abbreviation; the entries of a whole one may be read by index."""
        typed = dict(self.definitions)
        self.shapes = Shapes(self.domains, self.definitions)
        arity = dict(self.symbols.arity)
        for name, (indices, body) in self.definitions.items():
            try:
                tree, shape = self.shapes.of(body)
            except ShapeError as error:
                raise DomainError(f"the definition of {name} has no meaning: {error}") from error
            typed[name] = (indices, tree)
            if not indices:
                arity[name] = 2 - shape.count("1")
        self.typed = typed
        self.symbols = dataclasses.replace(self.symbols, arity=arity)

    def read(self, text: str, syntax: Syntax = "calculator", *, answer: bool = False) -> Node:
        """Read one side; only an answer may use the LaTeX spellings."""
        symbols = self.symbols if answer else dataclasses.replace(self.symbols, latex={})
        return parse(text, symbols, syntax)

    def derivative(self, tree: Node, wrt: Node) -> Node:
        """Give the derivative by a declared variable; by arrays it is written out once the sizes of a case are known.

        Raises
        ------
        NoDerivative
            Where no rule applies.
        """
        return call("gradient", tree, wrt) if self.symbols.vector else derivative(tree, wrt, self.definitions)

    def shape(self, tree: Node) -> Shape:
        """Give the shape of an expression; raises ShapeError where its operations have no meaning."""
        return self.shapes.of(tree)[1] if self.shapes is not None else SCALAR

    def grounder(self, case: Case, values: Values, budget: Budget) -> Callable[[Node], tuple[Node, ...]]:
        """Write the values of a case, and of labels, into trees: one tree for each entry, one for a number.

        What the trees given to one grounder share is one object, so that it is evaluated once.
        """
        if self.shapes is None:
            plain = Grounder(self.definitions, case.sizes, case.integers, values, budget)
            return lambda tree: (plain.ground(tree),)
        shapes = self.shapes
        whole = ArrayGrounder(self.typed, case.sizes, case.integers, values, budget)
        return lambda tree: whole.array(shapes.of(tree)[0], {}).entries

    def used_names(self, *trees: Node) -> set[str]:
        """Collect the names that trees use, through definitions."""
        found: set[str] = set()
        waiting = set().union(*(names_in(tree) for tree in trees))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                if name in self.definitions:
                    waiting |= names_in(self.definitions[name][1])
        return found

    def structural(self, *trees: Node) -> list[str]:
        """List the integer variables whose value shapes an expression: sizes, indices, ends of sums, factorials."""
        integers = {name for name, domain in self.domains.items() if domain.kind == "integer"}
        found: set[str] = set()
        for domain in self.domains.values():
            found |= integers & {*domain.sizes, *domain.bounds}
        for tree in (*trees, *(body for _, body in self.definitions.values())):
            found |= integers & _shaping(tree)
        return sorted(found, key=list(self.domains).index)

    def cases(self, *trees: Node) -> Iterator[Case]:
        """Enumerate sizes and indices, small ones first."""
        used = self.used_names(*trees)
        names = self.structural(*trees)
        assignments = itertools.islice(self._assignments(names, {}), MAX_CASES)
        for integers in sorted(assignments, key=lambda a: (max(a.values(), default=0), *a.values())):
            yield self._case(integers, used)

    def _assignments(self, names: Sequence[str], chosen: Mapping[str, int]) -> Iterator[dict[str, int]]:
        ready = [n for n in names if n not in chosen and all(b in chosen for b in self._named_bounds(n))]
        if not ready:
            if len(chosen) < len(names):
                raise DomainError("the bounds of the integers refer to each other in a circle")
            yield dict(chosen)
            return
        name = ready[0]
        low, high = (self._bound(bound, chosen) for bound in self.domains[name].bounds)
        for value in range(low, high + 1):
            yield from self._assignments(names, {**chosen, name: value})

    def _named_bounds(self, name: str) -> list[str]:
        return [bound for bound in self.domains[name].bounds if bound in self.domains]

    def _bound(self, bound: str, chosen: Mapping[str, int]) -> int:
        if bound in chosen:
            return chosen[bound]
        try:
            return int(bound)
        except ValueError as error:
            raise DomainError(
                f"{bound!r} is no end of a range of integers: expected a number or a declared integer"
            ) from error

    def _case(self, integers: Mapping[str, int], used: set[str]) -> Case:
        sizes: dict[str, tuple[int, ...]] = {}
        scalars = _Scalars()
        tied = {name for _, group in self.joint for name in group}
        for name, domain in self.domains.items():
            if name in integers:
                continue
            sizes[name] = tuple(self._bound(size, integers) for size in domain.sizes)
            if name in used and name not in tied:
                self._add(name, domain, sizes[name], integers, scalars)
        for kind, group in self.joint:
            if used & set(group):
                scalars.add_group(kind, tuple(group), "labels")
        return Case(integers, sizes, Space(scalars.domains, scalars.simplexes, scalars.onehots), tuple(scalars.choices))

    def _add(
        self,
        name: str,
        domain: Domain,
        sizes: tuple[int, ...],
        integers: Mapping[str, int],
        scalars: _Scalars,
    ) -> None:
        names = entries(name, sizes)
        if domain.kind in {"onehot", "simplex"}:
            scalars.add_group(domain.kind, names, name)
        elif domain.kind == "onehotrows":
            for row in range(1, sizes[0] + 1):
                group = tuple(f"{name}[{row},{k}]" for k in range(1, sizes[1] + 1))
                scalars.add_group("onehot", group, f"a row of {name}")
        else:
            known = self._integer_values(domain, integers) if domain.kind == "integer" else domain
            scalars.add(names, known, name)

    def _integer_values(self, domain: Domain, integers: Mapping[str, int]) -> Domain:
        low, high = (self._bound(bound, integers) for bound in domain.bounds)
        values = tuple(map(Fraction, range(low, min(high, low + 199) + 1)))
        return dataclasses.replace(domain, values=values)


def entries(name: str, sizes: tuple[int, ...]) -> tuple[str, ...]:
    """Name the entries of an array, as grounded trees do."""
    if not sizes:
        return (name,)
    indices = itertools.product(*(range(1, size + 1) for size in sizes))
    return tuple(f"{name}[{','.join(map(str, index))}]" for index in indices)


def _law(name: str, domain: Domain) -> str:
    values = set(domain.values)
    if domain.kind == "integer":
        return f"{name} is one of {min(values)} to {max(values)}"
    if values == {0, 1}:
        return f"{name}^2 = {name} on {{0,1}}"
    if values == {-1, 1}:
        return f"{name}^2 = 1 on {{-1,1}}"
    return f"{name} in {{{','.join(map(str, domain.values))}}}"


class _Scalars:
    """Gathers the scalars of one case with what is known of them."""

    def __init__(self) -> None:
        self.domains: dict[str, Domain] = {}
        self.simplexes: list[tuple[str, ...]] = []
        self.onehots: list[tuple[str, ...]] = []
        self.choices: list[Choice] = []

    def add(self, names: tuple[str, ...], domain: Domain, shown: str) -> None:
        for name in names:
            self.domains[name] = domain
            if domain.values:
                alternatives = tuple({name: value} for value in domain.values)
                self.choices.append(Choice((name,), alternatives, _law(shown, domain)))

    def add_group(self, kind: str, group: tuple[str, ...], shown: str) -> None:
        if kind == "simplex" and len(group) > 1:
            self.domains.update(dict.fromkeys(group, UNIT))
            self.simplexes.append(group)
            return
        # A simplex of one entry is a one-hot vector of one entry: 1.
        self.domains.update(dict.fromkeys(group, BIT))
        self.onehots.append(group)
        alternatives = tuple({entry: Fraction(int(entry == hot)) for entry in group} for hot in group)
        self.choices.append(Choice(group, alternatives, f"exactly one of the entries of {shown} is 1"))


def _pairs(joint: Sequence[Any]) -> list[Sequence[Any]]:
    """Accept one pair as well as a list of pairs."""
    return [joint] if len(joint) == 2 and isinstance(joint[0], str) else list(joint)


def _read_joint(entry: Sequence[Any], domains: Mapping[str, Domain]) -> tuple[str, tuple[str, ...]]:
    if len(entry) != 2 or entry[0] not in {"onehot", "simplex"} or not set(entry[1]) <= set(domains):
        raise DomainError(f'{entry!r} ties nothing: expected ["onehot" or "simplex", [declared scalars]]')
    return str(entry[0]), tuple(entry[1])


def _shaping(tree: Node) -> set[str]:
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node[0] == "idx" or node[:2] in {("call", name) for name in COUNTING}:
            found |= set().union(*(names_in(part) for part in node[2]))
        if node[0] == "bind":
            found |= names_in(node[4]) | names_in(node[5])
        waiting.extend(children(node))
    return found
