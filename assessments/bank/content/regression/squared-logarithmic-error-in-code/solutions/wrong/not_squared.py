# expects: correctness
import numpy as np


def msle(y_true, y_pred):
    return np.mean(np.abs(np.log1p(y_pred) - np.log1p(y_true)))
