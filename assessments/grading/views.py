from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments.grading.health import health as state_of_health


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  (Django's signature)
    state = state_of_health()
    return JsonResponse(state, status=200 if state["status"] == "green" else 503)
