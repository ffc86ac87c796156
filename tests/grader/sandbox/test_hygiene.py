"""What stays behind: nothing, in the next submission, in the worker and on the machine."""

from __future__ import annotations

import errno
import os
import signal
import threading
from pathlib import Path

import pytest

from grader.contract import Limits
from grader.sandbox import InfrastructureFault, Job, Sandbox
from grader.sandbox.process import Zygote
from tests.processes import descendants, still_running
from tests.services import wait_until

LIMITS = Limits(case_seconds=10.0, total_seconds=20.0, memory_bytes=512 << 20)
DOUBLE = Job("def f(x): return 2 * x", "f", [(4.0,)], LIMITS)


@pytest.fixture
def own() -> Sandbox:
    with Sandbox() as sandbox:
        sandbox.start()
        yield sandbox


def value(sandbox: Sandbox, source: str) -> object:
    (outcome,) = sandbox.run(Job(source, "f", [(1.0,)], LIMITS)).outcomes
    assert outcome.status == "ok", outcome
    return outcome.value


def resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def open_descriptors(pid: int | str) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def state_of(sandbox: Sandbox) -> tuple[int, int, int]:
    """Descriptors of worker and zygote, and processes below the sandbox: others of the worker's come and go."""
    zygote = open_descriptors(sandbox.zygote.host_pid)
    return open_descriptors("self"), zygote, len(descendants(sandbox.zygote._process.pid))


def at_rest(sandbox: Sandbox) -> tuple[int, int, int]:
    """Give the least of each in several readings: while the zygote makes the next child, it holds a few more."""
    readings = []
    for _ in range(5):
        sandbox.run(DOUBLE)
        wait_until(lambda: len(descendants(sandbox.zygote.host_pid)) == 1, what="the end of the last child")
        readings.append(state_of(sandbox))
    worker, zygote, processes = (min(reading) for reading in zip(*readings, strict=True))
    return worker, zygote, processes


def test_a_thousand_submissions_leave_no_descriptor_memory_or_zombie(own: Sandbox) -> None:
    for _ in range(20):
        own.run(DOUBLE)
    before = at_rest(own)
    memory = resident_kib(os.getpid()), resident_kib(own.zygote.host_pid)
    jobs = [
        DOUBLE,
        Job("def f(x): raise ValueError", "f", [(1.0,)], LIMITS),
        Job("import os\ndef f(x): os._exit(1)", "f", [(1.0,)], LIMITS),
        Job("def f(:", "f", [(1.0,)], LIMITS),
        Job("def f(x): return bytes(100_000)", "f", [(1.0,)], LIMITS),
    ]
    for index in range(1000):
        own.run(jobs[index % len(jobs)])
    # What is in passing goes; what leaked would stay.
    wait_until(lambda: state_of(own) == before, what=f"descriptors and processes as before, {before}")
    assert resident_kib(os.getpid()) - memory[0] < 4096
    assert resident_kib(own.zygote.host_pid) - memory[1] < 1024


def test_two_submissions_share_nothing(sandbox: Sandbox) -> None:
    mark = """
import builtins, os, random, sys
import numpy as np
def f(x):
    builtins.mark = sys.mark = np.mark = random.mark = None
    np.mean = lambda *_: 7.0
    os.environ["MARK"] = "1"
    sys.path.clear()
    return 1
"""
    assert value(sandbox, mark) == 1
    look = """
import builtins, os, random, sys
import numpy as np
def f(x):
    marked = [name for name, each in (("b", builtins), ("s", sys), ("n", np), ("r", random)) if hasattr(each, "mark")]
    return marked, float(np.mean([1.0])), "MARK" in os.environ, len(sys.path) > 1, "answer" in sys.modules
"""
    assert value(sandbox, look) == ([], 1.0, False, True, True)


def test_generators_are_seeded_alike_whatever_ran_before(sandbox: Sandbox) -> None:
    draw = "import random\nimport numpy as np\ndef f(x): return random.random(), float(np.random.rand())"
    first = value(sandbox, draw)
    value(
        sandbox,
        "import random\nimport numpy as np\nrandom.seed(9)\nnp.random.seed(9)\ndef f(x): return random.random()",
    )
    assert value(sandbox, draw) == first


def test_a_child_holds_one_descriptor_and_no_standard_stream(sandbox: Sandbox) -> None:
    look = """
import os, stat
def f(x):
    held = []
    for number in range(4096):
        try:
            held.append(stat.S_ISSOCK(os.fstat(number).st_mode))
        except OSError:
            pass
    return held
"""
    assert value(sandbox, look) == [True]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_write_to_a_standard_descriptor_goes_nowhere(sandbox: Sandbox, number: int) -> None:
    """In an early sketch these led to the zygote's own answers, where another's result could have been forged."""
    attempt = (
        f"import os\ndef f(x):\n    try: os.write({number}, b'forged')\n    except OSError as error: return error.errno"
    )
    assert value(sandbox, attempt) == errno.EBADF
    assert value(sandbox, DOUBLE.source) == 2.0


def test_the_zygote_never_sees_a_jobs_bytes(own: Sandbox) -> None:
    secret = "pineapple-on-the-moon"
    assert value(own, f"def f(x): return {secret!r}") == secret
    found = """
import gc
def f(x):
    word = "-".join(["pineapple", "on", "the", "moon"])
    held = [each for each in gc.get_objects() if isinstance(each, (list, tuple, dict)) and each is not globals()]
    return [type(each).__name__ for each in held if word in repr(each)[:10000]]
"""
    assert value(own, found) == []


def test_a_zygote_killed_from_outside_is_replaced(own: Sandbox) -> None:
    os.kill(own.zygote.host_pid, signal.SIGKILL)
    assert own.run(DOUBLE).outcomes[0].value == 8.0


def test_a_zygote_killed_during_a_submission_is_no_fault_of_the_submission(own: Sandbox) -> None:
    """The job runs again from the start, in a new zygote."""
    slow = Job("import time\ndef f(x):\n    time.sleep(0.3)\n    return x", "f", [(1.0,), (2.0,)], Limits())
    killer = threading.Timer(0.15, os.kill, (own.zygote.host_pid, signal.SIGKILL))
    killer.start()
    result = own.run(slow)
    killer.join()
    assert [outcome.value for outcome in result.outcomes] == [1.0, 2.0]
    assert result.fault is None


def test_two_lost_zygotes_are_an_infrastructure_fault(own: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    take = Zygote.take

    def lose(zygote: Zygote, memory_bytes: int) -> object:
        os.kill(zygote.host_pid, signal.SIGKILL)
        zygote._process.wait()
        return take(zygote, memory_bytes)

    with monkeypatch.context() as patched:
        # Every new zygote is killed before its first job; the probe at the start is let through.
        patched.setattr("grader.sandbox.client.walls", lambda _: [])
        patched.setattr(Zygote, "take", lose)
        with pytest.raises(InfrastructureFault, match="failed twice"):
            own.run(DOUBLE)
    assert own.run(DOUBLE).outcomes[0].value == 8.0


def test_closing_leaves_no_process(own: Sandbox) -> None:
    own.run(DOUBLE)
    below = [process for process in descendants(os.getpid()) if process.pid == own.zygote.host_pid]
    assert len(below) == 1
    own.close()
    assert still_running(below, seconds=60) == []


def test_a_closed_sandbox_starts_again(own: Sandbox) -> None:
    own.close()
    assert own.run(DOUBLE).outcomes[0].value == 8.0


def test_a_sandbox_belongs_to_its_thread(sandbox: Sandbox) -> None:
    raised: list[BaseException] = []

    def use() -> None:
        try:
            sandbox.run(DOUBLE)
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert "belongs to the thread" in str(raised[0])
