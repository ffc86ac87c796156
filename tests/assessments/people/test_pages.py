from __future__ import annotations

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from assessments.people import services
from assessments.people.access import require_role
from assessments.people.models import MailboxMessage, Role
from tests.factories import PASSWORD, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_home_tells_a_visitor_what_this_is_and_where_to_log_in(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "Assessments on loss functions" in page
    assert f'href="{reverse("account_login")}"' in page


def test_home_leads_a_member_to_the_organisation() -> None:
    membership = MembershipFactory()
    response = logged_in(membership.user).get("/")
    assert (response.status_code, response["Location"]) == (302, f"/o/{membership.organisation.slug}/")


def test_home_lets_a_member_of_two_organisations_choose() -> None:
    membership = MembershipFactory()
    other = MembershipFactory(user=membership.user, organisation=OrganisationFactory(name="Zeta & Co"))
    page = logged_in(membership.user).get("/").content.decode()
    assert page.count('class="card"') == 2
    assert f'<a href="/o/{other.organisation.slug}/">Zeta &amp; Co</a>' in page


def test_home_says_what_to_do_to_somebody_without_a_role() -> None:
    assert "An owner can give you a role" in logged_in(UserFactory()).get("/").content.decode()


@pytest.mark.parametrize(
    ("role", "links"),
    [
        (Role.OWNER, ["Bank", "Assessments", "Candidates", "Marking"]),
        (Role.AUTHOR, ["Bank"]),
        (Role.RECRUITER, ["Assessments", "Candidates", "Marking"]),
        (Role.RATER, ["Marking"]),
    ],
)
def test_the_navigation_holds_the_pages_of_the_role(role: str, links: list[str]) -> None:
    membership = MembershipFactory(role=role)
    page = logged_in(membership.user).get(f"/o/{membership.organisation.slug}/").content.decode()
    navigation = page.split('<nav aria-label="Main">')[1].split("</nav>")[0]
    every = ["Bank", "Assessments", "Candidates", "Marking"]
    assert [text for text in every if f">{text}</a>" in navigation] == links


def test_the_start_page_is_hidden_from_strangers_and_asks_visitors_to_log_in(client: Client) -> None:
    organisation = MembershipFactory().organisation
    address = f"/o/{organisation.slug}/"
    assert logged_in(MembershipFactory().user).get(address).status_code == 404
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


def guarded_answer(user, slug: str, *roles: str) -> HttpResponse:
    view = require_role(*roles)(lambda request: HttpResponse(request.organisation.slug))
    request = RequestFactory().get("/")
    request.user = user
    request._messages = []
    return view(request, organisation=slug)


def test_a_role_lets_through_and_gives_the_view_its_organisation() -> None:
    membership = MembershipFactory(role=Role.AUTHOR)
    slug = membership.organisation.slug
    assert guarded_answer(membership.user, slug, Role.AUTHOR).content.decode() == slug


def test_an_owner_needs_no_other_role() -> None:
    membership = MembershipFactory(role=Role.OWNER)
    assert guarded_answer(membership.user, membership.organisation.slug, Role.RATER).status_code == 200


def test_a_colleague_without_the_role_learns_which_one_it_takes() -> None:
    membership = MembershipFactory(role=Role.RATER)
    response = guarded_answer(membership.user, membership.organisation.slug, Role.AUTHOR, Role.RECRUITER)
    assert response.status_code == 403
    assert "It is for author, recruiter or owner" in " ".join(response.content.decode().split())


def test_a_role_in_one_organisation_opens_no_other() -> None:
    membership = MembershipFactory(role=Role.OWNER)
    other = MembershipFactory(user=membership.user, role=Role.RATER)
    assert guarded_answer(membership.user, other.organisation.slug, Role.AUTHOR).status_code == 403


def test_the_mailbox_shows_what_was_sent_with_links_to_follow(client: Client) -> None:
    MailboxMessage.objects.create(
        to="ada@example.org", subject="Your test", body="Open http://localhost:8000/i/abc/ now"
    )
    MailboxMessage.objects.create(to="bob@example.org", subject="Another <b>", body="-")
    page = client.get("/mailbox/?to=ada@example.org").content.decode()
    assert '<a href="http://localhost:8000/i/abc/"' in page
    assert "Another" not in page
    assert "Another &lt;b&gt;" in client.get("/mailbox/").content.decode()


def test_outside_the_demo_there_is_no_mailbox(client: Client, settings) -> None:
    settings.DEMO = False
    assert client.get("/mailbox/").status_code == 404


@pytest.mark.parametrize("messages", [1, 3])
def test_the_mailbox_needs_two_queries_however_many_messages(client, django_assert_num_queries, messages) -> None:
    for _ in range(messages):
        MailboxMessage.objects.create(to="ada@example.org", subject="s", body="b")
    with django_assert_num_queries(2):
        client.get("/mailbox/")


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/email/", "/accounts/confirm-email/"])
def test_nobody_signs_up_or_changes_an_address_alone(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address, {"email": "a@example.org", "password1": PASSWORD}).status_code == 404


def test_a_member_logs_in_by_e_mail_and_out_again(client: Client) -> None:
    membership = MembershipFactory()
    response = client.post("/accounts/login/", {"login": membership.user.email.upper(), "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get(f"/o/{membership.organisation.slug}/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get(f"/o/{membership.organisation.slug}/").status_code == 302


def test_a_wrong_password_is_answered_without_saying_whether_the_account_exists(client: Client) -> None:
    user = UserFactory()
    pages = [
        client.post("/accounts/login/", {"login": login, "password": "wrong"}).content.decode()
        for login in (user.email, "nobody@example.org")
    ]
    errors = [page.split('role="alert">')[1].split("</div>")[0] for page in pages]
    assert errors[0] == errors[1] != ""


def test_after_eight_wrong_passwords_even_the_right_one_waits(client: Client) -> None:
    user = UserFactory()
    for _ in range(8):
        client.post("/accounts/login/", {"login": user.email, "password": "wrong"})
    response = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert response.status_code == 429
    assert "Too many attempts to log in" in response.content.decode()
    again = client.post("/accounts/login/", {"login": user.email.upper(), "password": PASSWORD})
    assert again.status_code == 429


def test_a_colleague_at_the_same_address_is_not_locked_out_with_them(client: Client) -> None:
    user, colleague = UserFactory(), UserFactory()
    for _ in range(9):
        client.post("/accounts/login/", {"login": user.email, "password": "wrong"})
    assert client.post("/accounts/login/", {"login": colleague.email, "password": PASSWORD})["Location"] == "/"


def test_a_forgotten_password_is_set_anew_by_mail(client: Client) -> None:
    user = UserFactory()
    client.post("/accounts/password/reset/", {"email": user.email})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    form = client.get(link.removeprefix("http://testserver"), follow=True)
    client.post(
        form.request["PATH_INFO"], {"password1": "a quite different phrase", "password2": "a quite different phrase"}
    )
    user.refresh_from_db()
    assert user.check_password("a quite different phrase")


@pytest.mark.parametrize(
    "address",
    ["/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/logout/"],
)
def test_account_pages_open_for_who_is_logged_in_and_hold_nothing_inline(client: Client, address: str) -> None:
    user = services.create_staff(email="ada@example.org", name="Ada", password=PASSWORD)
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    response = client.get(address)
    page = response.content.decode()
    assert (response.status_code, page.count("<main")) == (200, 1)
    assert [mark for mark in (" style=", "data:image", "onclick") if mark in page] == []
