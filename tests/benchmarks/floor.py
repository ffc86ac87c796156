"""The baseline of the grading benchmarks: a bare fork of a warm interpreter that holds nothing but numpy and the cases.

No isolation, no reference, no comparison: the child runs the source on the cases and pipes the numbers back.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

FUNCTION = "binary_cross_entropy"
SOURCE = """
import numpy as np

def binary_cross_entropy(y_true, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return float({reduce}(-(y_true * np.log{base}(p) + (1 - y_true) * np.log{base}(1 - p))))
"""
RIGHT = SOURCE.format(reduce="np.mean", base="")

Cases = Sequence[tuple[np.ndarray, ...]]


def milliseconds(call: Callable[[], object], repeats: int = 1) -> list[float]:
    """Time each of `repeats` calls."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def measured(cases: Cases, repeats: int) -> list[float]:
    """Time bare forks in an interpreter of their own."""
    told = subprocess.run(
        [sys.executable, __file__], input=pickle.dumps((list(cases), repeats)), capture_output=True, check=True
    )
    return [float(word) for word in told.stdout.split()]


def bare_fork(arguments: Cases) -> list[float]:
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        scope: dict[str, Callable[..., float]] = {}
        exec(compile(RIGHT, "<answer>", "exec"), scope)
        function = scope[FUNCTION]
        os.write(writable, np.array([function(*each) for each in arguments]).tobytes())
        os._exit(0)
    os.close(writable)
    with open(readable, "rb") as pipe:
        values = np.frombuffer(pipe.read()).tolist()
    os.waitpid(pid, 0)
    return values


def bare_fork_of(call: Callable[[], object]) -> None:
    """Make a call in a forked child and wait for its end."""
    pid = os.fork()
    if pid == 0:
        call()
        os._exit(0)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    inputs, times = pickle.load(sys.stdin.buffer)
    assert len(bare_fork(inputs)) == len(inputs)
    print(*milliseconds(lambda: bare_fork(inputs), times))
