"""Continues a training: which run, which options may change, from which step."""

import contextlib
import pathlib
import time

from dcgan_tf import own_code
from dcgan_tf.cli.flags import Options
from dcgan_tf.config import AUTO, MAY_CHANGE, Config, check_taken, flag_of
from dcgan_tf.config.making import FORMER
from dcgan_tf.errors import UsageError
from dcgan_tf.names import counted
from dcgan_tf.run_folder import checkpoint_files, origin, run_names, trained_weights
from dcgan_tf.run_folder.overview import STOPPED, overviews
from dcgan_tf.run_folder.run_folder import RunFolder

# Options whose value in config.json may differ from the one that was typed, such as `auto`.
RESOLVED = {'dataset', 'norm', 'penalty_weight', 'd_learning_rate', 'g_learning_rate'}
LATEST = 'latest'           # in place of the path of a run: the newest one
AHEAD_SECONDS = 60          # the clock of a file server may be ahead by so much


def resumed(options: Options) -> pathlib.Path | None:
    """Returns the folder of the run that --resume names; None if `auto` finds no run."""
    if options.resume == AUTO:
        path = pathlib.Path(options.save_folder, run_names.plain_name(options.run_name))
        return path if (path / 'config.json').exists() else None
    return latest(options.save_folder) if options.resume == LATEST else pathlib.Path(
        options.resume)


def latest(save_folder: str) -> pathlib.Path:
    """Returns the run folder under `save_folder` with the newest checkpoint or config.json.

    UsageError without a run, or if the times of several cannot be trusted because the clock went
    back: one of them is in the future.
    """
    times = {file.parent: _last_written(file.parent)
             for file in pathlib.Path(save_folder).glob('*/config.json')}
    if not times:
        raise UsageError(f'no run folder in {save_folder!r} (--save-folder)')
    newest = max(times, key=times.get)
    if len(times) > 1 and times[newest] > time.time() + AHEAD_SECONDS:
        raise UsageError(f'which run is the latest? {newest} has a file from the future, so the '
                         'clock was wrong or is: name the run, --resume RUN')
    return newest


def other_unfinished(options: Options, run: RunFolder, epochs: int) -> str | None:
    """Returns a line if `--resume latest` has found a run that is done, and another one is not.

    epochs: the last step that was asked for. The line names the newest run that was stopped.
    """
    done = max(checkpoint_files.steps(run.checkpoints), default=0)
    if options.resume != LATEST or done < epochs:
        return None
    stopped = [each for each in overviews(options.save_folder)
               if each.state == STOPPED and each.path != run.path]
    return (f'{run.path} is the latest run, and has done its {counted(done, "step")}; the newest '
            f'one with steps left is {stopped[0].path}, at step {stopped[0].step:,} of '
            f'{stopped[0].config.epochs:,}: --resume {stopped[0].path}') if stopped else None


def _last_written(run):
    times = [0.0]
    for file in (run / 'config.json', *(run / 'checkpoints').glob('*.index')):
        with contextlib.suppress(FileNotFoundError):       # a training may remove old checkpoints
            times.append(file.stat().st_mtime)
    return max(times)


def changed(run: RunFolder, options: Options) -> Config:
    """Returns the run's Config with the typed flags.

    UsageError for a flag that may not change, and for one that the type of the run does not take.

    --trace-step and --check-numerics of an earlier start are not taken over.
    """
    c = run.config
    if options.init_from:
        _check_origin(run, options.init_from)
    if options.given.get('type', c.type) == c.type:
        check_taken(c.type, options.given, c.code)
    pairs = {'maps': (options.maps, c.discriminator_maps[1:])} if options.maps else {}
    pairs.update({name: (value, getattr(c, name)) for name, value in options.given.items()
                  if name != 'code'})
    for name, (value, trained_with) in pairs.items():
        unresolved = name in RESOLVED and value == getattr(Config, name)
        if name not in MAY_CHANGE and value != trained_with and not unresolved:
            old = (f'with {typed(name, trained_with)}' if trained_with not in (False, ()) else
                   'without')
            raise UsageError(f'{typed(name, value)} does not fit {run.path}, which was trained '
                             f'{old}{renamed(c, value) if name == "preset" else ""}: leave the '
                             'flag out, or start a new run')
    if file := own_code.changed_file(options.given.get('code', ()), c.code):
        raise UsageError(f'{file} is not the file with which {run.path} was trained, which is '
                         f'{run.path / own_code.FOLDER / file}: leave the flag that names it out, '
                         'or start a new run')
    given = {name: value for name, value in options.given.items() if name in MAY_CHANGE}
    return c.replace(**{'trace_step': 0, 'check_numerics': False, **given})


def _check_origin(run, init_from):
    """Raises UsageError unless --init-from names the run whose networks this one started from.

    With `--resume auto` one command serves all starts. That run need not be there any more.
    """
    begun, path = origin.of_run(run), pathlib.Path(init_from).resolve()
    step = checkpoint_files.step_of(path)
    folder = path if step is None else path.parent
    if begun is None or (init_from != LATEST and (
            trained_weights.run_of(pathlib.Path(begun.path)) != trained_weights.run_of(folder)
            or step not in (None, begun.step))):
        old = f'with --init-from {begun.path}' if begun else 'without'
        raise UsageError(f'--init-from {init_from} does not fit {run.path}, which was started '
                         f'{old}: leave the flag out, or choose another --run-name')


def check_steps(options: Options, run: RunFolder, epochs: int) -> None:
    """Raises UsageError if the run has done more than `epochs` steps, or --trace-step is past.

    RunError if its checkpoints are lost. The names of the files count: none is read.
    """
    done = max(checkpoint_files.steps(run.checkpoints), default=None)
    if done is None:
        trained_weights.check_never_trained(run)
        return
    if done > epochs:
        raise UsageError(f'--epochs {epochs} counts from the start, and {run.path} has done '
                         f'{counted(done, "step")} already')
    trace_step = options.given.get('trace_step', 0)
    if 0 < trace_step <= done and options.resume != AUTO:     # one command serves all starts
        raise UsageError(f'--trace-step {trace_step} is past: {run.path} has done '
                         f'{counted(done, "step")} already')


def renamed(config: Config, preset: str) -> str:
    """Returns a remark if this is an earlier name of the preset of a run; '' otherwise."""
    former = FORMER.get(preset)
    is_former = former and former.preset == config.preset
    return f', as {preset} has been called since {former.since}' if is_former else ''


def typed(name: str, value) -> str:
    """Returns an option as it is typed: --flip, --resize 64x48, --maps 64,128."""
    flag = flag_of(name)
    if isinstance(value, tuple):
        value = ('x' if name == 'resize' else ',').join(map(str, value))
    return flag if value is True else f'{flag} {value}'
