"""The demo as a person has it: one command, printed addresses, Ctrl-C, and the same data at the next start."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests import demo
from tests.demo import Demo
from tests.processes import command, descendants
from tests.services import PATIENCE, wait_until


@pytest.fixture(scope="module")
def site(first_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The second start from the data of the first."""
    with demo.running(first_demo.copy(tmp_path_factory.mktemp("again"))) as again:
        yield again


def test_the_next_start_has_the_same_data_on_its_new_port(first_demo: Demo, site: Demo) -> None:
    assert site.url != first_demo.url
    assert site.candidate == first_demo.candidate.replace(first_demo.url, site.url)
    assert "Example Labs" in demo.opened(site.candidate)


def test_a_second_demo_in_the_same_folder_is_refused(site: Demo, tmp_path: Path) -> None:
    (tmp_path / "demo").symlink_to(site.folder)
    with demo.started(tmp_path, demo.free_port()) as second:
        assert second.wait(timeout=PATIENCE) == 1
    assert "a demo already runs from" in demo.output_of(tmp_path).read_text()


def test_a_killed_grader_is_started_again_and_all_is_stopped_in_the_end(site: Demo) -> None:
    grader = next(below for below in descendants(site.pid) if "--name live" in command(below))
    grader.kill()
    wait_until(
        lambda: "grader-live ended with -9 and was started again" in site.output(),
        what="the demo to say that it started the grader again",
    )
    # `running` sees that each of them ends with the demo.
    assert len(descendants(site.pid)) >= 7


def test_a_port_that_is_taken_is_named_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with demo.started(tmp_path, port) as process:
            assert process.wait(timeout=PATIENCE) == 1
    told = demo.output_of(tmp_path).read_text()
    assert f"port {port} of 127.0.0.1 cannot be had" in told
    assert f"PORT={port + 1} make demo" in told
