"""Connectionist temporal classification against all alignments, one by one."""

import itertools
import math

import numpy as np
import pytest

import lossref


def spelled(alignment, blank):
    """Labels that an alignment spells: repetitions are one, blanks are none."""
    return [label for label, _ in itertools.groupby(alignment) if label != blank]


def enumerated(log_probs, target, blank=0):
    """−log of the summed probability of every alignment that spells the target."""
    frames, classes = log_probs.shape
    total = 0.0
    for alignment in itertools.product(range(classes), repeat=frames):
        if spelled(alignment, blank) == list(target):
            total += math.exp(sum(log_probs[t, label] for t, label in enumerate(alignment)))
    return -math.log(total) if total else math.inf


def log_softmax(scores):
    return scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))


@pytest.mark.parametrize("target", [[], [1], [1, 2], [1, 1], [2, 1, 2], [1, 1, 1]])
@pytest.mark.parametrize("frames", [3, 4, 5])
def test_the_sum_is_over_all_alignments(target, frames):
    log_probs = log_softmax(np.random.default_rng(frames).normal(size=(frames, 1, 3)))
    value = lossref.ctc(log_probs, [[*target, 0, 0, 0][:3]], [frames], [len(target)])
    assert value == pytest.approx(enumerated(log_probs[:, 0], target), rel=1e-13)


@pytest.mark.parametrize("blank", [0, 1, 2])
def test_any_class_may_be_the_blank(blank):
    labels = [label for label in range(3) if label != blank]
    log_probs = log_softmax(np.random.default_rng(blank).normal(size=(4, 1, 3)))
    value = lossref.ctc(log_probs, [labels], [4], [2], blank)
    assert value == pytest.approx(enumerated(log_probs[:, 0], labels, blank), rel=1e-13)


def test_sequences_of_a_batch_end_each_at_its_own_length():
    rng = np.random.default_rng(5)
    log_probs = log_softmax(rng.normal(size=(5, 3, 4)))
    targets, frames, lengths = np.array([[1, 2, 3], [2, 2, 0], [3, 0, 0]]), [5, 4, 2], [3, 2, 1]
    terms = lossref.ctc(log_probs, targets, frames, lengths, reduction="none")
    expected = [
        enumerated(log_probs[:t, i], targets[i, :s]) for i, (t, s) in enumerate(zip(frames, lengths, strict=True))
    ]
    np.testing.assert_allclose(terms, expected, rtol=1e-13)
    in_a_row = np.concatenate([row[:s] for row, s in zip(targets, lengths, strict=True)])
    np.testing.assert_array_equal(lossref.ctc(log_probs, in_a_row, frames, lengths, reduction="none"), terms)
    by_label = lossref.ctc(log_probs, targets, frames, lengths, length_normalization=True)
    assert by_label == pytest.approx(np.mean(np.divide(expected, lengths)), rel=1e-13)


def test_a_repeated_label_needs_a_blank_between():
    log_probs = np.full((2, 1, 2), math.log(0.5))
    assert lossref.ctc(log_probs, [[1, 1]], [2], [2]) == math.inf
    assert lossref.ctc(log_probs, [[1, 1]], [2], [2], zero_infinity=True) == 0.0
    assert lossref.ctc(np.full((3, 1, 2), math.log(0.5)), [[1, 1]], [3], [2]) == pytest.approx(3 * math.log(2))


def test_an_impossible_target_has_no_gradient_and_spoils_no_other():
    log_probs = log_softmax(np.random.default_rng(3).normal(size=(3, 2, 3)))
    spec = lossref.get("ctc")
    gradient = spec.gradient(log_probs, [[1, 1, 1], [1, 2, 0]], [3, 3], [3, 2], reduction="sum")
    np.testing.assert_array_equal(gradient[:, 0], 0.0)
    alone = spec.gradient(log_probs[:, 1:], [[1, 2, 0]], [3], [2], reduction="sum")
    np.testing.assert_allclose(gradient[:, 1:], alone, rtol=1e-13)


def test_the_gradient_is_minus_the_posterior_of_each_class():
    log_probs = log_softmax(np.random.default_rng(4).normal(size=(6, 2, 3)))
    gradient = lossref.get("ctc").gradient(log_probs, [[1, 2], [2, 0]], [6, 4], [2, 1], reduction="sum")
    np.testing.assert_allclose(gradient[:, 0].sum(axis=1), -1.0, rtol=1e-12)
    np.testing.assert_allclose(gradient[:4, 1].sum(axis=1), -1.0, rtol=1e-12)
    np.testing.assert_array_equal(gradient[4:, 1], 0.0)


def test_long_and_unlikely_sequences_do_not_underflow():
    frames = 2000
    log_probs = np.full((frames, 1, 2), -700.0)
    value, gradient = lossref.get("ctc").value_and_gradient(log_probs, [[1]], [frames], [1])
    paths = frames * (frames + 1) / 2
    assert value == pytest.approx(700.0 * frames - math.log(paths), rel=1e-14)
    np.testing.assert_allclose(gradient.sum(axis=-1), -1.0, rtol=1e-7)


def test_a_class_that_cannot_be_is_left_out():
    log_probs = np.full((3, 1, 3), -math.inf)
    log_probs[:, :, 1] = 0.0
    assert lossref.ctc(log_probs, [[1]], [3], [1]) == 0.0
    assert lossref.ctc(log_probs, [[2]], [3], [1]) == math.inf


@pytest.mark.parametrize(
    ("changed", "fault", "words"),
    [
        ({"log_probs": np.zeros((2, 3))}, lossref.ShapeError, r"\(T, N, C\)"),
        ({"input_lengths": [3, 3]}, lossref.ShapeError, "input_lengths"),
        ({"input_lengths": [9]}, lossref.DomainError, "from 0 to 4"),
        ({"target_lengths": [3]}, lossref.DomainError, "from 0 to 2"),
        ({"targets": [[1, 7]]}, lossref.DomainError, "from 0 to 2"),
        ({"targets": [[1, 0]]}, lossref.DomainError, "other than the blank"),
        ({"targets": [1, 2, 1]}, lossref.ShapeError, "targets"),
        ({"blank": 3}, lossref.DomainError, "from 0 to 2"),
        ({"targets": [[1.0, 2.0]]}, TypeError, "integers"),
    ],
)
def test_what_does_not_go_together_is_refused(changed, fault, words):
    arguments = {
        "log_probs": np.full((4, 1, 3), -1.0),
        "targets": [[1, 2]],
        "input_lengths": [4],
        "target_lengths": [2],
    }
    with pytest.raises(fault, match=words):
        lossref.ctc(**{**arguments, **changed})
