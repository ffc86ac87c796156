"""`python -m grader algebra --jsonl [--steps]`: JSON lines in, one decision a line out, in order."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Ask = Callable[[dict[str, Any]], dict[str, Any]]

PAIR_SECONDS = 0.8
STEPS_SECONDS = 2.0
# What the sandbox adds: the payload's way in and out, and a step that is under way at the deadline.
GRACE_SECONDS = 1.0
MAX_TEXT = 100_000


def main(argv: Sequence[str]) -> int:
    """Decide every line of standard input; 0 unless the call itself is broken."""
    parser = argparse.ArgumentParser(
        prog="python -m grader algebra", description="Decide whether two expressions are equal."
    )
    parser.add_argument("--jsonl", action="store_true", help="one JSON object a line (the only form there is)")
    parser.add_argument("--steps", action="store_true", help="check derivations line by line")
    parser.add_argument("--no-sandbox", action="store_true", help="run in this process: for trusted input only")
    options = parser.parse_args(argv)
    try:
        with _asking(trusted=options.no_sandbox) as ask:
            for line in sys.stdin:
                if line.strip():
                    sys.stdout.write(json.dumps(_line(line, ask, steps=options.steps), allow_nan=False) + "\n")
                    sys.stdout.flush()
    except _NoSandboxError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _line(line: str, ask: Ask, *, steps: bool) -> dict[str, Any]:
    started = time.perf_counter()
    payload: Any = None
    try:
        payload = json.loads(line)
        problem = "" if isinstance(payload, dict) else "a line is one JSON object"
        if not problem and any(isinstance(text, str) and len(text) > MAX_TEXT for text in payload.values()):
            problem = f"a text has more than {MAX_TEXT} characters"
    except (ValueError, RecursionError) as error:
        problem = f"the line is not JSON: {str(error)[:100]}"
    if problem:
        unread: dict[str, Any] = {"lines": [], "first_wrong_line": None, "score": None} if steps else {}
        result: dict[str, Any] = {**unread, "equivalent": "invalid", "reason": problem}
    else:
        result = ask({**payload, "steps": steps, "seconds": STEPS_SECONDS if steps else PAIR_SECONDS})
    result.setdefault("ms", round((time.perf_counter() - started) * 1e3, 2))
    return {"id": payload["id"], **result} if isinstance(payload, dict) and "id" in payload else result


class _NoSandboxError(Exception):
    pass


@contextlib.contextmanager
def _asking(*, trusted: bool) -> Iterator[Ask]:
    """Give what decides a payload: the sandbox, where the input is a stranger's."""
    if trusted:
        from grader.algebra.service import answer

        yield answer
        return
    from grader.sandbox import AskFault, Sandbox, SandboxUnavailable

    def ask(payload: dict[str, Any]) -> dict[str, Any]:
        try:
            return sandbox.ask(payload, payload["seconds"] + GRACE_SECONDS)
        except AskFault as fault:
            if payload["steps"]:
                return {"lines": [], "first_wrong_line": None, "score": None, "reason": _words(fault.kind)}
            return {"equivalent": "undecided", "reason": _words(fault.kind)}

    try:
        with Sandbox("algebra") as sandbox:
            yield ask
    except SandboxUnavailable as error:
        raise _NoSandboxError(str(error)) from error


def _words(kind: str) -> str:
    return f"the comparison met its {kind.replace('_', ' ')}"
