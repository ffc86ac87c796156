# expects: R1
import numpy as np


def bce_with_logits(y_true, logits):
    return np.sum(np.maximum(logits, 0) - logits * y_true + np.log1p(np.exp(-np.abs(logits))))
