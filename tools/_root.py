"""Lets `python tools/NAME.py` find the package dcgan_tf in the folder above."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
