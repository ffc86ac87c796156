# expects: correctness
import numpy as np


def calibration_error(y_true, p, bins):
    index = np.minimum((p * bins).astype(int), int(bins) - 1)
    gaps = [abs(y_true[index == b].mean() - p[index == b].mean()) for b in np.unique(index)]
    return float(np.mean(gaps))
