import numpy as np


def multiclass_hinge(y_true, scores):
    total = 0.0
    for label, row in zip(y_true, scores):
        rival = max(s for k, s in enumerate(row) if k != label)
        total += max(0.0, 1 + rival - row[label])
    return total / len(scores)
