"""CodeRunner: where a question's sample answer defines one function that the reference core has by that name."""

from __future__ import annotations

import ast
from typing import Any

from lxml import etree

import lossref
from assessments.bank.exchange.report import LeftOut
from assessments.bank.exchange.xml import text


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


def _function(answer: str) -> ast.FunctionDef:
    try:
        defined = [node for node in ast.parse(answer).body if isinstance(node, ast.FunctionDef)]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise LeftOut("a sample answer in Python", f"{error}") from error
    if len(defined) != 1:
        raise LeftOut("a sample answer that defines one function", f"{len(defined)}")
    return defined[0]
