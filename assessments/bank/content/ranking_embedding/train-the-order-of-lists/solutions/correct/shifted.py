import numpy as np


def listwise_softmax(grades, scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    value = -(grades * log_p).sum() / len(grades)
    gradient = grades.sum(axis=1, keepdims=True) * np.exp(log_p) - grades
    return value, gradient / len(grades)
