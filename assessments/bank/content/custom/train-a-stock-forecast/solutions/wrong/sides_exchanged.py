# expects: held_out, off_target
import numpy as np


def stock_loss(demand, order):
    missing = demand - order
    value = np.mean(np.where(missing > 0, 0.1 * missing, -0.9 * missing))
    return value, np.where(missing > 0, -0.1, 0.9) / missing.size
