from __future__ import annotations

import dataclasses
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.sittings import tokens
from assessments.sittings.models import AssessmentVersion, Attempt, AttemptItem, Draw, Invitation
from assessments.sittings.services import attempts
from tests.factories import AssessmentVersionFactory, InvitationFactory, OrganisationFactory, QuestionVersionFactory

KINDS = ("choice", "numeric", "derivation", "coding", "written")


def blueprint(
    *kinds: str, organisation=None, feedback: str = "sample", minutes: int = 30, practice: bool = False, spec=None
):
    """A frozen assessment with one named question of each kind; `spec` is theirs in place of the kind's own."""
    organisation = organisation or OrganisationFactory()
    version = AssessmentVersionFactory(
        assessment__organisation=organisation,
        assessment__is_practice=practice,
        draws=False,
        minutes=minutes,
        feedback=feedback,
    )
    section = version.sections.get()
    for position, kind in enumerate(kinds, start=1):
        question = QuestionVersionFactory(kind=kind, question__organisation=organisation, spec=spec).question
        Draw.objects.create(section=section, position=position, question=question)
    version.frozen_at = timezone.now()
    version.save()
    return version


def invite(version: AssessmentVersion, **fields) -> tuple[Invitation, str]:
    token, digest = tokens.mint()
    return InvitationFactory(version=version, token_hash=digest, **fields), token


@dataclasses.dataclass
class Sitting:
    """A candidate in the middle of it, as a browser with one tab."""

    client: Client
    attempt: Attempt
    token: str
    tab: str = "tab-1"

    def url(self, name: str, n: int | None = None) -> str:
        place = {"attempt": self.attempt.public_id} | ({} if n is None else {"n": n})
        return reverse(f"sittings:{name}", kwargs=place)

    def item(self, n: int = 1) -> AttemptItem:
        return self.attempt.items.get(position=n)

    def draft(self, text: str, *, n: int = 1, base: int = 0, tab: str | None = None):
        body = json.dumps({"text": text, "base": base, "tab": tab or self.tab})
        return self.client.post(self.url("draft", n), body, content_type="application/json")

    def submit(self, answer: str | list[str], *, n: int = 1, base: int = 0, name: str = "submit", htmx: bool = True):
        field = "option" if isinstance(answer, list) else "answer"
        data = {field: answer, "base": base, "tab": self.tab}
        return self.client.post(self.url(name, n), data, headers={"HX-Request": "true"} if htmx else {})

    def get(self, name: str, n: int | None = None, **query):
        return self.client.get(self.url(name, n), query)


def begin(version: AssessmentVersion, **fields) -> Sitting:
    invitation, token = invite(version, **fields)
    client = Client()
    client.get(reverse("sittings:open", kwargs={"token": token}))
    return Sitting(client, attempts.start_attempt(invitation=invitation), token)


def library_sitting():
    """Sit an assessment of one organisation with a question of the library; give both organisations too."""
    library = OrganisationFactory(name="Library", slug="library", is_library=True)
    acme = OrganisationFactory(name="Acme", slug="acme")
    question = QuestionVersionFactory(question__organisation=library, question__slug="thirds").question
    return begin(AssessmentVersionFactory(assessment__organisation=acme, question=question)), library, acme


@pytest.fixture
def sitting(db) -> Sitting:
    """A sitting with one question of every kind: 1 choice, 2 numeric, 3 derivation, 4 coding, 5 written."""
    return begin(blueprint(*KINDS))
