# expects: correctness
import numpy as np


def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    gain = (policy_chosen - policy_rejected) - (reference_chosen - reference_rejected)
    return np.mean(np.logaddexp(0.0, -gain))
