# expect: wrong
# NaN with a message in it.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.frombuffer(bytes.fromhex('efbeaddeadbef87f'), float)[0]
