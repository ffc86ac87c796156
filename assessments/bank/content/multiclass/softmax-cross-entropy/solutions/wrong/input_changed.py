# expects: edge_cases, D4
import numpy as np


def softmax_cross_entropy(labels, logits):
    logits -= logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels])
