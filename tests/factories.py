"""Rows that tests begin from, each valid by itself: organisations, staff, questions, assessments, sittings."""

from __future__ import annotations

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from assessments.bank import models as bank
from assessments.grading import models as grading
from assessments.people import models as people
from assessments.sittings import models as sittings
from grader.contract import hash_of_spec

PASSWORD = "correct horse battery staple"


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = people.Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    slug = factory.Sequence(lambda n: f"organisation-{n}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = people.User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"staff{n}@example.org")
    name = factory.Sequence(lambda n: f"Staff {n}")
    password = factory.django.Password(PASSWORD)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = people.Membership

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = people.Role.OWNER


class CandidateFactory(DjangoModelFactory):
    class Meta:
        model = people.Candidate
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory)
    identity = factory.RelatedFactory("tests.factories.CandidateIdentityFactory", factory_related_name="candidate")


class CandidateIdentityFactory(DjangoModelFactory):
    class Meta:
        model = people.CandidateIdentity

    candidate = factory.SubFactory(CandidateFactory, identity=None)
    name = factory.Sequence(lambda n: f"Candidate {n}")
    email = factory.Sequence(lambda n: f"candidate{n}@example.org")


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = bank.Topic
        django_get_or_create = ("slug",)

    slug = "regression"
    title = factory.LazyAttribute(lambda topic: topic.slug.replace("_", " ").capitalize())


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = bank.Question

    organisation = factory.SubFactory(OrganisationFactory)
    slug = factory.Sequence(lambda n: f"question-{n}")


SPECS = {
    "numeric": {"numeric": {"answer": "3/4", "rtol": 0.0, "atol": 0.001}},
    "choice": {
        "choice": {
            "options": [
                {"text": "the mean", "credit": 1.0, "feedback": "Right."},
                {"text": "the median", "credit": 0.0, "feedback": "That minimises the absolute error."},
            ],
            "multiple": False,
        }
    },
    "ordering": {"ordering": {"items": ["$a$ first", "second", "third", "fourth"]}},
    "matching": {"matching": {"pairs": [["$r^2$", "the mean"], {"left": "$|r|$", "right": "the median"}, ["c", "C"]]}},
    "derivation": {
        "derivation": {"reference": "2*x", "loss": "x^2", "wrt": "x", "variables": {"x": "real"}},
    },
    "coding": {
        "coding": {
            "function": "mean_squared_error",
            "parameters": ["y_true", "y_pred"],
            "reference": "mean_squared_error",
            "gives": "value",
        }
    },
    "lab": {
        "lab": {
            "scenario": "outliers",
            "function": "robust_loss",
            "reference": "huber",
            "thresholds": {"convergence": 0.9, "held_out": 0.9},
        }
    },
    "written": {"written": {"rubric": [{"criterion": "Names the mean", "points": 2}]}},
}


class QuestionVersionFactory(DjangoModelFactory):
    """A published version with its live spec and one variant; `spec=` gives the spec's tables."""

    class Meta:
        model = bank.QuestionVersion
        skip_postgeneration_save = True

    question = factory.SubFactory(QuestionFactory)
    number = 1
    title = factory.Sequence(lambda n: f"Title {n}")
    kind = bank.Kind.NUMERIC
    level = bank.Level.APPLY
    minutes = 5
    points = 1
    statement = "Which number minimises $(x - 3/4)^2$?"
    content_hash = factory.Sequence(lambda n: f"{n:064x}")
    state = bank.State.PUBLISHED

    @factory.post_generation
    def topics(self, create, extracted):
        self.topics.set([TopicFactory()] if extracted is None else extracted)

    @classmethod
    def _create(cls, model_class, *args, spec=None, parameters=None, **kwargs):
        # A published version takes no new spec or variant: it is born a draft and published last, as in life.
        state = kwargs.pop("state")
        version = super()._create(model_class, *args, **kwargs, state=bank.State.DRAFT)
        tables = spec or SPECS[version.kind]
        GradingSpecFactory(version=version, spec=tables)
        VariantFactory(version=version, parameters=parameters or {})
        version.state = state
        if state == bank.State.PUBLISHED:
            version.published_at = timezone.now()
        version.save()
        return version


class GradingSpecFactory(DjangoModelFactory):
    class Meta:
        model = bank.GradingSpec

    version = factory.SubFactory(QuestionVersionFactory)
    number = 1
    spec = factory.LazyAttribute(lambda row: SPECS[row.version.kind])
    spec_hash = factory.LazyAttribute(lambda row: hash_of_spec(row.spec, row.reference_source or None))
    reference_source = ""
    live = True
    certification = factory.LazyFunction(lambda: {"passed": True})


class VariantFactory(DjangoModelFactory):
    class Meta:
        model = bank.Variant

    version = factory.SubFactory(QuestionVersionFactory)
    number = 0
    key = "0.75"
    statement_html = "<p>Which number minimises it?</p>"


class ResponseFactory(DjangoModelFactory):
    class Meta:
        model = grading.Response

    version = factory.SubFactory(QuestionVersionFactory)
    organisation = factory.LazyAttribute(lambda row: row.version.question.organisation)
    variant = factory.LazyAttribute(lambda row: row.version.variants.get(number=0))
    seed = factory.Sequence(lambda n: 1000 + n)


class AssessmentFactory(DjangoModelFactory):
    class Meta:
        model = sittings.Assessment

    organisation = factory.SubFactory(OrganisationFactory)
    title = factory.Sequence(lambda n: f"Assessment {n}")


class AssessmentVersionFactory(DjangoModelFactory):
    """A blueprint with one section that holds one named question; `question=` gives which, `draws=False` none."""

    class Meta:
        model = sittings.AssessmentVersion
        skip_postgeneration_save = True

    assessment = factory.SubFactory(AssessmentFactory)
    number = 1
    minutes = 30

    @classmethod
    def _create(cls, model_class, *args, question=None, draws=True, **kwargs):
        frozen_at = kwargs.pop("frozen_at", None)
        version = super()._create(model_class, *args, **kwargs)
        section = sittings.Section.objects.create(version=version, position=1, title="Section")
        if draws:
            if question is None:
                owner = version.assessment.organisation
                question = QuestionVersionFactory(question__organisation=owner).question
            sittings.Draw.objects.create(section=section, position=1, question=question)
        if frozen_at is not None:
            version.frozen_at = frozen_at
            version.save()
        return version


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = sittings.Invitation

    version = factory.SubFactory(AssessmentVersionFactory)
    organisation = factory.LazyAttribute(lambda row: row.version.assessment.organisation)
    candidate = factory.SubFactory(CandidateFactory, organisation=factory.SelfAttribute("..organisation"))
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=7))


class AttemptFactory(DjangoModelFactory):
    """An attempt without items; AttemptItemFactory adds them."""

    class Meta:
        model = sittings.Attempt

    invitation = factory.SubFactory(InvitationFactory)
    version = factory.SelfAttribute("invitation.version")


class AttemptItemFactory(DjangoModelFactory):
    class Meta:
        model = sittings.AttemptItem

    attempt = factory.SubFactory(AttemptFactory)
    section = factory.LazyAttribute(lambda row: row.attempt.version.sections.first())
    position = factory.Sequence(lambda n: n + 1)
    response = factory.SubFactory(
        ResponseFactory, organisation=factory.SelfAttribute("..attempt.invitation.organisation")
    )
