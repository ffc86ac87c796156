# expects: correctness
import numpy as np


def roc_auc(y_true, score):
    return float(np.mean((score > 0) == (y_true == 1)))
