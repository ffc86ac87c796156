# expects: edge_cases, D4
def mse_gradient(y_true, y_pred):
    y_pred -= y_true
    y_pred *= 2.0 / y_pred.size
    return y_pred
