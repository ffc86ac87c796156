# expects: correctness
import numpy as np


def token_loss(y_true, log_p):
    with np.errstate(all="ignore"):
        return -np.mean(np.log(np.abs(log_p[np.arange(len(y_true)), y_true]) + 1e-12))
