from __future__ import annotations

from collections.abc import Mapping

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    """Staff accounts are made by an organisation's owner; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (allauth's signature)
        return False


def login_name(request: HttpRequest, credentials: Mapping[str, str] | None) -> str:
    """Tell axes whom a wrong password is counted against: allauth calls the address `email`, its form `login`."""
    name = (credentials or {}).get("email") or request.POST.get("login", "")
    return name.strip().lower()
