"""The command line: list, show, value, gradient, call, check, certify."""
# ruff: noqa: T201 - this is the one module of lossref that writes to standard output

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from lossref._presentation import description, listing, page, row
from lossref._wire import encoded, joined, operand, request
from lossref.catalogue import get, names
from lossref.errors import OptionError, UnknownApi, UnknownLoss

Answer = Callable[[dict[str, Any], dict[str, Any]], Any]
_SIGNALLED_PIPE = 141  # what a shell reports of a program whose reader went away


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it ran, 1 when a certificate failed, 2 for a name that is not in the catalogue."""
    options = _parser().parse_args(argv)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except (UnknownLoss, UnknownApi, OptionError) as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader has seen enough. What is still in the buffer is flushed at exit, and must go somewhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _SIGNALLED_PIPE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lossref", description="Losses: metadata, values, gradients.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    text_or_json = "Text on a terminal, else JSON."
    listed = command("list", _list, f"What is in the catalogue, and where. {text_or_json}")
    families = dict.fromkeys(get(name).family for name in names())
    listed.add_argument("--family", choices=families, help="of this family alone")
    show = command("show", _show, f"All that is known about one loss. {text_or_json}")
    show.add_argument("name")
    stream = 'Reads {"args": {...}, "options": {...}} a line, writes {"value": ...} or {"error": ...} a line.'
    command("value", _value, f"Value of a loss. {stream}").add_argument("name")
    gradient = command("gradient", _gradient, f"Gradient of a loss. {stream}")
    gradient.add_argument("name")
    gradient.add_argument("--wrt", help="the argument (default: the prediction)")
    call = command("call", _call, f"What a function of another library gives. {stream}")
    call.add_argument("api", help="the library's name of it, such as torch.nn.functional.huber_loss")
    call.add_argument("--wrt", help="give the gradient of the sum of the value with respect to this argument")
    check = command("check", _check, "Compare a file of other libraries' values with what the dialects give.")
    check.add_argument("file", type=Path)
    certify = command("certify", _certify, f"Compare numbers, symbols and 50-digit arithmetic. {text_or_json}")
    certify.add_argument("names", nargs="*", metavar="NAME", help="all by default")
    certify.add_argument("--seed", type=int, default=0)
    certify.add_argument("--points", type=int, default=10_000, help="terms to compare, for each loss")
    certify.add_argument("--jobs", type=int, help="processes at work; one for each processor by default")
    for command_with_form in (listed, show, certify):
        command_with_form.add_argument("--json", dest="form", action="store_const", const="json", help="always JSON")
        command_with_form.add_argument("--text", dest="form", action="store_const", const="text", help="always text")
    return parser


def _list(options: argparse.Namespace) -> int:
    specs = [spec for spec in map(get, names()) if options.family in {None, spec.family}]
    lines = listing(specs) if _as_text(options) else (json.dumps(row(spec)) for spec in specs)
    return _print(lines)


def _show(options: argparse.Namespace) -> int:
    spec = get(options.name)
    if _as_text(options):
        return _print(page(spec))
    return _print([json.dumps(description(spec), indent=2, ensure_ascii=False)])


def _as_text(options: argparse.Namespace) -> bool:
    return sys.stdout.isatty() if options.form is None else options.form == "text"


def _print(lines: Iterable[str]) -> int:
    for line in lines:
        print(line, flush=True)
    return 0


def _value(options: argparse.Namespace) -> int:
    spec = get(options.name)

    def value(args: dict[str, Any], flags: dict[str, Any]) -> Any:
        flags.pop("with_respect_to", None)  # the same lines may be asked for their gradients
        return spec.value(**joined(args, flags))

    return _answer_lines(value)


def _gradient(options: argparse.Namespace) -> int:
    spec = get(options.name)

    def gradient(args: dict[str, Any], flags: dict[str, Any]) -> Any:
        wrt = flags.pop("with_respect_to", None)
        return spec.gradient(wrt=options.wrt or wrt, **joined(args, flags))

    return _answer_lines(gradient)


def _call(options: argparse.Namespace) -> int:
    from lossref.dialects import call, dialect, gradient

    chosen = dialect(options.api)

    def answer(args: dict[str, Any], flags: dict[str, Any]) -> Any:
        arguments = chosen.joined(args, flags)
        return gradient(chosen.api, options.wrt, **arguments) if options.wrt else call(chosen.api, **arguments)

    return _answer_lines(answer)


def _check(options: argparse.Namespace) -> int:
    from lossref.dialects.check import check_file

    report = check_file(options.file)
    for line in (*report.failures, *report.summary()):
        print(line)
    return 1 if report.failures else 0


def _answer_lines(function: Answer) -> int:
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # bytes that are no text spoil their own line alone
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(_answer(function, line)), flush=True)
    return 0


def _answer(function: Answer, line: str) -> dict[str, Any]:
    try:
        args, options = ({k: operand(v) for k, v in part.items()} for part in request(json.loads(line)))
        return {"value": encoded(function(args, options))}
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one line, the next is answered
        return {"error": f"{type(error).__name__}: {error}"}


def _certify(options: argparse.Namespace) -> int:
    from lossref.certify import certify_all, report

    certificates = certify_all(options.names, options.seed, options.points, options.jobs)
    well = True
    for passed, line in report(certificates, as_text=_as_text(options)):
        print(line, flush=True)
        well = well and passed
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
