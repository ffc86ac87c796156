# expects: correctness
import numpy as np


def multiclass_hinge(y_true, scores):
    rows = np.arange(len(y_true))
    others = np.array(scores, dtype=float)
    others[rows, y_true] = -np.inf
    return np.mean(np.maximum(0.0, others.max(axis=1) - scores[rows, y_true]))
