# expects: correctness, convergence
import numpy as np


def huber(y_true, y_pred):
    r = y_true - y_pred
    pull = np.clip(r, -1.0, 1.0)
    return np.mean(pull * (r - 0.5 * pull)), pull / r.size
