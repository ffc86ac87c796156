"""Whatever a candidate sends ends in a verdict in time, in words to act on, with nothing of ours or of hidden cases."""

from __future__ import annotations

import json
import re

from assessments.grading import services
from assessments.grading.models import GradingRun, Purpose, RunState
from assessments.sittings import limits, selectors
from tests.assessments.sittings.conftest import begin, blueprint
from tests.factories import SPECS, QuestionVersionFactory, ResponseFactory
from tests.pipeline import ROOT, Pipeline, broker
from tests.services import wait_until

LIMITS = {"case_seconds": 0.5, "total_seconds": 1.0, "memory_bytes": 1 << 29, "output_bytes": 1 << 16}
# Beyond the limits, so much may pass until the verdict stands.
SLACK = 0.5
HEAD = "import os, sys, numpy as np\n\n\ndef mean_squared_error(y_true, y_pred):\n    "
# A text that carries the inputs: it must not come back from a hidden case.
STOLEN = "'STOLEN' + repr(y_true.tolist())"
CODE = {
    "an endless loop": ("while True: pass", {"time_limit"}),
    "a sleep": ("import time; time.sleep(60)", {"time_limit"}),
    "all the memory": ("return np.ones(1 << 30).sum()", {"memory_limit", "runtime_error"}),
    "a flood of output": ("print('x' * (1 << 22)); return 0.0", {"output_limit"}),
    "endless recursion": ("return mean_squared_error(y_true, y_pred)", {"runtime_error"}),
    "the end of the process": ("os._exit(0)", {"runtime_error", "time_limit"}),
    "an exit": ("sys.exit('STOLEN')", {"runtime_error"}),
    "a signal to all": ("os.kill(-1, 9); os.kill(os.getppid(), 9); return 0.0", {"runtime_error", "wrong"}),
    "forks without end": ("\n    while True: os.fork()", {"runtime_error", "time_limit"}),
    "inputs in an exception": (f"raise ValueError({STOLEN})", {"runtime_error"}),
    "inputs in the name of a class": (f"raise type({STOLEN}, (Exception,), {{}})()", {"runtime_error"}),
    "inputs printed": (f"print({STOLEN}); return -1.0", {"wrong"}),
    "inputs returned as text": (f"return {STOLEN}", {"wrong", "rejected", "runtime_error"}),
    "files of ours": ("return float(len(open('/etc/passwd').read()))", {"runtime_error"}),
    "modules of ours": ("import grader; return grader.__version__", {"runtime_error"}),
    "a huge number": ("return 10 ** (10 ** 9)", {"time_limit", "memory_limit", "runtime_error"}),
    "an object that lies": ("return type('float', (float,), {'__eq__': lambda *_: True})(1.0)", {"wrong", "rejected"}),
    "a reference cycle": ("x = []; x.append(x); return x", {"wrong", "rejected", "runtime_error"}),
    "nothing": ("pass", {"wrong"}),
}
SOURCES = {
    "no Python": ("<?php echo 1; ?>", {"rejected"}),
    "brackets without end": ("(" * 50_000, {"rejected"}),
    "another function": ("def other(y_true, y_pred): return 0.0", {"rejected"}),
    "a name that is no function": ("mean_squared_error = 1", {"rejected"}),
    "too few parameters": ("def mean_squared_error(y): return 0.0", {"rejected"}),
    "an exception on import": ("raise SystemExit('STOLEN')", {"rejected", "runtime_error"}),
    "an endless loop on import": ("while True: pass", {"time_limit", "rejected"}),
    "control characters": ("\x1b[2J\x07\x7f" * 20, {"rejected"}),
    "half a megabyte": ("#" * 500_000, {"rejected"}),
}
OTHERS = {
    "derivation": [
        "(" * 20_000,
        "9^9^9^9^9",
        "1/0",
        "x" * 50_000,
        "__import__('os').system('id')",
        "\\frac{1}{",
        "∑" * 99,
    ],
    "numeric": ["1e999999", "9**9**9**9", "nan", "__import__('os')", "1" * 50_000, "(" * 9_999, "½"],
    "choice": ["[1e308]", "{}", "[true]", "[" * 50_000, "[0, 0, 0]", "[99999999999999999999]", "no JSON"],
    "written": ["\x1b]0;owned\x07", "a" * 100_000],
}
OURS = re.compile(r"Traceback|STOLEN|/root|/home|/usr|/proc|site-packages|lease|zygote|grader\.|celery|0x[0-9a-f]{6}")


def answers() -> list[tuple[str, str, str, set[str]]]:
    """Give name, kind, answer and the outcomes that are right for it."""
    code = [(name, "coding", HEAD + body + "\n", outcomes) for name, (body, outcomes) in CODE.items()]
    sources = [(name, "coding", source, outcomes) for name, (source, outcomes) in SOURCES.items()]
    plain = {"wrong", "rejected", "pending_review"}
    others = [(f"{kind} {text[:20]}", kind, text, plain) for kind, texts in OTHERS.items() for text in texts]
    return code + sources + others


def test_every_bad_answer_gets_its_verdict_in_time_and_in_words(pipeline: Pipeline) -> None:
    pipeline.start("redis", "results", "sweeper", "grader")
    versions = {
        kind: QuestionVersionFactory(kind=kind, spec={**SPECS[kind], "limits": LIMITS})
        for kind in ("coding", "derivation", "numeric", "choice", "written")
    }
    sent = {}
    for name, kind, answer, outcomes in answers():
        response = ResponseFactory(version=versions[kind])
        submission = services.submit(response=response, answer=answer, purpose=Purpose.FINAL)
        sent[submission.runs.get().pk] = (name, outcomes)
    done = GradingRun.objects.filter(state__in=[RunState.DONE, RunState.UNGRADABLE])
    wait_until(lambda: done.count() == len(sent), seconds=180, what="every verdict")
    faults = [fault for run in done for fault in complaints(run, *sent[run.pk])]
    assert faults == []


def complaints(run: GradingRun, name: str, outcomes: set[str]) -> list[str]:
    """Say what is wrong with a verdict."""
    found = []
    if run.outcome not in outcomes or run.state != RunState.DONE:
        found.append(f"{name}: {run.outcome}, {run.fault}")
    verdict = run.verdict or {"checks": [], "findings": []}
    told = json.dumps([verdict["checks"], verdict["findings"]], ensure_ascii=False)
    if OURS.search(told) or str(ROOT) in told:
        found.append(f"{name} tells of ours: {told}")
    if run.outcome != "pending_review" and not any(check["message"] for check in verdict["checks"]):
        found.append(f"{name}: no word of why")
    if (run.run_seconds or 0.0) > LIMITS["total_seconds"] + SLACK:
        found.append(f"{name}: took {run.run_seconds:.2f} s")
    return found


def test_a_loop_of_endless_runs_holds_two_places_up_and_is_charged_for_all(pipeline: Pipeline, settings) -> None:
    # The product's own: a superseded run gives its place back no sooner.
    settings.GRADING_LEASE_SECONDS = 30
    pipeline.start("redis", "results", "sweeper", "grader")
    sitting = begin(blueprint("coding"))
    endless = f"{HEAD}while True: pass\n"
    told = []
    for number in range(60):
        told.append(sitting.submit(f"{endless}#{number}", base=number, name="run").status_code)
        with broker() as client:
            assert client.llen("sample") <= limits.UNFINISHED_JOBS
    assert set(told) == {200, 429}
    honest = services.submit(response=ResponseFactory(), answer="0.75", purpose=Purpose.FINAL)
    wait_until(lambda: honest.runs.get().state == RunState.DONE, what="the verdict of somebody else")
    runs = GradingRun.objects.exclude(submission=honest)
    wait_until(lambda: not runs.filter(run_seconds=None).exists(), what="the end of every run")
    # Each met the limit of 2 s a case, whether its verdict was still wanted or not.
    assert selectors.computing_seconds(sitting.attempt) >= 2.0 * runs.count()
    assert sitting.item().drafts.latest("revision").text.endswith("#59")
