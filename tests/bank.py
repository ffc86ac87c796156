"""Questions in the bank for tests of pages and services, made by the services themselves."""

from __future__ import annotations

import dataclasses

from django.test import Client

from assessments.bank import folders, services, skeletons
from assessments.bank.forms import QuestionForm, solution_rows
from assessments.bank.models import Kind, QuestionVersion
from assessments.people.models import Role
from tests.factories import MembershipFactory


def member(organisation, role: str = Role.AUTHOR) -> Client:
    client = Client()
    client.force_login(MembershipFactory(organisation=organisation, role=role).user)
    return client


def certified(version: QuestionVersion) -> QuestionVersion:
    run = services.open_certification(spec=version.specs.get(live=True), actor=None)
    services.record_certification(run_id=run.pk, token=run.token, passed=True, result=RESULT)
    return version


RESULT = {
    "problems": [],
    "versions": {"grader": "0.1.0", "lossref": "0.1.0"},
    "seeds": [0],
    "spec_hashes": ["abcdef0123456789"],
    "trials": [
        {"solution": "number.txt", "expects": [], "variant": 0, "outcome": "correct", "named": [], "problem": ""},
        {
            "solution": "not_number.txt",
            "expects": ["correctness"],
            "variant": 0,
            "outcome": "wrong",
            "named": ["correctness"],
            "problem": "",
        },
    ],
    "kills": [{"code": "R1", "name": "sum instead of mean", "stage": "ordinary", "variant": 0, "result": "named"}],
}


def a_question(kind: str = Kind.NUMERIC, slug: str = "a-question", **changes):
    changes = {"title": "A title", "topics": ("regression",)} | changes
    return dataclasses.replace(skeletons.question(kind, slug), **changes)


def saved(organisation, slug: str = "a-question", kind: str = Kind.NUMERIC, author=None, **changes) -> QuestionVersion:
    question = a_question(kind, slug, **changes)
    return services.save_version(organisation=organisation, question=question, author=author)


def published(organisation, slug: str = "a-question", **changes) -> QuestionVersion:
    return services.publish(version=certified(saved(organisation, slug, **changes)), actor=None)


def fields_of(version: QuestionVersion, **changes: object) -> dict[str, object]:
    """Give what the browser would post from the edit page."""
    question = folders.question_of(version)
    data = dict(QuestionForm(question=question).initial)
    rows = solution_rows(question)
    data |= {"solutions-TOTAL_FORMS": len(rows), "solutions-INITIAL_FORMS": len(rows)}
    for index, row in enumerate(rows):
        data |= {f"solutions-{index}-{name}": value for name, value in row.items()}
    # A browser sends CRLF.
    return {
        key: value.replace("\n", "\r\n") if isinstance(value, str) else value for key, value in (data | changes).items()
    }
