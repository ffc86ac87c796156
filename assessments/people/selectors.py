"""Who may see what: membership is asked of the database, never kept in a session."""

from __future__ import annotations

import dataclasses

from django.db.models import QuerySet

from assessments.people.models import MailboxMessage, Membership, Organisation, Role, User


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """The roles that one person holds in one organisation."""

    organisation: Organisation
    roles: frozenset[str]

    def may(self, *roles: str) -> bool:
        """Whether one of `roles` is held; an owner holds them all."""
        return Role.OWNER in self.roles or not self.roles.isdisjoint(roles)

    @property
    def role_names(self) -> str:
        return ", ".join(role.label.lower() for role in Role if role in self.roles)

    @property
    def is_owner(self) -> bool:
        return Role.OWNER in self.roles

    @property
    def is_author(self) -> bool:
        return self.may(Role.AUTHOR)

    @property
    def is_recruiter(self) -> bool:
        return self.may(Role.RECRUITER)

    @property
    def is_rater(self) -> bool:
        return self.may(Role.RATER)


def accesses_of(user: User) -> list[Access]:
    """Every organisation of a member of staff with the roles held there, by name."""
    roles: dict[Organisation, set[str]] = {}
    memberships = Membership.objects.filter(user=user).select_related("organisation").order_by("organisation__name")
    for membership in memberships:
        roles.setdefault(membership.organisation, set()).add(membership.role)
    return [Access(organisation, frozenset(held)) for organisation, held in roles.items()]


def access_of(user: User, slug: str) -> Access | None:
    """Tell the person's access to the organisation called `slug`; None for a stranger or where there is none."""
    memberships = list(Membership.objects.filter(user=user, organisation__slug=slug).select_related("organisation"))
    if not memberships:
        return None
    return Access(memberships[0].organisation, frozenset(membership.role for membership in memberships))


def library() -> Organisation | None:
    """Find the organisation whose questions all others may read and clone."""
    return Organisation.objects.filter(is_library=True).first()


def mailbox(*, to: str = "") -> QuerySet[MailboxMessage]:
    messages = MailboxMessage.objects.all()
    return messages.filter(to__iexact=to) if to else messages
