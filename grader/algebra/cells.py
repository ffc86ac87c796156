"""Cells of the space that kinks cut: which sign patterns can occur, and a point inside one.

A sign condition is a strict inequality Σ c·m > 0 over monomials m, each taken as a free number (or a positive one).
What is empty in this relaxation is truly empty; Fourier–Motzkin elimination over the rationals decides it and gives a
point.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

MAX_INEQUALITIES = 150
# The key of the constant term.
CONSTANT = ""
Linear = Mapping[str, Fraction]


def inside(inequalities: Sequence[Linear]) -> dict[str, Fraction] | None:
    """Find a point where every linear form is positive.

    Returns
    -------
    A value for each name, {} where there are too many inequalities to decide, or None where no point exists.

    Examples
    --------
    >>> inside([{"x": Fraction(1)}, {"x": Fraction(-1), "": Fraction(-1)}]) is None
    True
    """
    names = sorted({name for form in inequalities for name in form if name != CONSTANT})
    stages: list[tuple[str, list[Linear]]] = []
    current = [dict(form) for form in inequalities]
    for name in names:
        stages.append((name, [form for form in current if form.get(name)]))
        current = _eliminate(current, name)
        if len(current) > MAX_INEQUALITIES:
            return {}
    if any(form.get(CONSTANT, Fraction(0)) <= 0 for form in current):
        return None
    point: dict[str, Fraction] = {}
    for name, forms in reversed(stages):
        point[name] = _between(name, forms, point)
    return point


def _eliminate(forms: Sequence[Linear], name: str) -> list[dict[str, Fraction]]:
    above = [form for form in forms if form.get(name, Fraction(0)) > 0]
    below = [form for form in forms if form.get(name, Fraction(0)) < 0]
    found = [dict(form) for form in forms if not form.get(name)]
    for up in above:
        for down in below:
            joined: dict[str, Fraction] = {}
            for form, weight in ((up, -down[name]), (down, up[name])):
                for key, value in form.items():
                    joined[key] = joined.get(key, Fraction(0)) + weight * value
            joined.pop(name)
            found.append({key: value for key, value in joined.items() if value or key == CONSTANT})
    unique = {tuple(sorted(form.items())): form for form in found}
    return list(unique.values())


def _between(name: str, forms: Sequence[Linear], point: Mapping[str, Fraction]) -> Fraction:
    """Choose a value between the bounds that the values chosen so far leave."""
    low: Fraction | None = None
    high: Fraction | None = None
    for form in forms:
        rest = sum((v * point.get(k, Fraction(1)) for k, v in form.items() if k != name), Fraction(0))
        bound = -rest / form[name]
        if form[name] > 0:
            low = bound if low is None else max(low, bound)
        else:
            high = bound if high is None else min(high, bound)
    if low is not None and high is not None:
        quarter = (high - low) / 4
        return simplest_between(low + quarter, high - quarter)
    if low is not None:
        return Fraction(math.floor(low) + 1)
    return Fraction(math.ceil(high) - 1) if high is not None else Fraction(1)


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Give the fraction with the smallest denominator strictly between two numbers.

    Examples
    --------
    >>> simplest_between(Fraction(1, 3), Fraction(1, 2))
    Fraction(2, 5)
    """
    floor = math.floor(low)
    if floor + 1 < high:
        return Fraction(floor + 1)
    gap_low, gap_high = low - floor, high - floor
    if gap_low == 0:
        return floor + Fraction(1, math.floor(1 / gap_high) + 1)
    return floor + 1 / simplest_between(1 / gap_high, 1 / gap_low)
