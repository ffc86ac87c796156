"""Cases drawn for one submission: printed, ordinary, edge and extreme inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grader.cases.drawing import Case, Drawer
from grader.cases.edges import edge
from grader.cases.extremes import extreme
from grader.cases.listed import DRAWS, refusals, spelled
from grader.cases.ordinary import ordinary, samples

if TYPE_CHECKING:
    from grader.task import Task

__all__ = ["DRAWS", "Case", "Drawer", "draw", "refusals", "samples", "spelled"]


def draw(task: Task, seed: int) -> tuple[Case, ...]:
    """Draw all cases of one submission: the printed ones first, then ordinary, edge and extreme ones.

    Parameters
    ----------
    task : what is asked; its parameters' domains and shapes decide what is drawn.
    seed : the same seed gives the same cases.

    Examples
    --------
    >>> from grader.task import read_task
    >>> table = {"function": "mse", "parameters": ["y", "p"], "reference": "mse"}
    >>> cases = draw(read_task({"coding": table}), seed=1)
    >>> [len([case for case in cases if case.group == group]) for group in ("sample", "ordinary", "edge", "extreme")]
    [2, 18, 4, 3]
    """
    drawer = Drawer(task, np.random.default_rng(seed))
    return (*samples(task), *ordinary(drawer), *edge(drawer), *extreme(drawer))
