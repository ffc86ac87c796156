import numpy as np


def huber(targets, predictions):
    n = len(targets)
    total, slopes = 0.0, []
    for y, p in zip(targets, predictions):
        r = p - y
        if abs(r) <= 1:
            total += 0.5 * r * r
            slopes.append(r / n)
        else:
            total += abs(r) - 0.5
            slopes.append((1 if r > 0 else -1) / n)
    return total / n, np.array(slopes)
