"""The training graph: `graph.py` builds it in three methods."""
