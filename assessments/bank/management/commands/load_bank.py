from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.bank import folders, services
from assessments.bank.management import CONTENT, SEEDS, question_folders
from assessments.bank.models import QuestionVersion, State
from assessments.people.models import Organisation
from assessments.people.services import ensure_library
from grader.certify import certify
from grader.grading import Grader
from grader.questions import QuestionError


class Command(BaseCommand):
    help = (
        "Bring the question folders into the library: import, certify in the sandbox, publish. Twice changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--content", type=Path, default=CONTENT, help="folder that holds TOPIC/SLUG/ folders")
        parser.add_argument("--seeds", type=int, default=SEEDS, help=f"of hidden cases to certify on (default {SEEDS})")

    def handle(self, *, content: Path, seeds: int, **_: Any) -> None:
        services.create_topics()
        organisation = ensure_library()
        failures = 0
        with Grader() as grader:
            for folder in question_folders(content):
                started = time.perf_counter()
                state = self._load(organisation, folder, grader, seeds)
                failures += state.startswith("not")
                seconds = f"{time.perf_counter() - started:6.1f} s"
                self.stdout.write(f"{folder.parent.name + '/' + folder.name:<58} {seconds}  {state}")
        if failures:
            raise CommandError(f"{failures} questions were not published; the lines above say why", returncode=1)

    def _load(self, organisation: Organisation, folder: Path, grader: Grader, seeds: int) -> str:
        try:
            version = services.import_folder(organisation=organisation, folder=folder)
        except QuestionError as error:
            return "not imported: " + "; ".join(error.problems)
        if version.state == State.PUBLISHED:
            return f"v{version.number} stands"
        problem = self._certify(version, grader, seeds)
        if problem:
            return f"not certified: {problem}"
        services.publish(version=version, actor=None)
        return f"v{version.number} published"

    @staticmethod
    def _certify(version: QuestionVersion, grader: Grader, seeds: int) -> str:
        spec = version.specs.get(live=True)
        if spec.certification is not None:
            return ""

        report = certify(folders.question_of(version, spec), grader, range(seeds))
        run = services.open_certification(spec=spec, actor=None)
        services.record_certification(
            run_id=run.pk, token=run.token, passed=report.publishable, result=report.to_json()
        )
        return "" if report.publishable else " ".join(report.readable().split())
