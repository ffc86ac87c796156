# expects: numerical_stability
import numpy as np


def softplus(x):
    return np.log1p(np.exp(np.clip(x, -50, 50)))
