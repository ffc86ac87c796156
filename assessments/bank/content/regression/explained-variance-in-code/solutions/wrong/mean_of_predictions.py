# expects: correctness
import numpy as np


def r2(y_true, y_pred):
    spread = np.sum((y_true - np.mean(y_pred)) ** 2)
    return 1 - np.sum((y_true - y_pred) ** 2) / spread if spread else 0.0
