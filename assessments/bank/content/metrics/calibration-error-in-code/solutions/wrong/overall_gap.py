# expects: correctness
import numpy as np


def calibration_error(y_true, p, bins):
    return float(abs(np.mean(y_true) - np.mean(p)))
