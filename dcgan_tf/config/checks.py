"""Refuses values of a Config: of a wrong type, out of range, or not among the choices."""

import dataclasses
import math
import struct

from dcgan_tf import own_code, program
from dcgan_tf.config.choices import CHOICES, LISTS, METRICS, OBJECTIVES, PENALTIES, Objective
from dcgan_tf.config.option import RANGES, flag_of
from dcgan_tf.config.types import PLACES_PAIRS, TYPES
from dcgan_tf.errors import UsageError
from dcgan_tf.names import nearest


def check(config) -> None:
    """Raises UsageError for a value of a Config that is refused, alone or together with others."""
    for field in dataclasses.fields(config):
        _check_value(field, getattr(config, field.name))
    own_code.check_names(config)
    _check_choices(config)
    if own_code.is_loaded(config.code):
        _check_type(config)
    if config.jit and config.steps_per_run > 1:       # XLA clusters a step in a loop differently
        raise UsageError(f'steps_per_run = {config.steps_per_run}: with --jit it would change '
                         'the last bits (--steps-per-run)')
    if config.hold_out and config.split_data:
        raise UsageError(f'hold_out = {config.hold_out:g}: with --split-data no worker has all '
                         'pictures from which to choose the held-out ones: leave out one of '
                         '--hold-out and --split-data')
    ends = (config.generator_maps[-1], config.discriminator_maps[0])
    if ends != (config.n_channels, config.n_channels):
        raise UsageError(f'n_channels = {config.n_channels}: generator_maps must end and '
                         f'discriminator_maps begin with it, not with {ends}')


def _check_choices(config):
    """Raises UsageError for a name that is not among the choices of its field."""
    for name, table in CHOICES.items():
        value, own = getattr(config, name), name in own_code.FIELDS
        if value not in table and not (own and own_code.is_own(value)):
            raise UsageError(f'{name} = {value!r}: expected {", ".join(table)}'
                             f'{" or FILE.py:NAME" if own else ""}{_flag_named(config, name)}'
                             f'{nearest(value, table)}')
    for name, table in LISTS.items():
        names = listed(getattr(config, name))
        unknown = [each for each in names if each not in table]
        if unknown or len(set(names)) < len(names):
            raise UsageError(f'{name} = {getattr(config, name)!r}: expected some of '
                             f'{",".join(table)}{_flag_named(config, name)}'
                             f'{nearest(unknown[0], table) if unknown else ""}')


def _flag(field):
    """Returns the flag of a field for the end of a message; '' if it has none."""
    return f' ({flag_of(field.name)})' if field.metadata['flag'] else ''


def _flag_named(config, name):
    return _flag(type(config).__dataclass_fields__[name])


def _check_type(config):
    """Raises UsageError for a value that the type of GAN cannot use."""
    refused = config.row_of_type.refuses
    for name, value in refused:
        if getattr(config, name) == value:
            word = _flag_named(config, name).strip(' ()') or name
            others = [each for each in CHOICES.get(name, ()) if (name, each) not in refused]
            raise UsageError(f'{word} {value}: --type {config.type} cannot use it: expected '
                             f'{", ".join(others) or f"another {word}"}')
    _check_smoothing(config)
    _check_parts(config)
    if config.kind == 'vae_gan':
        _check_vae_gan(config)
    check_metrics_of_type(config, *listed(config.metrics))
    if config.keep_best in METRICS:
        check_metrics_of_type(config, config.keep_best)


def _check_parts(config):
    """Raises UsageError if the latents of the prior, or its parts, do not fit the type."""
    c, n = config, len(config.class_names)
    if c.prior in PLACES_PAIRS and c.latent_dim % 2:
        raise UsageError(f'--z-dim {c.z_dim}: --latent-prior {c.prior} places pairs of numbers: '
                         'expected an even number')
    if c.places_classes and c.prior not in PLACES_PAIRS:
        raise UsageError(f'--latent-prior {c.prior}: --type {c.type} needs a prior with a part '
                         f'for each class: expected {" or ".join(PLACES_PAIRS)}')
    if c.places_classes and c.prior == 'mixture10' and n not in (0, 1, 10):     # 1 is refused later
        raise UsageError(f'--latent-prior mixture10: --type {c.type} needs a part for each of '
                         f'{n} classes, and this prior has 10: expected swiss_roll')
    if c.kind == 'aae_clusters' and len(c.codes) > 1:
        raise UsageError(f'--codes {",".join(map(str, c.codes))}: --type {c.type} has one code: '
                         'expected the number of clusters')


def _check_vae_gan(config):
    """Raises UsageError for a layer that D does not have, and for a gate without probabilities.

    The networks of one's own may have other layers: they are checked while they are built.
    """
    c, layers = config, len(config.discriminator_maps) - 1
    if c.feature_layer > layers and not own_code.is_own(c.architecture):
        raise UsageError(f'--feature-layer {c.feature_layer}: D has {layers} convolutions: '
                         f'expected -1 to {layers}')
    if c.gate and c.gamma < 1 and not objective_of(c.objective, c.code).probabilities:
        rows = ', '.join(name for name, row in OBJECTIVES.items() if row.probabilities)
        raise UsageError(f'--gate {c.gate:g}: D has no probabilities with --objective '
                         f'{c.objective}: expected {rows}, or --gate 0')


def check_metrics_of_type(config, *names: str) -> None:
    """Raises UsageError for a metric that cannot measure the type of GAN."""
    for name in names:
        if (types := METRICS[name].types) and config.kind not in types:
            raise UsageError(f'--metrics {name}: it cannot measure --type {config.type}, but only '
                             f'{", ".join(types)}')
        if METRICS[name].encoder and not config.encodes:
            have = ', '.join(type for type, row in TYPES.items() if row.encodes)
            penalties = ', '.join(name for name, row in PENALTIES.items() if row.encoder)
            raise UsageError(f'--metrics {name}: --type {config.type} has no encoder, which '
                             f'--type {have} and --penalty {penalties} have')


def no_encoder(config) -> str:
    """Returns the text for a type without an encoder: which types have one, and what else helps."""
    types = ', '.join(f'--type {name}' for name, row in TYPES.items() if row.encodes)
    return (f'--type {config.type} has no encoder; {types} and --penalty mode_regularised train '
            f'one, and {program.command("invert")} searches the latents of pictures')


def _check_smoothing(config):
    """Raises UsageError if label smoothing is asked for and the objective has no targets."""
    if config.label_smoothing and not objective_of(config.objective, config.code).smooths:
        rows = ', '.join(name for name, row in OBJECTIVES.items() if row.smooths)
        raise UsageError(f'--label-smoothing {config.label_smoothing:g}: --objective '
                         f'{config.objective} has no target to smooth; these have: {rows}')


def objective_of(name: str, code=()) -> Objective:
    """Returns what can be known of an objective before it is built. code: that of the Config."""
    if not own_code.is_own(name):
        return OBJECTIVES[name]
    found = own_code.find('objective', name, code)
    return Objective(name, smooths=found.smooths, d_output=found.d_output)


def listed(text: str) -> tuple[str, ...]:
    """Returns the names in the value of a field of LISTS: 'a,b' -> ('a', 'b')."""
    return tuple(text.split(',')) if text else ()


def _check_value(field, value):
    """Raises UsageError unless `value` has the type of the field's default and is in its range."""
    limits, name, flag = field.metadata, f'{field.name} = {value!r}', _flag(field)
    if field.type is float and type(value) is int:
        value = float(value)
    if type(value) is not type(field.default):
        raise UsageError(f'{name}: expected {type(field.default).__name__}{flag}')
    if field.type == tuple[str, ...] and not all(type(v) is str for v in value):
        raise UsageError(f'{name}: expected text{flag}')
    if field.type == tuple[str, ...] and len(set(value)) < len(value):
        raise UsageError(f'{name}: expected names that are all different{flag}')
    if field.type == tuple[int, ...]:
        low = limits['low'] or 1
        if not all(type(v) is int and low <= v < 65_536 for v in value):
            maps = ' (--maps)' if field.name.endswith('_maps') else flag
            raise UsageError(f'{name}: expected whole numbers from {low} to 65,535{maps}')
    if field.default and value == ():
        raise UsageError(f'{name}: expected one number or more{flag}')
    if isinstance(value, str) and '\0' in value:
        raise UsageError(f'{name}: expected text without a null byte{flag}')
    if isinstance(value, float):
        value = _float32(value)
    for key, words, inside in RANGES:                  # NaN is in no range
        if limits[key] is not None and type(value) in (int, float) and not inside(
                value, limits[key]):
            raise UsageError(f'{name}: expected {words} {limits[key]}{flag}')


def _float32(value):
    """Returns the value in float32, as in the graph: 1e-60 becomes 0 and 0.999999999 becomes 1."""
    try:
        return struct.unpack('f', struct.pack('f', value))[0]
    except OverflowError:
        return math.inf
