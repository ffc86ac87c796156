"""What a job gives back: values, refusals, exceptions and faults, call by call."""

from __future__ import annotations

import numpy as np
import pytest

from grader.contract import Limits
from grader.sandbox import CallOutcome, ExceptionInfo, Job, JobResult, Refused, Sandbox, codec
from grader.sandbox.conversation import Conversation, Ended
from grader.sandbox.limits import MAX_SOURCE_BYTES

PATIENT = Limits(case_seconds=10.0, total_seconds=20.0, memory_bytes=512 << 20)
QUICK = Limits(case_seconds=1.0, total_seconds=20.0, memory_bytes=512 << 20)


def run(sandbox: Sandbox, source: str, *calls: tuple[object, ...], **fields: object) -> JobResult:
    return sandbox.run(Job(source, "f", calls or [(3.0,)], fields.pop("limits", PATIENT), **fields))


def only(result: JobResult) -> CallOutcome:
    (outcome,) = result.outcomes
    return outcome


def test_values_come_back_in_the_order_of_the_calls(sandbox: Sandbox) -> None:
    result = run(sandbox, "def f(x, y): return x - y", (5.0, 2), (np.arange(3.0), 1.0), (1, 2))
    assert result.rejected is None
    assert result.fault is None
    assert [outcome.status for outcome in result.outcomes] == ["ok"] * 3
    assert result.outcomes[0].value == 3.0
    assert result.outcomes[1].value.tolist() == [-1.0, 0.0, 1.0]
    assert type(result.outcomes[2].value) is int


@pytest.mark.parametrize(
    ("returned", "kind"),
    [("1.5", float), ("np.float32(1.5)", np.float32), ("np.array(1.5)", np.ndarray), ("[1.5]", list), ("(1,)", tuple)],
)
def test_a_value_keeps_its_type(sandbox: Sandbox, returned: str, kind: type) -> None:
    assert type(only(run(sandbox, f"import numpy as np\ndef f(x): return {returned}")).value) is kind


def test_a_value_that_may_not_be_returned_is_a_sentence(sandbox: Sandbox) -> None:
    outcome = only(run(sandbox, "import numpy as np\ndef f(x): return np.ma.masked_array([x])"))
    assert outcome.status == "ok"
    assert outcome.value == Refused(
        "The function returned a masked array; return a plain array, such as its .filled(...)."
    )


def test_a_value_of_more_than_the_cap_is_refused(sandbox: Sandbox) -> None:
    outcome = only(run(sandbox, "import numpy as np\ndef f(x): return np.zeros(4_000_000)"))
    assert outcome.value == Refused("The function returned a value of 32,000,011 bytes; at most 25,165,824 are read.")


def test_a_large_value_comes_back_whole(sandbox: Sandbox) -> None:
    source = "import numpy as np\ndef f(x): return np.arange(2_000_000.0)"
    outcome = only(run(sandbox, source))
    assert outcome.value.sum() == sum(range(2_000_000))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(x:\n    pass", "line 1"),
        ("x = 1", "The answer must define a function named 'f'; it defines none."),
        ("def g(x): pass", "The answer must define a function named 'f'; it defines 'g'."),
        ("f = 3", "'f' must be a function; in the answer it is a int."),
        ("def f(): pass", "The function is called with 1 arguments by position; f() does not take them."),
        ("def f(x): pass\n\0", "NUL"),
        ("def f(x): pass # \udfff", "surrogate"),
        ("#" * (MAX_SOURCE_BYTES + 1), "at most 262,144 are read"),
    ],
)
def test_what_cannot_be_graded_is_rejected_with_a_sentence(sandbox: Sandbox, source: str, said: str) -> None:
    result = run(sandbox, source, arity_check=1)
    assert result.outcomes == ()
    assert said in result.rejected


def test_arity_is_left_alone_where_nobody_asks(sandbox: Sandbox) -> None:
    assert only(run(sandbox, "def f(): pass")).exception.class_name == "TypeError"


def test_an_exception_has_class_line_and_text_and_later_calls_go_on(sandbox: Sandbox) -> None:
    source = "def f(x):\n    if x < 0:\n        raise ValueError(f'no {x}')\n    return x"
    result = run(sandbox, source, (1.0,), (-2.0,), (3.0,))
    assert [outcome.status for outcome in result.outcomes] == ["ok", "exception", "ok"]
    assert result.outcomes[1].exception == ExceptionInfo("ValueError", 3, "no -2.0")
    assert result.fault == "runtime_error"


def test_the_line_is_the_answers_own_however_deep_the_exception_arose(sandbox: Sandbox) -> None:
    source = "import statistics\n\ndef f(x):\n    return statistics.mean([])\n"
    assert only(run(sandbox, source)).exception.line == 4


def test_an_exception_at_the_top_level_holds_for_every_call(sandbox: Sandbox) -> None:
    result = run(sandbox, "print('before')\n1 / 0", (1.0,), (2.0,))
    assert [outcome.exception for outcome in result.outcomes] == [
        ExceptionInfo("ZeroDivisionError", 2, "division by zero")
    ] * 2
    assert result.outcomes[0].printed == "before\n"


def test_after_a_crash_the_later_calls_still_count(sandbox: Sandbox) -> None:
    source = "import os\ndef f(x):\n    if x == 2:\n        os._exit(9)\n    return x"
    result = run(sandbox, source, (1.0,), (2.0,), (3.0,))
    assert [outcome.status for outcome in result.outcomes] == ["ok", "runtime_error", "ok"]
    assert result.outcomes[1].detail == "the process ended by itself, with status 9"


def test_a_signal_is_named(sandbox: Sandbox) -> None:
    outcome = only(run(sandbox, "import ctypes\ndef f(x): return ctypes.string_at(0)"))
    assert (outcome.status, outcome.detail) == ("runtime_error", "the process was ended by SIGSEGV")


def test_calls_before_a_time_out_count_and_those_after_are_not_run(sandbox: Sandbox) -> None:
    source = "def f(x):\n    while x == 2: pass\n    return x"
    result = run(sandbox, source, (1.0,), (2.0,), (3.0,), limits=QUICK)
    assert [outcome.status for outcome in result.outcomes] == ["ok", "time_limit", "not_run"]
    assert result.outcomes[0].value == 1.0
    assert result.fault == "time_limit"
    assert 1.0 <= result.wall_seconds < 5.0


def test_the_total_bounds_calls_that_are_each_in_time(sandbox: Sandbox) -> None:
    limits = Limits(case_seconds=10.0, total_seconds=1.0, memory_bytes=512 << 20)
    result = run(sandbox, "import time\ndef f(x): time.sleep(0.4)", *[(1.0,)] * 9, limits=limits)
    statuses = [outcome.status for outcome in result.outcomes]
    place = statuses.index("time_limit")
    assert place <= 2
    assert statuses == ["ok"] * place + ["time_limit"] + ["not_run"] * (8 - place)


SPIN = """
import signal
def f(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, x)
    while True: pass
"""


@pytest.mark.parametrize("blocked", [[], [24]], ids=["soft", "hard"])
def test_the_kernel_bounds_cpu_time_by_itself(sandbox: Sandbox, blocked: list[int]) -> None:
    """Where the worker's clock would wait; a submission that blocks SIGXCPU meets the hard limit a second later."""
    with Conversation(sandbox.zygote, spinning(blocked), cpu_seconds=1, memory_bytes=1 << 30) as talk:
        assert talk.hear(30.0) == ("loaded",)
        with pytest.raises(Ended) as ended:
            talk.hear(30.0)
    assert (ended.value.fault, ended.value.detail) == ("time_limit", "it used up its CPU time")
    assert ended.value.reaped.cpu_seconds > 0.5


def spinning(blocked: list[int]) -> list[bytes]:
    asked = {
        "source": SPIN,
        "function": "f",
        "arity": 1,
        "entropy": bytes(32),
        "output_bytes": 100,
        "repeats": (False,),
    }
    return [codec.encode(("run", 1 << 30, 1, asked)), codec.encode((blocked,))]


def test_memory_limit_ends_one_call_and_not_the_others(sandbox: Sandbox) -> None:
    source = "import numpy as np\ndef f(n): return float(np.ones(n).sum())"
    result = run(sandbox, source, (10,), (10**12,), (10,))
    assert [outcome.status for outcome in result.outcomes] == ["ok", "memory_limit", "ok"]
    assert result.fault == "memory_limit"


def test_printing_too_much_ends_the_submission(sandbox: Sandbox) -> None:
    limits = Limits(case_seconds=2.0, total_seconds=5.0, output_bytes=1000)
    result = run(sandbox, "def f(x): print('é' * 300)", (1.0,), (2.0,), (3.0,), limits=limits)
    assert [outcome.status for outcome in result.outcomes] == ["ok", "output_limit", "not_run"]


def test_the_gravest_fault_names_the_submission(sandbox: Sandbox) -> None:
    source = "import numpy as np\ndef f(n):\n    if n < 0: raise ValueError\n    return float(np.ones(n).sum())"
    assert run(sandbox, source, (-1,), (10**12,)).fault == "memory_limit"


def test_what_is_printed_belongs_to_its_call(sandbox: Sandbox) -> None:
    source = "import sys\nprint('load')\ndef f(x):\n    print(x)\n    print('err', file=sys.stderr)"
    result = run(sandbox, source, (1.0,), (2.0,))
    assert [outcome.printed for outcome in result.outcomes] == ["load\n1.0\nerr\n", "2.0\nerr\n"]


def test_changed_arguments_are_named(sandbox: Sandbox) -> None:
    source = "def f(a, b, c):\n    b[0] = 7\n    c.append(1)\n    return 0.0"
    arguments = (np.zeros(2), np.zeros(2), [0])
    outcome = only(run(sandbox, source, arguments))
    assert outcome.mutated == (1, 2)
    assert arguments[1].tolist() == [0.0, 0.0]


def test_an_argument_changed_beyond_recognition_is_named_too(sandbox: Sandbox) -> None:
    assert only(run(sandbox, "def f(a): a.append(a)", ([0],))).mutated == (0,)


def test_a_repeated_call_gets_fresh_arguments(sandbox: Sandbox) -> None:
    source = "def f(a):\n    a += 1\n    return float(a.sum())"
    result = run(sandbox, source, (np.zeros(2),), (np.zeros(2),), repeat=frozenset({1}))
    assert [(outcome.value, outcome.second) for outcome in result.outcomes] == [(2.0, None), (2.0, 2.0)]


def test_a_repeated_call_that_answers_otherwise_shows(sandbox: Sandbox) -> None:
    source = "n = 0\ndef f(x):\n    global n\n    n += 1\n    if n > 1: raise KeyError\n    return n"
    outcome = only(run(sandbox, source, repeat=frozenset({0})))
    assert outcome.value == 1
    assert outcome.second == Refused(
        "The function returned nothing: called again with the same arguments it raised KeyError."
    )


def test_the_kernels_cpu_time_is_given_where_it_is_asked_for(sandbox: Sandbox) -> None:
    source = "def f(x):\n    return sum(range(3_000_000))"
    limits = Limits(case_seconds=5.0, total_seconds=5.0)
    assert run(sandbox, source, limits=limits).cpu_seconds is None
    counted = run(sandbox, source, limits=limits, measure_cpu=True)
    assert 0.01 < counted.cpu_seconds < counted.wall_seconds + 0.5


def test_a_limit_that_nobody_can_keep_is_the_callers_error(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="raise memory_bytes"):
        run(sandbox, "def f(x): pass", limits=Limits(memory_bytes=1 << 20))


def test_an_argument_that_cannot_travel_is_the_callers_error(sandbox: Sandbox) -> None:
    with pytest.raises(TypeError, match="a value of type object"):
        run(sandbox, "def f(x): return x", (object(),))
    assert only(run(sandbox, "def f(x): return x")).value == 3.0


def test_a_job_without_calls_is_loaded_all_the_same(sandbox: Sandbox) -> None:
    assert sandbox.run(Job("def f(x): pass", "f", [])).outcomes == ()
    assert "named 'f'" in sandbox.run(Job("", "f", [])).rejected


def test_entropy_seeds_both_generators(sandbox: Sandbox) -> None:
    source = "import random\nimport numpy as np\ndef f(x): return random.random(), float(np.random.rand())"
    one, again, other = (only(run(sandbox, source, entropy=entropy)).value for entropy in (b"a", b"a", b"b"))
    assert one == again
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_the_environment_holds_two_names(sandbox: Sandbox) -> None:
    source = "import os\ndef f(x): return dict(os.environ), os.uname().nodename, os.getcwd()"
    assert only(run(sandbox, source)).value == (
        {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}, "sandbox", "/",
    )  # fmt: skip


def test_the_root_holds_the_interpreter_and_numpy(sandbox: Sandbox) -> None:
    source = "import os\ndef f(x): return [os.listdir(each) for each in ('/', '/packages', '/inside/grader')]"
    root, packages, inside = only(run(sandbox, source)).value
    assert set(root) <= {"inside", "lib", "lib64", "packages", "python", "usr"}
    assert [name for name in packages if not name.endswith(".libs")] == ["numpy"]
    assert inside == ["sandbox"]


@pytest.mark.parametrize("module", ["lossref", "sympy", "scipy", "mpmath", "torch", "pip", "django", "grader.contract"])
def test_what_is_not_on_offer_cannot_be_imported(sandbox: Sandbox, module: str) -> None:
    assert only(run(sandbox, f"import {module}")).exception.class_name == "ModuleNotFoundError"


def test_the_sandbox_tells_its_level(sandbox: Sandbox) -> None:
    assert sandbox.level.startswith("bwrap+seccomp+rlimits")


def test_the_reference_profile_holds_the_reference_core_behind_the_same_walls() -> None:
    """For measuring efficiency: never sees a candidate's code, so it may hold the answers."""
    source = "import lossref\ndef f(y, p): return float(lossref.get('mean_squared_error').value(y, p))"
    with Sandbox("reference") as reference:
        result = run(reference, source, (np.ones(4), np.zeros(4)), measure_cpu=True)
        assert reference.level.startswith("bwrap+seccomp+rlimits")
    assert only(result).value == 1.0
    assert result.cpu_seconds > 0.0
