import numpy as np


def r2(y_true, y_pred):
    rest = np.mean((y_true - y_pred) ** 2)
    spread = np.mean((y_true - y_true.mean()) ** 2)
    return float(1 - rest / spread) if spread > 0 else float(rest == 0)
