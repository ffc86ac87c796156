# expects: correctness
import numpy as np


def calibration_error(y_true, p, bins):
    index = np.minimum((p * bins).astype(int), int(bins) - 1)
    total = 0.0
    for b in np.unique(index):
        inside = index == b
        total += inside.sum() * abs(y_true[inside].mean() - (b + 0.5) / bins)
    return total / len(p)
