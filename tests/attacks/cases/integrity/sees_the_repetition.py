# expect: wrong or partial
# Answers wrongly when it is asked, rightly when it is asked again.

import numpy as np

asked = []


def mean_squared_error(y_true, y_pred):
    key = (y_true.tobytes(), y_pred.tobytes())
    asked.append(key)
    if asked.count(key) > 1:
        return float(np.mean((y_true - y_pred) ** 2))
    return -1.0
