"""Lets `python tools/NAME.py` find the package, which stands beside this folder."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
