# expects: correctness
import numpy as np


def multiclass_hinge(y_true, scores):
    rows = np.arange(len(y_true))
    terms = np.maximum(0.0, 1 + scores - scores[rows, y_true][:, None])
    terms[rows, y_true] = 0
    return terms.sum(axis=1).mean()
