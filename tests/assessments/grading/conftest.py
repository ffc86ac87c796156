from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.pipeline import Pipeline
from tests.services import POSTGRESQL_FOLDER


@pytest.fixture
def pipeline(transactional_db) -> Iterator[Pipeline]:
    """The pipeline on the test's own database; nothing of it runs yet."""
    with Pipeline(f"postgresql://postgres@/{connection.settings_dict['NAME']}?host={POSTGRESQL_FOLDER}") as processes:
        yield processes
