"""Examples moved against the model, and the mixture of their loss with the clean one."""

import numpy as np
import pytest

import lossref


def test_every_coordinate_moves_by_eps_up_the_loss():
    moved = lossref.adversarial_fgsm([0.2, 0.5, 0.5], [3.0, -1e-9, 0.0], eps=0.25)
    np.testing.assert_array_equal(moved, [0.45, 0.25, 0.5])
    back = lossref.adversarial_fgsm([0.2, 0.5, 0.5], [3.0, -1e-9, 0.0], eps=0.25, targeted=True)
    np.testing.assert_allclose(back, [-0.05, 0.75, 0.5], rtol=1e-15)


def test_what_leaves_the_range_is_clipped():
    moved = lossref.adversarial_fgsm([0.1, 0.9], [-1.0, 1.0], eps=0.25, low=0.0, high=1.0)
    np.testing.assert_array_equal(moved, [0.0, 1.0])


def test_the_derivative_ends_at_the_range():
    spec = lossref.get("adversarial_fgsm")
    low, high = spec.subdifferential([0.5, 0.75, 0.9], [1.0, 1.0, 1.0], 0.25, -1.0, 1.0)
    np.testing.assert_array_equal(low, [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(high, [1.0, 1.0, 0.0])


def test_images_keep_their_shape_and_dtype():
    image = np.full((2, 3, 3), 0.5, dtype=np.float32)
    moved = lossref.adversarial_fgsm(image, -image, 0.125)
    assert moved.dtype == np.float32
    np.testing.assert_array_equal(moved, np.full((2, 3, 3), 0.375))
    with pytest.raises(lossref.ShapeError):
        lossref.adversarial_fgsm(image, image[0])


def test_clean_and_adversarial_losses_are_mixed():
    assert lossref.adversarial_training([1.0, 2.0], [5.0, 4.0], 0.75) == pytest.approx((2.0 + 2.5) / 2, rel=1e-15)
    spec = lossref.get("adversarial_training")
    np.testing.assert_array_equal(spec.gradient([1.0], [2.0], 0.75, wrt="adversarial"), [0.25])
