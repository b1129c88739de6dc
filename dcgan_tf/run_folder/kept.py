"""Says which checkpoints of a run stay for ever: those of `--keep-every`.

A resume may change the option. What an earlier value has kept is then listed in the entry "kept" of
config.json, so that it stays.
"""

from dcgan_tf.errors import RunError
from dcgan_tf.run_folder import checkpoint_files


def stays(run, step: int) -> bool:
    """Tells whether the checkpoint of this step stays. run: a RunFolder."""
    return step in _listed(run) or _is_multiple(step, run.config.keep_every)


def entry(run) -> dict:
    """Returns the entry for the config.json of a RunFolder with a new Config; {} = no new entry.

    Its `record` still has the Config of the last start.
    """
    every = run.record['config'].get('keep_every', 0)
    if every in (0, run.config.keep_every):
        return {}
    found = [step for step in checkpoint_files.steps(run.checkpoints) if _is_multiple(step, every)]
    return {'kept': sorted({*_listed(run), *found})}


def _is_multiple(step, every):
    """Returns whether a step is N, 2N, 3N ...; the weights of step 0 have learnt nothing."""
    return every > 0 and step > 0 and step % every == 0


def _listed(run):
    listed = run.record.get('kept', [])
    if not isinstance(listed, list):
        raise RunError(f'{run.path / "config.json"} is damaged: its entry "kept" is no list')
    return listed
