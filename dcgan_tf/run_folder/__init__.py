"""What a run leaves on the disk: config, lock, checkpoints, tables, events, pictures."""
