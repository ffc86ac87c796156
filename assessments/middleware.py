"""What holds for every address of the site."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# The longest that our own pages put into an address is an e-mail address of 254 characters.
LONGEST_PARAMETER = 500


class ReadableQuery:
    """Answer 400 in words where a parameter of the address has what no page sends and no database takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        problem = next(filter(None, (_problem(*pair) for pair in request.GET.lists())), None)
        if problem is None:
            return self.get_response(request)
        return render(request, "400.html", {"problem": problem}, status=400)


def _problem(name: str, values: list[str]) -> str | None:
    if len(name) > LONGEST_PARAMETER or any(len(value) > LONGEST_PARAMETER for value in values):
        return f"A parameter of the address is longer than {LONGEST_PARAMETER} characters: shorten it."
    if any("\0" in text for text in (name, *values)):
        return "A parameter of the address has a NUL character (%00): remove it."
    return None
