"""A submission asked step by step: one child, each answer before the next question, and the same walls and limits."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest

from grader.contract import Limits
from grader.sandbox import CallOutcome, Dialogue, ExceptionInfo, InfrastructureFault, Job, Refused, Sandbox


def job(source: str, arity: int | None = 1, **limits: float) -> Job:
    bounds = {"case_seconds": 10.0, "total_seconds": 20.0, "memory_bytes": 512 << 20, **limits}
    return Job(source, "f", limits=Limits(**bounds), arity_check=arity)


def statuses(sandbox: Sandbox, asked: Job, *arguments: object) -> list[str]:
    with sandbox.converse(asked) as dialogue:
        return [dialogue.call(each).status for each in arguments]


def test_a_question_may_depend_on_the_answer_before_it(sandbox: Sandbox) -> None:
    point = np.array([3.0, -1.0])
    with sandbox.converse(job("def f(x): return 2 * x")) as dialogue:
        for _ in range(300):
            point = point - 0.1 * dialogue.call(point).value
    np.testing.assert_allclose(point, np.array([3.0, -1.0]) * 0.8**300, rtol=1e-9)


def test_one_process_answers_the_whole_conversation(sandbox: Sandbox) -> None:
    source = "n = 0\ndef f(x):\n    global n\n    n += 1\n    return n"
    with sandbox.converse(job(source)) as dialogue:
        assert [dialogue.call(0).value for _ in range(3)] == [1, 2, 3]
    with sandbox.converse(job(source)) as dialogue:
        assert dialogue.call(0).value == 1


def test_each_outcome_tells_what_a_jobs_would(sandbox: Sandbox) -> None:
    source = "def f(a):\n    print('got', len(a))\n    a[0] = 7\n    return a if len(a) < 3 else object()"
    with sandbox.converse(job(source)) as dialogue:
        first = dialogue.call([1.0, 2.0])
        second = dialogue.call([1.0, 2.0, 3.0])
    assert first == CallOutcome("ok", [7, 2.0], (0,), printed="got 2\n")
    assert second.value == Refused(
        "The function returned a value of type object, which is neither a number nor an array."
    )


def test_an_exception_does_not_end_the_conversation(sandbox: Sandbox) -> None:
    with sandbox.converse(job("def f(x):\n    return 1 / x")) as dialogue:
        assert dialogue.call(0).exception == ExceptionInfo("ZeroDivisionError", 2, "division by zero")
        assert dialogue.call(4).value == 0.25


def test_an_exception_at_the_top_level_holds_for_every_call(sandbox: Sandbox) -> None:
    with sandbox.converse(job("print('before')\n1 / 0")) as dialogue:
        outcomes = [dialogue.call(1.0) for _ in range(2)]
        assert dialogue.rejected is None
    info = ExceptionInfo("ZeroDivisionError", 2, "division by zero")
    assert outcomes == [CallOutcome("exception", exception=info, printed="before\n")] * 2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(x:", "line 1"),
        ("x = 1", "must define a function named 'f'"),
        ("def f(): pass", "does not take them"),
        ("def f(x): pass\n\0", "NUL"),
    ],
)
def test_what_cannot_be_graded_is_rejected_and_never_called(sandbox: Sandbox, source: str, said: str) -> None:
    with sandbox.converse(job(source)) as dialogue:
        assert said in dialogue.rejected
        assert dialogue.call(1.0) == CallOutcome("not_run")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("import os; os._exit(0)", "runtime_error"),
        ("import ctypes; ctypes.string_at(0)", "runtime_error"),
        ("import os; [os.write(each, b'forged') for each in range(3, 64)]", "runtime_error"),
        ("np.ones(10**12)", "memory_limit"),
        ("print('x' * 2000)", "output_limit"),
        ("while True: pass", "time_limit"),
    ],
)
def test_a_fault_names_its_call_and_the_rest_is_not_run(sandbox: Sandbox, body: str, status: str) -> None:
    source = f"import numpy as np\ndef f(x):\n    if x == 2:\n        {body}\n    return x"
    asked = job(source, case_seconds=1.0, output_bytes=1000)
    assert statuses(sandbox, asked, 1, 2, 3, 4) == ["ok", status, "not_run", "not_run"]


def test_a_fault_at_the_top_level_names_the_first_call(sandbox: Sandbox) -> None:
    assert statuses(sandbox, job("while True: pass", case_seconds=0.2), 1, 2) == ["time_limit", "not_run"]


def test_the_total_bounds_the_answers_and_not_the_time_between_them(sandbox: Sandbox) -> None:
    source = "import time\ndef f(x):\n    time.sleep(x)\n    return x"
    with sandbox.converse(job(source, total_seconds=1.5)) as dialogue:
        assert dialogue.call(0.9).status == "ok"
        assert sandbox.run(Job(source, "f", [(1.6,)])).fault is None
        assert [dialogue.call(each).status for each in (0.0, 0.9, 0.0)] == ["ok", "time_limit", "not_run"]


def test_printed_output_is_bounded_over_the_whole_conversation(sandbox: Sandbox) -> None:
    asked = job("def f(x): print('y' * 400)", output_bytes=1000)
    assert statuses(sandbox, asked, 1, 2, 3, 4) == ["ok", "ok", "output_limit", "not_run"]


def test_large_arguments_and_values_travel_whole(sandbox: Sandbox) -> None:
    with sandbox.converse(job("def f(x): return x[::-1]")) as dialogue:
        for _ in range(3):
            assert np.array_equal(dialogue.call(np.arange(1e6)).value, np.arange(1e6)[::-1])


def test_an_argument_that_cannot_travel_is_the_callers_error_and_changes_nothing(sandbox: Sandbox) -> None:
    with sandbox.converse(job("def f(x): return x")) as dialogue:
        with pytest.raises(TypeError, match="a value of type object"):
            dialogue.call(object())
        assert dialogue.call(3.0).value == 3.0


def test_limits_that_nobody_can_keep_are_the_callers_error(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="raise memory_bytes"), sandbox.converse(job("", memory_bytes=1 << 20)):
        raise AssertionError


def test_a_job_and_another_conversation_may_run_meanwhile(sandbox: Sandbox) -> None:
    one, other = job("def f(x): return x + 1"), job("def f(x): return x + 2")
    with sandbox.converse(one) as first, sandbox.converse(other) as second:
        assert [first.call(1).value, second.call(1).value, first.call(2).value] == [2, 3, 3]
        assert sandbox.run(Job(one.source, "f", [(5,)])).outcomes[0].value == 6
        assert second.call(2).value == 4


def test_a_zygote_lost_on_the_way_is_our_fault_and_the_next_conversation_works() -> None:
    asked = job("def f(x): return x")
    with Sandbox() as sandbox:
        with pytest.raises(InfrastructureFault, match="in the middle"), sandbox.converse(asked) as dialogue:
            talk_until_the_zygote_is_gone(sandbox, dialogue)
        assert statuses(sandbox, asked, 1) == ["ok"]


def talk_until_the_zygote_is_gone(sandbox: Sandbox, dialogue: Dialogue) -> None:
    assert dialogue.call(1).value == 1
    os.kill(sandbox.zygote.host_pid, signal.SIGKILL)
    while dialogue.call(1).status == "ok":
        pass
