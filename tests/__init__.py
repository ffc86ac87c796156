import os

# The suite runs a process a core: more threads of BLAS than that spin against each other, at four times the CPU time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
