# expects: G2
def mse_gradient(y_true, y_pred):
    return (y_pred - y_true) / y_pred.size
