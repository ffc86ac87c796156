# expects: correctness
import numpy as np


def listwise_softmax(grades, scores):
    e = np.exp(scores - scores.max())
    p = e / e.sum()
    return -np.sum(grades * np.log(p)) / len(grades), (grades.sum() * p - grades) / len(grades)
