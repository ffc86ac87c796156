# expect: runtime_error
# Shared memory by name.

import numpy as np
from multiprocessing import shared_memory


def mean_squared_error(y_true, y_pred):
    shared_memory.SharedMemory(create=True, size=4096)
    return float(np.mean((y_true - y_pred) ** 2))
