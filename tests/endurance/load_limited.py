"""Loads data sets in a process that may not take more memory than it is told: a program.

    python load_limited.py MIB LOG < JOBS

A job is a line of JSON, the arguments of `dcgan_tf.data.load`; the answer is a line, too: what was
loaded, or the error, and the most memory that was held until then. LOG gets the name of every
picture before and after it is decoded: after a crash it tells which one it was.
"""

import faulthandler
import hashlib
import json
import os
import pathlib
import resource
import sys
import traceback

import numpy as np

from dcgan_tf import data
from dcgan_tf.data.parts import Part
from dcgan_tf.data.pictures import pack_images
from dcgan_tf.data.pictures.header import Refused
from dcgan_tf.errors import RunError, UsageError


def main(mib, log):
    faulthandler.enable()                           # of a crash, where it was
    pack_images.THREADS = 2       # each holds a picture, and the limit is for two
    with pathlib.Path(log).open('w') as file:
        pack_images.decode = _telling(pack_images.decode, file)
        resource.setrlimit(resource.RLIMIT_DATA, (int(mib) << 20, resource.RLIM_INFINITY))
        for line in sys.stdin:
            answer = {**_answer(**json.loads(line)), 'peak': peak()}
            sys.stdout.write(f'{json.dumps(answer)}\n')
            sys.stdout.flush()


def peak():
    """MiB: the most that this process has held. `ru_maxrss` may be that of the one it came from."""
    status = pathlib.Path('/proc/self/status').read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line[:6] == 'VmHWM:') >> 10


def _telling(decode, file):
    """decode() that writes down whose turn it is; what breaks it in another way stays begun."""
    def told(path, fit):
        os.write(file.fileno(), f'begun {path.name}\n'.encode())
        try:
            result = decode(path, fit)
        except Refused as refusal:
            result = refusal
        os.write(file.fileno(), f'ended {path.name}\n'.encode())
        if isinstance(result, Refused):
            raise result
        return result
    return told


def _answer(name, data_dir, size=None, part=None, save=None, **options):
    """What a job comes to. save: where the images go as they are."""
    try:
        loaded = data.load(name, data_dir, fit=data.ImageFormat(size and tuple(size)),
                           part=part and Part(*part), **options)
    except (RunError, UsageError) as error:
        return {'error': type(error).__name__, 'text': str(error)}
    except Exception as error:  # noqa: BLE001 (whatever it is, the test must name the file)
        return {'error': type(error).__name__, 'text': traceback.format_exc()}
    if save:
        np.save(save, loaded.images)
    return _described(loaded)


def _described(loaded):
    """All that a data set is, in little room."""
    images = np.ascontiguousarray(loaded.images)
    return {'pixels': hashlib.sha256(images).hexdigest(), 'shape': images.shape,
            'dtype': str(images.dtype), 'class_names': loaded.class_names, 'notes': loaded.notes,
            'labels': None if loaded.labels is None else loaded.labels.tolist(),
            'places': None if loaded.indices is None else loaded.indices.tolist(),
            'fingerprint': loaded.fingerprint}


if __name__ == '__main__':
    main(*sys.argv[1:])
