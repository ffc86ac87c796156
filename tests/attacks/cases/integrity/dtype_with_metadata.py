# expect: correct
# The right value, of a dtype that carries a note.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.array(np.mean((y_true - y_pred) ** 2), dtype=np.dtype("f8", metadata={"note": "correct"}))
