from __future__ import annotations

import pytest
from django.test import Client

from assessments.people.models import Organisation, Role, User
from tests.factories import MembershipFactory, OrganisationFactory


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory(slug="acme")


@pytest.fixture
def recruiter(organisation: Organisation) -> User:
    return MembershipFactory(organisation=organisation, role=Role.RECRUITER).user


@pytest.fixture
def rater(organisation: Organisation) -> User:
    return MembershipFactory(organisation=organisation, role=Role.RATER).user


@pytest.fixture
def author(organisation: Organisation) -> User:
    return MembershipFactory(organisation=organisation, role=Role.AUTHOR).user


@pytest.fixture
def stranger() -> User:
    return MembershipFactory(role=Role.OWNER).user


@pytest.fixture
def as_recruiter(recruiter: User) -> Client:
    return logged_in(recruiter)


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
