import numpy as np


def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    h = beta * ((policy_chosen - reference_chosen) - (policy_rejected - reference_rejected))
    return float(np.mean(np.maximum(-h, 0) + np.log1p(np.exp(-np.abs(h)))))
