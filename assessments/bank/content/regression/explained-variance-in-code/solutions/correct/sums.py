import numpy as np


def r2(y_true, y_pred):
    rest = np.sum((y_true - y_pred) ** 2)
    spread = np.sum((y_true - np.mean(y_true)) ** 2)
    if spread == 0:
        return 1.0 if rest == 0 else 0.0
    return 1 - rest / spread
