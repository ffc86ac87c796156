"""Mistakes of optimizers, overlaps, embeddings and conventions, as code: each is wrong, and named."""

import pytest

ADAM = """def f(param, grad, m, v, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    return param - lr * {step}, m, v
"""
RIGHT_STEP = "(m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)"
STATE = "param grad m v t"

WRONG = {
    "adam without correction": ("adam", STATE, ADAM.format(step="m / (np.sqrt(v) + eps)"), "G7"),
    "adam corrected by 1 - beta": (
        "adam", STATE, ADAM.format(step="(m / (1 - b1)) / (np.sqrt(v / (1 - b2)) + eps)"), "G7"),
    "adam ascends": ("adam", STATE, ADAM.replace("param - lr", "param + lr").format(step=RIGHT_STEP), "S3"),
    "eps before the correction": (
        "adam", STATE, ADAM.format(step="np.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(v) + eps)"), "E7"),
    "sgd ascends": ("sgd", "param grad", "def f(param, grad):\n    return param + 0.01 * grad", "S3"),
    "momentum dampened": (
        "momentum", "param grad velocity",
        "def f(p, g, v):\n    v = 0.9 * v + 0.1 * g\n    return p - 0.01 * v, v", "G13"),
    "adagrad of magnitudes": (
        "adagrad", "param grad state",
        "def f(p, g, s):\n    s = s + np.abs(g)\n    return p - 0.01 * g / (np.sqrt(s) + 1e-10), s", "W12"),
    "rmsprop with eps inside": (
        "rmsprop", "param grad v",
        "def f(p, g, v):\n    v = 0.9 * v + 0.1 * g * g\n    return p - 0.001 * g / np.sqrt(v + 1e-8), v", "E7"),
    "dice coefficient": ("dice", "y p", "def f(y, p):\n    return 2 * (y * p).sum() / (y.sum() + p.sum())", "M5"),
    "dice of squared sizes": (
        "dice", "y p", "def f(y, p):\n    return 1 - 2 * (y * p).sum() / ((y**2).sum() + (p**2).sum())", "W4"),
    "triplet of squared distances": (
        "triplet_margin", "a p n",
        ("def f(a, p, n):\n"
        "    return np.maximum(0, ((a - p)**2).sum(1) - ((a - n)**2).sum(1) + 1).mean()"), "W5"),
    "contrastive labels inverted": (
        "contrastive", "x1 x2 y",
        ("def f(x1, x2, y):\n"
        "    d = np.linalg.norm(x1 - x2, axis=1)\n"
        "    return np.mean((1 - y) * d**2 + y * np.maximum(0, 1 - d)**2)"), "W7"),
    "kl the wrong way round": (
        "kl", "p q", "def f(p, q):\n    return np.mean((q * np.log(q / p)).sum(axis=1))", "A2"),
    "mape in percent": ("mape", "y x", "def f(y, x):\n    return 100 * np.mean(np.abs(y - x) / np.abs(y))", "W19"),
    "weston and watkins": (
        "multiclass_hinge", "y s",
        ("def f(y, s):\n"
        "    n = np.arange(len(y))\n"
        "    m = np.maximum(0, 1 + s - s[n, y][:, None])\n"
        "    m[n, y] = 0\n"
        "    return m.sum(axis=1).mean()"), "W19"),
    "tweedie power ignored": (
        "tweedie_deviance", "y mu power",
        ("def f(y, mu, power):\n"
        "    return np.mean(2 * (y**0.5 / -0.25 + 2 * y * mu**-0.5 + 2 * mu**0.5))"), "W3"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_answer_is_wrong_and_named(case, graded):
    loss, parameters, source, code = WRONG[case]
    verdict = graded(loss, source, parameters)
    assert verdict.score < 1.0
    assert code in {finding.code for finding in verdict.findings}
