# expects: correctness
import numpy as np


def multiclass_hinge(y_true, scores):
    true = scores[np.arange(len(y_true)), y_true]
    return np.mean(np.maximum(0.0, 1 + scores.max(axis=1) - true))
