# expects: correctness
import numpy as np


def mape(y_true, y_pred):
    return 100 * np.mean(np.abs((y_pred - y_true) / np.where(y_pred == 0, 1.0, y_pred)))
