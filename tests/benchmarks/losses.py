"""Values and gradients of lossref against torch (one thread) and against plain numpy, on the same arrays.

`python -m tests.benchmarks.losses` needs the extra `peers`. Every figure is the best of rounds in which the rivals take
turns: what a noisy neighbour adds is left out, and the rest he slows alike; read the ratios.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import lossref

SIZES = (1_000, 100_000, 1_000_000)
CLASSES = 10
Timed = Callable[[], Any]


@dataclasses.dataclass(frozen=True)
class Rival:
    """One loss, as each side spells it; `draw` gives the arguments in our order, the prediction last but for `kl`."""

    name: str
    draw: Callable[[np.random.Generator, int], tuple[np.ndarray, ...]]
    torch: Callable[..., Any]  # of torch, torch.nn.functional and the arguments
    plain: Callable[..., Any]  # the usual line of numpy, without checks
    most: float = 1.5  # times torch's time from 100 thousand numbers on
    most_float32: float = 1.5
    reduced: bool = True


def _reals(rng: np.random.Generator, size: int) -> tuple[np.ndarray, ...]:
    return rng.normal(size=size), rng.normal(size=size)


def _label_and(last: Callable[[np.random.Generator, int], np.ndarray]) -> Callable[..., tuple[np.ndarray, ...]]:
    return lambda rng, size: (rng.integers(0, 2, size=size).astype(float), last(rng, size))


def _logits(rng: np.random.Generator, size: int) -> np.ndarray:
    return 3.0 * rng.normal(size=size)


def _signs(rng: np.random.Generator, size: int) -> tuple[np.ndarray, ...]:
    return 2.0 * rng.integers(0, 2, size=size) - 1.0, _logits(rng, size)


def _rows(rng: np.random.Generator, size: int) -> np.ndarray:
    return 3.0 * rng.normal(size=(size // CLASSES, CLASSES))


def _classes(rng: np.random.Generator, size: int) -> tuple[np.ndarray, ...]:
    return rng.integers(0, CLASSES, size=size // CLASSES), _rows(rng, size)


def _distributions(rng: np.random.Generator, size: int) -> tuple[np.ndarray, ...]:
    p, q = (rng.dirichlet(np.ones(CLASSES), size=size // CLASSES) for _ in range(2))
    return p, q


def _plain_cross_entropy(y: np.ndarray, z: np.ndarray) -> Any:
    s = z - z.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(y)), y])


def _plain_logsumexp(x: np.ndarray) -> Any:
    largest = x.max(axis=1, keepdims=True)
    return np.log(np.exp(x - largest).sum(axis=1)) + largest[:, 0]


def _plain_softmax(x: np.ndarray) -> Any:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _plain_huber(y: np.ndarray, p: np.ndarray) -> Any:
    e = np.abs(p - y)
    q = np.minimum(e, 1.0)
    return np.mean(q * (e - 0.5 * q))


def _plain_log_cosh(y: np.ndarray, p: np.ndarray) -> Any:
    a = np.abs(p - y)
    return np.mean(a + np.log1p(np.exp(-2.0 * a)) - math.log(2.0))


def _torch_log_cosh(_: Any, f: Any, y: Any, p: Any) -> Any:
    a = (p - y).abs()
    return (a + f.softplus(-2.0 * a) - math.log(2.0)).mean()


RIVALS = (
    Rival("mean_squared_error", _reals, lambda t, f, y, p: f.mse_loss(p, y), lambda y, p: np.mean((p - y) ** 2)),
    Rival(
        "mean_absolute_error",
        _reals,
        lambda t, f, y, p: f.l1_loss(p, y),
        lambda y, p: np.mean(np.abs(p - y)),
        most_float32=3.0,
    ),
    Rival("huber", _reals, lambda t, f, y, p: f.huber_loss(p, y), _plain_huber, most_float32=4.5),
    Rival("log_cosh", _reals, _torch_log_cosh, _plain_log_cosh),
    Rival(
        "binary_cross_entropy",
        _label_and(lambda rng, size: rng.uniform(0.01, 0.99, size=size)),
        lambda t, f, y, p: f.binary_cross_entropy(p, y),
        lambda y, p: -np.mean(y * np.log(p) + (1.0 - y) * np.log1p(-p)),
    ),
    Rival(
        "binary_cross_entropy_with_logits",
        _label_and(_logits),
        lambda t, f, y, z: f.binary_cross_entropy_with_logits(z, y),
        lambda y, z: np.mean(np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))),
    ),
    Rival(
        "hinge",
        _signs,
        lambda t, f, y, s: (1.0 - y * s).clamp(min=0.0).mean(),
        lambda y, s: np.mean(np.maximum(0.0, 1.0 - y * s)),
    ),
    Rival(
        "sparse_categorical_cross_entropy_with_logits",
        _classes,
        lambda t, f, y, z: f.cross_entropy(z, y),
        _plain_cross_entropy,
    ),
    Rival("logsumexp", lambda rng, size: (_rows(rng, size),), lambda t, f, x: t.logsumexp(x, 1), _plain_logsumexp),
    Rival("softmax", lambda rng, size: (_rows(rng, size),), lambda t, f, x: t.softmax(x, 1), _plain_softmax),
    Rival(
        "kl_divergence",
        _distributions,
        lambda t, f, p, q: f.kl_div(q.log(), p, reduction="batchmean"),
        lambda p, q: np.mean(np.sum(p * np.log(p / q), axis=1)),
    ),
    Rival(
        "poisson_nll",
        lambda rng, size: (rng.poisson(3.0, size=size).astype(float), rng.normal(size=size)),
        lambda t, f, y, z: f.poisson_nll_loss(z, y),
        lambda y, z: np.mean(np.exp(z) - y * z),
    ),
)
OPTIONS = {"poisson_nll": {"log_input": True}}


def main(argv: list[str] | None = None) -> None:
    import torch
    from torch.nn import functional

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="losses (default: all)")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, numpy {np.__version__}; microseconds, best of {options.rounds} rounds")
    print(
        f"{'loss':<46}{'dtype':>8}{'N':>9}{'torch':>9}{'numpy':>9}{'ours':>9}{'/torch':>8}{'/numpy':>8}{'vg/torch':>9}"
    )
    ratios: dict[str, list[float]] = {"value": [], "value + gradient": []}
    for rival in RIVALS:
        if not options.names or rival.name in options.names:
            for row in measured(rival, torch, functional, options.rounds):
                report(row, ratios)
    for what, collected in ratios.items():
        if collected:
            print(f"geometric mean over torch, {what}: {statistics.geometric_mean(collected):.2f}")


@dataclasses.dataclass(frozen=True)
class Row:
    rival: Rival
    dtype: str
    size: int
    times: dict[str, float]


def measured(rival: Rival, torch: Any, functional: Any, rounds: int) -> Iterator[Row]:
    for dtype in ("float64", "float32"):
        for size in SIZES:
            drawn = rival.draw(np.random.default_rng(size), size)
            arguments = [a.astype(dtype) if a.dtype.kind == "f" else a for a in drawn]
            yield Row(rival, dtype, size, best(contestants(rival, torch, functional, arguments), rounds, size))


def contestants(rival: Rival, torch: Any, functional: Any, arguments: list[np.ndarray]) -> dict[str, Timed]:
    spec, options = lossref.get(rival.name), OPTIONS.get(rival.name, {})
    tensors = [torch.from_numpy(a) for a in arguments]
    leaf = tensors[-1].clone().requires_grad_()

    def forward_and_backward() -> Any:
        leaf.grad = None
        rival.torch(torch, functional, *tensors[:-1], leaf).backward()
        return leaf.grad

    timed: dict[str, Timed] = {
        "torch": lambda: rival.torch(torch, functional, *tensors),
        "numpy": lambda: rival.plain(*arguments),
        "ours": lambda: spec.value(*arguments, **options),
    }
    if spec.gives == "value":
        timed["torch vg"] = forward_and_backward
        timed["ours vg"] = lambda: spec.value_and_gradient(*arguments, **options)
    return timed


def best(timed: dict[str, Timed], rounds: int, size: int) -> dict[str, float]:
    """Microseconds a call; each round runs every contestant often enough to be measured."""
    repeats = max(1, 100_000 // size)
    taken = dict.fromkeys(timed, math.inf)
    for _ in range(rounds):
        for name, call in timed.items():
            call()  # so that none finds the cache as its rival left it
            start = time.perf_counter()
            for _ in range(repeats):
                call()
            taken[name] = min(taken[name], (time.perf_counter() - start) / repeats * 1e6)
    return taken


def report(row: Row, ratios: dict[str, list[float]]) -> None:
    times, rival = row.times, row.rival
    over_torch, over_numpy = times["ours"] / times["torch"], times["ours"] / times["numpy"]
    ratios["value"].append(over_torch)
    both = times["ours vg"] / times["torch vg"] if "ours vg" in times else math.nan
    if not math.isnan(both):
        ratios["value + gradient"].append(both)
    most = rival.most_float32 if row.dtype == "float32" else rival.most
    large = row.size >= 100_000
    missed = "  MISSED" if large and (over_torch > most or both > most or over_numpy > 1.1) else ""
    print(
        f"{rival.name:<46}{row.dtype:>8}{row.size:>9}{times['torch']:>9.0f}{times['numpy']:>9.0f}{times['ours']:>9.0f}"
        f"{over_torch:>8.2f}{over_numpy:>8.2f}{both:>9.2f}{missed}",
        flush=True,
    )


if __name__ == "__main__":
    main()
