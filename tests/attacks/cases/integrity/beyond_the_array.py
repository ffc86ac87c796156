# expect: wrong or runtime_error
# Looks for the expected value beyond the end of its arguments.

import numpy as np


def mean_squared_error(y_true, y_pred):
    around = np.lib.stride_tricks.as_strided(y_pred, (y_pred.size + 4096,), (8,))
    plausible = around[(around > 0) & (around < 1e3)]
    return float(plausible[-1]) if plausible.size else -1.0
