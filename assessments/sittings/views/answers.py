"""What the pages of a sitting send while it runs: drafts, runs, submissions, and questions about the clock."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assessments.bank import derivations
from assessments.bank.models import GradingSpec
from assessments.bank.widgets import read_answer
from assessments.grading.models import Purpose
from assessments.sittings import results, selectors
from assessments.sittings.errors import AnswerRefused, Conflict, SittingError, TooManyRequests
from assessments.sittings.models import Attempt, AttemptItem, Draft
from assessments.sittings.services import attempts, drafts, submissions
from assessments.sittings.views.access import item_or_404, sitting
from assessments.sittings.views.pages import context_of

# Milliseconds until the next look at a result: quick at first, when most verdicts come, then ever slower.
BACK_OFF = (30, 50, 80, 80, 100, 100, 150, 200, 300, 400, 600, 800, 1200, 1600, 2400, 3000)


def _read_json(request: HttpRequest) -> dict[str, Any]:
    """Read the body of an autosave; raises AnswerRefused that says what is wrong with it."""
    try:
        data = json.loads(request.body)
    except RequestDataTooBig as error:
        limit = settings.ANSWER_MAX_CHARACTERS
        raise AnswerRefused(
            f"The text is far longer than the {limit:,} characters an answer may have. "
            "It stays in the page unsaved: shorten it and it is saved."
        ) from error
    except (ValueError, RecursionError) as error:
        raise AnswerRefused("What came is no JSON in UTF-8: reload the page; your last saved text is there.") from error
    text, base, tab = (data.get("text"), data.get("base"), data.get("tab")) if isinstance(data, dict) else (None,) * 3
    if not isinstance(text, str) or type(base) is not int or not isinstance(tab, str) or len(tab) > 64:
        raise AnswerRefused("Expected `text`, `base` (the revision the page has) and `tab`: reload the page.")
    return {"text": text, "base_revision": base, "tab": tab}


def _read_form(request: HttpRequest, item: AttemptItem) -> dict[str, Any]:
    text = read_answer(item.response.version.kind, request.POST)
    return {"text": text, "base_revision": _whole(request.POST.get("base", "")), "tab": request.POST.get("tab", "")}


def _whole(text: str) -> int:
    """Read a number that our own pages send; whatever else came counts as 0."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@never_cache
@require_POST
@sitting
def draft(request: HttpRequest, attempt: Attempt, n: int) -> HttpResponse:
    item = item_or_404(attempt, n)
    try:
        saved = drafts.save_draft(item=item, **_read_json(request))
    except Conflict as conflict:
        body = {"message": conflict.message, "reason": conflict.reason, "revision": conflict.revision}
        return JsonResponse({**body, "text": conflict.text}, status=409)
    except SittingError as error:
        return JsonResponse({"message": error.message}, status=error.status)
    return JsonResponse(_saved(saved))


def _saved(saved: Draft) -> dict[str, Any]:
    message = "The time was up: this is kept and marked late." if saved.late else ""
    return {"revision": saved.revision, "saved_at": saved.saved_at, "late": saved.late, "message": message}


@require_POST
@sitting
def submit(request: HttpRequest, attempt: Attempt, n: int) -> HttpResponse:
    item = item_or_404(attempt, n)
    return _hand_in(request, item, Purpose.FINAL)


@require_POST
@sitting
def run(request: HttpRequest, attempt: Attempt, n: int) -> HttpResponse:
    item = item_or_404(attempt, n)
    return _hand_in(request, item, Purpose.SAMPLE)


def _hand_in(request: HttpRequest, item: AttemptItem, purpose: Purpose) -> HttpResponse:
    hand_in = submissions.submit_item if purpose == Purpose.FINAL else submissions.run_samples
    try:
        hand_in(item=item, **_read_form(request, item))
    except SittingError as error:
        return _refusal(request, item, purpose, error)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("sittings:question", attempt=item.attempt.public_id, n=item.position)
    navigator = {"items": selectors.overview(item.attempt), "current": item.position}
    response = _result(request, item, purpose, poll=0, seen="", **navigator)
    last = item.drafts.order_by("-revision").first()
    if last is not None:
        response["HX-Trigger"] = json.dumps({"draft-saved": _saved(last)}, default=str)
    return response


def _refusal(request: HttpRequest, item: AttemptItem, purpose: Purpose, error: SittingError) -> HttpResponse:
    context = {"error": error, "purpose": purpose, "item": item, "attempt": item.attempt}
    template = "sittings/_refusal.html" if request.htmx else "sittings/refusal.html"  # type: ignore[attr-defined]
    response = render(request, template, context, status=error.status)
    if isinstance(error, TooManyRequests):
        response["Retry-After"] = str(error.retry_after)
    return response


@require_POST
@sitting
def submit_draft(request: HttpRequest, attempt: Attempt, n: int) -> HttpResponse:
    item = item_or_404(attempt, n)
    try:
        submissions.submit_draft(item=item)
    except SittingError as error:
        return _refusal(request, item, Purpose.FINAL, error)
    return redirect("sittings:review", attempt=attempt.public_id)


@never_cache
@require_GET
@sitting
def result(request: HttpRequest, attempt: Attempt, n: int) -> HttpResponse:
    item = item_or_404(attempt, n)
    purpose = Purpose.SAMPLE if request.GET.get("purpose") == Purpose.SAMPLE else Purpose.FINAL
    poll = _whole(request.GET.get("poll", ""))
    return _result(request, item, purpose, poll=poll, seen=request.GET.get("seen", ""))


def _result(
    request: HttpRequest, item: AttemptItem, purpose: Purpose, *, poll: int, seen: str, **navigator: object
) -> HttpResponse:
    allowed = purpose == Purpose.FINAL or item.attempt.version.feedback in submissions.MAY_RUN
    shown = results.shown(item, purpose) if allowed else None
    context = {
        "attempt": item.attempt,
        "item": item,
        "purpose": purpose,
        "shown": shown,
        "changed": shown is None or shown.key != seen,
        "next_poll": poll + 1,
        "delay": BACK_OFF[min(poll, len(BACK_OFF) - 1)],
        **navigator,
    }
    return render(request, "sittings/_result.html", context)


@require_POST
@sitting
def preview(request: HttpRequest, attempt: Attempt, n: int) -> HttpResponse:
    """Typeset what a derivation was read as."""
    item = item_or_404(attempt, n)
    spec = GradingSpec.objects.get(version=item.response.version, live=True)
    text = request.POST.get("answer", "")
    lines = derivations.read_back(text=text, variant=item.response.variant, spec=spec)
    return render(request, "sittings/_preview.html", {"lines": lines})


@require_POST
@sitting
def flag(request: HttpRequest, attempt: Attempt, n: int) -> HttpResponse:
    item = item_or_404(attempt, n)
    if attempt.finished_at is None:
        drafts.set_flag(item=item, flagged=request.POST.get("flagged") == "1")
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "sittings/_flag.html", {**context_of(attempt, n), "item": item, "swap": True})
    return redirect("sittings:question", attempt=attempt.public_id, n=n)


@never_cache
@require_GET
@sitting
def clock(request: HttpRequest, attempt: Attempt) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """Tell the server's time and this sitting's deadline, so that extra time shows without a reload."""
    return JsonResponse(
        {
            "now": timezone.now(),
            "started": attempt.started_at,
            "deadline": attempt.deadline,
            "finished": attempt.finished_at is not None,
            "tab": attempt.tab,
        }
    )


@require_POST
@sitting
def claim(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    try:
        taken_over = drafts.claim_tab(attempt=attempt, tab=request.POST.get("tab", ""))
    except ValidationError as error:
        return JsonResponse({"message": " ".join(error.messages)}, status=400)
    return JsonResponse({"taken_over": taken_over})


@require_POST
@sitting
def gap(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    try:
        seconds = float(request.POST.get("seconds", ""))
    except ValueError:
        return JsonResponse({"message": "Expected `seconds`, how long the page was without connection."}, status=400)
    if seconds == seconds and attempt.finished_at is None:  # noqa: PLR0124 - NaN is no length of time
        attempts.note_gap(attempt=attempt, seconds=seconds)
    return HttpResponse(status=204)
