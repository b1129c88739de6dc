"""Programs load TensorFlow, and other packages that take long, only where they need them.

One process does all of it, one after the other, so what one of them loads is no news of the next.
"""

import json
import os
import subprocess
import sys

import numpy as np

from dcgan_tf.commands import COMMANDS
from dcgan_tf.images import write_png
from tests.programs import ROOT

NEVER = {'tensorflow', 'keras', 'tensorboard', 'matplotlib', 'scipy', 'sklearn', 'pandas', 'h5py',
         'torch', 'onnx', 'tf2onnx', 'onnxruntime', 'flask', 'waitress'}
LATER = {'numpy', 'tqdm', 'cv2', 'PIL', 'urllib.request'}          # some need some of these
LOADS_MORE = {'plot'}           # Matplotlib
SAID = {'export': ['--format', 'generator.tflite'], 'graph': ['--variables'], 'train': ['--epochs']}
HELP = f"""
import runpy, sys
sys.argv = ['main1.py', '--help']
runpy.run_path({str(ROOT / 'main1.py')!r}, run_name='__main__')
"""
DRY_RUN = """
import main1
main1.main(['--folder', 'animals', '--type', 'cgan', '--batch-size', '2', '--metrics', 'frechet',
            '--norm', 'layer', '--penalty', 'dragan', '--dry-run'])
"""
COMMAND = 'from dcgan_tf.__main__ import main; main({})'                      # dcgan-tf
STEPS = [                                       # what is done, what it loads, what it says
    (COMMAND.format(['--help']), set(), [*COMMANDS]),
    (COMMAND.format(['--version']), set(), ['dcgan-tf ']),
    ('import dcgan_tf.data', set(), []),
    ('import dcgan_tf.data.mnist', {'numpy'}, []),
    (HELP, set(), ['--epochs']),
    ('import dcgan_tf.data.digits, dcgan_tf.data.download', {'tqdm', 'urllib.request', 'cv2'}, []),
    ("import same_bits; same_bits.main(['--list', '--only', 'unroll,two_workers'])", {'PIL'},
     ['--unroll 2\n', '(2 workers)\n']),
    *((COMMAND.format([name, '--help']), set(), [f'usage: dcgan-tf {name} ', *SAID.get(name, [])])
      for name, row in COMMANDS.items() if row.module and name not in LOADS_MORE),
    ("import scaling; scaling.main(['--help'])", set(), ['usage: ']),
    (COMMAND.format(['runs', str(ROOT / 'tests/golden')]), set(), ['run_2a4ff0f']),
    (DRY_RUN, set(), ['"norm": "layer"', '"penalty_weight": 10.0']),
]
PROGRAM = """
import contextlib, io, json, sys
for code in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        exec(code, {})
    print(json.dumps([said.getvalue(), [*sys.modules]]))
"""


def done(folder):
    """All steps in a new process -> [what one says, the modules that are loaded by then], ..."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / 'tools')])
    codes = json.dumps([code for code, *_ in STEPS])
    ran = subprocess.run([sys.executable, '-c', PROGRAM], input=codes, text=True, cwd=folder,
                         env={**os.environ, 'PYTHONPATH': paths}, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_large_packages_are_not_loaded_before_they_are_needed(tmp_path):
    for name in ('cats/1.png', 'cats/2.png', 'dogs/3.png', 'dogs/4.png'):
        (tmp_path / 'animals' / name).parent.mkdir(parents=True, exist_ok=True)
        write_png(tmp_path / 'animals' / name, np.zeros([9, 9, 3], np.uint8))
    wrong, expected = [], set()
    for (code, loads, words), (said, modules) in zip(STEPS, done(tmp_path), strict=True):
        expected |= loads
        early = (NEVER | LATER - expected) & {*modules}
        missing = [word for word in words if word not in said]
        if early or missing:
            wrong.append((code, early, missing))
    assert wrong == []
