# expect: runtime_error
# Fetches the answer.

import numpy as np
import urllib.request


def mean_squared_error(y_true, y_pred):
    urllib.request.urlopen("http://example.org", timeout=5)
    return float(np.mean((y_true - y_pred) ** 2))
