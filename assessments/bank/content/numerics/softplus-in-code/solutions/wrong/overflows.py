# expects: numerical_stability
import numpy as np


def softplus(x):
    with np.errstate(all="ignore"):
        return np.log(1 + np.exp(x))
