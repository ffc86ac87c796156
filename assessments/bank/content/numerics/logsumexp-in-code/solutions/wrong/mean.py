# expects: correctness
import numpy as np


def logsumexp(x):
    m = x.max(axis=-1)
    return m + np.log(np.exp(x - m[..., None]).mean(axis=-1))
