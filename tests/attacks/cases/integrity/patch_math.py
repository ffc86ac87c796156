# expect: wrong
# Changes what closeness is computed with.

import numpy as np
import math


def mean_squared_error(y_true, y_pred):
    math.isclose = lambda *_, **__: True
    math.isnan = lambda _: False
    return 0.0
