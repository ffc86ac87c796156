# expects: edge_cases
import numpy as np


def js(p, q):
    m = (p + q) / 2
    with np.errstate(all="ignore"):
        return np.mean(0.5 * np.sum(p * np.log(p / m) + q * np.log(q / m), axis=-1))
