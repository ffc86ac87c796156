"""torch's connectionist temporal classification against a sum over all alignments, one by one."""

import itertools
import math

import numpy as np
import pytest

from lossref import dialects
from lossref.errors import DomainError, ShapeError

F = "torch.nn.functional."


def value(*args, **options):
    return dialects.call(F + "ctc_loss", *args, **options)


def slope(*args, **options):
    return dialects.gradient(F + "ctc_loss", "log_probs", *args, **options)


def alignments(log_p, labels, blank):
    """Log of the summed probability of all class sequences that merge to the labels, one by one."""
    total = 0.0
    for path in itertools.product(range(log_p.shape[1]), repeat=len(log_p)):
        merged = [c for c, _ in itertools.groupby(path)]
        if [c for c in merged if c != blank] == list(labels):
            total += math.exp(sum(log_p[t, c] for t, c in enumerate(path)))
    return math.log(total)


@pytest.mark.parametrize("labels", [(), (1,), (1, 2), (1, 1), (2, 1, 2)])
@pytest.mark.parametrize("blank", [0, 3])
def test_ctc_sums_over_all_alignments(labels, blank, rng):
    log_p = np.log(rng.dirichlet(np.ones(4), size=(5, 1)))
    lengths = ([5], [len(labels)])
    targets = np.array(labels, dtype=int)
    got = value(log_p, targets, *lengths, blank=blank, reduction="sum")
    assert got == pytest.approx(-alignments(log_p[:, 0], labels, blank))
    # The slope is that in the logits behind the log-probabilities: it sums to 0 at each step.
    of_scores = slope(log_p, targets, *lengths, blank=blank, reduction="sum")
    np.testing.assert_allclose(of_scores.sum(axis=-1), 0.0, atol=1e-12)
    moved = log_p + 1e-6 * np.eye(4)[2] * (np.arange(5) == 1)[:, None, None]
    moved -= np.log(np.exp(moved).sum(axis=-1, keepdims=True))
    change = value(moved, targets, *lengths, blank=blank, reduction="sum") - got
    assert of_scores[1, 0, 2] == pytest.approx(change / 1e-6, rel=1e-4)


def test_ctc_of_a_batch(rng):
    log_p = np.log(rng.dirichlet(np.ones(3), size=(4, 3)))
    padded, in_a_row = np.array([[1, 2], [1, 1], [2, 0]]), np.array([1, 2, 1, 1, 2])
    lengths = (np.array([4, 2, 3]), np.array([2, 2, 1]))
    terms = value(log_p, padded, *lengths, reduction="none")
    np.testing.assert_array_equal(terms, dialects.call("torch.nn.CTCLoss", log_p, in_a_row, *lengths, reduction="none"))
    assert terms[1] == np.inf  # two equal labels need three steps
    assert value(log_p, padded, *lengths) == np.inf
    spared = value(log_p, padded, *lengths, zero_infinity=True)
    assert spared == pytest.approx((terms[0] / 2 + 0.0 + terms[2]) / 3)
    wrt = slope(log_p, padded, *lengths)
    assert np.isnan(wrt[:2, 1]).all()
    assert (wrt[2:, 1] == 0.0).all()
    assert (wrt[3:, 2] == 0.0).all()
    assert (slope(log_p, padded, *lengths, zero_infinity=True)[:, 1] == 0.0).all()
    alone = value(log_p[:, 0], padded[0], 4, 2, reduction="none")
    assert alone == terms[0]
    assert alone.shape == ()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"targets": np.array([[1, 5]])}, DomainError, r"targets\[0, 1\] is 5"),
        ({"input_lengths": [9]}, DomainError, "input_lengths"),
        ({"input_lengths": [2, 2]}, ShapeError, "lengths"),
        ({"targets": np.array([1, 2, 1])}, ShapeError, "targets: expected 2 labels"),
        ({"blank": 3}, DomainError, "blank"),
    ],
)
def test_ctc_refuses_what_does_not_go_together(changes, error, message):
    call = {
        "log_probs": np.zeros((4, 1, 3)),
        "targets": np.array([[1, 2]]),
        "input_lengths": [4],
        "target_lengths": [2],
    }
    with pytest.raises(error, match=message):
        dialects.call(F + "ctc_loss", **(call | changes))
