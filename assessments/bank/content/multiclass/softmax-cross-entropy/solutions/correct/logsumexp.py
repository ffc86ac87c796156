import numpy as np


def softmax_cross_entropy(labels, logits):
    top = logits.max(axis=-1, keepdims=True)
    log_sum = top[:, 0] + np.log(np.exp(logits - top).sum(axis=-1))
    return float(np.mean(log_sum - logits[np.arange(len(labels)), labels]))
