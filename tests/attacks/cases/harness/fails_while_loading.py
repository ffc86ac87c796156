# expect: runtime_error
# Fails before it is called.

import numpy as np
1 / 0
