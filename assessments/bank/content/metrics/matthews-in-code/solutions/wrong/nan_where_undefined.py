# expects: edge_cases
import numpy as np


def matthews(y_true, y_pred):
    tp, tn = np.sum(y_true * y_pred), np.sum((1 - y_true) * (1 - y_pred))
    fp, fn = np.sum((1 - y_true) * y_pred), np.sum(y_true * (1 - y_pred))
    with np.errstate(all="ignore"):
        return (tp * tn - fp * fn) / np.sqrt(float((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))
