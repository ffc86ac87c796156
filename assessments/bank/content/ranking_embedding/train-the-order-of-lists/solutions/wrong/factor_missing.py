# expects: correctness
import numpy as np


def listwise_softmax(grades, scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -(grades * log_p).sum() / len(grades), (np.exp(log_p) - grades) / len(grades)
