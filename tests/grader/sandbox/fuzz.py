"""The properties of test_strange.py for as long as asked: `python -m tests.grader.sandbox.fuzz [seconds]`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grader.contract import Limits
from grader.sandbox import Job, Sandbox
from tests.grader.sandbox import strange

# Nothing is kept between two rounds, so that each tries something new.
ROUND = settings(
    max_examples=500,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def tried(name: str, strategy: st.SearchStrategy[object], holds: Callable[..., bool], seconds: float) -> None:
    """Try a property in rounds until the time is up; hypothesis prints the smallest example that breaks it."""
    count, until = 0, time.monotonic() + seconds

    @given(strategy)
    @ROUND
    def one(example: object) -> None:
        nonlocal count
        count += 1
        assert holds(example), example

    while time.monotonic() < until:
        one()
    sys.stdout.write(f"{name}: {count:,} examples, none breaks it\n")


def main(seconds: float) -> None:
    conversations = st.tuples(strange.speech, strange.endings, st.booleans())
    limits = Limits(case_seconds=0.2, total_seconds=1.0, output_bytes=1000)
    with Sandbox() as sandbox:

        def runs(said: bytes) -> bool:
            return strange.is_sound_result(sandbox.run(Job(strange.writing(said), "f", [(1.0,)] * 3, limits)))

        tried("decoder", strange.framed.map(lambda frame: frame[4:]), strange.decodes_or_says_why, seconds / 3)
        tried("protocol", conversations, lambda each: strange.answers_soundly(*each), seconds / 3)
        tried("submissions", st.lists(strange.framed, max_size=4).map(b"".join), runs, seconds / 3)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0)
