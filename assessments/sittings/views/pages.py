"""The pages of a sitting: one question each, the review before the end, and what comes after it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assessments.bank.models import GradingSpec, Kind
from assessments.bank.widgets import widget
from assessments.grading.models import Purpose
from assessments.sittings import problems, results, selectors
from assessments.sittings.models import Attempt, AttemptItem
from assessments.sittings.services import attempts, drafts, submissions
from assessments.sittings.views.access import item_or_404, sitting


def clock_of(attempt: Attempt) -> dict[str, object]:
    now = timezone.now()
    left = attempt.deadline - now
    return {
        "now": now,
        "started": attempt.started_at,
        "deadline": attempt.deadline,
        "minutes_left": max(0, round(left.total_seconds() / 60)),
    }


def context_of(attempt: Attempt, current: int = 0) -> dict[str, object]:
    """Give what every page of a running sitting shows: the clock and the navigator."""
    items = selectors.overview(attempt)
    return {
        "attempt": attempt,
        "assessment": attempt.version.assessment,
        "organisation": attempt.invitation.organisation,
        "contact": selectors.contact_of(attempt.invitation),
        "grace_seconds": settings.SITTING_GRACE_SECONDS,
        "clock": clock_of(attempt),
        "items": items,
        "total": len(items),
        "current": current,
        "previous": current - 1 if current > 1 else None,
        "next": current + 1 if 0 < current < len(items) else None,
    }


@never_cache
@require_GET
@sitting
def resume(request: HttpRequest, attempt: Attempt) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """Go to the first question without an answer, else to the first."""
    if attempt.finished_at is not None:
        return redirect("sittings:done", attempt=attempt.public_id)
    items = selectors.overview(attempt)
    waiting = (item.position for item in items if item.state in {"unseen", "empty"})
    return redirect("sittings:question", attempt=attempt.public_id, n=next(waiting, 1))


@never_cache
@require_GET
@sitting
def question(request: HttpRequest, attempt: Attempt, n: int) -> HttpResponse:
    item = item_or_404(attempt, n)
    if attempt.finished_at is not None:
        return redirect("sittings:done", attempt=attempt.public_id)
    drafts.mark_seen(item=item)
    return render(request, "sittings/question.html", question_context(attempt, item))


def question_context(attempt: Attempt, item: AttemptItem) -> dict[str, object]:
    version, variant = item.response.version, item.response.variant
    draft = selectors.last_draft(item)
    spec = GradingSpec.objects.get(version=version, live=True)
    text = draft.text if draft else ""
    order = item.option_order
    feedback = attempt.version.feedback
    controls = widget(variant=variant, kind=version.kind, spec=spec, order=order, text=text)
    return {
        **context_of(attempt, item.position),
        "item": item,
        "version": version,
        "variant": variant,
        "draft": draft,
        "widget": controls,
        "preview_url": reverse("sittings:preview", kwargs={"attempt": attempt.public_id, "n": item.position}),
        "may_run": controls["kind"] == Kind.CODING and feedback in submissions.MAY_RUN,
        "submitted": results.shown(item, Purpose.FINAL),
        "ran": results.shown(item, Purpose.SAMPLE) if feedback in submissions.MAY_RUN else None,
        "reports": problems.of_item(item),
        "in_grace": timezone.now() > attempt.deadline,
        "limit": settings.ANSWER_MAX_CHARACTERS,
    }


@never_cache
@require_GET
@sitting
def review(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if attempt.finished_at is not None:
        return redirect("sittings:done", attempt=attempt.public_id)
    context = context_of(attempt)
    items = selectors.overview(attempt)
    context["unanswered"] = [item for item in items if item.state in {"unseen", "empty"}]
    context["flagged"] = [item for item in items if item.flagged]
    context["newer"] = [item for item in items if item.draft_is_newer]
    context["drafts"] = [item for item in items if item.state == "draft"]
    return render(request, "sittings/review.html", context)


@require_POST
@sitting
def finish(request: HttpRequest, attempt: Attempt) -> HttpResponse:  # noqa: ARG001 - every view takes it
    attempts.finish_attempt(attempt=attempt)
    return redirect("sittings:done", attempt=attempt.public_id)


@never_cache
@require_GET
@sitting
def done(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Say that it is over; during the grace, that late edits still arrive."""
    if attempt.finished_at is None and timezone.now() < attempt.deadline:
        return redirect("sittings:resume", attempt=attempt.public_id)
    context = {
        "attempt": attempt,
        "assessment": attempt.version.assessment,
        "organisation": attempt.invitation.organisation,
        "items": selectors.overview(attempt),
        "open": attempt.finished_at is None,
        "report": results.may_see_report(attempt),
    }
    return render(request, "sittings/done.html", context)


@never_cache
@require_GET
@sitting
def report(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Show the candidate their own results, once the organisation released them (or practice shows all)."""
    if not results.may_see_report(attempt):
        raise Http404("the result was not released")
    context = {
        "attempt": attempt,
        "assessment": attempt.version.assessment,
        "organisation": attempt.invitation.organisation,
        **results.own_report(attempt),
    }
    return render(request, "sittings/report.html", context)
