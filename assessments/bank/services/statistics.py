"""What answers tell of a version, kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from assessments.bank.models import ItemStatistics


@transaction.atomic
def record_item_statistics(*, figures: Mapping[int, tuple[float, int]], measured_at: datetime) -> None:
    """Keep the facility and number of answers of each version, by its primary key, in place of what was known."""
    rows = [
        ItemStatistics(version_id=version, facility=facility, n=n, measured_at=measured_at)
        for version, (facility, n) in figures.items()
    ]
    ItemStatistics.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["version"],
        update_fields=["facility", "n", "measured_at"],
    )
