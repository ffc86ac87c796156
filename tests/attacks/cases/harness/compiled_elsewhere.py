# expect: correct
# Is compiled by itself under another name.

import numpy as np

SOURCE = "def mean_squared_error(y, p): return float(np.mean((y - p) ** 2))"
exec(compile(SOURCE, "/inside/grader/sandbox/child.py", "exec"))
