# expects: correctness
import numpy as np


def mape(y_true, y_pred):
    return 100 * np.sum(np.abs(y_pred - y_true)) / np.sum(np.abs(y_true))
