"""A trained run and its data, for the tools."""

from dcgan_tf import data as datasets
from dcgan_tf.config import Config
from dcgan_tf.errors import UsageError
from dcgan_tf.training import best as best_of
from dcgan_tf.training import checkpoint_files, run_folder

NEWEST, BEST = 'newest', 'best'


def add_checkpoint(parser) -> None:
    """The flag that says which of a run's checkpoints a tool takes."""
    parser.add_argument('--checkpoint', default=NEWEST, metavar='WHICH', help='newest, best (by '
                        '--keep-best of the training) or the step of one (default: newest)')


def open_gan(path: str, checkpoint: str = NEWEST, *, features: bool = False):
    """-> (RunFolder, DeepConvolutionalGAN with the weights of a checkpoint). Loads TensorFlow.

    features: D's can be asked for, too. UsageError where the run has no such checkpoint, with those
    that it has.
    """
    run = run_folder.open_run(path)
    folder, step = place(run, checkpoint)
    from dcgan_tf import DeepConvolutionalGAN
    gan = DeepConvolutionalGAN.from_config(run.config)
    if features:
        gan.features()
    gan.load_model(folder, training=False, step=step)
    return run, gan


def place(run, checkpoint: str):
    """-> (folder, step) of what --checkpoint names; step None = the newest that can be read."""
    newest, best = checkpoint_files.steps(run.checkpoints), best_of.read(run.best)
    kept = [best.step] if best else []
    if not newest + kept:
        raise UsageError(f'{run.path} holds no checkpoint yet: train it with --resume {run.path}')
    if checkpoint == NEWEST and newest:
        return run.checkpoints, None
    if checkpoint == BEST and best:
        return run.best, best.step
    if checkpoint.isdecimal() and int(checkpoint) in newest + kept:
        step = int(checkpoint)
        return run.checkpoints if step in newest else run.best, step
    there = ', '.join([NEWEST, *([BEST] if best else []), *map(str, sorted({*newest, *kept}))])
    hint = '' if best or checkpoint != BEST else '; main1.py --keep-best FIGURE keeps the best'
    raise UsageError(f'--checkpoint {checkpoint}: {run.path} has {there}{hint}')


def names(runs) -> dict:
    """RunFolder -> its folder's name, or its path where two have one name."""
    short = [run.path.name for run in runs]
    return {run: run.path.name if short.count(run.path.name) == 1 else str(run.path)
            for run in runs}


def fit_of(config: Config) -> datasets.Fit:
    """What the pictures of a run were made like."""
    size = config.resize or (config.dataset == 'folder' and (config.image_width,
                                                             config.image_height))
    return datasets.Fit(size or None, config.gray, config.crop, config.file_num)


def open_data(run: run_folder.RunFolder, *, data_dir: str | None, cache: str):
    """The data set that a run was trained on. UsageError where it is another or gone."""
    c = run.config
    data = datasets.load(c.dataset, data_dir or c.data_dir, fit=fit_of(c), cache=cache,
                         results=run.path.parent)
    run.check_data(data.fingerprint)
    return data


def class_number(config: Config, flag: str, name: str) -> int:
    """The label of a class, or UsageError with the names there are."""
    if not config.conditioned:
        raise UsageError(f'{flag} {name}: this generator takes no labels; train one with '
                         '--type cgan')
    if name not in config.class_names:
        names = ', '.join(config.class_names[:50])
        more = ' ...' if len(config.class_names) > 50 else ''
        raise UsageError(f'{flag} {name}: expected one of {names}{more}')
    return config.class_names.index(name)
