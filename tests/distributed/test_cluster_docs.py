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


@pytest.mark.parametrize(('ends', 'again'), [
    ((0, 0, 0), False), ((2, 2, 2), False), ((138, 138, 137), True), ((0, 138, 0), True),
    ((1, 138, 138), False), ((138, 2, 138), False), ((143, 143, 143), False),
    ((130, 130, 130), False), ((129, 129, 129), False), ((143, 138, 138), False)])
def test_the_slurm_script(tmp_path, ends, again):
    """With a stand-in for each of Slurm's commands, as its manual describes them.

    The script itself is on the first node alone, under another name.
    """
    script = tmp_path / 'spooled'
    script.write_text((DOCS / 'slurm.sh').read_text())
    tool(tmp_path, 'srun', f'rm {script}; shift; most=0\n'
         'for k in 0 1 2; do SLURM_PROCID=$k "$@"; code=$?\n'
         '[ $code -gt $most ] && most=$code; done; exit $most')
    tool(tmp_path, 'scontrol', f'[ "$1" = requeue ] && echo $2 > {tmp_path}/requeued\n'
         '[ "$*" = "show hostnames n[1-3]" ] && printf "n1\\nn2\\nn3\\n"')
    tool(tmp_path, 'python', f'echo "$TF_CONFIG" >> {tmp_path}/configs; echo "$@"\n'
         f'ends=({" ".join(map(str, ends))}); exit ${{ends[$SLURM_PROCID]}}')
    environment = {**os.environ, 'PATH': f'{tmp_path}:{os.environ["PATH"]}',
                   'SLURM_JOB_ID': '7', 'SLURM_JOB_NODELIST': 'n[1-3]'}
    made = subprocess.run(['bash', script, '--folder', 'my faces'], env=environment, cwd=tmp_path,
                          capture_output=True, text=True)
    assert (made.returncode, (tmp_path / 'requeued').exists()) == (max(ends), again)
    assert not list(tmp_path.glob('*.failed'))
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


def test_the_manifest_fits_the_schema_of_its_kind():
    """That of Kubeflow's training operator and of Kubernetes, as their own Python packages have it.
    """
    yaml = pytest.importorskip('yaml', reason='needs PyYAML')
    training = pytest.importorskip('kubeflow.training', reason='needs kubeflow-training')
    kubernetes = pytest.importorskip('kubernetes.client', reason='needs kubeflow-training')
    job = yaml.safe_load((DOCS / 'tfjob.yaml').read_text())
    kinds = {**vars(kubernetes.models), **vars(training.models)}
    assert list(misfits(job, 'KubeflowOrgV1TFJob', kinds)) == []
    job['spec']['tfReplicaSpecs']['Worker']['template']['spec']['containers'][0]['ports'] = 'all'
    job['spec']['tfReplicaSpec'] = 1
    assert {path.rpartition('.')[2] for path in misfits(job, 'KubeflowOrgV1TFJob', kinds)} == {
        'ports', 'tfReplicaSpec'}


def misfits(value, kind, kinds, path=''):
    """Where a value is not of the kind that the schema names: str, list[K], dict(str, K), a model.
    """
    inner = kind.partition(', ')[2][:-1] or kind.partition('[')[2][:-1]
    if kind.startswith(('list[', 'dict(')):
        plain = list if kind.startswith('list') else dict
        pairs = [*(value.items() if plain is dict else enumerate(value))] if isinstance(
            value, plain) else []
        yield from () if isinstance(value, plain) else [path]
        for name, each in pairs:
            yield from misfits(each, inner, kinds, f'{path}.{name}')
    elif kind in ('str', 'int', 'bool', 'object', 'float'):
        yield from () if kind == 'object' or type(value).__name__ == kind else [path]
    elif not isinstance(value, dict):
        yield path
    else:
        model = kinds[kind]
        fields = {json_name: name for name, json_name in model.attribute_map.items()}
        for name, each in value.items():
            if name in fields:
                yield from misfits(each, model.openapi_types[fields[name]], kinds, f'{path}.{name}')
            else:
                yield f'{path}.{name}'
