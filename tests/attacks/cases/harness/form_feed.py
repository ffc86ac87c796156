# expect: correct
# Separates its parts by form feeds.

import numpy as np

def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
