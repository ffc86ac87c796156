from __future__ import annotations

import dataclasses

from django import template
from django.urls import reverse

from assessments.people.access import StaffRequest
from assessments.people.models import Role

register = template.Library()


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str
    current: bool
    purpose: str


# text, name of the URL, roles beside the owner, what for
_PAGES = (
    ("Bank", "bank:questions", {Role.AUTHOR}, "Questions: read, edit, certify, publish."),
    ("Assessments", "review:assessments", {Role.RECRUITER}, "Compose a test from the bank and invite people to it."),
    ("Candidates", "review:candidates", {Role.RECRUITER}, "Who was invited, how far they are, and their reports."),
    (
        "Statistics",
        "insights:home",
        {Role.AUTHOR, Role.RECRUITER},
        "How questions and assessments do once people sit them.",
    ),
    ("Problems", "sittings:problems", {Role.AUTHOR, Role.RECRUITER}, "What candidates say is wrong with a question."),
    ("Marking", "review:marking", {Role.RATER, Role.RECRUITER}, "Written answers that wait for a mark."),
)


@register.simple_tag
def navigation(request: StaffRequest) -> list[Link]:
    """List the pages that the person's roles include, in the organisation that the page belongs to."""
    links = []
    for text, name, roles, purpose in _PAGES:
        if not request.access.may(*roles):
            continue
        url = reverse(name, kwargs={"organisation": request.organisation.slug})
        links.append(Link(text, url, request.path.startswith(url), purpose))
    return links
