"""Questions in the bank for tests of pages and services, made by the services themselves."""

from __future__ import annotations

import dataclasses

from django.test import Client

from assessments.bank import folders, services, skeletons
from assessments.bank.forms import Editor
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
    data = posted(Editor(question=folders.question_of(version))) | {"base": version.number} | changes
    # A browser sends CRLF.
    return {key: value.replace("\n", "\r\n") if isinstance(value, str) else value for key, value in data.items()}


def posted(editor: Editor) -> dict[str, object]:
    """Give the values of all controls, as a page with them would send them."""
    lists = [*editor.lists, editor.solutions]
    forms = [editor.head, editor.spec, *(form for rows in lists for form in (rows.management_form, *rows))]
    values = {field.html_name: field.value() for form in forms for field in form}
    # A box that is not ticked sends nothing.
    sent = {name: value for name, value in values.items() if value is not None and value is not False}
    return {name: "on" if value is True else value for name, value in sent.items()}
