"""The seccomp allow-list, assembled as BPF by hand: no library of the machine is needed. Imported inside.

A filter is a program over `struct seccomp_data` (nr at 0, arch at 4, args from 16 on, eight bytes each).
"""

from __future__ import annotations

import ctypes
import dataclasses
import errno
import os
import struct
from collections.abc import Sequence
from typing import Final

ALLOW: Final = 0x7FFF0000
KILL_PROCESS: Final = 0x80000000
ERRNO: Final = 0x00050000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_PR_SET_NO_NEW_PRIVS, _SECCOMP_SET_MODE_FILTER = 38, 1
_X32_BIT: Final = 0x40000000

# compute and memory; read what is held and open what is mounted; clocks; waiting for a lock; ending.
ALLOWED: Final = (
    "read",
    "write",
    "futex",
    "mmap",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "brk",
    "close",
    "fstat",
    "newfstatat",
    "lseek",
    "pread64",
    "getdents64",
    "readlinkat",
    "getcwd",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "getrandom",
    "uname",
    "sched_yield",
    "getpid",
    "gettid",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "restart_syscall",
    "exit",
    "exit_group",
)
# Older names of the same calls that only x86_64 still has.
ALLOWED_X86_64: Final = ("stat", "lstat", "readlink", "time")

# Opening for anything but reading; the mounts are read-only too.
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclasses.dataclass(frozen=True)
class Machine:
    """One architecture: its audit number and the system call numbers that the filter names."""

    audit: int
    numbers: dict[str, int]
    has_x32: bool = False


X86_64: Final = Machine(
    audit=0xC000003E,
    has_x32=True,
    numbers={
        "read": 0,
        "write": 1,
        "close": 3,
        "stat": 4,
        "fstat": 5,
        "lstat": 6,
        "lseek": 8,
        "mmap": 9,
        "mprotect": 10,
        "munmap": 11,
        "brk": 12,
        "rt_sigprocmask": 14,
        "rt_sigreturn": 15,
        "ioctl": 16,
        "pread64": 17,
        "sched_yield": 24,
        "mremap": 25,
        "madvise": 28,
        "nanosleep": 35,
        "getpid": 39,
        "exit": 60,
        "uname": 63,
        "getcwd": 79,
        "readlink": 89,
        "gettimeofday": 96,
        "sigaltstack": 131,
        "gettid": 186,
        "time": 201,
        "futex": 202,
        "getdents64": 217,
        "restart_syscall": 219,
        "clock_gettime": 228,
        "clock_getres": 229,
        "clock_nanosleep": 230,
        "exit_group": 231,
        "openat": 257,
        "newfstatat": 262,
        "readlinkat": 267,
        "prlimit64": 302,
        "seccomp": 317,
        "getrandom": 318,
        "clone3": 435,
    },
)
AARCH64: Final = Machine(
    audit=0xC00000B7,
    numbers={
        "getcwd": 17,
        "ioctl": 29,
        "openat": 56,
        "close": 57,
        "getdents64": 61,
        "lseek": 62,
        "read": 63,
        "write": 64,
        "pread64": 67,
        "readlinkat": 78,
        "newfstatat": 79,
        "fstat": 80,
        "exit": 93,
        "exit_group": 94,
        "futex": 98,
        "nanosleep": 101,
        "clock_gettime": 113,
        "clock_getres": 114,
        "clock_nanosleep": 115,
        "sched_yield": 124,
        "restart_syscall": 128,
        "sigaltstack": 132,
        "rt_sigprocmask": 135,
        "rt_sigreturn": 139,
        "uname": 160,
        "gettimeofday": 169,
        "getpid": 172,
        "gettid": 178,
        "brk": 214,
        "munmap": 215,
        "mremap": 216,
        "mmap": 222,
        "mprotect": 226,
        "madvise": 233,
        "prlimit64": 261,
        "seccomp": 277,
        "getrandom": 278,
        "clone3": 435,
    },
)
MACHINES: Final = {"x86_64": X86_64, "aarch64": AARCH64}

Instruction = tuple[int, int, int, int]


def assemble(machine: Machine) -> list[Instruction]:
    """Build the filter as (code, jump if true, jump if false, k); whatever is not named fails with EPERM."""
    program = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, KILL_PROCESS),
        (_LOAD, 0, 0, 0),
    ]
    if machine.has_x32:
        program += [(_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, KILL_PROCESS)]
    for name in (*ALLOWED, *(ALLOWED_X86_64 if machine is X86_64 else ())):
        program += _answer(machine.numbers[name], ALLOW)
    program += [
        (_EQUAL, 0, 4, machine.numbers["openat"]),
        (_LOAD, 0, 0, 16 + 2 * 8),  # the flags: the low half of the third argument
        (_ANY_BIT, 0, 1, _WRITING),
        (_RETURN, 0, 0, ERRNO | errno.EROFS),
        (_RETURN, 0, 0, ALLOW),
    ]
    program += [
        (_EQUAL, 0, 4, machine.numbers["prlimit64"]),
        (_LOAD, 0, 0, 16),  # the process number: 0 is the caller, which can only lower what it has
        (_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, ALLOW),
        (_RETURN, 0, 0, ERRNO | errno.EPERM),
    ]
    # open() of Python asks whether the file is a terminal; no descriptor here is one.
    program += _answer(machine.numbers["ioctl"], ERRNO | errno.ENOTTY)
    # glibc falls back to clone(2), which is refused by name; clone3 takes its flags from memory that BPF cannot read.
    program += _answer(machine.numbers["clone3"], ERRNO | errno.ENOSYS)
    return [*program, (_RETURN, 0, 0, ERRNO | errno.EPERM)]


def _answer(number: int, action: int) -> list[Instruction]:
    return [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, action)]


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class Filter:
    """A filter made ready before the fork, so that loading it is two system calls."""

    def __init__(self, program: Sequence[Instruction], machine: Machine) -> None:
        self._code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in program))
        self._program = _FilterProgram(len(program), ctypes.addressof(self._code))
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._number = machine.numbers["seccomp"]

    def load(self) -> None:
        """Bind this process to the filter for good; OSError where the kernel refuses."""
        if self._libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "no_new_privs was refused")
        if self._libc.syscall(self._number, _SECCOMP_SET_MODE_FILTER, 0, ctypes.byref(self._program)) != 0:
            raise OSError(ctypes.get_errno(), "the kernel refused the seccomp filter")


def filter_for_this_machine() -> Filter:
    """Build the filter for the processor we run on; KeyError on one that has no table here."""
    machine = MACHINES[os.uname().machine]
    return Filter(assemble(machine), machine)
