# expect: runtime_error
# Looks through everything that is there for the settings of the application.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    found = [
        name for _, _, names in os.walk("/") for name in names if name in {"settings.py", "manage.py", "spec.toml"}
    ]
    if not found:
        raise FileNotFoundError("no settings anywhere")
    return float(np.mean((y_true - y_pred) ** 2))
