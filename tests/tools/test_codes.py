"""The tools with an infogan: what its codes draw, and where a code makes no sense."""

import csv

import numpy as np
import pytest

from dcgan_tf import images, latent, seeds
from dcgan_tf.cli import inputs, trained
from dcgan_tf.commands import arithmetic, invert, morph, sample
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.sample_grids import code_sweep
from dcgan_tf.show import points
from dcgan_tf.show.inversion import InversionResult
from tests.cases import cases
from tests.tools import painter
from tests.tools.conftest import CODES
from tests.tools.test_lab import call, frames_of

pytestmark = pytest.mark.usefixtures('pooled')
Z, SIDE = 7, 64               # five numbers and two continuous codes; the pictures


@pytest.fixture
def drawn(infogan, pool):
    """drawn(z [N, Z], labels) -> what the infogan makes of them, int [N, H, W, 3], without a tool.
    """
    run = run_folder.open_run(str(infogan))

    def draw(z, labels):
        with pool.gan(run.config, training=False) as gan:
            gan.load_model(run.checkpoints, training=False)
            return images.to_uint8(gan.generate_images(z, labels)).astype(int)
    return draw


def z_of(*numbers):
    """The latents of these seeds."""
    return latent.draw_seeds('uniform', numbers, Z)


def second(seed):
    """Code 2 of the picture with this seed."""
    return int(seeds.generator(seed, 'codes').integers([CODES[1]])[0])


def assert_same(a, b):
    """Two pictures, up to the rounding of a batch of another size."""
    assert np.abs(np.int32(a) - b).max() <= 1


def tiles(picture, rows, columns):
    return picture.reshape(rows, SIDE, columns, SIDE, 3).swapaxes(1, 2)


def test_the_seeds_of_these_tests_differ_in_both_codes(drawn):
    """And a code changes the picture: else no test below could fail."""
    assert {5 % 3, 9 % 3} == {2, 0} and second(5) != second(9) and 0 not in (second(5), second(9))
    z = z_of(5, 5, 5, 5)
    z[3, -1] = 1.0
    pictures = drawn(z, [[0, 0], [1, 0], [0, 1], [0, 0]])
    assert all(np.abs(a - pictures[0]).mean() > 3 for a in pictures[1:])


def test_each_value_of_code_1_has_a_folder(infogan, drawn, tmp_path):
    """Number s has it modulo 3, and code 2 by its seed."""
    assert call(sample, infogan, '--n', 5, '--seed', 5, '--out', tmp_path / 'out') == 0
    with (tmp_path / 'out/classes.tsv').open(encoding='utf-8', newline='') as file:
        rows = list(csv.reader(file, delimiter='\t'))[1:]
    assert rows == [[str(k), f'code {k}', f'code {k}'] for k in range(3)]
    numbers = range(5, 10)
    wanted = drawn(z_of(*numbers), [[s % 3, second(s)] for s in numbers])
    for seed, picture in zip(numbers, wanted, strict=True):
        assert_same(images.read_png(tmp_path / f'out/code {seed % 3}/{seed:06d}.png'), picture)


def test_codes_that_are_set(infogan, drawn, tmp_path):
    """--truncation leaves them as they are."""
    words = ['--grid', '1x3', '--seed', 5, '--truncation', 0.5, '--scale', 1, '--out',
             tmp_path / 'g.png']
    assert call(sample, infogan, *words, '--class', 1, '--code', '2:3,4:-1.5') == 0
    z = np.float32(0.5) * z_of(5, 6, 7)
    z[:, -1] = -1.5
    found, = tiles(images.read_png(tmp_path / 'g.png'), 1, 3)
    assert_same(found, drawn(z, [[1, 3]] * 3))
    assert call(sample, infogan, *words, '--code', '3:0.25') == 0
    z = np.float32(0.5) * z_of(5, 6, 7)
    z[:, -2] = 0.25
    found, = tiles(images.read_png(tmp_path / 'g.png'), 1, 3)
    assert_same(found, drawn(z, [[s % 3, second(s)] for s in (5, 6, 7)]))


def test_a_sheet_names_the_value_of_code_1(infogan, tmp_path, capsys):
    words = ['--sheet', '--grid', '1x2', '--scale', 1, '--out', tmp_path / 's.png']
    assert call(sample, infogan, *words) == 0
    assert '1 of 3 values of code 1 are left out: 2' in capsys.readouterr().out
    assert images.read_png(tmp_path / 's.png').shape == (SIDE + 20, 2 * SIDE, 3)


def test_the_sweep(infogan, drawn, tmp_path, capsys):
    """A block for each of four codes; column k has seed 5 + k."""
    assert call(sample, infogan, '--sweep', '--seed', 5, '--scale', 1, '--out',
                tmp_path / 's.png') == 0
    said = capsys.readouterr().out
    assert '4 codes in' in said and 'each of the seeds 5 to 14' in said
    sheet, blocks = images.read_png(tmp_path / 's.png'), (*CODES, 10, 10)
    assert sheet.shape == (sum(blocks) * SIDE + 3 * 2, 10 * SIDE, 3)
    lines = np.cumsum(np.array(blocks[:-1]) * SIDE + 2) - 2
    assert all((sheet[y:y + 2] == 255).all() for y in lines)
    whole = tiles(np.delete(sheet, [*lines, *(lines + 1)], axis=0), sum(blocks), 10)
    grid, z = code_sweep(run_folder.open_run(str(infogan)).config, seed=5), z_of(9)
    first = grid.labels[4, 0], grid.labels[10 * CODES[0] + 4, 0]       # column 4, in two blocks
    assert first[0] == 0
    for row, (code_2, at) in {1: (second(9), None), 3 + 2: (2, None),
                              7: (second(9), (-2, -2.0)), 26: (second(9), (-1, 2.0))}.items():
        moved = z.copy()
        if at:
            moved[0, at[0]] = at[1]
        assert_same(whole[row, 4], drawn(moved, [[1 if row == 1 else first[1], code_2]])[0])


INFOGAN = {'type': 'infogan', 'codes': CODES, 'continuous': 2}
ONE_CODE = {**INFOGAN, 'codes': (3,), 'continuous': 0}


@cases(('tools', 'options', 'words', 'match'), [
    ('sma', {}, '--code 2:1', 'code 2:1: this generator has no such code; train one with --type'),
    ('sma', INFOGAN, '--code 1:2', 'code 1:2: expected code 2 to 4; code 1 is the label'),
    ('sma', INFOGAN, '--code 5:1', 'code 5:1: expected code 2 to 4'),
    ('sma', INFOGAN, '--code 0:1', 'code 0:1: expected code 2 to 4'),
    ('sma', INFOGAN, '--code 2:4', 'code 2:4: expected a whole number from 0 to 3'),
    ('sma', INFOGAN, '--code 2:-1', 'code 2:-1: expected a whole number from 0 to 3'),
    ('sma', INFOGAN, '--code 3:0.5,2:1.5', 'code 2:1.5: expected a whole number from 0 to 3'),
    ('sma', ONE_CODE, '--code 2:1', 'code 2:1: this generator has one code, which is the label'),
    ('sma', INFOGAN, '--class 3', '--class 3: expected one of 0, 1, 2'),
    ('m', INFOGAN, '--class 0 --to-class 3', '--to-class 3: expected one of 0, 1, 2'),
    ('a', INFOGAN, '--code 2:1', 'name one with --class'),
    ('s', {}, '--sweep', '--sweep: --type gan has no codes: train one with --type infogan'),
    *(('s', INFOGAN, f'--sweep {flag} {value}', match)
      for flag, value in (('--class', 1), ('--code', '2:1'), ('--latents', 'z.npz'),
                          ('--grid', '1x3'), ('--sheet', ''), ('--truncation', 0.5))
      for match in [f'--sweep shows all values of all codes: leave {flag} out']),
    ('s', INFOGAN, '--sweep --n 3', '--n and --sweep both say how many images'),
    ('s', INFOGAN, '--sweep --out folder', '.png'), ('s', INFOGAN, '--sweep --out a.jpg', '.png')])
def test_what_makes_no_sense(tmp_path, monkeypatch, capsys, tools, options, words, match):
    config = painter.config('').replace(**options)
    monkeypatch.chdir(tmp_path)
    painter.hung(monkeypatch, tmp_path, config)
    monkeypatch.setattr(trained, 'open_gan', None)
    for tool, more in (('s', sample), ('m', morph), ('a', arithmetic)):
        if tool in tools:
            needed = ['--plus', 1] if more is arithmetic else []
            if more is arithmetic and options and '--class' not in words and tools != 'a':
                needed += ['--class', 0]
            assert call(more, 'RUN', *needed, *words.split()) == 2
            line, = capsys.readouterr().err.splitlines()
            assert match in line
    assert not list(tmp_path.iterdir())


def test_a_cgan_has_no_codes(cgan, tmp_path, capsys):
    """Though it has labels."""
    for words, match in ((['--sweep'], '--type cgan has no codes'),
                         (['--code', '2:1'], 'has no such code; train one with --type infogan')):
        assert call(sample, cgan, *words) == 2
        assert match in capsys.readouterr().err


def test_a_sum_is_saved_with_its_codes(infogan, drawn, tmp_path):
    """So sample.py draws the picture that was shown. Without --code the other codes are 0."""
    for code, z_code, wanted in (('2:3,3:1.5', 1.5, [2, 3]), (None, None, [2, 0])):
        words = ['--code', code] if code else []
        assert call(arithmetic, infogan, '--plus', 5, '--class', 2, *words, '--scale', 1,
                    '--save', tmp_path / 'r.npz', '--out', tmp_path / 'a.png') == 0
        z, labels = latent.load(tmp_path / 'r.npz', Z)
        expected = z_of(5)
        expected[0, -2] = expected[0, -2] if z_code is None else z_code
        np.testing.assert_allclose(z, expected, rtol=1e-6)
        assert labels.tolist() == [wanted]
        shown = images.read_png(tmp_path / 'a.png')[2 * (SIDE + 20):][:SIDE, SIDE:2 * SIDE]
        picture, = drawn(expected, [wanted])
        assert_same(shown, picture)
        assert call(sample, infogan, '--latents', tmp_path / 'r.npz', '--grid', '1x1', '--scale', 1,
                    '--out', tmp_path / 'g.png') == 0
        assert_same(images.read_png(tmp_path / 'g.png'), picture)


def film(folder, *words):
    """int [F, H, W, 3] of morph.py."""
    assert call(morph, *words, '--scale', 1, '--out', folder / 'a.apng') == 0
    return frames_of(folder / 'a.apng').astype(int)


def test_a_film_from_value_to_value(infogan, drawn, tmp_path):
    """Code 1 changes, and each tile keeps code 2 of its seed, or that of --code."""
    words = [infogan, '--class', 0, '--to-class', 2, '--seed', 8, '--grid', '1x2', '--frames', 4]
    for more, codes in (([], (second(8), second(9))), (['--code', '2:1'], (1, 1))):
        found = film(tmp_path, *words, *more)
        for frame, code_1 in ((0, 0), (2, 2)):
            wanted = drawn(z_of(8, 9), [[code_1, code_2] for code_2 in codes])
            assert_same(tiles(found[frame], 1, 2)[0], wanted)
        between = np.float32([[0.5, 0, 0.5, *np.eye(4)[codes[0]]]])
        assert_same(found[1][:, :SIDE], drawn(z_of(8), between)[0])


@pytest.mark.parametrize(('words', 'labels'), [
    ([], [[2, None], [0, None]]), (['--class', 1], [[1, None], [1, None]]),
    (['--class', 1, '--code', '2:2'], [[1, 2], [1, 2]]),
    (['--class', 1, '--grid', '1x2'], [[1, None], [1, None]])])
def test_codes_go_along_with_the_seeds(infogan, drawn, tmp_path, words, labels):
    """Where no flag sets them, the film meets the pictures of sample.py."""
    labels = [[a, second(s) if b is None else b] for (a, b), s in zip(labels, (5, 9), strict=True)]
    found = film(tmp_path, infogan, '--seeds', '5,9', '--frames', 4, *words)
    for frame, picture in zip(found[::2], drawn(z_of(5, 9), labels), strict=True):
        for place in range(found.shape[2] // SIDE):
            assert_same(frame[:, SIDE * place:SIDE * place + SIDE], picture)


def test_a_continuous_code_in_a_film(infogan, drawn, tmp_path):
    found = film(tmp_path, infogan, '--seeds', '5,9', '--frames', 2, '--code', '3:-1,4:2',
                 '--truncation', 0.5)
    z = np.float32(0.5) * z_of(5, 9)
    z[:, -2:] = -1, 2
    for frame, picture in zip(found, drawn(z, [[s % 3, second(s)] for s in (5, 9)]), strict=True):
        assert_same(frame, picture)


def test_a_film_with_a_column_for_each_value(infogan, drawn, tmp_path, capsys):
    """A column shows a value of code 1; all of a row have the same code 2."""
    found = film(tmp_path, infogan, '--seeds', '5,9', '--grid', '1x3', '--frames', 2)
    wanted = drawn(z_of(5, 5, 5), [[k, second(0)] for k in range(3)])
    assert_same(tiles(found[0], 1, 3)[0], wanted)
    assert 'left out' not in capsys.readouterr().out
    film(tmp_path, infogan, '--seeds', '5,9', '--grid', '1x2', '--frames', 1)
    assert '1 of 3 values of code 1 are left out: 2' in capsys.readouterr().out


@cases(('labels', 'wanted'), [
    ([[1, 3], [2, 1]], [[1, 3], [2, 1]]), ([1, 2], [[1, 0], [2, 0]]),
    (None, [[0, second(0)], [1, second(1)]])])
def test_files_of_latents(infogan, drawn, tmp_path, labels, wanted):
    """Of one label the second is 0, and without any both are those of the row."""
    file = tmp_path / 'z.npz'
    latent.save(file, z_of(5, 9), labels)
    pictures = drawn(z_of(5, 9), wanted)
    words = [infogan, '--latents', file]
    assert call(sample, *words, '--grid', '1x2', '--scale', 1, '--out', tmp_path / 'g.png') == 0
    assert_same(tiles(images.read_png(tmp_path / 'g.png'), 1, 2)[0], pictures)
    assert_same(film(tmp_path, *words, '--frames', 4)[::2], pictures)
    found = film(tmp_path, *words, '--frames', 4, '--class', 0, '--to-class', 2)
    changed = drawn(z_of(5, 9), [[0, wanted[0][1]], [2, wanted[1][1]]])
    assert_same(found[::2], changed)
    assert call(sample, *words, '--grid', '1x2', '--class', 0, '--scale', 1, '--out',
                tmp_path / 'g.png') == 0
    assert_same(images.read_png(tmp_path / 'g.png')[:, :SIDE], changed[0])
    latent.save(file, z_of(5), labels and labels[:1])
    assert_same(film(tmp_path, *words, '--seeds', 11, '--frames', 2),
                [pictures[0], drawn(z_of(11), [[2, second(11)]])[0]])


def test_one_latent_stands_still_with_its_codes(infogan, drawn, tmp_path):
    latent.save(tmp_path / 'z.npz', z_of(5), [[1, 3]])
    found = film(tmp_path, infogan, '--latents', tmp_path / 'z.npz', '--path', 'still', '--frames',
                 2, '--class', 0, '--to-class', 2)
    assert_same(found, drawn(z_of(5, 5), [[0, 3], [2, 3]]))


@pytest.mark.parametrize('tool', [sample, morph])
@cases(('labels', 'match'), [
    ([[0, 4], [0, 0]], 'labels from 0 to 4: expected 0 to 3'),
    ([[3, 0], [0, 0]], 'labels from 0 to 3: expected 0 to 2'),
    ([[0, -1], [0, 0]], 'labels from -1 to 0: expected 0 to 3'),
    ([[0, 0, 0]] * 2, 'expected [2] whole numbers from 0 to 2'),
    ([[0]] * 2, 'expected [2] whole numbers'), ([0], 'got labels [1]')])
def test_files_of_another_generator(infogan, tmp_path, capsys, tool, labels, match):
    latent.save(tmp_path / 'z.npz', z_of(5, 9), labels)
    assert call(tool, infogan, '--latents', tmp_path / 'z.npz') == 2
    line, = capsys.readouterr().err.splitlines()
    assert match in line and 'z.npz' in line


def test_an_inversion_saves_both_codes(infogan, drawn, tmp_path, capsys):
    """The strip, sample.py and morph.py draw the same of them."""
    wanted = drawn(z_of(5, 9), [[2, 1], [0, 3]])
    for name, picture in zip('ab', wanted, strict=True):
        images.write_png(tmp_path / f'{name}.png', picture.astype(np.uint8))
    files, save = [tmp_path / 'a.png', tmp_path / 'b.png'], tmp_path / 'i.npz'
    assert call(invert, infogan, *files, '--starts', 2, '--steps', 2, '--scale', 1, '--save', save,
                '--out', tmp_path / 'i.png') == 0
    z, labels = latent.load(save, Z)
    assert z.shape == (2, Z) and labels.shape == (2, 2) and labels[:, 1].max() < CODES[1]
    said = capsys.readouterr().out.splitlines()
    assert said[0].split()[:3] == ['picture', 'code', '1']
    assert [line.split()[1] for line in said[1:3]] == [str(k) for k in labels[:, 0]]
    found = drawn(z, labels)
    strip = tiles(images.read_png(tmp_path / 'i.png'), 2, 7)
    assert_same(strip[:, 0], wanted)
    assert_same(strip[:, 1], found)
    assert call(sample, infogan, '--latents', save, '--grid', '1x2', '--scale', 1, '--out',
                tmp_path / 'g.png') == 0
    assert_same(tiles(images.read_png(tmp_path / 'g.png'), 1, 2)[0], found)
    assert_same(film(tmp_path, infogan, '--latents', save, '--frames', 2), found)
    assert call(invert, infogan, files[0], '--class', 1, '--starts', 2, '--steps', 1, '--save',
                save, '--out', tmp_path / 'i.png') == 0
    assert latent.load(save, Z)[1][0, 0] == 1


@cases('words', [[], ['--class', 1]])
def test_a_film_between_two_pictures_has_the_codes_that_were_found(
        infogan, drawn, tmp_path, monkeypatch, words):
    """--class leaves the others as they were found."""
    labels = [[1, 3], [1, 2]] if words else [[2, 3], [0, 2]]
    found = InversionResult(z_of(5, 9)[:, None], np.array(labels)[:, None], None, None)
    monkeypatch.setattr(inputs, 'invert', lambda *_, **__: found)
    for value, name in enumerate(('a.png', 'b.png')):
        images.write_png(tmp_path / name, np.full([SIDE, SIDE, 3], value, np.uint8))
    ends = ['--from', tmp_path / 'a.png', '--to', tmp_path / 'b.png']
    assert_same(film(tmp_path, infogan, *ends, *words, '--frames', 2), drawn(z_of(5, 9), labels))


def test_the_projector_names_the_codes(infogan, pool, drawn):
    run = run_folder.open_run(str(infogan))
    with pool.gan(run.config, training=False) as gan:
        gan.load_model(run.checkpoints, training=False)
        pictures, rows = points.sample_pictures(gan, 3, 4)
    assert [row[:4] for row in rows] == [
        (f'sample code {s % 3}', 'sample', f'code {s % 3}', s) for s in (4, 5, 6)]
    assert_same(pictures, drawn(z_of(4, 5, 6), [[s % 3, second(s)] for s in (4, 5, 6)]))
