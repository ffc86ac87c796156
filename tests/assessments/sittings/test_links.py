"""Invitation links: what each kind of wrong one shows, with which status."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.sittings import tokens
from assessments.sittings.models import Attempt
from assessments.sittings.services import attempts
from tests.assessments.sittings.conftest import begin, blueprint, invite

pytestmark = pytest.mark.django_db


def open_link(client: Client, token: str):
    return client.get(reverse("sittings:open", kwargs={"token": token}), follow=True)


def landing(invitation):
    return reverse("sittings:landing", kwargs={"invitation": invitation.public_id})


def start(client: Client, invitation):
    return client.post(reverse("sittings:start", kwargs={"invitation": invitation.public_id}))


def test_a_good_link_leads_to_the_landing_page_without_the_secret_in_the_address(client):
    invitation, token = invite(blueprint("numeric"))
    response = open_link(client, token)
    assert response.status_code == 200
    assert response.redirect_chain == [(landing(invitation), 302)]
    assert token not in response.text
    invitation.refresh_from_db()
    assert invitation.opened_at is not None


def test_the_landing_page_says_who_asks_how_long_and_what_is_recorded(client):
    invitation, token = invite(blueprint("numeric", "choice"), time_multiplier=1.5, extra_minutes=5)
    text = open_link(client, token).text
    assert str(invitation.organisation) in text
    assert "<strong>50 minutes</strong>" in text
    assert "Section: 2 questions" in text
    for heading in ("What is recorded", "How it works", "System check", "Do you need more time"):
        assert heading in text


@pytest.mark.parametrize("token", ["nonsense", "x" * 500, "%00", "é", "../../etc/passwd"])
def test_an_unknown_link_is_404_and_says_what_to_do(client, token):
    response = client.get(f"/i/{token}/")
    assert response.status_code == 404


def test_a_replaced_link_is_404_and_names_the_newer_mail(client):
    invitation, token = invite(blueprint("numeric"))
    newer, invitation.token_hash = tokens.mint()
    invitation.save()
    old = open_link(client, token)
    assert (old.status_code, "only the newest link works" in old.text) == (404, True)
    assert open_link(client, newer).status_code == 200


def test_a_revoked_link_is_410(client):
    _, token = invite(blueprint("numeric"), revoked_at=timezone.now())
    response = open_link(client, token)
    assert (response.status_code, "was withdrawn" in response.text) == (410, True)


def test_an_expired_link_is_410_and_starts_nothing(client):
    invitation, token = invite(blueprint("numeric"), expires_at=timezone.now() - dt.timedelta(hours=1))
    response = open_link(client, token)
    assert (response.status_code, "has expired" in response.text) == (410, True)
    assert start(client, invitation).status_code == 410
    assert not Attempt.objects.exists()


def test_a_sitting_that_began_in_time_goes_on_after_the_last_day_to_start(client):
    sitting = begin(blueprint("numeric"))
    invitation = sitting.attempt.invitation
    invitation.expires_at = timezone.now() - dt.timedelta(minutes=1)
    invitation.save()
    response = open_link(client, sitting.token)
    assert response.redirect_chain[-1] == (sitting.url("question", 1), 302)


def test_the_link_of_a_finished_sitting_is_410_and_cannot_start_another(client):
    sitting = begin(blueprint("numeric"))
    attempts.finish_attempt(attempt=sitting.attempt)
    response = open_link(client, sitting.token)
    assert (response.status_code, "This assessment is finished" in response.text) == (410, True)
    assert start(client, sitting.attempt.invitation).headers["Location"] == sitting.url("resume")
    assert Attempt.objects.count() == 1


def test_who_has_not_opened_the_link_finds_no_page_of_the_sitting(client):
    sitting = begin(blueprint("numeric"))
    pages = [("resume", None), ("question", 1), ("review", None), ("done", None), ("clock", None), ("result", 1)]
    assert {client.get(sitting.url(name, n)).status_code for name, n in pages} == {404}
    posts = [("draft", 1), ("submit", 1), ("run", 1), ("flag", 1), ("preview", 1), ("finish", None), ("claim", None)]
    assert {client.post(sitting.url(name, n)).status_code for name, n in posts} == {404}
    assert client.get(landing(sitting.attempt.invitation)).status_code == 404
    assert start(client, sitting.attempt.invitation).status_code == 404


def test_a_link_opens_its_own_sitting_only():
    mine, other = begin(blueprint("numeric")), begin(blueprint("numeric"))
    assert mine.get("question", 1).status_code == 200
    assert mine.client.get(other.url("question", 1)).status_code == 404


def test_opening_the_link_twice_resumes_in_the_second_browser():
    sitting = begin(blueprint("numeric"))
    sitting.draft("0.7")
    second = Client()
    response = open_link(second, sitting.token)
    assert response.redirect_chain[-1][0] == sitting.url("question", 1)
    assert 'value="0.7"' in response.text
    assert Attempt.objects.count() == 1


def test_opening_a_link_changes_the_session_key(client):
    _, token = invite(blueprint("numeric"))
    client.get("/sit/ping/")
    session = client.session
    session["kept"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    open_link(client, token)
    assert client.session.session_key != session.session_key


def test_a_bank_that_cannot_fill_the_assessment_starts_no_clock(client):
    version = blueprint("numeric")
    invitation, token = invite(version)
    question = version.sections.get().draws.get().question
    question.versions.update(state="retired")
    open_link(client, token)
    response = start(client, invitation)
    assert (response.status_code, "cannot start now" in response.text) == (503, True)
    assert not Attempt.objects.exists()
