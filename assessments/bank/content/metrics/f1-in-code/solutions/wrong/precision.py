# expects: correctness
import numpy as np


def f1_score(y_true, y_pred):
    return float(np.sum(y_true * y_pred) / max(1, np.sum(y_pred)))
