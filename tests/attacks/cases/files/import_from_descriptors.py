# expect: runtime_error
# Imports from the folder of the worker, by way of the folder it runs in.

import importlib
import os
import sys

sys.path[:0] = [os.path.join(os.getcwd(), name) for name in ("..", "../..", "opt", "srv", "app", "home", "root")]
import lossref.catalogue as catalogue


def mean_squared_error(y_true, y_pred):
    return catalogue.get("mean_squared_error").value(y_true, y_pred)
