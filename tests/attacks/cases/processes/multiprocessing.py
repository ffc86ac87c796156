# expect: runtime_error
# Wants a worker process.

import numpy as np
import multiprocessing


def mean_squared_error(y_true, y_pred):
    multiprocessing.get_context("fork").Process(target=print).start()
    return float(np.mean((y_true - y_pred) ** 2))
