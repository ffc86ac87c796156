from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.bank import coverage, folders
from assessments.bank.management import CONTENT, SEEDS, question_folders
from grader.questions import QuestionError


class Command(BaseCommand):
    help = "Check every question folder of the bank; needs no database, broker or environment."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--content", type=Path, default=CONTENT, help="folder that holds TOPIC/SLUG/ folders")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--seeds", type=int, default=SEEDS, help=f"of hidden cases to certify on (default {SEEDS})")
        parser.add_argument("--certify", action="store_true", help="also grade each folder's solutions in the sandbox")

    def handle(self, *, content: Path, certify: bool, seeds: int, **options: Any) -> None:
        found = question_folders(content)
        problems = check(content)
        if certify:
            problems |= _certified(found, problems, seeds)
        counts = coverage.count(folder for folder in found if str(folder.relative_to(content)) not in problems)
        if options["json"]:
            told = {"questions": len(found), "problems": problems, "gaps": coverage.gaps(counts)}
            self.stdout.write(json.dumps(told, indent=2))
        else:
            for folder, lines in problems.items():
                self.stderr.write("\n".join([f"{folder}:", *(f"  {line}" for line in lines)]))
        if problems:
            raise CommandError(f"{len(problems)} of {len(found)} question folders have errors", returncode=1)
        if not options["json"]:
            self.stdout.write(coverage.table(counts))
            for gap in coverage.gaps(counts):
                self.stdout.write(gap)
            self.stdout.write(f"{len(found)} question folders, all in order")


def check(content: Path) -> dict[str, list[str]]:
    """List what is wrong, by folder; the first folder that holds a slug keeps it."""
    problems: dict[str, list[str]] = {}
    slugs: dict[str, str] = {}
    for folder in question_folders(content):
        name = str(folder.relative_to(content))
        lines = _problems(folder)
        other = slugs.setdefault(folder.name, name)
        if other != name:
            lines.append(f"the slug {folder.name} is taken by {other}: a slug names one question of the bank")
        if lines:
            problems[name] = lines
    if not slugs:
        problems[str(content)] = ["expected folders TOPIC/SLUG/ with a question.toml, found none"]
    return problems


def _problems(folder: Path) -> list[str]:
    try:
        question = folders.read_checked(folder)
    except QuestionError as error:
        return list(error.problems)
    if folder.parent.name not in question.topics:
        return [f"question.toml: topics: the folder stands under {folder.parent.name}, which is not among its topics"]
    return []


def _certified(found: list[Path], broken: dict[str, list[str]], seeds: int) -> dict[str, list[str]]:
    from grader.certify import certify
    from grader.grading import Grader

    problems: dict[str, list[str]] = {}
    with Grader() as grader:
        for folder in found:
            name = f"{folder.parent.name}/{folder.name}"
            if name not in broken:
                report = certify(folders.read_checked(folder), grader, range(seeds))
                problems |= {} if report.publishable else {name: report.readable().splitlines()}
    return problems
