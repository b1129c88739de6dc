"""Ops with gradients of our own. They are faster than autodiff's and have the same values."""
