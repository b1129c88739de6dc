"""Writes and reads the files of a run: config, lock, checkpoints, tables, events, pictures."""
