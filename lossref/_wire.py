"""Numbers and arrays as JSON has them, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lossref._draws import drawn

_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def request(line: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arguments and options of one line, as they came."""
    if isinstance(line, dict):
        args, options = line.get("args"), line.get("options") or {}
        if isinstance(args, dict) and isinstance(options, dict):
            return args, options
    raise TypeError('expected one object a line: {"args": {...}, "options": {...}}')


def operand(value: Any) -> Any:
    """Argument of a function: arrays as `decoded` has them, lists of arrays, anything else as it is."""
    if isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
        return [decoded(entry) for entry in value]
    if isinstance(value, list | Mapping):
        return decoded(value)
    return _NON_FINITE.get(value, value) if isinstance(value, str) else value


def joined(args: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments and options as the keywords of one call; TypeError for a name that is in both."""
    twice = sorted(args.keys() & options.keys())
    if twice:
        raise TypeError(f"{', '.join(twice)}: expected among the arguments or the options, came in both")
    return {**args, **options}


def decoded(value: Any) -> Any:
    """Array (or number) from nested lists, {"dtype", "shape", "data"} or {"gen", "seed", "shape", "dtype", "post"}.

    The strings "nan", "inf" and "-inf" become numbers.
    """
    if not isinstance(value, Mapping):
        return np.array(_numbers(value))
    needed = {"gen", "seed", "shape", "dtype"} if "gen" in value else {"dtype", "shape", "data"}
    if not needed <= value.keys():
        raise ValueError('an array is nested lists, {"dtype", "shape", "data"} or {"gen", "seed", "shape", "dtype"}')
    if "gen" in value:
        return drawn(value)
    return np.array(_numbers(value["data"]), dtype=value["dtype"]).reshape(value["shape"])


def encoded(value: Any) -> Any:
    """Plain JSON values, with the strings "nan", "inf", "-inf" for what JSON has no number for."""
    if isinstance(value, Mapping):
        return {name: encoded(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [encoded(entry) for entry in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, np.ndarray | np.generic):
        return encoded(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _numbers(value: Any) -> Any:
    if isinstance(value, list):
        return [_numbers(entry) for entry in value]
    return _NON_FINITE.get(value, value) if isinstance(value, str) else value
