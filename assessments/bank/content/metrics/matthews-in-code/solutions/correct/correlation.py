import numpy as np


def matthews(y_true, y_pred):
    a = y_true - np.mean(y_true)
    b = y_pred - np.mean(y_pred)
    below = np.sqrt(np.sum(a * a) * np.sum(b * b))
    return float(np.sum(a * b) / below) if below > 1e-12 else 0.0
