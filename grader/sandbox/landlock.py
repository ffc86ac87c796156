"""Landlock: a further wall where the kernel has it, drawn by the zygote around itself and all its children."""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Final

# The same numbers on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Rights on files that each version of the interface knows: the bits are contiguous.
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP_BIND_CONNECT: Final = 0b11  # from version 4
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS: Final = 0b11  # from version 6


def restrict() -> int:
    """Leave reading, take every other right on files, TCP, abstract sockets and signals to the outside.

    Returns the version of the kernel's interface, 0 where there is none. no_new_privs is already set by bubblewrap.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG))
    if version < 1:
        return 0
    attributes = struct.pack(
        "=QQQ",
        (1 << _FILE_RIGHTS[min(version, 5)]) - 1,
        _TCP_BIND_CONNECT if version >= 4 else 0,
        _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0,
    )
    ruleset = _checked(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    root = os.open("/", os.O_PATH | os.O_DIRECTORY)
    rule = struct.pack("=Qi", _READ_FILE | _READ_DIR, root)
    _checked(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))
    _checked(libc.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(root)
    os.close(ruleset)
    return version


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock is there but refused its rules")
    return result
