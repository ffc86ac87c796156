from __future__ import annotations

import dataclasses
import random
import statistics
import time
from collections import Counter, deque
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from assessments.people.models import Organisation
from assessments.people.selectors import library
from assessments.sittings.drawing import Composition, DrawnForm
from assessments.sittings.models import AssessmentVersion
from assessments.sittings.roles import durations, roles
from assessments.sittings.selectors import RECENT
from assessments.sittings.services.blueprints import compose_from_role

HEAD = "role                       minutes  questions  held       minutes of forms  expected score (target): "
HEAD += "mean, sd, range      asked at most  questions used  ms a draw"


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """What came of drawing many forms of one blueprint, one after the other as if candidates sat them."""

    version: AssessmentVersion
    forms: list[DrawnForm]
    seconds: float

    @property
    def held(self) -> int:
        return sum(not (form.shortfalls or form.imbalances) for form in self.forms)

    def row(self) -> str:
        n = len(self.forms)
        minutes = [form.minutes for form in self.forms]
        scores = [form.facility for form in self.forms]
        asked = Counter(drawn.version.pk for form in self.forms for drawn in form.questions)
        most = max(asked.values(), default=0) / n
        target = "any" if self.version.target_facility is None else f"{self.version.target_facility:.0%}"
        return (
            f"{self.version.minutes:>7}  {len(self.forms[0].questions):>9}  {self.held:>4} of {n:<5}"
            f"{min(minutes):>5} to {max(minutes):<8} "
            f"{statistics.fmean(scores):>9.1%} ({target}), {statistics.pstdev(scores):.1%}, "
            f"{min(scores):.1%} to {max(scores):.1%}   {most:>6.1%}         {len(asked):>4}            "
            f"{1000 * self.seconds / n:>6.1f}"
        )


class Command(BaseCommand):
    help = "Draw forms of the roles' blueprints and print what they hold: coverage, minutes, difficulty, exposure."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", choices=list(roles()), help="one role only")
        parser.add_argument("--minutes", type=int, choices=durations(), help="one length only")
        parser.add_argument("--forms", type=int, default=1000, help="how many forms of each (default 1000)")
        parser.add_argument("--organisation", help="slug of whose bank to draw from (default: the library's)")
        parser.add_argument("--seed", type=int, default=0)

    def handle(self, *, forms: int, organisation: str | None, **options: Any) -> None:
        owner = Organisation.objects.filter(slug=organisation).first() if organisation else library()
        if owner is None:
            raise CommandError("expected an organisation with a bank, found none: run `manage.py load_bank` first")
        self.stdout.write(HEAD)
        broken = 0
        for role in [options["role"]] if options["role"] else roles():
            for minutes in [options["minutes"]] if options["minutes"] else durations():
                trial = _try(_composition(owner, role, minutes), forms, options["seed"])
                self.stdout.write(f"{role:<27}{trial.row()}")
                broken += forms - trial.held
                problems = Counter(line for form in trial.forms for line in form.shortfalls + form.imbalances)
                for line, count in problems.most_common(10):
                    self.stdout.write(f"    {count} of {forms}: {line}")
        if broken:
            raise CommandError(f"{broken} forms do not hold their blueprint; the lines above say why", returncode=1)


@transaction.atomic
def _composition(owner: Organisation, role: str, minutes: int) -> Composition:
    composition = Composition(compose_from_role(organisation=owner, user=None, role=roles()[role], minutes=minutes))
    # Nothing of the trial is to stay, and nobody is to wait for it.
    transaction.set_rollback(True)
    return composition


def _try(composition: Composition, forms: int, seed: int) -> Trial:
    rng = random.Random(seed)  # noqa: S311 - a trial that can be repeated
    recent: deque[list[int]] = deque(maxlen=RECENT)
    asked: Counter[int] = Counter()
    drawn = []
    started = time.perf_counter()
    for _ in range(forms):
        form = composition.draw(rng, asked=asked)
        if len(recent) == RECENT:
            asked.subtract(recent[0])
        recent.append([row.version.question_id for row in form.questions])
        asked.update(recent[-1])
        drawn.append(form)
    return Trial(composition.version, drawn, time.perf_counter() - started)
