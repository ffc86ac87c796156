"""Autosave: monotonic revisions, two tabs, and texts that cannot be kept."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from assessments.sittings import limits, selectors
from assessments.sittings.models import AttemptEvent, Draft
from assessments.sittings.text import normalise

pytestmark = pytest.mark.django_db


def saved(sitting, n=1):
    return list(Draft.objects.filter(item=sitting.item(n)).values_list("revision", "text"))


def claim(sitting, tab, client=None):
    return (client or sitting.client).post(sitting.url("claim"), {"tab": tab}).json()


def test_each_save_is_the_next_revision_and_none_is_overwritten(sitting):
    answers = [sitting.draft(text, n=5, base=base).json() for base, text in enumerate(("a", "ab", "abc"))]
    assert [answer["revision"] for answer in answers] == [1, 2, 3]
    assert saved(sitting, 5) == [(1, "a"), (2, "ab"), (3, "abc")]


def test_saving_the_same_text_again_makes_no_revision(sitting):
    first, again = sitting.draft("a", n=5).json(), sitting.draft("a", n=5, base=0).json()
    assert first["revision"] == again["revision"] == 1


def test_a_page_that_does_not_know_the_newest_revision_overwrites_nothing(sitting):
    sitting.draft("first", n=5)
    sitting.draft("second", n=5, base=1)
    stale = sitting.draft("from an old page", n=5, base=1)
    assert stale.status_code == 409
    assert (stale.json()["reason"], stale.json()["revision"], stale.json()["text"]) == ("revision", 2, "second")
    assert saved(sitting, 5) == [(1, "first"), (2, "second")]
    aside = AttemptEvent.objects.get(kind="draft kept aside")
    assert aside.data == {"item": 5, "text": "from an old page", "reason": "revision"}


def test_the_newest_tab_takes_over_and_the_older_one_is_told_and_kept_aside(sitting):
    assert claim(sitting, "tab-1") == {"taken_over": False}
    sitting.draft("from the first tab", n=5)
    assert claim(sitting, "tab-2") == {"taken_over": True}
    older = sitting.draft("more from the first tab", n=5, base=1, tab="tab-1")
    assert (older.status_code, older.json()["reason"]) == (409, "tab")
    assert sitting.draft("from the second tab", n=5, base=1, tab="tab-2").status_code == 200
    assert saved(sitting, 5) == [(1, "from the first tab"), (2, "from the second tab")]
    assert AttemptEvent.objects.filter(kind="tab taken over").count() == 1
    assert AttemptEvent.objects.get(kind="draft kept aside").data["text"] == "more from the first tab"


def test_the_clock_tells_a_tab_that_another_one_writes(sitting):
    claim(sitting, "tab-1")
    claim(sitting, "tab-2")
    assert sitting.get("clock").json()["tab"] == "tab-2"


def test_another_browser_takes_over_with_what_was_saved(sitting):
    claim(sitting, "tab-1")
    sitting.draft("typed on the laptop", n=5)
    phone = Client()
    phone.get(reverse("sittings:open", kwargs={"token": sitting.token}))
    assert "typed on the laptop" in phone.get(sitting.url("question", 5)).text
    assert claim(sitting, "phone", phone) == {"taken_over": True}
    assert sitting.draft("typed later on the laptop", n=5, base=1).status_code == 409


def test_an_older_tab_can_submit_nothing(sitting):
    claim(sitting, "tab-1")
    claim(sitting, "tab-2")
    refusal = sitting.submit("0.7", n=2)
    assert (refusal.status_code, "another tab or browser" in refusal.text) == (409, True)
    assert selectors.last_submission(sitting.item(2)) is None


def test_a_tab_with_a_name_too_long_is_refused(sitting):
    assert sitting.client.post(sitting.url("claim"), {"tab": "x" * 65}).status_code == 400


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("\ttab and trailing blanks  ", "\ttab and trailing blanks  "),
        ("σ(z) − y ∂ℓ 🙂", "σ(z) − y ∂ℓ 🙂"),
        ("\ufeffbom", "\ufeffbom"),
        ("\x1b[31mred\x07", "\x1b[31mred\x07"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
    ],
)
def test_text_is_kept_as_typed_but_for_its_line_ends(sitting, typed, kept):
    sitting.draft("something before", n=5)
    sitting.draft(typed, n=5, base=1)
    assert selectors.last_draft(sitting.item(5)).text == kept
    page = sitting.get("question", 5)
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("one\ntw\0o", "NUL character (line 2, column 3)"),
        ("ab\ud800", "lone surrogate"),
        ("x" * 100_001, "may have 100,000 characters; this one has 100,001"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place_and_the_draft_before_it_stands(sitting, typed, message):
    sitting.draft("before", n=5)
    refusal = sitting.draft(typed, n=5, base=1)
    assert refusal.status_code == 422
    assert message in refusal.json()["message"]
    assert saved(sitting, 5) == [(1, "before")]


def test_a_hundred_thousand_characters_are_kept(sitting):
    assert sitting.draft("x" * 100_000, n=5).status_code == 200
    assert len(selectors.last_draft(sitting.item(5)).text) == 100_000


def test_line_ends_are_counted_as_they_are_kept(settings):
    settings.ANSWER_MAX_CHARACTERS = 4
    assert normalise("a\r\nb\r\n") == "a\nb\n"


def test_three_megabytes_are_refused_with_a_message_not_a_fault(sitting):
    refusal = sitting.draft("x" * 3_000_000, n=5)
    assert refusal.status_code == 422
    assert "far longer than the 100,000 characters" in refusal.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00binary",
        b"[1, 2]",
        b"null",
        b'{"text": 1, "base": 0, "tab": ""}',
        b'{"text": "a", "base": "0", "tab": ""}',
        b'{"text": "a", "base": true, "tab": ""}',
        b'{"text": "a", "base": 0}',
        b'{"text": "a", "base": 0, "tab": "' + b"t" * 65 + b'"}',
        b"[" * 100_000,
    ],
)
def test_a_body_of_another_form_is_refused_with_a_message(sitting, body):
    refusal = sitting.client.post(sitting.url("draft", 5), body, content_type="application/json")
    assert refusal.status_code == 422
    assert "reload the page" in refusal.json()["message"]
    assert saved(sitting, 5) == []


def test_a_question_that_the_sitting_does_not_have_is_404(sitting):
    assert sitting.draft("a", n=6).status_code == 404
    assert sitting.get("question", 0).status_code == 404


def test_the_token_against_forged_requests_is_asked_for(sitting):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sitting.client.cookies
    body = json.dumps({"text": "a", "base": 0, "tab": ""})
    refusal = strict.post(sitting.url("draft", 5), body, content_type="application/json")
    assert refusal.status_code == 403
    assert saved(sitting, 5) == []


def test_a_script_that_saves_without_end_is_slowed_down_and_what_was_saved_stands(sitting, monkeypatch):
    monkeypatch.setattr(limits, "SAVES_PER_MINUTE", 3)
    sitting.draft("0", n=5)
    sitting.draft("1", n=5, base=1)
    assert sitting.draft("aside", n=5, base=0).status_code == 409
    refusal = sitting.draft("2", n=5, base=2)
    assert (refusal.status_code, refusal.json()["message"][:14]) == (429, "Too many saves")
    assert saved(sitting, 5) == [(1, "0"), (2, "1")]


def test_a_tab_with_an_unstorable_name_is_refused(sitting):
    response = sitting.client.post(sitting.url("claim"), {"tab": "tab\0"})
    assert response.status_code == 400
    assert "NUL" in response.json()["message"]
