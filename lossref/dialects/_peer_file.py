"""Files of values that other libraries gave: a JSON object a line, gzipped or not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lossref._wire import decoded as array


def read_cases(path: Path) -> Iterator[dict[str, Any]]:
    """Cases of a file, one by one."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def decoded(value: Any) -> Any:
    """Array from {"dtype", "shape", "data"} or from {"gen", "seed", …}; lists entry by entry; the rest as it is."""
    if isinstance(value, Mapping):
        return array(value)
    return [decoded(entry) for entry in value] if isinstance(value, list) else value
