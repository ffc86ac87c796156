"""Large arrays as files of cases have them: a draw of numpy's from a seed, cast, then changed by an expression."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

_DRAW = re.compile(r"numpy\.random\.RandomState\(seed\)\.(?P<method>\w+)(?:\((?P<arguments>.*)\))?")
_METHODS = {"random_sample", "standard_normal", "randint", "uniform", "normal", "exponential", "poisson", "gamma"}
_FUNCTIONS = {"abs", "sign", "exp", "log", "sqrt", "tanh", "round", "clip", "maximum", "minimum", "where"}
_OF_ARRAYS = {"astype", "clip", "sum", "max", "min", "mean", "round"}
_OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Mod: operator.mod,
    ast.USub: operator.neg,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
}


def drawn(value: Mapping[str, Any]) -> np.ndarray[Any, Any]:
    """Array drawn in float64, then cast, then changed by the expression `post` of x and dtype."""
    call = _DRAW.fullmatch(value["gen"])
    dtype = np.dtype(value["dtype"])
    if call is None or call["method"] not in {"zeros", *_METHODS}:
        raise ValueError(f"expected a draw by one of {', '.join(sorted(_METHODS))}; {value['gen']!r} came")
    if call["method"] == "zeros":
        x = np.zeros(value["shape"], dtype)
    else:
        draw = getattr(np.random.RandomState(value["seed"]), call["method"])
        x = draw(*_numbers(call["arguments"]), size=tuple(value["shape"])).astype(dtype)
    return (
        _evaluated(ast.parse(value["post"], mode="eval").body, {"x": x, "dtype": dtype.type})
        if value.get("post")
        else x
    )


def _numbers(arguments: str | None) -> list[Any]:
    return [ast.literal_eval(text) for text in (arguments or "").split(",") if text.strip() not in {"", "size"}]


def _evaluated(tree: ast.AST, names: Mapping[str, Any]) -> Any:
    """Evaluate arithmetic on x, comparisons, dtype(number), and the named functions and methods; nothing else."""

    def of(part: ast.AST) -> Any:
        return _evaluated(part, names)

    match tree:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](of(left), of(right))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](of(left), of(right))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](of(operand))
        case ast.Call(func=ast.Name(id="dtype"), args=[number], keywords=[]):
            return names["dtype"](of(number))
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name), args=args, keywords=keywords
        ) if name in _FUNCTIONS:
            return getattr(np, name)(*map(of, args), **{str(k.arg): of(k.value) for k in keywords})
        case ast.Call(func=ast.Attribute(value=array, attr=name), args=args, keywords=keywords) if name in _OF_ARRAYS:
            return getattr(of(array), name)(*map(of, args), **{str(k.arg): of(k.value) for k in keywords})
    raise ValueError(f"expected arithmetic on x; {ast.unparse(tree)!r} came")
