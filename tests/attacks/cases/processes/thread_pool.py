# expect: runtime_error
# Wants a pool of threads.

import concurrent.futures
import numpy as np


def mean_squared_error(y_true, y_pred):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return pool.submit(lambda: float(np.mean((y_true - y_pred) ** 2))).result()
