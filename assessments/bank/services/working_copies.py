"""What an author types is kept while they type: a page that is lost, refused or logged out loses nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from assessments.bank.models import WorkingCopy
from assessments.people.models import Organisation, User


@transaction.atomic
def keep_working_copy(
    *, organisation: Organisation, author: User, slug: str, kind: str, base: int, fields: Mapping[str, list[str]]
) -> WorkingCopy:
    """Keep the form as it was sent in place of what was kept before."""
    # PostgreSQL stores no NUL: it is marked, so that the author sees where it stood.
    marked = {name: [value.replace("\0", "\N{REPLACEMENT CHARACTER}") for value in fields[name]] for name in fields}
    copy, _ = WorkingCopy.objects.update_or_create(
        organisation=organisation, author=author, slug=slug, kind=kind, defaults={"base": base, "fields": marked}
    )
    return copy


@transaction.atomic
def drop_working_copy(*, organisation: Organisation, author: User, slug: str, kind: str) -> None:
    WorkingCopy.objects.filter(organisation=organisation, author=author, slug=slug, kind=kind).delete()
