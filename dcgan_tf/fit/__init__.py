"""Runs a training graph: batches, the loop and its session, signals, the debuggers."""
