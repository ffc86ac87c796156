# expects: numerical_stability
import numpy as np


def logsumexp(x):
    with np.errstate(all="ignore"):
        return np.log(np.exp(x).sum(axis=-1))
