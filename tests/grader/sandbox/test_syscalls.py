"""The filter, by name: as a program on paper for every architecture, and as the kernel enforces it on this one."""

from __future__ import annotations

import errno
import os
import signal

import pytest

from grader.contract import Limits
from grader.sandbox import Job, Sandbox
from grader.sandbox.syscalls import AARCH64, ALLOW, ALLOWED, ERRNO, KILL_PROCESS, MACHINES, X86_64, Machine, assemble

# name: (number on x86_64, number on aarch64; None where the architecture has no such call)
DENIED = {
    "accept4": (288, 242), "acct": (163, 89), "add_key": (248, 217), "bind": (49, 200), "bpf": (321, 280),
    "capset": (126, 91), "chdir": (80, 49), "chroot": (161, 51), "clock_settime": (227, 112), "clone": (56, 220),
    "close_range": (436, 436), "connect": (42, 203), "copy_file_range": (326, 285), "delete_module": (176, 106),
    "dup": (32, 23), "dup3": (292, 24), "epoll_create1": (291, 20), "eventfd2": (290, 19), "execve": (59, 221),
    "execveat": (322, 281), "fallocate": (285, 47), "fanotify_init": (300, 262), "fchmodat": (268, 53),
    "fchownat": (260, 54), "fcntl": (72, 25), "finit_module": (313, 273), "flock": (73, 32), "fork": (57, None),
    "fsopen": (430, 430), "ftruncate": (77, 46), "getrusage": (98, 165), "init_module": (175, 105),
    "inotify_init1": (294, 26), "io_setup": (206, 0), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425), "kcmp": (312, 272), "kexec_load": (246, 104), "keyctl": (250, 219),
    "kill": (62, 129), "landlock_restrict_self": (446, 446), "linkat": (265, 37), "listen": (50, 201),
    "lookup_dcookie": (212, 18), "mbind": (237, 235), "membarrier": (324, 283), "memfd_create": (319, 279),
    "memfd_secret": (447, 447), "migrate_pages": (256, 238), "mkdirat": (258, 34), "mknodat": (259, 33),
    "mlock": (149, 228), "mlockall": (151, 230), "mount": (165, 40), "mount_setattr": (442, 442),
    "move_mount": (429, 429), "mq_open": (240, 180), "msgget": (68, 186), "name_to_handle_at": (303, 264),
    "open": (2, None), "open_by_handle_at": (304, 265), "open_tree": (428, 428), "openat2": (437, 437),
    "perf_event_open": (298, 241), "personality": (135, 92), "pidfd_getfd": (438, 438), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pipe2": (293, 59), "pivot_root": (155, 41), "poll": (7, None),
    "prctl": (157, 167), "process_madvise": (440, 440), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "ptrace": (101, 117), "pwrite64": (18, 68), "quotactl": (179, 60),
    "reboot": (169, 142), "recvmsg": (47, 212), "remap_file_pages": (216, 234), "renameat2": (316, 276),
    "request_key": (249, 218), "rt_sigaction": (13, 134), "rt_sigqueueinfo": (129, 138),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274), "seccomp": (317, 277), "semget": (64, 190), "sendfile": (40, 71),
    "sendmsg": (46, 211), "sendto": (44, 206), "setgid": (106, 144), "setgroups": (116, 159),
    "sethostname": (170, 161), "setitimer": (38, 103), "setns": (308, 268), "setpriority": (141, 140),
    "setresuid": (117, 147), "setsid": (112, 157), "setuid": (105, 146), "setxattr": (188, 5), "shmat": (30, 196),
    "shmget": (29, 194), "signalfd4": (289, 74), "socket": (41, 198), "socketpair": (53, 199), "splice": (275, 76),
    "swapon": (167, 224), "symlinkat": (266, 36), "syslog": (103, 116), "tgkill": (234, 131),
    "timer_create": (222, 107), "timerfd_create": (283, 85), "tkill": (200, 130), "umount2": (166, 39),
    "unlinkat": (263, 35), "unshare": (272, 97), "userfaultfd": (323, 282), "utimensat": (280, 88),
    "vfork": (58, None), "vmsplice": (278, 75), "wait4": (61, 260), "writev": (20, 66),
}  # fmt: skip


def decide(machine: Machine, number: int, *arguments: int, arch: int | None = None) -> int:
    """Run the filter as the kernel would: an interpreter of the four instructions it is made of."""
    words = {0: number, 4: machine.audit if arch is None else arch}
    for index, argument in enumerate(arguments):
        words[16 + 8 * index] = argument & 0xFFFFFFFF
    program, place, held = assemble(machine), 0, 0
    while True:
        code, if_true, if_false, k = program[place]
        place += 1
        if code == 0x06:
            return k
        if code == 0x20:
            held = words.get(k, 0)
        else:
            met = {0x15: held == k, 0x35: held >= k, 0x45: bool(held & k)}[code]
            place += if_true if met else if_false


@pytest.mark.parametrize("machine", [X86_64, AARCH64], ids=["x86_64", "aarch64"])
@pytest.mark.parametrize("name", DENIED)
def test_the_filter_denies_by_name(machine: Machine, name: str) -> None:
    number = DENIED[name][machine is AARCH64]
    if number is not None:
        assert decide(machine, number) == ERRNO | errno.EPERM


@pytest.mark.parametrize("machine", [X86_64, AARCH64], ids=["x86_64", "aarch64"])
@pytest.mark.parametrize("name", ALLOWED)
def test_the_filter_allows_by_name(machine: Machine, name: str) -> None:
    assert decide(machine, machine.numbers[name]) == ALLOW


@pytest.mark.parametrize("machine", [X86_64, AARCH64], ids=["x86_64", "aarch64"])
def test_the_filter_looks_at_arguments_where_it_must(machine: Machine) -> None:
    openat, limit = machine.numbers["openat"], machine.numbers["prlimit64"]
    assert decide(machine, openat, 0, 0, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY) == ALLOW
    for writing in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND, os.O_TMPFILE | os.O_RDWR):
        assert decide(machine, openat, 0, 0, writing) == ERRNO | errno.EROFS
    assert decide(machine, limit, 0) == ALLOW
    assert decide(machine, limit, 1) == ERRNO | errno.EPERM
    assert decide(machine, machine.numbers["ioctl"]) == ERRNO | errno.ENOTTY
    assert decide(machine, machine.numbers["clone3"]) == ERRNO | errno.ENOSYS


@pytest.mark.parametrize("machine", [X86_64, AARCH64], ids=["x86_64", "aarch64"])
def test_a_foreign_architecture_is_killed(machine: Machine) -> None:
    for arch in (0x40000003, 0x40000028, 0, *({X86_64.audit, AARCH64.audit} - {machine.audit})):
        assert decide(machine, machine.numbers["read"], arch=arch) == KILL_PROCESS


def test_the_second_table_of_x86_64_is_killed() -> None:
    assert decide(X86_64, 0x40000000 + X86_64.numbers["read"]) == KILL_PROCESS


def test_nothing_is_allowed_beyond_the_lists() -> None:
    for machine in MACHINES.values():
        allowed = {number for number in range(600) if decide(machine, number) == ALLOW}
        names = {name for name, number in machine.numbers.items() if number in allowed}
        # With no arguments openat reads and prlimit64 asks about the caller.
        expected = {*ALLOWED, "openat", "prlimit64"} | (
            {"stat", "lstat", "readlink", "time"} if machine is X86_64 else set()
        )
        assert names == expected
        assert len(allowed) == len(names)


ASK_KERNEL = """
import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)


def f(numbers):
    answers = []
    for number in numbers:
        ctypes.set_errno(0)
        result = LIBC.syscall(number, 0, 0, 0, 0, 0, 0)
        answers.append(ctypes.get_errno() if result == -1 else 0)
    return answers
"""


def test_the_kernel_denies_each_by_name(sandbox: Sandbox) -> None:
    column = 1 if MACHINES[os.uname().machine] is AARCH64 else 0
    numbers = {name: pair[column] for name, pair in DENIED.items() if pair[column] is not None}
    (outcome,) = sandbox.run(Job(ASK_KERNEL, "f", [(list(numbers.values()),)])).outcomes
    assert outcome.status == "ok", outcome
    assert dict(zip(numbers, outcome.value, strict=True)) == dict.fromkeys(numbers, errno.EPERM)


OLD_GATE = """
import ctypes
import mmap


def f(code):
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    return ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
X32 = "import ctypes\ndef f(number): return ctypes.CDLL(None).syscall(number)"
FOREIGN = {
    # mov eax, 20 (getpid of i386); int 0x80; ret — and getpid of x32
    "x86_64": [(OLD_GATE, bytes.fromhex("b814000000cd80c3")), (X32, 0x40000000 + 39)],
    "aarch64": [],
}


@pytest.mark.parametrize(("source", "argument"), FOREIGN[os.uname().machine])
def test_the_kernel_kills_a_foreign_call(sandbox: Sandbox, source: str, argument: object) -> None:
    (outcome,) = sandbox.run(Job(source, "f", [(argument,)], Limits())).outcomes
    assert outcome.detail == f"the process was ended by {signal.SIGSYS.name}"
