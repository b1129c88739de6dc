"""The ops of a training step: optimizers, checks, summaries, several steps in one run."""
