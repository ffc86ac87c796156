import numpy as np


def huber_loss(y_true, y_pred, delta):
    total = 0.0
    count = 0
    for target, prediction in zip(np.ravel(y_true), np.ravel(y_pred)):
        r = abs(float(prediction) - float(target))
        total += r * r / 2 if r < delta else delta * (r - delta / 2)
        count += 1
    return total / count
