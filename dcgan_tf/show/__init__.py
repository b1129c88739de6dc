"""Uses a trained generator for films, inversion, directions, the projector, exports, a web page."""
