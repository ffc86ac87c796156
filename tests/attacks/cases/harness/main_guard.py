# expect: correct
# Has a main block, which does not run.

import numpy as np
def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))


if __name__ == "__main__":
    raise SystemExit(1)
