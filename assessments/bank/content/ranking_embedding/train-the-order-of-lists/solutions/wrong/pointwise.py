# expects: correctness, off_target
import numpy as np


def listwise_softmax(grades, scores):
    r = scores - grades
    return np.mean(np.sum(r**2, axis=1)) / 8, 2 * r / (8 * len(r))
