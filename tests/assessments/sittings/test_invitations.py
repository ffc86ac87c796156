"""Mails of invitations: each goes out once, a lost message is found again, a refusal stays on the row."""

from __future__ import annotations

import re
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from assessments.sittings.models import Invitation
from assessments.sittings.services import invitations
from tests.factories import InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation() -> Invitation:
    return InvitationFactory()


def mailed_path() -> str:
    found = re.search(r"https?://[^/]+(/i/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_an_invitation_is_mailed_once_however_often_its_message_comes(invitation: Invitation) -> None:
    assert [invitations.send_invitation(invitation_id=invitation.pk) for _ in range(2)] == [True, False]
    assert [message.to for message in mail.outbox] == [[invitation.candidate.identity.email]]


def test_a_reminder_carries_a_new_link_and_the_one_before_stops_working(invitation: Invitation) -> None:
    invitations.send_invitation(invitation_id=invitation.pk)
    first = mailed_path()
    invitation.refresh_from_db()
    invitations.remind(invitation=invitation, user=UserFactory())
    assert Client().get(first).status_code == 302
    invitations.send_invitation(invitation_id=invitation.pk)
    assert Client().get(first).status_code == 404
    assert Client().get(mailed_path()).status_code == 302


def test_a_mail_whose_message_was_lost_is_sent_again_and_a_sent_one_is_not(
    invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessments.broker.waiting", lambda queue: 0)
    assert invitations.send_lost() == 1
    invitations.send_invitation(invitation_id=invitation.pk)
    assert invitations.send_lost() == 0


def test_while_messages_wait_none_counts_as_lost(invitation: Invitation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessments.broker.waiting", lambda queue: 3)
    assert invitations.send_lost() == 0


def test_what_the_mail_server_refuses_stays_on_the_row_and_is_not_tried_for_ever(
    invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_message: mail.EmailMessage) -> int:
        raise SMTPRecipientsRefused({"a@example.org": (550, b"unknown")})

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    invitations.send_invitation(invitation_id=invitation.pk)
    invitation.refresh_from_db()
    assert invitation.sent_at is None
    assert invitation.mail_error.startswith("SMTPRecipientsRefused: ")
    assert not Invitation.objects.filter(**invitations.DUE).exists()


def test_a_revoked_invitation_is_neither_mailed_nor_reminded(invitation: Invitation) -> None:
    invitations.revoke(invitation=invitation, user=UserFactory())
    assert invitations.send_invitation(invitation_id=invitation.pk) is False
    with pytest.raises(ValidationError, match="revoked: invite the person anew"):
        invitations.remind(invitation=invitation, user=UserFactory())


def test_the_link_of_a_reminder_that_could_not_be_sent_does_not_replace_the_one_before(
    invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitations.send_invitation(invitation_id=invitation.pk)
    invitation.refresh_from_db()
    invitations.remind(invitation=invitation, user=UserFactory())
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", _unreachable)
        invitations.send_invitation(invitation_id=invitation.pk)
    assert Client().get(mailed_path()).status_code == 302


def _unreachable(*_: object) -> int:
    raise ConnectionRefusedError


def test_a_line_end_in_a_title_does_not_keep_the_mail_from_going_out() -> None:
    invitation = InvitationFactory(version__assessment__title="Losses\r\nBcc: all@example.org")
    invitations.send_invitation(invitation_id=invitation.pk)
    assert mail.outbox[0].subject.endswith("invites you: Losses Bcc: all@example.org")
