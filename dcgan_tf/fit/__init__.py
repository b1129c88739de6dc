"""Runs a training: its batches, the loop and its session, signals, workers, the debuggers."""
