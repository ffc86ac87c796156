# expects: held_out, off_target
import numpy as np


def stock_loss(demand, order):
    r = order - demand
    return np.mean(r**2), 2 * r / r.size
