from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState

from tests import demo
from tests.browser import visitors as visitors_of_tests
from tests.browser.authors import Writer
from tests.browser.pages import DEMO_ASSESSMENT, Recruiter
from tests.browser.visitors import Visitors
from tests.demo import Demo

WIDTHS = (1280, 390)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="package")
def site(first_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo.running(first_demo.copy(tmp_path_factory.mktemp("site"))) as running:
        yield running


# Of the package, not of the session: Playwright's event loop must be gone when other tests use the database.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with visitors_of_tests.chromium() as browser:
        yield browser


@pytest.fixture(scope="module", params=WIDTHS, ids=[f"{width}px" for width in WIDTHS])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="package")
def keys() -> dict[str, StorageState]:
    """Hold the cookies of those of the staff who logged in."""
    return {}


@pytest.fixture(scope="module")
def visitors(chromium: Browser, site: Demo, width: int, keys: dict[str, StorageState]) -> Iterator[Visitors]:
    visitors = Visitors(chromium, site, width, keys)
    yield visitors
    visitors.close()


@pytest.fixture(autouse=True)
def _no_complaints(visitors: Visitors) -> Iterator[None]:
    """Fail where a page had an error in its scripts, broke the content security policy or logged a warning."""
    yield
    assert visitors.complaints() == []


@pytest.fixture(scope="module")
def recruiter(visitors: Visitors) -> Recruiter:
    return Recruiter(visitors)


@pytest.fixture
def invited(recruiter: Recruiter, request: pytest.FixtureRequest) -> str:
    """Give the link of somebody new."""
    name = request.node.name.replace("[", "-").replace("]", "")
    recruiter.assessment(DEMO_ASSESSMENT)
    return recruiter.invite(name, f"{name.lower()}@example.org")


@pytest.fixture
def ana(visitors: Visitors) -> Writer:
    return Writer(visitors)


@pytest.fixture
def olu(visitors: Visitors) -> Writer:
    """The other one, who reads what Ana wrote."""
    return Writer(visitors, "owner")
