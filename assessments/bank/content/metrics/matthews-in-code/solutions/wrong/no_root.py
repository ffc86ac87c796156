# expects: correctness
import numpy as np


def matthews(y_true, y_pred):
    tp, tn = np.sum(y_true * y_pred), np.sum((1 - y_true) * (1 - y_pred))
    fp, fn = np.sum((1 - y_true) * y_pred), np.sum(y_true * (1 - y_pred))
    below = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return float(tp * tn - fp * fn) / float(below) if below else 0.0
