"""Objectives and penalties, which the networks minimise. They are pure functions of tensors."""
