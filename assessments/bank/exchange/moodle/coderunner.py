"""CodeRunner: where a question's sample answer defines one function that the reference core has by that name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from lxml import etree

import lossref
from assessments.bank.exchange.report import LeftOut
from assessments.bank.exchange.xml import text

_BESIDE = {
    "answerpreload": "code to begin with",
    "template": "a template of its own",
    "templateparams": "parameters of a template",
    "globalextra": "extra data for its template",
    "penaltyregime": "a penalty for further tries",
    "attachments": "files to attach",
}


def read(node: etree._Element) -> tuple[dict[str, Any], str]:
    """Give the [coding] table and the sample answer, which certification then tries."""
    language, answer = text(node, "coderunnertype"), text(node, "answer")
    if not language.startswith("python3"):
        raise LeftOut("a CodeRunner question in Python", language or "none")
    function = _function(answer)
    try:
        loss = lossref.get(function.name)
    except lossref.UnknownLoss as error:
        raise LeftOut("a function that the core has by this name", function.name) from error
    names = [argument.arg for argument in function.args.args]
    return {"function": function.name, "parameters": names, "reference": loss.name}, f"{answer}\n"


def beside(node: etree._Element) -> Iterator[str]:
    """Say what the question has beside its sample answer and its cases."""
    for name, what in _BESIDE.items():
        if text(node, name) not in {"", "0", "none"}:
            yield what
    if next(node.iter("file"), None) is not None:
        yield "files that come along"


def _function(answer: str) -> ast.FunctionDef:
    try:
        defined = [node for node in ast.parse(answer).body if isinstance(node, ast.FunctionDef)]
    except SyntaxError as error:
        raise LeftOut("a sample answer in Python", f"line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise LeftOut("a sample answer in Python", str(error)) from error
    if len(defined) != 1:
        raise LeftOut("a sample answer that defines one function", f"{len(defined)}")
    return defined[0]
