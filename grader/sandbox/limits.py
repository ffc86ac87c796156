"""Resource limits of a child: every bound has a number. Imported inside."""

from __future__ import annotations

import os
import resource
from typing import Final

# A warm interpreter with numpy maps a few hundred MiB before it has done anything: less is our own misconfiguration.
MIN_MEMORY_BYTES: Final = 384 << 20
MAX_SOURCE_BYTES: Final = 256 << 10
MAX_VALUE_BYTES: Final = 24 << 20
# All that a child may send: the worker keeps every value until it has compared them.
MAX_ANSWERS_BYTES: Final = 256 << 20
# What may be said in words, by the child of an exception or for the candidate.
MAX_CLASS_NAME: Final = 100
MAX_TEXT: Final = 2000
STACK_BYTES: Final = 64 << 20
DESCRIPTORS: Final = 64


def close_all_but(*kept: int) -> None:
    """Close every descriptor but these, the standard ones included: the zygote's must never be a child's."""
    below = 0
    for descriptor in sorted(kept):
        if below < descriptor:  # closerange(0, 0) closes everything
            os.closerange(below, descriptor)
        below = descriptor + 1
    os.closerange(below, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def bound_ahead() -> None:
    """Set the limits that do not depend on the job, soft and hard alike so that none can be raised again."""
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_MEMLOCK, 0)
    _lower(resource.RLIMIT_MSGQUEUE, 0)
    _lower(resource.RLIMIT_NOFILE, DESCRIPTORS)
    _lower(resource.RLIMIT_STACK, STACK_BYTES)


def bound(memory_bytes: int, cpu_seconds: int) -> None:
    """Set the limits that come with the job.

    CPU alone has hard = soft + 1: the soft limit's SIGXCPU tells a time-out from any other end, and the SIGKILL of the
    hard one ends a process that ignores it.
    """
    _lower(resource.RLIMIT_AS, memory_bytes)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))


def _lower(name: int, value: int) -> None:
    ceiling = resource.getrlimit(name)[1]
    if ceiling != resource.RLIM_INFINITY:
        value = min(value, ceiling)
    resource.setrlimit(name, (value, value))
