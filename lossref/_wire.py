"""Numbers and arrays as JSON has them, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def request(line: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arguments and options of one line, as they came."""
    if not isinstance(line, dict) or not isinstance(line.get("args"), dict):
        raise TypeError('expected one object a line: {"args": {...}, "options": {...}}')
    return line["args"], dict(line.get("options") or {})


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
