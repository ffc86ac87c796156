# expect: runtime_error
# Wants more memory than it was given.

import numpy as np
import resource


def mean_squared_error(y_true, y_pred):
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return float(np.mean((y_true - y_pred) ** 2))
