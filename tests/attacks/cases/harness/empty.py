# expect: rejected
# Says nothing.


