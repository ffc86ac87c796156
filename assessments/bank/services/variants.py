from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.bank import variants
from assessments.bank.models import QuestionVersion, Variant
from assessments.people.models import User
from assessments.people.services import audit


@transaction.atomic
def retire_variant(*, variant: Variant, actor: User | None, reason: str) -> Variant:
    """Take a variant out of new attempts; those that have it keep it."""
    # Locked, so that two who retire at once do not take the last two.
    QuestionVersion.objects.select_for_update(of=("self",)).get(pk=variant.version_id)
    offered = Variant.objects.filter(version=variant.version_id, retired_at=None)
    if not offered.filter(pk=variant.pk).exists():
        raise ValidationError(f"Variant {variant.number} is retired already.")
    if offered.count() == 1:
        raise ValidationError("This is the last variant that is asked: retire the version, or publish one with more.")
    variant.retired_at = timezone.now()
    variant.save(update_fields=["retired_at"])
    data = {"note": f"variant {variant.number}: {reason}"}
    audit(organisation=variant.version.question.organisation, actor=actor, verb="variant.retired",
          subject=variant.version, data=data)  # fmt: skip
    return variant


def retire_worn_variants(*, versions: Iterable[QuestionVersion]) -> int:
    """Retire what was asked as often as the limit allows; say how many."""
    worn = variants.worn(versions)
    for variant in worn:
        retire_variant(variant=variant, actor=None, reason=f"asked {variants.EXPOSURE_LIMIT} times")
    return len(worn)
