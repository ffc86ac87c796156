"""Calibrate simulated cohorts by insights.irt and by girth, side by side: that they agree, and how long each takes.

    python -m tests.benchmarks.calibration [--persons 2000] [--items 40] [--cohorts 3] [--repeats 3]

girth comes with the extra `peers`. Its one-parameter model has ability of variance 1 and a common slope; ours under
Rasch is the same likelihood with slope 1 and a spread of ability: difficulties are compared on our scale. Times are the
fastest of the repeats, taken in turn, of one thread where OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable

import numpy as np

from assessments.insights import irt, simulation

Parameters = tuple[np.ndarray, np.ndarray]


def ours(scores: np.ndarray, model: irt.Model) -> Parameters:
    found = irt.calibrate(scores, model=model)
    spread = found.spread if model == "rasch" else 1.0
    return (
        np.array([item.difficulty for item in found.items]),
        np.array([item.discrimination for item in found.items]) * spread,
    )


def girths(scores: np.ndarray, model: irt.Model) -> Parameters:
    girth = importlib.import_module("girth")
    answers = scores.T.astype(int)
    if model == "2pl":
        found = girth.twopl_mml(answers)
        return found["Difficulty"], found["Discrimination"]
    found = girth.onepl_mml(answers)
    slope = float(found["Discrimination"])
    return found["Difficulty"] * slope, np.full(len(answers), slope)


def fastest(calls: list[Callable[[], Parameters]], repeats: int) -> list[tuple[float, Parameters]]:
    best = [(float("inf"), call()) for call in calls]
    for _ in range(repeats):
        for place, call in enumerate(calls):
            began = time.perf_counter()
            found = call()
            best[place] = min(best[place], (time.perf_counter() - began, found), key=lambda pair: pair[0])
    return best


def agreement(one: np.ndarray, other: np.ndarray) -> str:
    correlation = np.corrcoef(one, other)[0, 1] if np.ptp(one) else 1.0
    return f"r {correlation:.5f}, largest difference {np.abs(one - other).max():.4f}"


def compare(model: irt.Model, persons: int, count: int, seed: int, repeats: int) -> None:
    items = simulation.draw_items(count, seed=seed, model=model)
    scores = simulation.draw_cohort(items, persons, seed=1000 + seed).scores
    (mine, (b, a)), (theirs, (d, c)) = fastest([lambda: ours(scores, model), lambda: girths(scores, model)], repeats)
    print(f"{model}, {persons} × {count}, seed {seed}: {mine:.2f} s, girth {theirs:.2f} s ({theirs / mine:.1f} times)")
    print(f"  girth       difficulty {agreement(b, d)}; slope {agreement(a, c)}")
    print(f"  the truth   difficulty {agreement(b, items.difficulty)}; slope {agreement(a, items.discrimination)}")
    print(f"  its truth   difficulty {agreement(d, items.difficulty)}; slope {agreement(c, items.discrimination)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("persons", 2000), ("items", 40), ("cohorts", 3), ("repeats", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    for seed in range(chosen.cohorts):
        compare("2pl", chosen.persons, chosen.items, seed, chosen.repeats)
        compare("rasch", chosen.persons, chosen.items, seed, chosen.repeats)


if __name__ == "__main__":
    main()
