# expects: A5
import numpy as np


def bce_with_logits(y_true, logits):
    z = 1 / (1 + np.exp(-logits))
    return np.mean(np.maximum(z, 0) - z * y_true + np.log1p(np.exp(-np.abs(z))))
