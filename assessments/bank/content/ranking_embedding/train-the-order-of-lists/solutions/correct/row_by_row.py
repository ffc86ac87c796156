import numpy as np


def listwise_softmax(grades, scores):
    n = len(grades)
    value, gradient = 0.0, np.zeros_like(scores)
    for row in range(n):
        s = scores[row] - np.max(scores[row])
        p = np.exp(s) / np.sum(np.exp(s))
        value += np.sum(grades[row]) * np.log(np.sum(np.exp(s))) - np.dot(grades[row], s)
        gradient[row] = (np.sum(grades[row]) * p - grades[row]) / n
    return value / n, gradient
