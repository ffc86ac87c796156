import math


def softmax_cross_entropy(labels, logits):
    losses = []
    for label, row in zip(labels.tolist(), logits.tolist()):
        top = max(row)
        losses.append(top - row[label] + math.log(math.fsum(math.exp(z - top) for z in row)))
    return math.fsum(losses) / len(losses)
