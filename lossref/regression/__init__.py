"""Losses of a real target and a real prediction; e = y_pred − y_true."""

from lossref.regression import deviance, likelihood, relative, residual, robust, root
from lossref.regression.deviance import tweedie_deviance
from lossref.regression.likelihood import gaussian_nll, poisson_nll
from lossref.regression.relative import mean_absolute_percentage_error, mean_squared_logarithmic_error
from lossref.regression.residual import half_squared_error, mean_absolute_error, mean_squared_error, quantile
from lossref.regression.robust import huber, log_cosh, smooth_l1
from lossref.regression.root import root_mean_squared_error, root_mean_squared_logarithmic_error

__all__ = [
    "SPECS",
    "gaussian_nll",
    "half_squared_error",
    "huber",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson_nll",
    "quantile",
    "root_mean_squared_error",
    "root_mean_squared_logarithmic_error",
    "smooth_l1",
    "tweedie_deviance",
]

SPECS = (
    *residual.SPECS,
    *root.SPECS,
    *robust.SPECS,
    *relative.SPECS,
    *likelihood.SPECS,
    *deviance.SPECS,
)
