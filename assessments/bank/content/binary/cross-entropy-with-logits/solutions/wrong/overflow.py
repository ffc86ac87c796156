# expects: numerical_stability, O5
import numpy as np


def bce_with_logits(y_true, logits):
    return np.mean(np.log(1 + np.exp(logits)) - logits * y_true)
