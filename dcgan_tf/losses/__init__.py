"""What the networks minimise: objectives and penalties, pure functions of D's outputs."""
