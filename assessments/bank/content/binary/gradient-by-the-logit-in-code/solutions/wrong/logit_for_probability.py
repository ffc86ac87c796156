# expects: correctness
import numpy as np


def logit_gradient(y_true, z):
    return (z - y_true) / z.size
