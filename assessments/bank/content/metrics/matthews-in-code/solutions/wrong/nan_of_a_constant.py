# expects: edge_cases
import numpy as np


def matthews(y_true, y_pred):
    return np.corrcoef(y_true, y_pred)[0, 1]
