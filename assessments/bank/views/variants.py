from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from assessments.bank import services
from assessments.bank.views.reading import own_version
from assessments.people.access import StaffRequest, require_role
from assessments.people.models import Role


@require_POST
@require_role(Role.AUTHOR)
def retire(request: StaffRequest, slug: str, number: int, variant: int) -> HttpResponse:
    found = get_object_or_404(own_version(request, slug, number).variants, number=variant)
    try:
        services.retire_variant(variant=found, actor=request.user, reason="an author's decision")
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        messages.success(request, f"Variant {variant} is retired: no new attempt gets it.")
    return redirect("bank:question", organisation=request.organisation.slug, slug=slug)
