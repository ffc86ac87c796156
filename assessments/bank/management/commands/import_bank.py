from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.bank.exchange import archives, formats, report, services
from assessments.bank.models import Level
from assessments.bank.services import create_topics
from assessments.bank.topics import TITLES
from assessments.people.models import Organisation
from assessments.people.services import ensure_library


class Command(BaseCommand):
    help = "Bring questions from a file or a folder into the bank as drafts, all in one transaction, with a report."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a file, a zip archive or a folder")
        parser.add_argument("--format", choices=["auto", *formats.FORMATS], default="auto", dest="name")
        parser.add_argument("--dry-run", action="store_true", help="print the report and change nothing")
        parser.add_argument("--organisation", default="library", metavar="SLUG")
        usual = report.Defaults()
        parser.add_argument("--topic", choices=TITLES, default=usual.topic, help="where the source names none")
        parser.add_argument("--level", choices=Level.values, default=usual.level, help="where the source names none")

    def handle(self, *, path: Path, name: str, organisation: str, topic: str, level: str, **options: Any) -> None:
        create_topics()
        ensure_library()
        owner = Organisation.objects.filter(slug=organisation).first()
        if owner is None:
            raise CommandError(f"expected the slug of an organisation, got {organisation}: there is none of it")
        try:
            files = archives.read(path)
            found = formats.of(files, name)
            items = found.read(files, report.Defaults(topic=topic, level=level))
        except archives.ArchiveError as error:
            raise CommandError("\n".join(error.problems)) from error
        act = services.rehearse if options["dry_run"] else services.bring_in
        act(organisation=owner, items=items, author=None, named=found.named)
        for line in report.lines(items):
            self.stdout.write(str(line))
        self.stdout.write(f"{found.label}: {report.summary(items)}" + (", nothing done" if options["dry_run"] else ""))
