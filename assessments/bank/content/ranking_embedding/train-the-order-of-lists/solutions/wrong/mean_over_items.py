# expects: correctness
import numpy as np


def listwise_softmax(grades, scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = grades.sum(axis=1, keepdims=True) * np.exp(log_p) - grades
    return -np.mean(grades * log_p), gradient / grades.size
