import numpy as np


def bce_with_logits(y_true, logits):
    # The loss of the label that came: log(1 + e^-z) for y = 1, log(1 + e^z) for y = 0.
    sign = 1 - 2 * np.asarray(y_true)
    return float(np.logaddexp(0.0, sign * logits).mean())
