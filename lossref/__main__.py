"""The command line: list, show, value, gradient, call, check, certify."""
# ruff: noqa: T201 - this is the one module of lossref that writes to standard output

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lossref.catalogue import get, names
from lossref.errors import UnknownApi, UnknownLoss
from lossref.spec import LossSpec

Answer = Callable[[dict[str, Any], dict[str, Any]], Any]
_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it ran, 1 when a certificate failed, 2 for a name that is not in the catalogue."""
    options = _parser().parse_args(argv)
    try:
        status: int = options.run(options)
    except (UnknownLoss, UnknownApi) as error:
        print(error, file=sys.stderr)
        return 2
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lossref", description="Losses: metadata, values, gradients.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    command("list", _list, "One JSON object a line for each loss.")
    command("show", _show, "All that is known about one loss, as JSON.").add_argument("name")
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
    certify = command("certify", _certify, "Compare numbers, symbols and 50-digit arithmetic.")
    certify.add_argument("names", nargs="*", metavar="NAME", help="all by default")
    certify.add_argument("--seed", type=int, default=0)
    return parser


def _list(_: argparse.Namespace) -> int:
    for name in names():
        spec = get(name)
        print(
            json.dumps(
                {
                    "name": name,
                    "aliases": spec.aliases,
                    "family": spec.family,
                    "gives": spec.gives,
                    "summary": spec.summary,
                }
            )
        )
    return 0


def _show(options: argparse.Namespace) -> int:
    spec = get(options.name)
    print(json.dumps(description(spec), indent=2, ensure_ascii=False))
    return 0


def description(spec: LossSpec) -> dict[str, Any]:
    """Metadata of one entry as plain JSON values."""
    plain = ("name", "aliases", "family", "gives", "summary", "latex", "references", "kinks")
    return {
        **{name: getattr(spec, name) for name in plain},
        "parameters": [dataclasses.asdict(parameter) for parameter in spec.parameters],
        "properties": sorted(spec.properties),
        "conventions": dict(spec.conventions),
        "denominators": dict(spec.denominators),
        "gradient_wrt": list(spec.slopes),
        "symbolic_form": spec.has_symbolic_form,
    }


def _value(options: argparse.Namespace) -> int:
    spec = get(options.name)
    return _answer_lines(lambda args, flags: spec.value(**args, **flags))


def _gradient(options: argparse.Namespace) -> int:
    spec = get(options.name)

    def gradient(args: dict[str, Any], flags: dict[str, Any]) -> Any:
        wrt = flags.pop("with_respect_to", None)
        return spec.gradient(wrt=options.wrt or wrt, **args, **flags)

    return _answer_lines(gradient)


def _call(options: argparse.Namespace) -> int:
    from lossref.dialects import call, dialect, gradient

    chosen = dialect(options.api)

    def answer(args: dict[str, Any], flags: dict[str, Any]) -> Any:
        arguments = chosen.joined(args, {name: operand(value) for name, value in flags.items()})
        return gradient(chosen.api, options.wrt, **arguments) if options.wrt else call(chosen.api, **arguments)

    return _answer_lines(answer, operand)


def _check(options: argparse.Namespace) -> int:
    from lossref.dialects.check import check_file

    report = check_file(options.file)
    for line in (*report.failures, *report.summary()):
        print(line)
    return 1 if report.failures else 0


def _answer_lines(function: Answer, decode: Callable[[Any], Any] | None = None) -> int:
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(_answer(function, line, decode or decoded)), flush=True)
    return 0


def _answer(function: Answer, line: str, decode: Callable[[Any], Any]) -> dict[str, Any]:
    try:
        args, flags = _request(json.loads(line))
        return {"value": encoded(function({name: decode(value) for name, value in args.items()}, flags))}
    except (ValueError, TypeError, OverflowError, IndexError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _request(request: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(request, dict) or not isinstance(request.get("args"), dict):
        raise TypeError('expected one object a line: {"args": {...}, "options": {...}}')
    return request["args"], dict(request.get("options") or {})


def operand(value: Any) -> Any:
    """Argument of another library's function: arrays as `decoded` has them, lists of arrays, anything else as it is."""
    if isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
        return [decoded(entry) for entry in value]
    if isinstance(value, list | Mapping):
        return decoded(value)
    return _NON_FINITE.get(value, value) if isinstance(value, str) else value


def decoded(value: Any) -> Any:
    """Array (or number) from nested lists, or from {"dtype", "shape", "data"}; "nan", "inf", "-inf" become numbers."""
    if isinstance(value, Mapping):
        if not {"dtype", "shape", "data"} <= value.keys():
            raise ValueError('an array is nested lists or {"dtype", "shape", "data"}')
        return np.array(_numbers(value["data"]), dtype=value["dtype"]).reshape(value["shape"])
    return np.array(_numbers(value))


def encoded(value: Any) -> Any:
    """Nested lists (or a number) with the strings "nan", "inf", "-inf" for what JSON has no number for."""
    if isinstance(value, tuple):
        return [encoded(entry) for entry in value]
    if isinstance(value, np.ndarray | np.generic):
        return encoded(value.tolist())
    if isinstance(value, list):
        return [encoded(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _numbers(value: Any) -> Any:
    if isinstance(value, list):
        return [_numbers(entry) for entry in value]
    return _NON_FINITE.get(value, value) if isinstance(value, str) else value


def _certify(options: argparse.Namespace) -> int:
    from lossref.certify import certify, certify_all

    chosen = [certify(get(name), options.seed) for name in options.names]
    certificates = chosen or certify_all(options.seed)
    for certificate in certificates:
        print(json.dumps({**dataclasses.asdict(certificate), "passed": certificate.passed}))
    return 0 if all(certificate.passed for certificate in certificates) else 1


if __name__ == "__main__":
    sys.exit(main())
