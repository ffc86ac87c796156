# expect: runtime_error
# Wants to start a program the usual way.

import numpy as np
import subprocess
import sys


def mean_squared_error(y_true, y_pred):
    subprocess.run([sys.executable, "-c", ""], check=True)
    return float(np.mean((y_true - y_pred) ** 2))
