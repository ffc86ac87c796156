# expects: edge_cases
import numpy as np


def roc_auc(y_true, score):
    label = y_true[np.argsort(-score, kind="stable")]
    found = np.cumsum(label)
    return float(np.sum(found[label == 0]) / (found[-1] * np.sum(label == 0)))
