"""tools/benchmark.py: what is timed, and how the times become a table."""

import collections
import functools
import json
import types

import pytest
import tensorflow as tf

import benchmark
from dcgan_tf import DeepConvolutionalGAN, images, preset
from dcgan_tf.errors import RunError
from dcgan_tf.graph_report import layers
from dcgan_tf.graph_report.flops import flops
from peers import WAYS, limit, race
from tests import programs
from tests.cases import cases
from tests.families import ONE
from tests.helpers import call_tool

TINY = {'generator_maps': (8, 6, 1), 'discriminator_maps': (1, 6, 8), 'batch_size': 3}
SMALLEST = {**ONE, 'batch_size': 3}
MAIN1 = preset('main1', **TINY)
products = functools.cache(limit.products)           # each of these builds a graph
call = functools.partial(call_tool, benchmark)


@pytest.fixture
def forked(monkeypatch):
    """The processes of the ways start in a tenth of a second."""
    server = programs.server()
    monkeypatch.setattr(race.multiprocessing, 'get_context', lambda _: server)


@pytest.mark.slow
def test_a_table_a_file_and_a_picture(tmp_path, capsys):
    assert call('--nets', 'main1', '--batches', 4, '--ways', 'limit,ours', '--rounds', 1,
                '--steps', 4, '--threads', 1, '--out', tmp_path / 'a.json',
                '--plot', tmp_path / 'a.png') == 0
    rows = json.loads((tmp_path / 'a.json').read_text())
    assert [row['ms'] for row in rows] == sorted(row['ms'] for row in rows)
    first, ours = sorted(rows, key=lambda row: row['way'])
    assert ours['of_limit'] == pytest.approx(first['ms'] / ours['ms']) and ours['to_ours'] == 1
    assert ours['images_per_second'] == pytest.approx(4e3 / ours['ms'])
    assert 0.1 < ours['memory'] < 20 and ours['first_step'] > 1 and ours['rounds'] == [ours['ms']]
    assert ours['generated_per_second'] > 1 and first['generated_per_second'] is None
    assert ours['threads'] == 1 and ours['tensorflow'].startswith('2.')
    assert images.read_png(tmp_path / 'a.png').size > 10_000
    out = capsys.readouterr().out
    assert f'{ours["ms"]:.1f}' in out and 'main1, batch 4: medians of 1 rounds of 4 steps' in out


def test_ratios_are_those_of_rounds():
    """The machine was slow in the second: no median of one way over that of another."""
    times = {'ours': race.Times([1., 10., 2.], [.1, .1, .1], 3., 10 ** 9),
             'keras': race.Times([2., 15., 5.], [.1, .2, .3], 4., 2 * 10 ** 9)}
    row = benchmark.row_of('main1', 32, 'keras', times)
    assert (row.ms, row.to_ours, row.of_limit) == (5000, 2, None)
    assert (row.images_per_second, row.generated_per_second, row.memory) == (6.4, 5, 2)


def test_rows_become_a_table_a_file_and_a_picture(tmp_path):
    times = {way: race.Times([ms, 2 * ms], [.1, .1], 3., 10 ** 9)
             for way, ms in (('limit', 1.), ('ours', 2.), ('plain', 4.))}
    rows = [benchmark.row_of('main1', 4, way, times) for way in times]
    head, *lines = benchmark.table(rows)
    assert lines[0] == ('limit', '1500.0', '3', '100%', '0.50', '', '3.0 s', '1.00 GB')
    assert lines[1] == ('ours', '3000.0', '1', '50%', '1.00', '10', '3.0 s', '1.00 GB')
    assert len(head) == len(lines[2]) == 8
    words = types.SimpleNamespace(out=tmp_path / 'a.json', plot=tmp_path / 'a.png')
    benchmark.write_results(words, benchmark.machine(2), rows)
    found = json.loads(words.out.read_text())
    assert [(row['way'], row['ms'], row['threads']) for row in found] == [
        ('limit', 1500, 2), ('ours', 3000, 2), ('plain', 6000, 2)]
    assert found[0]['tensorflow'].startswith('2.') and found[0]['generated_per_second'] is None
    assert images.read_png(words.plot).size > 10_000


def test_what_is_not_installed_is_named(capsys, monkeypatch):
    monkeypatch.setitem(WAYS, 'torch', WAYS['torch']._replace(needs=('no_such_package',)))
    assert benchmark.runnable(('ours', 'torch')) == ['ours']
    assert 'torch is left out: no_such_package is not installed' in capsys.readouterr().out


def test_what_the_machine_has_not_is_named(capsys, monkeypatch):
    monkeypatch.setattr('peers.has_amx', lambda: False)
    monkeypatch.setattr('peers.has_gpu', lambda: False)
    assert benchmark.runnable(('ours', 'ours_bf16', 'ours_jit')) == ['ours']
    out = capsys.readouterr().out
    assert 'ours_bf16 is left out: the processor has no AMX, nor is there a GPU' in out
    assert 'ours_jit is left out: there is no GPU' in out
    monkeypatch.setattr('peers.has_gpu', lambda: True)
    assert benchmark.runnable(('ours_bf16', 'ours_f16')) == ['ours_bf16', 'ours_f16']


@cases(('words', 'match'), [
    ('--steps 6', 'a multiple of 4'), ('--rounds -1', '--rounds -1'), ('--nets dcgan', '--nets'),
    ('--ways jax', '--ways'), ('--batches 0', '--batches'), ('--out a.txt', '.json'),
    ('--plot a.gif', '.png'), ('--threads 0', '--threads 0'), ('--out no/a.json', 'no folder no')])
def test_mistakes_are_one_line(capsys, words, match):
    assert call(*words.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert match in line


def test_a_net_that_the_peers_do_not_know(capsys, forked):
    """It is told by each way's process; where none is left, that is the end."""
    assert call('--nets', 'upsample_mnist', '--batches', 4, '--ways', 'plain', '--steps', 4) == 1
    err = capsys.readouterr().err
    assert 'plain is left out: UsageError: preset upsample_mnist' in ' '.join(err.split())
    assert 'nothing is left to be timed' in err


def test_a_way_whose_process_is_killed_is_named(forked):
    racer = race.Racer('plain', MAIN1, 1)
    assert racer.seconds('generate', 3) > 0
    racer._process.kill()
    racer._process.join()
    with pytest.raises(RunError, match='plain has failed on the way: its process ended with -9'):
        race.race({'plain': racer}, 1, 1, 1)


def test_a_way_that_fails_on_the_way_is_named():
    class Failing:
        def seconds(self, what, n):
            raise RuntimeError('its process ended with -9')
    with pytest.raises(RunError, match='plain has failed on the way: its process ended with -9'):
        race.race({'plain': Failing()}, 1, 1, 1)


def counted(config):
    """(type, layer) -> how often a step needs it, one a kind of step."""
    kinds = []
    for found in products(config):
        kinds.append(collections.Counter())
        for product, count in found.items():
            kinds[-1][product.type, product.layer] += count
    return kinds


def test_the_products_of_a_step():
    """By hand: D sees real and fake; G's gradient goes through D a second time."""
    found, = counted(MAIN1)
    d1, d2, g1 = 'Discriminator/d1_conv', 'Discriminator/d2_conv', 'Generator/g1_deconv'
    assert found['Conv2D', d2] == 2 and found['Conv2DBackpropFilter', d2] == 2
    assert found['Conv2DBackpropInput', d2] == 3
    assert found['Conv2D', d1] == 2 + 1                      # the image's gradient is one, too
    assert (found['Conv2DBackpropInput', g1], found['Conv2D', g1],
            found['Conv2DBackpropFilter', g1]) == (1, 1, 1)
    assert found['MatMul', 'Generator/g0_linear'] == 2


def test_the_peak_makes_as_many_multiply_adds_as_the_graph_counts():
    found, = products(MAIN1)
    with DeepConvolutionalGAN.from_config(MAIN1) as gan:
        gan.optimizer()
        times, = layers.run_counts(gan)
        expected = sum(flops(op, 3) * count for op, count in times.items()
                       if op.type in limit.FLOATS)
    assert 2 * sum(each.multiply_adds * count for each, count in found.items()) == expected


@pytest.mark.slow
def test_a_lazy_penalty_is_made_when_it_is_due():
    every, = counted(preset('dcgan28', **SMALLEST, penalty_every=1))
    none, = counted(preset('dcgan28', **SMALLEST, penalty='none'))
    assert counted(preset('dcgan28', **SMALLEST, penalty_every=4)) == [every, none]
    assert every.total() > none.total()
    # R1 takes the D at hand, without a forward pass of its own: one is the image's gradient, as
    # above, and one that gradient's own.
    d1 = 'Discriminator/d1_conv'
    assert every['Conv2D', d1] - none['Conv2D', d1] == 2


def test_products_of_several_batches():
    x, w, y = (3, 8, 8, 2), (5, 5, 2, 4), (3, 4, 4, 4)
    conv = limit.Product('', 'Conv2D', tf.float32, (x, w), y, ()).of(2)
    assert (conv.shapes, conv.out) == (((6, 8, 8, 2), w), (6, 4, 4, 4))
    slope = limit.Product('', 'Conv2DBackpropInput', tf.float32, (w, y), x, ()).of(2)
    assert (slope.shapes, slope.out) == ((w, (6, 4, 4, 4)), (6, 8, 8, 2))
    weights = limit.Product('', 'Conv2DBackpropFilter', tf.float32, (x, y), w, ()).of(2)
    assert (weights.shapes, weights.out) == (((6, 8, 8, 2), (6, 4, 4, 4)), w)
