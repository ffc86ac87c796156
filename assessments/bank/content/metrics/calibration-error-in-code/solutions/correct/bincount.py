import numpy as np


def calibration_error(y_true, p, bins):
    index = np.minimum((p * bins).astype(int), int(bins) - 1)
    gap = np.bincount(index, weights=y_true - p, minlength=int(bins))
    return float(np.abs(gap).sum() / len(p))
