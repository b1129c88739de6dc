"""Checkpoints: bit for bit, found again whatever happened to them, and refused in one line."""

import errno
import logging
import pathlib
import shutil
import types

import numpy as np
import pytest
import tensorflow as tf

from dcgan_tf import files, portable
from dcgan_tf.errors import CollapseError, RunError
from dcgan_tf.run_folder import checkpoints
from dcgan_tf.run_folder.checkpoint_files import clean, steps
from dcgan_tf.run_folder.checkpoints import Checkpoints

v1 = tf.compat.v1
ODD = np.float32([[-0.0, 1e-45, np.nan], [np.inf, -np.inf, 1 / 3]])    # [2, 3]
INDEX, DATA = 'model-{}.index', 'model-{}.data-00000-of-00001'


class Model:
    """Variables of the given shapes and types, all zero, with a session of their own."""

    def __init__(self, *, keep=5, **specs):
        with tf.Graph().as_default() as graph:
            variables = [v1.get_variable(name, shape, dtype, v1.zeros_initializer(),
                                         use_resource=True)
                         for name, (shape, dtype) in specs.items()]
            self._phs = [v1.placeholder(v.dtype.base_dtype, v.shape) for v in variables]
            self._assigns = [v.assign(p) for v, p in zip(variables, self._phs, strict=True)]
            self._variables = variables
            self.checkpoints = Checkpoints(variables, keep)
            self.session = v1.Session(graph=graph)
            self.session.run(v1.global_variables_initializer())
        graph.finalize()

    def set(self, *values):
        self.session.run(self._assigns, dict(zip(self._phs, values, strict=True)))

    def get(self):
        return self.session.run(self._variables)

    def save(self, folder, step):
        return self.checkpoints.save(self.session, folder, step)

    def restore(self, folder):
        return self.checkpoints.restore(self.session, folder)


@pytest.fixture
def make():
    """make(keep=5, NAME=(shape, dtype)) -> Model; without names: w float32 [2, 3], n int64 []."""
    made = []

    def model(keep=5, **specs):
        specs = specs or {'w': ([2, 3], tf.float32), 'n': ([], tf.int64)}
        made.append(Model(keep=keep, **specs))
        return made[-1]
    yield model
    for each in made:
        each.session.close()


@pytest.fixture
def saved(make, tmp_path):
    """A model whose checkpoints 1 and 2 in tmp_path / 'run' hold their step in every number."""
    model = make()
    for step in (1, 2):
        set_all(model, step)
        model.save(tmp_path / 'run', step)
    set_all(model, 9)
    return model


def set_all(model, number):
    model.set(np.full([2, 3], number), number)


def assert_all(model, number):
    w, n = model.get()
    assert n == number
    assert (w == number).all()


def names(folder):
    """Every name in the folder but that of TensorFlow's state file."""
    return {path.name for path in folder.iterdir()} - {'checkpoint'}


def files_of(*wanted):
    return {name.format(step) for step in wanted for name in (INDEX, DATA)}


# ---- there and back

def test_what_was_saved_comes_back_bit_for_bit(make, tmp_path):
    model, other = make(), make()
    model.set(ODD, 2**62 + 1)
    path = model.save(tmp_path, 1000)
    assert other.restore(tmp_path) == 1000
    assert [v.tobytes() for v in other.get()] == [ODD.tobytes(), np.int64(2**62 + 1).tobytes()]
    assert path == tmp_path / 'model-1000'


def test_names_carry_the_step(saved, tmp_path):
    assert names(tmp_path / 'run') == files_of(1, 2)
    assert steps(tmp_path / 'run') == [1, 2]


def test_the_newest_is_the_one_of_the_highest_number(make, tmp_path):
    model = make()
    for step in (9, 100, 10):
        set_all(model, step)
        model.save(tmp_path, step)
    assert steps(tmp_path) == [9, 10, 100]
    assert model.restore(tmp_path) == 100
    assert_all(model, 100)


def test_saving_and_restoring_add_nothing_to_the_graph(saved, tmp_path):
    before = len(saved.session.graph.get_operations())
    saved.save(tmp_path / 'run', 3)
    saved.restore(tmp_path / 'run')
    assert len(saved.session.graph.get_operations()) == before


@pytest.mark.parametrize('as_path', [lambda path: path, str], ids=['Path', 'str'])
@pytest.mark.parametrize('name', ['plain', 'with space', 'ü', 'run*', 'run?', '{a}', 'run[1]'])
def test_any_folder_name_will_do(make, tmp_path, name, as_path):
    model = make()
    set_all(model, 1)
    model.save(as_path(tmp_path / name), 7)
    set_all(model, 2)
    assert model.restore(as_path(tmp_path / name)) == 7
    assert_all(model, 1)


@pytest.mark.parametrize('error', [OSError(1314, 'A required privilege is not held'),
                                   NotImplementedError('symlinks')])
def test_where_no_link_can_be_made_a_copy_is_read(make, tmp_path, monkeypatch, caplog, error):
    """Windows lets few users make links. Lines name the folder of the run, not the copy."""
    def refused(*args, **options):
        raise error
    monkeypatch.setattr(pathlib.Path, 'symlink_to', refused)
    model = make()
    for step in (1, 2):
        set_all(model, step)
        model.save(tmp_path / 'run[1]', step)
    flip(tmp_path / 'run[1]' / DATA.format(2))
    assert model.restore(tmp_path / 'run[1]') == 1
    assert_all(model, 1)
    assert f'{tmp_path / "run[1]" / "model-2"} is damaged' in caplog.text
    assert model.checkpoints.damaged == {(tmp_path / 'run[1]' / 'model-2').resolve()}


def test_a_path_of_windows_needs_no_link(monkeypatch):
    """There every path has a backslash."""
    monkeypatch.setattr(portable, 'WINDOWS', True)
    folder = pathlib.PureWindowsPath('C:\\runs\\a')
    monkeypatch.setattr(checkpoints, 'pathlib', types.SimpleNamespace(Path=lambda path: path))
    with checkpoints._plain_path(folder) as plain:
        assert plain is folder


def test_a_relative_folder_will_do(make, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = make()
    model.save('.', 1)
    model.save('a/b', 2)
    assert (model.restore('.'), model.restore('a/b')) == (1, 2)


def test_a_moved_folder_restores(saved, tmp_path):
    (tmp_path / 'run').rename(tmp_path / 'moved')
    assert saved.restore(tmp_path / 'moved') == 2
    assert_all(saved, 2)


def test_variables_that_are_not_asked_for_may_be_there(saved, make, tmp_path):
    model = make(n=([], tf.int64))
    assert model.restore(tmp_path / 'run') == 2
    assert model.get() == [2]


# ---- how many

def test_the_newest_are_kept(make, tmp_path):
    model = make(keep=3)
    for step in (1, 2, 30, 4, 50):
        model.save(tmp_path, step)
    assert names(tmp_path) == files_of(4, 30, 50)


def test_those_of_an_earlier_process_count(make, tmp_path):
    for step in (1, 2, 3, 4):
        make(keep=2).save(tmp_path, step)
    assert names(tmp_path) == files_of(3, 4)


def test_what_was_just_saved_is_kept(make, tmp_path):
    """Even where a longer run left its checkpoints."""
    model = make(keep=2)
    for step in (10, 20, 30, 5):
        path = model.save(tmp_path, step)
    assert path.with_suffix('.index').exists()


# ---- what does not fit

@pytest.mark.parametrize(('specs', 'problem'), [
    ({'w': ([3, 2], tf.float32)}, r'w .*\[2, 3\] float32, .*\[3, 2\] float32'),
    ({'w': ([2], tf.float32)}, r'w .*\[2, 3\] float32, .*\[2\] float32'),
    ({'w': ([2, 3], tf.float64)}, r'w .*\[2, 3\] float32, .*\[2, 3\] float64'),
    ({'n': ([], tf.int32)}, r'n .*\[\] int64, .*\[\] int32'),
    ({'n': ([], tf.int64), 'new': ([2], tf.float32)}, r'it has no variable new'),
], ids=['shape', 'rank', 'type', 'integer', 'missing'])
def test_another_model_is_refused(saved, make, tmp_path, specs, problem, caplog):
    model = make(**specs)
    before = model.get()
    with pytest.raises(RunError, match=f'run/model-2 does not fit this model: .*{problem}'):
        model.restore(tmp_path / 'run')
    assert [v.tobytes() for v in model.get()] == [v.tobytes() for v in before]
    assert not caplog.records


@pytest.mark.parametrize('kind', ['empty', 'missing', 'file', 'other files'])
def test_no_checkpoint_is_an_error(make, tmp_path, kind):
    folder = tmp_path / 'run'
    if kind == 'file':
        folder.write_bytes(b'')
    elif kind != 'missing':
        folder.mkdir()
    if kind == 'other files':
        (folder / 'model-1.index.tempstate5').write_bytes(b'')
        (folder / 'checkpoint').write_text('model_checkpoint_path: "model-1"')
    with pytest.raises(RunError, match='run holds no checkpoint'):
        make().restore(folder)


# ---- damage

def cut(path):
    path.write_bytes(path.read_bytes()[:-5])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 4] ^= 0x10
    path.write_bytes(content)


def zero(path):
    path.write_bytes(bytes(path.stat().st_size))


def empty(path):
    path.write_bytes(b'')


def garbage(path):
    path.write_bytes(bytes(range(256)))


def remove(path):
    path.unlink()


def to_folder(path):
    path.unlink()
    path.mkdir()


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def zero_an_end(path):
    content = path.read_bytes()
    path.write_bytes(content[:len(content) // 2] + bytes(len(content) - len(content) // 2))


DAMAGES = [(DATA, flip_a_bit), (DATA, zero_an_end), (INDEX, zero_an_end),
           (DATA, cut), (DATA, flip), (DATA, zero), (DATA, empty), (DATA, remove),
           (DATA, to_folder), (INDEX, cut), (INDEX, flip), (INDEX, zero), (INDEX, empty),
           (INDEX, garbage), (INDEX, to_folder)]
all_damages = pytest.mark.parametrize(
    ('name', 'damage'), DAMAGES, ids=[f'{n[9:].split("-")[0]} {d.__name__}' for n, d in DAMAGES])


@all_damages
def test_the_one_before_a_damaged_one_is_taken(saved, tmp_path, caplog, name, damage):
    damage(tmp_path / 'run' / name.format(2))
    with caplog.at_level(logging.WARNING):
        assert saved.restore(tmp_path / 'run') == 1
    assert_all(saved, 1)
    [record] = [r for r in caplog.records if r.name.startswith('dcgan_tf')]
    assert record.levelno == logging.WARNING
    assert 'run/model-2 is damaged' in record.getMessage()
    assert 'Graph execution error' not in record.getMessage()


@all_damages
def test_when_all_are_damaged_nothing_changes(saved, tmp_path, name, damage):
    for step in (1, 2):
        damage(tmp_path / 'run' / name.format(step))
    with pytest.raises(RunError, match='none of the 2 checkpoints in .*run can be read'):
        saved.restore(tmp_path / 'run')
    assert_all(saved, 9)


def test_data_without_an_index_are_named(saved, tmp_path, caplog):
    (tmp_path / 'run' / INDEX.format(2)).unlink()
    assert saved.restore(tmp_path / 'run') == 1
    assert 'run/model-2 is incomplete' in caplog.text


def test_damage_of_both_files(saved, tmp_path):
    for name in (INDEX, DATA):
        flip(tmp_path / 'run' / name.format(2))
    assert saved.restore(tmp_path / 'run') == 1


@pytest.mark.parametrize('bits', [1, *(pytest.param(bits, marks=pytest.mark.slow)
                                      for bits in (0x80, 0xff))])
@pytest.mark.parametrize('name', [INDEX, DATA])
def test_no_flipped_byte_brings_wrong_numbers(saved, tmp_path, name, bits):
    """An index has bytes that nothing reads; all others are noticed."""
    path = tmp_path / 'run' / name.format(2)
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ bits]) + content[place + 1:])
        set_all(saved, 9)
        assert_all(saved, saved.restore(tmp_path / 'run'))


@pytest.mark.parametrize('name', [INDEX, DATA])
def test_every_cut_is_noticed(saved, tmp_path, name):
    path = tmp_path / 'run' / name.format(2)
    content = path.read_bytes()
    for end in range(len(content)):
        path.write_bytes(content[:end])
        assert saved.restore(tmp_path / 'run') == 1


@pytest.mark.parametrize('content', [
    None, b'', b'\xff\xfe garbage', b'model_checkpoint_path: "model-1"',
    b'model_checkpoint_path: "/elsewhere/model-7"', b'model_checkpoint_path: "mod',
], ids=['missing', 'empty', 'garbage', 'older', 'elsewhere', 'cut'])
def test_the_state_file_makes_no_difference(saved, tmp_path, content):
    state = tmp_path / 'run' / 'checkpoint'
    state.unlink()
    if content is not None:
        state.write_bytes(content)
    assert saved.restore(tmp_path / 'run') == 2
    saved.save(tmp_path / 'run', 3)
    assert tf.train.latest_checkpoint(str(tmp_path / 'run')) == str(tmp_path / 'run' / 'model-3')


# ---- going back

def test_going_back_removes_what_is_newer(saved, tmp_path):
    assert saved.checkpoints.roll_back(saved.session, tmp_path / 'run', 1) == 1
    assert_all(saved, 1)
    assert steps(tmp_path / 'run') == [1]


@pytest.mark.parametrize('good', [0, 1])
def test_where_there_is_nothing_to_go_back_to_nothing_is_removed(saved, tmp_path, good):
    zero(tmp_path / 'run' / DATA.format(1))
    with pytest.raises(RunError, match='none of the 1 checkpoints'):
        saved.checkpoints.roll_back(saved.session, tmp_path / 'run', good)
    assert steps(tmp_path / 'run') == [1, 2] and saved.restore(tmp_path / 'run') == 2


# ---- a save that fails

@pytest.fixture
def large(make, tmp_path):
    """A model of 400 kB with the checkpoints 1 and 2."""
    model = make(w=([100_000], tf.float32))
    for step in (1, 2):
        model.set(np.full(100_000, step))
        model.save(tmp_path, step)
    return model


def test_a_full_disk_is_named_and_leaves_nothing(large, tmp_path, full_disk):
    with full_disk(100_000), pytest.raises(RunError, match='cannot save .*/model-3: ') as raised:
        large.save(tmp_path, 3)
    assert 'File too large' in str(raised.value)
    assert names(tmp_path) == files_of(1, 2)
    large.set(np.zeros(100_000))
    assert large.restore(tmp_path) == 2
    assert set(large.get()[0]) == {2}


def test_after_a_full_disk_it_saves_again(large, tmp_path, full_disk):
    with full_disk(100_000), pytest.raises(RunError):
        large.save(tmp_path, 3)
    large.save(tmp_path, 3)
    assert names(tmp_path) == files_of(1, 2, 3)


def test_a_failed_save_keeps_the_one_of_that_step(large, tmp_path, full_disk):
    """"The checkpoints before it stay": also when the same step is saved a second time."""
    with full_disk(100_000), pytest.raises(RunError):
        large.save(tmp_path, 2)
    assert names(tmp_path) == files_of(1, 2)


def test_what_cannot_be_synced_is_named(saved, tmp_path, monkeypatch):
    def fail(path):
        raise OSError(errno.EIO, 'Input/output error')
    monkeypatch.setattr(files, 'sync', fail)
    with pytest.raises(RunError, match='cannot save .*/model-3: .*Input/output error'):
        saved.save(tmp_path / 'run', 3)
    assert names(tmp_path / 'run') == files_of(1, 2)


@pytest.mark.parametrize('place', ['file', 'file/run'])
def test_a_file_in_the_way_is_named(saved, tmp_path, place):
    (tmp_path / 'file').write_bytes(b'kept')
    with pytest.raises(RunError, match=f'cannot save .*{place}/model-3: .*(exists|directory)'):
        saved.save(tmp_path / place, 3)
    assert (tmp_path / 'file').read_bytes() == b'kept'


# ---- what a killed save leaves

LEFT = ['model-3.data-00000-of-00001', 'model-3.data-00000-of-00001.tempstate123',
        'model-3.index.tempstate9', 'model-2.data-00000-of-00001.tempstate7']


def test_clean_removes_what_killed_saves_left(saved, tmp_path):
    for name in LEFT:
        (tmp_path / 'run' / name).write_bytes(b'half')
    clean(tmp_path / 'run')
    assert names(tmp_path / 'run') == files_of(1, 2)
    assert (tmp_path / 'run' / 'checkpoint').exists()
    assert saved.restore(tmp_path / 'run') == 2


def test_clean_removes_the_state_file_that_was_not_finished(saved, tmp_path):
    (tmp_path / 'run' / 'checkpoint.tmp0123456789abcdef').write_bytes(b'half')
    clean(tmp_path / 'run')
    assert not list((tmp_path / 'run').glob('*.tmp*'))
    assert (tmp_path / 'run' / 'checkpoint').exists()


def test_clean_leaves_other_files_alone(saved, tmp_path):
    kept = ['model-notes.txt', 'notes.md', 'model-best.png']
    for name in kept:
        (tmp_path / 'run' / name).write_bytes(b'')
    shutil.copytree(tmp_path / 'run', tmp_path / 'run' / 'model-old')
    clean(tmp_path / 'run')
    assert names(tmp_path / 'run') == {*files_of(1, 2), *kept, 'model-old'}


def test_clean_of_no_folder_does_nothing(tmp_path):
    clean(tmp_path / 'missing')
    assert not (tmp_path / 'missing').exists()


@pytest.mark.parametrize('bad', [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_can_be_told(make, bad):
    model = make()
    model.checkpoints.check_finite(model.session, 2)
    model.set(np.float32([[1, 2, 3], [4, bad, 6]]), 7)
    with pytest.raises(CollapseError, match='step 2: NaN or infinity in w'):
        model.checkpoints.check_finite(model.session, 2)
