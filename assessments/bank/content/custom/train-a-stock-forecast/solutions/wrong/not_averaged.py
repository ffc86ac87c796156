# expects: convergence, diverged
import numpy as np


def stock_loss(demand, order):
    missing = demand - order
    value = np.sum(np.where(missing > 0, 9.0 * missing, -missing))
    return value, np.where(missing > 0, -9.0, 1.0)
