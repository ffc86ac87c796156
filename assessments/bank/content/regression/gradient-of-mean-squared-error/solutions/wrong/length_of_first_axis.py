# expects: R5
def mse_gradient(y_true, y_pred):
    return 2.0 * (y_pred - y_true) / len(y_pred)
