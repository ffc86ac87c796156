from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.insights import services
from assessments.insights.management.commands.simulate_cohort import find
from assessments.insights.models import IrtModel
from assessments.people.models import Organisation


class Command(BaseCommand):
    help = "Fit an item response model to the answers that are in, and keep it for the pages of statistics."

    def add_arguments(self, parser: CommandParser) -> None:
        scope = parser.add_mutually_exclusive_group(required=True)
        scope.add_argument("--organisation", metavar="SLUG", help="all it may count; the library counts everybody's")
        scope.add_argument("--assessment", help="one assessment's sittings: its id, as in its address, or its title")
        parser.add_argument("--model", choices=IrtModel.values, default=IrtModel.TWO_PL)
        parser.add_argument("--simulated", action="store_true", help="simulated sittings in place of real ones")

    def handle(
        self, *, organisation: str | None, assessment: str | None, model: str, simulated: bool, **_: Any
    ) -> None:
        one = find(assessment) if assessment else None
        owner = one.organisation if one else Organisation.objects.filter(slug=organisation).first()
        if owner is None:
            raise CommandError(f"there is no organisation {organisation!r}")
        try:
            row = services.calibrate(organisation=owner, assessment=one, model=IrtModel(model), simulated=simulated)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if row.log_likelihood is None:
            self.stdout.write("no question has the 30 answers that a fit takes; the facilities so far are kept")
            return
        items = list(row.items.all())
        fitted = sum(item.difficulty is not None for item in items)
        state = "converged" if row.converged else "NOT CONVERGED"
        self.stdout.write(
            f"{row.get_model_display()}: {row.persons} sittings, {fitted} of {len(items)} questions fitted, "
            f"{state} after {row.iterations} steps"
        )
