import math

import numpy as np


def bce_with_logits(y_true, logits):
    losses = []
    for y, z in zip(np.ravel(y_true).tolist(), np.ravel(logits).tolist()):
        margin = z if y == 1 else -z
        losses.append(max(-margin, 0.0) + math.log1p(math.exp(-abs(margin))))
    return math.fsum(losses) / len(losses)
