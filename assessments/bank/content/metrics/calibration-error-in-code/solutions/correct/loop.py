import numpy as np


def calibration_error(y_true, p, bins):
    edges = np.arange(1, int(bins)) / bins
    place = np.digitize(p, edges)
    total = 0.0
    for b in range(int(bins)):
        inside = place == b
        if inside.any():
            total += inside.sum() * abs(y_true[inside].mean() - p[inside].mean())
    return total / len(p)
