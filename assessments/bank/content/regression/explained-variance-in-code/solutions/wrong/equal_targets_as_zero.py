# expects: edge_cases
import numpy as np


def r2(y_true, y_pred):
    spread = np.sum((y_true - np.mean(y_true)) ** 2)
    return 1 - np.sum((y_true - y_pred) ** 2) / spread if spread else 0.0
