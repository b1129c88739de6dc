"""The CSV files of a run, and the plot of its losses."""
