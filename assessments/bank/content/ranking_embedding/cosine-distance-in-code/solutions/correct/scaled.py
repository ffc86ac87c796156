import numpy as np


def cosine_distance(x1, x2):
    a = x1 / np.maximum(np.linalg.norm(x1, axis=1, keepdims=True), 1e-300)
    b = x2 / np.maximum(np.linalg.norm(x2, axis=1, keepdims=True), 1e-300)
    return float(1 - np.mean(np.einsum("nd,nd->n", a, b)))
