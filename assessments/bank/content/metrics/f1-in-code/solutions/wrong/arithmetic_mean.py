# expects: correctness
import numpy as np


def f1_score(y_true, y_pred):
    tp = np.sum(y_true * y_pred)
    return (tp / max(1, np.sum(y_pred)) + tp / max(1, np.sum(y_true))) / 2
