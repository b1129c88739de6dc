"""A library that kills a program in the middle of what it does to files: crash_point.c."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest


def built(folder):
    """Compiles it -> environment(CRASH_AT=3, ...) of a program that it is to watch."""
    compiler = shutil.which('cc')
    if sys.platform != 'linux' or compiler is None:
        pytest.skip('files are watched with a C compiler (cc) on Linux alone')
    source, library = pathlib.Path(__file__).with_suffix('.c'), folder / 'crash_point.so'
    subprocess.run([compiler, '-shared', '-fPIC', '-o', library, source, '-ldl'], check=True)

    def environment(**words):
        words = {name: str(word) for name, word in words.items()}
        return {**os.environ, 'TF_USE_LEGACY_KERAS': '1', 'LD_PRELOAD': str(library), **words}
    return environment
