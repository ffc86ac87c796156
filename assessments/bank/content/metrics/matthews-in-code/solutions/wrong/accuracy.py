# expects: correctness
import numpy as np


def matthews(y_true, y_pred):
    return float(np.mean(y_true == y_pred))
