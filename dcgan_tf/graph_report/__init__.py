"""Reports about a model as text and tables: layers, FLOPs, graph differences, checkpoints."""
