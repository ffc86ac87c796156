from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from assessments.insights import services
from assessments.insights.models import IrtModel
from assessments.sittings.models import Assessment


class Command(BaseCommand):
    help = "Let people who do not exist sit an assessment, so that its statistics can be seen before anybody has."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--assessment", required=True, help="its id, as in its address, or its title")
        parser.add_argument("--n", type=int, default=500, help="how many persons (default 500)")
        parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same abilities")
        parser.add_argument("--model", choices=IrtModel.values, default=IrtModel.TWO_PL)
        parser.add_argument("--truth", metavar="FILE", help="write the true parameters there as JSON; - prints them")
        parser.add_argument("--yes", action="store_true", help="do it outside a demo too: the rows stay for good")

    def handle(self, *, assessment: str, n: int, seed: int, model: str, truth: str | None, yes: bool, **_: Any) -> None:
        if not (settings.DEMO or settings.DEBUG or yes):
            raise CommandError("this is no demo, and what is simulated stays for good: add --yes to do it all the same")
        start = time.perf_counter()
        found = find(assessment)
        try:
            drawn = services.simulate_cohort(
                version=found.versions.order_by("-number")[0], persons=n, seed=seed, model=IrtModel(model)
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        seconds = time.perf_counter() - start
        self.stderr.write(f"{n} simulated sittings of «{found}» in {seconds:.1f} s")
        if truth == "-":
            self.stdout.write(json.dumps(drawn.to_json()))
        elif truth:
            Path(truth).write_text(json.dumps(drawn.to_json()), encoding="utf-8")


def find(name: str) -> Assessment:
    """Find an assessment by its id or its title."""
    try:
        wanted = Q(public_id=uuid.UUID(name))
    except ValueError:
        wanted = Q(title__iexact=name)
    rows = list(Assessment.objects.filter(wanted)[:2])
    if len(rows) != 1:
        count = "none" if not rows else "several"
        raise CommandError(f"expected one assessment with the id or title {name!r}, found {count}")
    return rows[0]
