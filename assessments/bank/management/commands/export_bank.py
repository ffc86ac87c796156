from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.bank.exchange import archives, report, selectors
from assessments.bank.exchange.formats import FORMATS
from assessments.people.models import Organisation


class Command(BaseCommand):
    help = "Write an organisation's questions to a file or a folder, and say line by line what the format cannot hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=[*FORMATS], default="bundle", dest="name")
        parser.add_argument("--to", type=Path, required=True, help="a new file; ending in .zip, or a new folder")
        parser.add_argument("--question", nargs="*", metavar="SLUG", help="these; without it, all that are in use")
        parser.add_argument("--organisation", default="library", metavar="SLUG")

    def handle(self, *, name: str, to: Path, question: list[str] | None, organisation: str, **_: Any) -> None:
        owner = Organisation.objects.filter(slug=organisation).first()
        if owner is None:
            raise CommandError(f"expected the slug of an organisation, got {organisation}: there is none of it")
        try:
            items = selectors.leaving(owner, question)
            archives.write(FORMATS[name].write(items), to)
        except (LookupError, archives.ArchiveError, OSError) as error:
            raise CommandError(str(error)) from error
        for line in report.lines(items):
            self.stdout.write(str(line))
        self.stdout.write(f"{to}: {report.summary(items)}")
