"""A model as text and tables: layers, FLOPs, differences of two graphs, checkpoints."""
