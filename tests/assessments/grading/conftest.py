from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.pipeline import LEASE_SECONDS, Pipeline
from tests.services import POSTGRESQL_FOLDER


@pytest.fixture
def pipeline(transactional_db, settings) -> Iterator[Pipeline]:
    """The pipeline on the test's own database; nothing of it runs yet."""
    # What the test hands in is looked for again as soon as what the processes hand on.
    settings.GRADING_LEASE_SECONDS = LEASE_SECONDS
    with Pipeline(f"postgresql://postgres@/{connection.settings_dict['NAME']}?host={POSTGRESQL_FOLDER}") as processes:
        yield processes
        # pytest shows this where the test failed.
        sys.stdout.write(processes.logs())
