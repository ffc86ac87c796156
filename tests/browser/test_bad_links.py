"""Links that open nothing, and pages of somebody else: each tells why, with the right status."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import DEMO_ASSESSMENT, Recruiter, Sitting
from tests.browser.visitors import assert_accessible


@pytest.fixture(scope="module")
def width() -> int:
    return 390


@pytest.fixture
def person(recruiter: Recruiter, request: pytest.FixtureRequest) -> str:
    """The e-mail address of somebody who was just invited."""
    email = f"{request.node.name}@example.org".replace("_", "-")
    recruiter.assessment(DEMO_ASSESSMENT)
    recruiter.invite(email.partition("@")[0], email)
    return email


def assert_refused(page: Page, address: str, status: int, heading: str) -> None:
    response = page.goto(address)
    assert response is not None
    assert response.status == status
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert_accessible(page)


def test_revoked_link_is_withdrawn(visitors, recruiter, person):
    link = recruiter.mailed_link(person)
    page = recruiter.page
    page.goto(f"{recruiter.rooms}/candidates/")
    page.get_by_role("link", name=person.partition("@")[0]).click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("The link no longer opens.")).to_be_visible()
    assert_accessible(page)
    visitors.expect_refusal(410)
    assert_refused(visitors.arrive(), link, 410, "This invitation was withdrawn")


def test_reminder_replaces_the_link_before_it(visitors, recruiter, person):
    before = recruiter.mailed_link(person)
    page = recruiter.page
    page.goto(f"{recruiter.rooms}/candidates/")
    page.get_by_role("link", name=person.partition("@")[0]).click()
    page.get_by_role("button", name="Send a reminder").click()
    expect(page.get_by_text("A new link is on its way")).to_be_visible()
    after = recruiter.another_link(person, before)
    visitors.expect_refusal(404)
    assert_refused(visitors.arrive(), before, 404, "This link opens nothing")
    expect(Sitting(visitors.arrive(), after).open().page.get_by_role("heading", level=1)).to_have_text(DEMO_ASSESSMENT)


def test_link_of_a_finished_assessment_starts_nothing_again(visitors, recruiter, person):
    sitting = Sitting(visitors.arrive(), recruiter.mailed_link(person)).open().start()
    sitting.review()
    sitting.finish()
    visitors.expect_refusal(410)
    assert_refused(visitors.arrive(), sitting.link, 410, "This assessment is finished")


def test_pages_of_a_sitting_open_only_in_browsers_that_had_its_link(visitors, recruiter, person):
    sitting = Sitting(visitors.arrive(), recruiter.mailed_link(person)).open().start()
    visitors.expect_refusal(404)
    stranger = visitors.arrive()
    response = stranger.goto(sitting.page.url)
    assert response is not None
    assert response.status == 404
    assert sitting.title not in stranger.content()
    assert_accessible(stranger)


def test_mutilated_link_opens_nothing(visitors, recruiter, person):
    link = recruiter.mailed_link(person)
    visitors.expect_refusal(404)
    assert_refused(visitors.arrive(), link.rstrip("/")[:-1] + "/", 404, "This link opens nothing")


def test_expired_link_names_the_last_moment(visitors, site, person, recruiter):
    link = recruiter.mailed_link(person)
    site.let_expire(person)
    visitors.expect_refusal(410)
    page = visitors.arrive()
    assert_refused(page, link, 410, "This invitation has expired")
    expect(page.get_by_text("The last moment to start was")).to_be_visible()


def test_staff_pages_are_closed_to_strangers_and_to_other_roles(visitors, recruiter):
    stranger = visitors.arrive()
    stranger.goto(f"{recruiter.rooms}/candidates/")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Log in")
    assert_accessible(stranger)
    visitors.expect_refusal(403)
    page = visitors.staff("rater")
    assert_refused(page, f"{recruiter.rooms}/candidates/", 403, "Your role does not include this page")
