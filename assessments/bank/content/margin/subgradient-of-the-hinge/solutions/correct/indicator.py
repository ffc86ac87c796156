import numpy as np


def hinge_subgradient(y_true, scores):
    return -y_true * (y_true * scores < 1) / scores.size
