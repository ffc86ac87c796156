# expects: edge_cases
import numpy as np


def calibration_error(y_true, p, bins):
    gap = np.bincount((p * bins).astype(int), weights=y_true - p)
    return float(np.abs(gap).sum() / len(p))
