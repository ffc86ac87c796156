from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Give one warm sandbox for all tests; a missing wall fails them here, with its cause and fix."""
    with Sandbox() as sandbox:
        sandbox.start()
        yield sandbox
