# expects: correctness
import numpy as np


def stock_loss(demand, order):
    missing = demand - order
    value = np.mean(np.where(missing > 0, 0.9 * missing, -0.1 * missing))
    return value, np.where(missing > 0, 0.9, -0.1) / missing.size
