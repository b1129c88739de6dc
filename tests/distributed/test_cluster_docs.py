"""What docs/distributed.md points to does what it says."""

import json
import os
import pathlib
import subprocess

import pytest

from dcgan_tf.cli import flags
from dcgan_tf.distributed import cluster

DOCS = pathlib.Path(__file__).parents[2] / 'docs' / 'cluster'


def tool(folder, name, text):
    file = folder / name
    file.write_text(f'#!/usr/bin/env bash\n{text}\n')
    file.chmod(0o755)


@pytest.mark.parametrize(('ends', 'again'), [(0, False), (2, False), (138, True)])
def test_the_slurm_script(tmp_path, ends, again):
    """With a stand-in for each of Slurm's commands, as its manual describes them.

    The script itself is on the first node alone, under another name.
    """
    script = tmp_path / 'spooled'
    script.write_text((DOCS / 'slurm.sh').read_text())
    tool(tmp_path, 'srun', f'rm {script}; shift\n'
         'for k in 0 1 2; do SLURM_PROCID=$k "$@" || code=$?; done; exit ${code:-0}')
    tool(tmp_path, 'scontrol', f'[ "$1" = requeue ] && echo $2 > {tmp_path}/requeued\n'
         '[ "$*" = "show hostnames n[1-3]" ] && printf "n1\\nn2\\nn3\\n"')
    tool(tmp_path, 'python', f'echo "$TF_CONFIG" >> {tmp_path}/configs; echo "$@"; exit {ends}')
    environment = {**os.environ, 'PATH': f'{tmp_path}:{os.environ["PATH"]}',
                   'SLURM_JOB_ID': '7', 'SLURM_JOB_NODELIST': 'n[1-3]'}
    made = subprocess.run(['bash', script, '--folder', 'my faces'], env=environment,
                          capture_output=True, text=True)
    assert (made.returncode, (tmp_path / 'requeued').exists()) == (ends, again)
    assert made.stdout.splitlines()[:3] == [
        'main1.py --run-name job-7 --resume auto --folder my faces'] * 3
    decoder, text, found = json.JSONDecoder(), (tmp_path / 'configs').read_text(), []
    while text := text.strip():
        given, end = decoder.raw_decode(text)
        found.append(cluster.parse(given))
        text = text[end:]
    assert [each.index for each in found] == [0, 1, 2]
    assert {each.addresses for each in found} == {('n1:2222', 'n2:2222', 'n3:2222')}


def test_the_manifest():
    """main1.py takes its flags; the operator finds the container by its name."""
    yaml = pytest.importorskip('yaml', reason='needs PyYAML')
    job = yaml.safe_load((DOCS / 'tfjob.yaml').read_text())
    workers = job['spec']['tfReplicaSpecs']['Worker']
    container, = workers['template']['spec']['containers']
    assert (job['kind'], workers['restartPolicy'], container['name']) == (
        'TFJob', 'ExitCode', 'tensorflow')
    options = flags.parse(container['command'][2:])
    assert (options.resume, options.run_name, options.given['epochs']) == ('auto', 'dcgan', 20_000)
