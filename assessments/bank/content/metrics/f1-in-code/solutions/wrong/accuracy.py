# expects: correctness
import numpy as np


def f1_score(y_true, y_pred):
    return float(np.mean(y_true == y_pred))
