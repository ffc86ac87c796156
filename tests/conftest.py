from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LEFT_OUT = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start PostgreSQL when the first test asks for a database."""
    with services.postgresql():
        yield


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with services.redis_server(tmp_path_factory.mktemp("redis")) as socket:
        yield socket


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the browser tests out where there is no Chromium, unless REQUIRE_BROWSER=1 makes that a failure."""
    browser = [item for item in items if item.get_closest_marker("browser")]
    if CHROMIUM or not browser:
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError("REQUIRE_BROWSER=1, but there is no Chromium: apt-get install chromium")
    items[:] = [item for item in items if item not in browser]
    config.hook.pytest_deselected(items=browser)
    config.stash[LEFT_OUT] = len(browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = config.stash.get(LEFT_OUT, 0)
    if left_out:
        terminalreporter.section("BROWSER TESTS LEFT OUT", sep="!", red=True, bold=True)
        terminalreporter.line(f"{left_out} browser tests did not run: there is no Chromium on this machine.")
        terminalreporter.line("Bring it with:  sudo apt-get install chromium   and run make test again.")
