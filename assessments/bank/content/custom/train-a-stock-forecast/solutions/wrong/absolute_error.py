# expects: held_out
import numpy as np


def stock_loss(demand, order):
    r = order - demand
    return np.mean(np.abs(r)), np.sign(r) / r.size
