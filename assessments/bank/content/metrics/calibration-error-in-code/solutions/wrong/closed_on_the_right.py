# expects: edge_cases
import numpy as np


def calibration_error(y_true, p, bins):
    index = np.maximum(np.ceil(p * bins).astype(int) - 1, 0)
    gap = np.bincount(index, weights=y_true - p)
    return float(np.abs(gap).sum() / len(p))
