"""What can be made wrong of a sum of parts: one left out, with the wrong sign, twice or half as large."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Mistake, Prediction
from grader.mistakes.slopes import spread
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task

Terms = Callable[[View], Array]


@dataclasses.dataclass(frozen=True)
class Part:
    """One part of a sum, in nats.

    Attributes
    ----------
    words : how the sentence names it.
    terms : its terms.
    instead : what is written in its place: code, name, sentence and terms.
    """

    words: str
    terms: Terms
    instead: tuple[tuple[str, str, str, Terms], ...] = ()

    @property
    def named(self) -> str:
        """Give the words as a sentence begins with them; a formula stays as it is written."""
        plain = self.words.startswith(("the ", "half "))
        return f"{self.words[0].upper()}{self.words[1:]}" if plain else f"The part {self.words}"


@dataclasses.dataclass(frozen=True)
class Sum:
    """A loss, or a gradient, as a sum of parts; `applies` says in which tasks."""

    parts: tuple[Part, ...]
    applies: Callable[[Task], bool]
    gradient: bool = False

    def predict(self, make: Terms) -> Prediction:
        """Reduce terms as the task asks."""
        return spread(make) if self.gradient else lambda view: view.reduced(make(view))

    def changed(self, place: int, factor: float, other: Terms | None = None) -> Prediction:
        """Give the sum with one part multiplied, or with another in its place."""
        rest = self.parts[:place] + self.parts[place + 1 :]
        terms = other or self.parts[place].terms

        def make(view: View) -> Array:
            start = factor * terms(view) if factor else np.zeros_like(self.parts[place].terms(view))
            return np.asarray(sum((part.terms(view) for part in rest), start=start))

        return self.predict(make)

    def all_changed(self) -> Iterator[Mistake]:
        """Give what is made wrong of all parts alike."""
        for code, name, sentence, _ in self.parts[0].instead:
            alike = [[other for c, n, _, other in part.instead if (c, n) == (code, name)] for part in self.parts]
            if all(alike):

                def make(view: View, others: Sequence[Sequence[Terms]] = alike) -> Array:
                    return np.asarray(sum(each[0](view) for each in others))

                yield Mistake(code, name, sentence, self.predict(make), self.applies)

    def mistakes(self) -> Iterator[Mistake]:
        """Give what can be made wrong of each part."""
        for place, part in enumerate(self.parts):
            for code, name, sentence, other in part.instead:
                yield Mistake(code, name, sentence, self.changed(place, 1.0, other), self.applies)
            for code, name, words, factor in _CHANGES:
                sentence = f"{part.named} {words}."
                predict = self.changed(place, factor)
                yield Mistake(code, name.format(part.words), sentence, predict, self.applies)
        yield from self.all_changed()


_CHANGES = (
    ("W11", "{} missing", "is missing", 0.0),
    ("S2", "wrong sign in one term", "has the wrong sign", -1.0),
    ("R6", "factor of one part", "is counted twice", 2.0),
    ("R6", "factor of one part", "is halved", 0.5),
)
