import numpy as np


def mse_gradient(y_true, y_pred):
    targets, predictions = np.asarray(y_true), np.asarray(y_pred)
    gradient = np.empty(predictions.shape)
    for index in np.ndindex(*predictions.shape):
        gradient[index] = (predictions[index] - targets[index]) / (predictions.size / 2)
    return gradient
