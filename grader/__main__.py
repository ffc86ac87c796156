"""The command line: `python -m grader grade | certify | probe | algebra | worker`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

# Of a verdict's exit code: 0 whatever the verdict, 2 for a broken question or call, 1 where a check of ours is red.
BROKEN = 2
RED = 1
_SIGNALLED_PIPE = 141  # what a shell reports of a program whose reader went away


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    try:
        status = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough. What is still in the buffer is flushed at exit, and must go somewhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _SIGNALLED_PIPE
    return status


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["algebra"]:
        from grader.algebra.commandline import main as algebra

        return int(algebra(arguments[1:]))
    if arguments[:1] == ["worker"]:
        from grader.tasks import main as worker

        return int(worker(arguments[1:]))
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except _Broken as error:
        sys.stderr.write(f"{error}\n")
        return BROKEN


class _Broken(Exception):  # noqa: N818 - carries the sentence of what to mend
    pass


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m grader", description="Grade answers, certify questions.")
    commands = parser.add_subparsers(required=True, metavar="grade | certify | probe | algebra | worker")
    grade = commands.add_parser("grade", help="grade one answer file on a question folder")
    grade.add_argument("folder", type=Path)
    grade.add_argument("file", type=Path)
    grade.add_argument("--json", action="store_true", help="print the whole verdict as one JSON object")
    grade.add_argument("--seed", type=_seed, default=0, help="seed of the hidden cases (default 0)")
    grade.add_argument("--variant", type=int, default=0, help="number of the variant (default 0)")
    grade.add_argument("--sample", action="store_true", help="run the printed cases only")
    grade.set_defaults(run=_grade)
    certify = commands.add_parser("certify", help="show that questions tell right answers from wrong ones")
    certify.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    certify.add_argument("--json", action="store_true", help="print one JSON object a folder")
    certify.add_argument("--seeds", type=int, default=20, help="how many seeds to repeat on (default 20)")
    certify.set_defaults(run=_certify)
    probe = commands.add_parser("probe", help="attack the sandbox and say which walls stand")
    probe.set_defaults(run=_probe)
    commands.add_parser("worker", help="grade what waits in the broker's queues", add_help=False)
    commands.add_parser("algebra", help="decide pairs of expressions: algebra --jsonl [--steps]", add_help=False)
    return parser


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 up, got {text!r}")
    return int(text)


def _grade(options: argparse.Namespace) -> int:
    from grader.grading import Grader
    from grader.kinds.specs import BrokenQuestion
    from grader.questions import QuestionError, read_question, request_for
    from grader.sandbox import InfrastructureFault, SandboxUnavailable

    answer = _read_answer(options.file)
    try:
        question = read_question(options.folder)
        request = request_for(
            question, answer, options.seed, options.variant, mode="sample" if options.sample else "full"
        )
        with Grader() as grader:
            verdict = grader.decide(request)
    except QuestionError as error:
        raise _Broken(
            "\n".join([f"{options.folder} cannot be used:", *(f"  {line}" for line in error.problems)])
        ) from error
    except (BrokenQuestion, IndexError, InfrastructureFault, SandboxUnavailable) as error:
        raise _Broken(str(error)) from error
    if options.json:
        sys.stdout.write(json.dumps(verdict.to_json(), ensure_ascii=True, allow_nan=False) + "\n")
    else:
        sys.stdout.write(_readable(verdict) + "\n")
    return 0


def _listed(folder: Path, problems: Sequence[str]) -> str:
    return "\n".join([f"{folder} cannot be used:", *(f"  {problem}" for problem in problems)])


def _read_answer(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _Broken(f"{path}: the answer file cannot be read: {error.strerror}") from error
    text = data.decode("utf-8", "surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _readable(verdict: object) -> str:
    from grader.verdict import Verdict

    assert isinstance(verdict, Verdict)
    score = "no score" if verdict.score is None else f"score {verdict.score:.3f}"
    lines = [f"{verdict.outcome}, {score}"]
    marks = {True: "passed", False: "failed", None: "not reached"}
    lines += [f"  {check.name} ({check.weight:g}): {marks[check.passed]}. {check.message}" for check in verdict.checks]
    lines += [f"  {finding.code} {finding.name}: {finding.message}" for finding in verdict.findings]
    return "\n".join(lines)


def _certify(options: argparse.Namespace) -> int:
    from grader.certify import certify
    from grader.grading import Grader
    from grader.questions import QuestionError, read_question

    worst = 0
    with Grader() as grader:
        for folder in options.folders:
            try:
                report = certify(read_question(folder), grader, seeds=range(options.seeds))
            except QuestionError as error:
                sys.stderr.write(_listed(folder, error.problems) + "\n")
                worst = BROKEN
                continue
            sys.stdout.write(json.dumps(report.to_json()) if options.json else report.readable())
            sys.stdout.write("\n")
            worst = max(worst, 0 if report.publishable else RED)
    return worst


def _probe(options: argparse.Namespace) -> int:  # noqa: ARG001
    from grader.sandbox import probe

    green, red, plain = ("\033[32m", "\033[31m", "\033[0m") if sys.stdout.isatty() else ("", "", "")
    walls = probe()
    for wall in walls:
        mark = f"{green}green{plain}" if wall.stands else f"{red}red{plain}"
        sys.stdout.write(f"{mark}  {wall.name}: {wall.detail}\n")
        if not wall.stands:
            sys.stdout.write(f"       fix: {wall.fix}\n")
    return 0 if all(wall.stands for wall in walls) else RED


if __name__ == "__main__":
    sys.exit(main())
