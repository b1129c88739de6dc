"""Reports about a model: layers, FLOPs, graph differences, checkpoints, the cost of a training."""
