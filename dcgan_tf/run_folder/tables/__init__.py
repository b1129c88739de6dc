"""Writes and reads the CSV files of a run, and plots its losses."""
