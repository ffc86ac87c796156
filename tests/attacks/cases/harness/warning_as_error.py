# expect: correct
# Makes every warning an exception, for whoever warns next.

import numpy as np
import warnings

warnings.simplefilter("error")
np.seterr(all="raise")


def mean_squared_error(y_true, y_pred):
    with np.errstate(all="ignore"):
        return float(np.mean((y_true - y_pred) ** 2))
