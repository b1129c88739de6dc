"""Builds and trains a GAN: its graph, batches, the loop, session, signals, workers, debuggers."""
