"""Parameters of an address that no page of ours sends: an answer in words on every page, never a fault."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assessments.people.models import Role
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

PAGES = {
    "/mailbox/": ("to", "page"),
    "/atlas/": ("family", "q"),
    "/accounts/login/": ("next",),
    "/o/acme/candidates/": ("assessment", "page"),
    "/o/acme/bank/": ("page", "topic", "kind", "level", "state", "q"),
    "/o/acme/bank/new/": ("kind",),
}


@pytest.fixture
def client() -> Client:
    client = Client(raise_request_exception=True)
    owner = MembershipFactory(organisation__slug="acme", role=Role.OWNER).user
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(("page", "name"), [(page, name) for page, names in PAGES.items() for name in names])
def test_no_parameter_of_any_page_is_a_fault(client: Client, page: str, name: str) -> None:
    for value, words in (("a\0", "NUL character (%00)"), ("9" * 5000, "longer than 500 characters")):
        refused = client.get(page, {name: value})
        assert (refused.status_code, words in refused.text) == (400, True)
    for value in ("9" * 500, "-1", "\ud800", "%", "<script>", "\u0663"):
        assert client.get(page, {name: value.encode("utf-8", "replace")}).status_code < 500


def test_a_name_of_a_parameter_is_read_as_carefully(client: Client) -> None:
    assert client.get("/mailbox/?%00=1").status_code == 400
    assert client.get("/mailbox/?" + "x" * 501).status_code == 400


def test_what_pages_send_passes(client: Client) -> None:
    assert client.get(reverse("people:mailbox"), {"to": "a" * 242 + "@example.org"}).status_code == 200
