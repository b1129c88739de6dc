"""Looks at a training while it goes on: signs of a collapse, metrics on the way."""
