"""A certification's stored result as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def readable(result: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return result
