"""Prints a model as tables: dcgan-tf graph RUN    --variables    --tensors 'losses/*'"""

import itertools
from collections import Counter

from dcgan_tf import program
from dcgan_tf.cli import exits, tensors, trained
from dcgan_tf.cli.parser import Parser, add_json, check_file
from dcgan_tf.cli.paths import local_path
from dcgan_tf.cli.report import aligned, write_json
from dcgan_tf.errors import UsageError
from dcgan_tf.names import one_line
from dcgan_tf.run_folder import checkpoint_files

MAX_SHOWN = 10                # rows of a table of differences without --all
ASPECTS = ('type', 'shape', 'attributes', 'inputs')
EXAMPLES = {                                            # after the name of the program
    'RUN': 'layers, parameters and FLOPs',
    'RUN --diff RUN2': 'what differs in two runs',
    "RUN --tensors 'losses/*'": 'the losses of the next batch',
}


def main(argv=None):
    """Prints the tables; returns the exit code."""
    args = parse(argv)
    if args.variables:
        rows = show_variables(args)
    elif args.tensors:
        lines, rows = tensors.report(args)
        print(*lines, sep='\n')
    elif args.diff:
        rows = show_differences(args)
    else:
        rows = show_model(args)
    write_json(args.json, rows)
    return exits.DONE


def show_model(args):
    """Prints a line for each layer and for each box; returns the lines as dictionaries."""
    (name, config), = trained.find_configs([args.run], args)
    with built(config) as gan:
        from dcgan_tf.graph_report.layers import boxes, layers
        lines, parts = layers(gan), boxes(gan)
    c = config
    print(f'{one_line(name)}: {c.preset}, {c.type}, images '
          f'{c.image_height}x{c.image_width}x{c.n_channels}, batch {c.batch_size}', '',
          *aligned(layer_cells(lines), left=3), '', *aligned(box_cells(parts)), sep='\n')
    return [*({'table': 'layers', **line._asdict()} for line in lines),
            *({'table': 'boxes', **part._asdict()} for part in parts)]


def layer_cells(lines):
    """Yields the cells of the layers, row by row, with a sum for each network and for all."""
    yield ['layer', 'op', 'output', 'parameters', 'FLOPs an image']
    for box, group in itertools.groupby(lines, lambda line: line.box):
        group = list(group)
        yield [box, '', '', '', '']
        for line in group:
            shape = f'[{", ".join(map(str, line.shape))}]'
            yield [f'  {line.name}', line.type, shape, *counts(line.parameters, line.flops)]
        yield ['  together', '', '', *sums(group)]
    yield ['all', '', '', *sums(lines)]


def box_cells(parts):
    """Yields the cells of the boxes, row by row, and of their sum."""
    yield ['box', 'ops', 'parameters', 'FLOPs a step']
    for part in parts:
        yield [part.name, *counts(part.ops, part.parameters, part.flops)]
    yield ['all', *counts(sum(part.ops for part in parts)), *sums(parts)]


def sums(rows):
    """Returns the cells of the sums of parameters and FLOPs."""
    return counts(sum(row.parameters for row in rows), sum(row.flops for row in rows))


def counts(*numbers):
    """Returns numbers as text."""
    return [f'{number:,}' for number in numbers]


def show_differences(args):
    """Prints differences: options, variables, then ops by box; returns them as dictionaries."""
    (a, first), (b, second) = trained.find_configs([args.run, args.diff], args)
    a, b = (a, b) if a != b else (args.run, args.diff)
    with built(first) as one, built(second) as other:
        from dcgan_tf.graph_report.differences import differences, options
        of_options, of_graphs = options(first, second), differences(one, other)
    if of_options:
        print(*aligned([['option', a, b], *([d.name, d.first, d.second] for d in of_options)],
                       left=3), '', sep='\n')
    ops = [d for d in of_graphs if d.kind == 'op']
    print_differences('variables', [d for d in of_graphs if d.kind == 'variable'], a, b, args.all)
    if ops:
        print(*aligned(by_box(ops, a, b)), '', sep='\n')
    print_differences('ops', ops, a, b, args.all)
    print('the graphs differ' if of_graphs else 'the graphs are equal')
    return [d._asdict() for d in of_options + of_graphs]


def print_differences(what, found, a, b, all_):
    """Prints a table of differences; without --all only its first rows."""
    if not found:
        return
    shown = found if all_ else found[:MAX_SHOWN]
    rows = [[d.name, d.what, *(cut(text, all_) for text in (d.first, d.second))] for d in shown]
    print(*aligned([[what, 'differ in', a, b], *rows], left=4), sep='\n')
    if len(found) > len(shown):
        print(f'... and {len(found) - len(shown):,} more: --all')
    print()


def cut(text, all_):
    """Returns a text that fits into a table; '-' for None. all_: True = the whole text."""
    text = '-' if text is None else text
    return text if all_ or len(text) <= 40 else f'{text[:37]}...'


def by_box(ops, a, b):
    """Yields the cells, row by row: how many ops of each box differ, and in what."""
    from dcgan_tf.graph_report.layers import box_of
    tally = Counter((box_of(d.name), column_of(d)) for d in ops)
    heads = ['first', 'second', *ASPECTS]
    yield ['box', f'only in {a}', f'only in {b}', *ASPECTS]
    for box in dict.fromkeys(box_of(d.name) for d in ops):
        yield [box, *counts(*(tally[box, head] for head in heads))]
    yield ['all', *counts(*(sum(n for (_, head), n in tally.items() if head == column)
                            for column in heads))]


def column_of(difference):
    """Returns the column that counts a difference."""
    if difference.first is None:
        return 'second'
    return 'first' if difference.second is None else difference.what


def show_variables(args):
    """Prints a line for each variable of a checkpoint, and sums by owner.

    Returns the lines as dictionaries.
    """
    run = trained.find(args)
    run.check_whole('the variables of a training')
    step = checkpoint_files.steps(run.folder)[-1] if run.step is None else run.step
    from dcgan_tf.graph_report.checkpoint_stats import variable_stats
    from dcgan_tf.run_folder.checkpoints import variables
    rows = [variable_stats(name, value) for name, value in variables(run.folder, step)]
    print(f'{one_line(run.name)}: step {step:,}', '', *aligned(variable_cells(rows), left=4), '',
          sep='\n')
    total, bad = Counter(), Counter()
    for row in rows:
        total[row.owner] += row.numbers
        bad[row.owner] += round(row.numbers * row.not_finite)
    print(*aligned([['belongs to', 'numbers', 'not finite'],
                    *([name, *counts(total[name], bad[name])] for name in total),
                    ['all', *counts(sum(total.values()), sum(bad.values()))]]), sep='\n')
    return [{'step': step, **row._asdict()} for row in rows]


def variable_cells(rows):
    """Yields the cells of the variables, row by row."""
    yield ['variable', 'belongs to', 'shape', 'type', 'numbers', 'mean', 'deviation', 'least',
           'most', 'not finite']
    for row in rows:
        stats = (row.mean, row.deviation, row.minimum, row.maximum)
        yield [row.name, row.owner, str(list(row.shape)), row.type, f'{row.numbers:,}',
               *(f'{x:.4g}' for x in stats), f'{row.not_finite:.2%}']


def built(config):
    """Returns a GAN with the training graph of a Config, as a context. Loads TensorFlow."""
    from dcgan_tf import DeepConvolutionalGAN
    gan = DeepConvolutionalGAN.from_config(config)
    gan.optimizer()
    return gan


def parse(argv):
    """Reads the command line. UsageError for wrong arguments."""
    parser = Parser(description='Prints a model as a table: layers, shapes, parameters, FLOPs. RUN '
                    'needs no checkpoint for that; it may be a config.json, or a file with the '
                    f'output of {program.command("train")} --dry-run.', examples=EXAMPLES)
    group = parser.add_argument_group('what to print')
    group.add_argument('--diff', type=local_path, metavar='RUN2',
                       help='print instead the differences of the '
                       'training graphs of RUN and RUN2')
    group.add_argument('--all', action='store_true', help='with --diff: print every difference in '
                       'full length')
    group.add_argument('--variables', action='store_true', help='print instead statistics of '
                       'every variable in the checkpoint of RUN')
    add_json(group, 'tables')
    tensors.add_tensors(parser)
    trained.add_run(parser)
    args = parser.parse_args(argv)
    given = [f'--{name}' for name in ('variables', 'diff', 'tensors') if getattr(args, name)]
    if len(given) > 1:
        raise UsageError(f'{" and ".join(given)}: give one of these')
    if args.checkpoint != trained.NEWEST and not (args.variables or args.tensors):
        raise UsageError(f'--checkpoint {args.checkpoint} is for --variables and --tensors: the '
                         'graph is the same at every step')
    if args.all and not args.diff:
        raise UsageError('--all is for --diff')
    tensors.check(args)
    check_file('--json', args.json)
    return args
