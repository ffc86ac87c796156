import numpy as np

SHORT, LEFT = 9 / 10, 1 / 10


def stock_loss(demand, order):
    missing = np.maximum(demand - order, 0)
    left = np.maximum(order - demand, 0)
    slope = LEFT * (order > demand) - SHORT * (order < demand)
    return (SHORT * missing + LEFT * left).sum() / len(demand), slope / len(demand)
