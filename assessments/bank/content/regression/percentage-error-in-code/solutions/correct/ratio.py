import numpy as np


def mape(y_true, y_pred):
    return float(np.mean(np.abs(y_pred - y_true) / np.abs(y_true)) * 100.0)
