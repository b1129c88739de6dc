"""Running a training graph: the loop, and what it leaves in the run folder.

Nothing here knows the model: the loop gets ops to run and hooks to call.
"""
