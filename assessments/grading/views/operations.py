from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from assessments.grading.health import health as state_of_health


@require_safe
@never_cache
@vary_on_headers("Accept")
def health(request: HttpRequest) -> HttpResponse:
    """Answer load balancers in JSON and people with a page; 503 while answers are not being graded."""
    state = state_of_health()
    status = 503 if state["status"] == "red" else 200
    if request.get_preferred_type(["application/json", "text/html"]) == "text/html":
        return render(request, "grading/health.html", {"health": state}, status=status)
    return JsonResponse(state, status=status)
