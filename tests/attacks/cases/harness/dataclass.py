# expect: correct
# Needs to find its own module.

import numpy as np
import dataclasses


@dataclasses.dataclass
class Pair:
    y_true: np.ndarray
    y_pred: np.ndarray


def mean_squared_error(y_true, y_pred):
    pair = Pair(y_true, y_pred)
    return float(np.mean((pair.y_true - pair.y_pred) ** 2))
