from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.utils import timezone

from assessments.bank import selectors, services
from tests.factories import QuestionVersionFactory

pytestmark = pytest.mark.django_db


def record(**figures: tuple[float, int]) -> None:
    services.record_item_statistics(
        figures={int(key[1:]): value for key, value in figures.items()}, measured_at=timezone.now()
    )


def test_the_newest_figures_take_the_place_of_older_ones() -> None:
    first, second, third = QuestionVersionFactory.create_batch(3)
    record(**{f"v{first.pk}": (0.25, 40), f"v{second.pk}": (0.5, 31)})
    record(**{f"v{first.pk}": (0.75, 80)})
    wanted = [first.pk, second.pk, third.pk]
    assert selectors.observed_facilities(wanted) == {first.pk: (0.75, 80), second.pk: (0.5, 31)}


@pytest.mark.parametrize("figures", [(1.01, 40), (-0.01, 40), (0.5, 0)])
def test_a_facility_is_a_fraction_of_at_least_one_answer(figures) -> None:
    version = QuestionVersionFactory()
    with pytest.raises(IntegrityError):
        record(**{f"v{version.pk}": figures})
