# expects: correctness
import numpy as np


def calibration_error(y_true, p, bins):
    return float(np.mean(np.abs(y_true - p)))
