"""Values as a person reads them: what a report prints of an argument or a result."""

from __future__ import annotations

from typing import Any

import numpy as np

MAX_CHARACTERS = 600


def readable(value: Any) -> str:
    """Print a value as a candidate would type it, cut to a readable length.

    Parameters
    ----------
    value : an array of any shape, a number, or a tuple of such.

    Examples
    --------
    >>> readable(np.array([0.5, 1 / 3]))
    '[0.5       , 0.33333333]'
    """
    if isinstance(value, np.ndarray):
        if not value.ndim:
            return readable(value.item())
        text = np.array2string(value, precision=8, separator=", ", threshold=40, edgeitems=4)
    elif isinstance(value, (float, np.floating)):
        text = f"{float(value):.8g}"
    elif isinstance(value, tuple):
        text = "(" + ", ".join(readable(part) for part in value) + ")"
    else:
        text = repr(value)
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 3] + "..."
