"""The demo: everything on one machine, in `.demo/`, from nothing to green and back to nothing running."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from assessments.management import redis_server
from assessments.management.processes import Keeper, Program

ROOT = Path(__file__).parents[2]
MANAGE = (sys.executable, str(ROOT / "manage.py"))
GREEN_SECONDS = 60

# The demo waits for its bank, so that it certifies on fewer seeds of hidden cases than an installation does.
DEMO_SEEDS = "2"


class Problem(RuntimeError):  # noqa: N818 - what keeps the demo from starting, as a sentence
    """Why the demo does not start, and what to do."""


class Site:
    """One demo: its folder, its port, its programs."""

    def __init__(self, folder: Path, port: int, say: Callable[[str], Any]) -> None:
        self.folder, self.port, self.say = folder, port, say
        self.url = f"http://127.0.0.1:{port}"
        self.keeper = Keeper(folder / "log")
        self.stopped = threading.Event()

    def run(self) -> None:
        """Set up, start, print, tend until told to stop, stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        with ExitStack() as stack:
            self._claim(stack)
            web, grader, redis = self._environments(stack)
            stack.callback(self.keeper.stop)
            stack.callback(self.say, "Stopping …")
            demo = self._set_up(web)
            if not self.stopped.is_set():
                self._start(web, grader, redis)
                self._announce(demo)
            while not self.stopped.wait(0.5):
                for line in self.keeper.tend():
                    self.say(line)
        self.say("Stopped; the data stays in " + str(self.folder))

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopped.set()

    def _claim(self, stack: ExitStack) -> None:
        for name in ("log", "static"):
            (self.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = stack.enter_context((self.folder / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Problem(f"a demo already runs from {self.folder}: stop it with Ctrl-C first") from error
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                raise Problem(
                    f"port {self.port} of 127.0.0.1 cannot be had ({error.strerror}): choose another, such as "
                    f"`PORT={self.port + 1} make demo`"
                ) from error

    def _environments(self, stack: ExitStack) -> tuple[dict[str, str], dict[str, str], Path]:
        """Give the environments of the web side and of the graders, and redis' configuration file."""
        passwords = {user: secrets.token_urlsafe(24) for user in ("web", "grader")}
        # A socket's path has at most 107 bytes, which a deep checkout may pass.
        room = stack.enter_context(tempfile.TemporaryDirectory(prefix="subgradient-"))
        redis_socket = Path(room) / "redis.sock"
        configuration = Path(room) / "redis.conf"
        configuration.write_text(redis_server.configuration(redis_socket, passwords))
        shared = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        web = {
            **shared,
            "DEMO": "1",
            "SECRET_KEY": self._secret_key(),
            "DATABASE_URL": f"sqlite:///{self.folder.resolve() / 'subgradient.sqlite3'}",
            "REDIS_URL": redis_server.url(redis_socket, "web", passwords["web"]),
            "SITE_URL": self.url,
            "STATIC_ROOT": str(self.folder / "static"),
        }
        grader = {**shared, "GRADER_BROKER_URL": redis_server.url(redis_socket, "grader", passwords["grader"])}
        return web, grader, configuration

    def _secret_key(self) -> str:
        path = self.folder / "secret_key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()

    def _set_up(self, web: Mapping[str, str]) -> dict[str, Any]:
        self.say("Migrating the database …")
        self._manage(web, "migrate", "--verbosity", "0")
        self.say("Loading and certifying the bank (the first time takes two minutes) …")
        try:
            self._manage(web, "load_bank", "--seeds", DEMO_SEEDS)
        except Problem as problem:
            self.say(f"Some questions are left out. {problem}")
        laid: dict[str, Any] = json.loads(self._manage(web, "demo_rows") or "{}")
        return laid

    def _manage(self, web: Mapping[str, str], *arguments: str) -> str:
        """Run a management command to its end; its words go to the log, and its failure is a Problem."""
        if self.stopped.is_set():
            return ""
        log = self.keeper.log("setup")
        with log.open("a") as stderr:
            process = subprocess.Popen(
                [*MANAGE, *arguments], env=dict(web), stdout=subprocess.PIPE, stderr=stderr, text=True
            )
            output = self._output_of(process)
            stderr.write(output)
        if process.returncode and not self.stopped.is_set():
            tail = "\n".join(log.read_text().splitlines()[-15:])
            raise Problem(f"`manage.py {arguments[0]}` failed; the end of {log}:\n{tail}")
        return output

    def _output_of(self, process: subprocess.Popen[str]) -> str:
        while True:
            try:
                return process.communicate(timeout=0.3)[0]
            except subprocess.TimeoutExpired:
                if self.stopped.is_set():
                    process.terminate()

    def _start(self, web: Mapping[str, str], grader: Mapping[str, str], redis: Path) -> None:
        self.say("Starting redis, web, workers …")
        worker = (sys.executable, "-m", "grader", "worker")
        address = f"127.0.0.1:{self.port}"
        web_server = (sys.executable, "-m", "gunicorn", "--bind", address, "--threads", "8", "--no-control-socket")
        for program in (
            Program("redis", (redis_server.binary(), str(redis)), {}),
            Program("results", (*MANAGE, "work", "results"), web),
            Program("outbound", (*MANAGE, "work", "outbound"), web),
            Program("sweeper", (*MANAGE, "sweep"), web),
            # Candidates who wait always have a worker that no regrade can hold up.
            Program("grader-live", (*worker, "--name", "live", "--queues", "live,sample"), grader),
            Program("grader-bulk", (*worker, "--name", "bulk", "--queues", "live,sample,bulk"), grader),
            Program("web", (*web_server, "assessments.wsgi"), web),
        ):
            self.keeper.start(program)

    def _announce(self, demo: Mapping[str, Any]) -> None:
        problems = self._wait_for_green()
        if self.stopped.is_set():
            return
        if problems:
            self.say("\nNOT ALL IS WELL; answers wait until it is:\n  " + "\n  ".join(problems))
            self.say(f"  logs: {self.folder / 'log'}")
        staff, rooms = demo["staff"], f"{self.url}/o/{demo['organisation']}"
        self.say(
            f"\nSubgradient runs at {self.url}/ ({'red' if problems else 'all green'}). Stop it with Ctrl-C.\n\n"
            f"  candidate  {demo['link']}\n"
            f"             (the invitation's e-mail: {self.url}/mailbox/)\n"
            f"  recruiter  {rooms}/assessments/   {staff['recruiter']}\n"
            f"  author     {self.url}/o/library/bank/   {staff['author']}\n"
            f"  rater      {rooms}/marking/   {staff['rater']}\n"
            f"  owner      {rooms}/   {staff['owner']}\n"
            f"  password of all four: {demo['password']}\n"
            f"  health     {self.url}/health/\n"
        )

    def _wait_for_green(self) -> list[str]:
        """Wait until /health/ is green; else give its problems."""
        deadline = time.monotonic() + GREEN_SECONDS
        problems = ["the web server does not answer"]
        while time.monotonic() < deadline and not self.stopped.wait(0.3):
            self.keeper.tend()
            try:
                with urllib.request.urlopen(f"{self.url}/health/", timeout=5):  # noqa: S310  (our own address)
                    return []
            except urllib.error.HTTPError as error:
                problems = json.load(error)["problems"] if error.code == 503 else [f"/health/ answers {error.code}"]
            except OSError:
                continue
            if any("takes no work" in problem for problem in problems):
                break
        return problems
