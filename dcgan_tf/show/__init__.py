"""Uses a trained generator: films, inversion, directions, projector, exports, a web page."""
