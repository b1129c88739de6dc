"""Run folders: made, found again, and refused in one line when they are damaged."""

import json
import multiprocessing
import os
import shutil
import time

import pytest

from dcgan_tf import preset
from dcgan_tf.cli import flags
from dcgan_tf.cli.resuming import latest, other_unfinished
from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.run_folder import config_json, run_folder, run_names
from dcgan_tf.run_folder.config_json import PACKAGES, VARIABLES
from dcgan_tf.run_folder.run_folder import create, open_run

CONFIG = preset('main1', epochs=7, seed=3)
ROUNDS = 30                     # of two that start together
DATA = {'name': 'digits', 'fingerprint': 'abc', 'class_names': ['null', 'Größe']}


@pytest.fixture
def run(tmp_path):
    return create(str(tmp_path / 'results'), 'mine', CONFIG, DATA)


@pytest.fixture
def noon(monkeypatch):
    """It is always the same second."""
    monkeypatch.setattr(run_names.time, 'strftime', lambda form: '20300102-030405')


# ---- made and found again

def test_a_new_run_has_its_folders_and_its_record(run, tmp_path):
    assert run.path == tmp_path / 'results' / 'mine'
    assert {path.name for path in run.path.iterdir()} == {'config.json', 'checkpoints', 'images'}
    assert run.checkpoints.is_dir()
    assert run.images.is_dir()
    assert run.log == run.path / 'log.csv'
    record = json.loads((run.path / 'config.json').read_text())
    assert record['data'] == DATA
    assert set(record['versions']) == {'dcgan_tf', 'python', *PACKAGES, *VARIABLES}
    assert record['config']['generator_maps'] == [128, 64, 1]


def test_it_opens_as_it_was_made(run):
    opened = open_run(str(run.path))
    assert opened.config == run.config == CONFIG
    assert (opened.path, opened.record['data']) == (run.path, DATA)


def test_a_run_has_the_name_of_its_folder(run, monkeypatch):
    """Also from inside of it: results are named after the run."""
    monkeypatch.chdir(run.path / 'images')
    assert [open_run(path).name for path in ('..', str(run.path))] == [run.path.name] * 2
    monkeypatch.chdir(run.path)
    assert open_run('.').name == run.path.name


def test_keep_replaces_the_config_and_keeps_the_rest(run):
    longer = CONFIG.replace(epochs=99)
    run.keep(longer)
    assert run.config == longer
    opened = open_run(str(run.path))
    assert opened.config == longer
    assert opened.record['data'] == DATA


def test_check_data_takes_its_own_data_alone(run):
    run.check_data('abc', ())
    for other in ('abd', '', None):
        with pytest.raises(UsageError, match='not the one .*mine was trained on: .*--data-dir'):
            run.check_data(other, ())


def test_a_version_that_is_not_there_is_said_so(monkeypatch):
    monkeypatch.setattr(config_json, 'PACKAGES', ('pytest', 'no-such-package-here'))
    found = config_json.versions()
    assert found['pytest'] == pytest.__version__
    assert found['no-such-package-here'] == 'not installed as a package'


# ---- names

def test_the_name_says_when_and_what(tmp_path, noon):
    assert create(str(tmp_path), None, CONFIG, DATA).path.name == '20300102-030405-auto-main1'


def test_runs_of_one_second_get_numbers(tmp_path, noon):
    found = [create(str(tmp_path), None, CONFIG, DATA).path.name for _ in range(3)]
    assert found == [f'20300102-030405-auto-main1{end}' for end in ('', '-2', '-3')]


def _race(barrier, folder, name, answers):
    for n in range(ROUNDS):
        barrier.wait()
        try:
            config = CONFIG.replace(seed=os.getpid())
            run = create(str(folder), name and f'{name}{n}', config, DATA)
            answers.put((run.path, open_run(str(run.path)).config.seed == os.getpid()))
        except UsageError:
            answers.put((None, True))


@pytest.mark.skipif('fork' not in multiprocessing.get_all_start_methods(), reason='needs fork')
@pytest.mark.parametrize('name', ['mine', None])
def test_of_two_that_start_together_each_has_its_own_record(tmp_path, name):
    context = multiprocessing.get_context('fork')
    barrier, answers = context.Barrier(2), context.SimpleQueue()
    processes = [context.Process(target=_race, args=(barrier, tmp_path, name, answers))
                 for _ in range(2)]
    for process in processes:
        process.start()
    found = [answers.get() for _ in range(2 * ROUNDS)]
    for process in processes:
        process.join()
    made = [path for path, _ in found if path]
    assert all(own for _, own in found)
    assert len(made) == len(set(made)) == (ROUNDS if name else 2 * ROUNDS)


def test_a_taken_name_is_refused(run, tmp_path):
    before = (run.path / 'config.json').read_bytes()
    with pytest.raises(UsageError, match='mine is a run already: .*--resume .*--run-name'):
        create(str(tmp_path / 'results'), 'mine', CONFIG.replace(epochs=8), DATA)
    assert (run.path / 'config.json').read_bytes() == before


def test_a_folder_that_is_no_run_yet_is_taken(tmp_path):
    (tmp_path / 'mine').mkdir()
    assert create(str(tmp_path), 'mine', CONFIG, DATA).config == CONFIG


@pytest.mark.parametrize('name', ['a/b', '../a', '/a', 'a/', '.', '..', '.hidden'])
def test_a_name_that_is_no_plain_one_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match='expected a plain folder name .--run-name'):
        create(str(tmp_path / 'results'), name, CONFIG, DATA)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('name', ['x' * 300, 'a\0b'], ids=['too long', 'null byte'])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, name):
    with pytest.raises((UsageError, RunError), match='--run-name|--save-folder'):
        create(str(tmp_path), name, CONFIG, DATA)


# ---- places that cannot be written

@pytest.mark.parametrize('name', [None, 'mine'])
@pytest.mark.parametrize('place', ['file', 'file/results', '/proc/results'])
def test_an_unwritable_place_is_named(tmp_path, place, name):
    (tmp_path / 'file').write_bytes(b'')
    with pytest.raises(RunError, match=r'cannot write the run folder .*\(--save-folder\)'):
        create(str(tmp_path / place), name, CONFIG, DATA)


def test_a_full_disk_is_named(tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(28, 'No space left on device')
    monkeypatch.setattr(run_folder.files, 'write_whole', full)
    with pytest.raises(RunError, match='mine: No space left on device .--save-folder'):
        create(str(tmp_path), 'mine', CONFIG, DATA)


# ---- the latest

def make_run(root, name, **times):
    """A run whose config.json and checkpoints were written at the given times."""
    run = create(str(root), name, CONFIG, DATA)
    for file, written in times.items():
        path = run.path / 'config.json' if file == 'config' \
            else run.checkpoints / f'model-{file[1:]}.index'
        path.touch()
        os.utime(path, (written, written))
    return run.path


def test_the_latest_is_the_one_written_last(tmp_path):
    make_run(tmp_path, 'c-new-config', config=300)
    newest = make_run(tmp_path, 'a-new-checkpoint', config=100, s5=200, s10=400)
    make_run(tmp_path, 'b-old', config=100, s5=250)
    (tmp_path / 'd-no-run').mkdir()
    assert latest(str(tmp_path)) == newest


@pytest.mark.parametrize('others', [0, 1])
def test_a_run_from_the_future_is_not_guessed_to_be_the_latest(tmp_path, others):
    """It was written before the clock was set right, as the run of now may be newer."""
    future = make_run(tmp_path, 'future', config=time.time() + 3600)
    if not others:
        assert latest(str(tmp_path)) == future
        return
    now = make_run(tmp_path, 'now', s5=time.time() + 5)            # by a file server's clock
    with pytest.raises(UsageError, match='future has a file from the future.* --resume RUN'):
        latest(str(tmp_path))
    shutil.rmtree(future)
    make_run(tmp_path, 'older', config=100)
    assert latest(str(tmp_path)) == now


def test_the_latest_run_that_is_done_names_the_newest_one_that_is_not(tmp_path):
    options = flags.parse(['--resume', 'latest', '--save-folder', str(tmp_path)])
    done = open_run(str(make_run(tmp_path, 'done', **{f's{CONFIG.epochs}': 300})))
    assert other_unfinished(options, done, CONFIG.epochs) is None
    for name, files in (('older', {'s7': 100}), ('old', {'s5': 200})):
        make_run(tmp_path, name, config=50, **files)
    line = other_unfinished(options, done, CONFIG.epochs)
    assert f'{tmp_path}/old, at step 5 of {CONFIG.epochs:,}: --resume {tmp_path}/old' in line
    assert other_unfinished(options, done, CONFIG.epochs + 1) is None       # it goes on itself
    assert other_unfinished(options._replace(resume=str(done.path)), done, CONFIG.epochs) is None


@pytest.mark.parametrize('kind', ['missing', 'empty', 'file'])
def test_no_run_at_all_is_an_error(tmp_path, kind):
    folder = tmp_path / 'results'
    if kind == 'empty':
        folder.mkdir()
    if kind == 'file':
        folder.write_bytes(b'')
    with pytest.raises(UsageError, match='no run folder in .*results.*--save-folder'):
        latest(str(folder))


# ---- damage

@pytest.mark.parametrize('place', ['missing', 'empty', 'file', ''])
def test_what_is_no_run_folder_is_refused(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'empty').mkdir()
    (tmp_path / 'file').write_bytes(b'')
    with pytest.raises(UsageError, match='is not a run folder: it holds no config.json'):
        open_run(place)


GOOD = {'config': CONFIG.to_dict(), 'data': DATA, 'versions': {}}


def with_config(**changes):
    return {**GOOD, 'config': {**GOOD['config'], **changes}}


DAMAGED = {
    'empty': b'',
    'cut': json.dumps(GOOD).encode()[:-40],
    'zeros': bytes(100),
    'not JSON': b'epochs = 7',
    'not text': b'\xff\xfe\xfd',
    'nested': b'[' * 100_000,
    'a list': b'[]',
    'null': b'null',
    'a number': b'1',
    'no config': {'data': DATA},
    'config null': {**GOOD, 'config': None},
    'config list': {**GOOD, 'config': [1]},
    'config text': {**GOOD, 'config': 'text'},
    'unknown field': with_config(unknown=1),
    'text for a number': with_config(epochs='7'),
    'bool for a number': with_config(epochs=True),
    'number for bool': with_config(replacement=0),
    'null for a number': with_config(z_dim=None),
    'list for a number': with_config(z_dim=[64]),
    'NaN': with_config(learning_rate=float('nan')),
    'out of range': with_config(batch_size=0),
    'nested list': with_config(generator_maps=[[128], 64, 1]),
    'empty list': with_config(discriminator_maps=[]),
    'maps that contradict': with_config(generator_maps=[128, 64, 3]),
    'long number': json.dumps(GOOD).replace('"epochs": 7', f'"epochs": {"7" * 5000}').encode(),
}


@pytest.mark.parametrize('kind', DAMAGED)
def test_a_damaged_record_is_named(run, kind):
    content = DAMAGED[kind]
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    (run.path / 'config.json').write_bytes(content)
    with pytest.raises(RunError, match='mine/config.json') as raised:
        open_run(str(run.path))
    assert '\n' not in str(raised.value)


@pytest.mark.parametrize('data', [None, [], 'text', 7, {'fingerprint': ['abc']}], ids=str)
def test_a_damaged_record_of_the_data_is_no_stack_trace(run, data):
    (run.path / 'config.json').write_text(json.dumps({**GOOD, 'data': data}))
    with pytest.raises((RunError, UsageError), match='mine'):
        open_run(str(run.path)).check_data('abc', ())


@pytest.mark.parametrize('record', [{}, {'config': GOOD['config']}], ids=['nothing', 'no data'])
def test_a_record_without_data_is_refused(run, record):
    (run.path / 'config.json').write_text(json.dumps(record))
    with pytest.raises((RunError, UsageError), match='mine'):
        open_run(str(run.path)).check_data('abc', ())


def test_every_cut_of_the_record_is_noticed(run):
    file = run.path / 'config.json'
    content = file.read_bytes()
    for end in range(0, len(content) - 1, 5):
        file.write_bytes(content[:end])
        with pytest.raises(RunError, match='config.json'):
            open_run(str(run.path))


@pytest.mark.parametrize('every', [5, pytest.param(1, marks=pytest.mark.slow)])
def test_every_flipped_bit_of_the_record_is_noticed(run, every):
    """In the quick set of each fifth byte, these three."""
    file = run.path / 'config.json'
    content = file.read_bytes()
    for place in range(0, len(content), every):
        for bit in (0, 3, 5):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            file.write_bytes(changed)
            try:
                found = open_run(str(run.path))
            except RunError as error:
                assert 'config.json' in str(error)
            else:                            # white space is white space, or the name of the digest
                assert found.config == run.config and found.record['data'] == run.record['data']


def test_a_record_that_was_changed_by_hand_is_refused_unless_its_digest_is_gone(run):
    file = run.path / 'config.json'
    record = json.loads(file.read_text())
    record['config']['seed'] = 12
    file.write_text(json.dumps(record))
    with pytest.raises(RunError, match='digest differs.* line "digest"'):
        open_run(str(run.path))
    del record['digest']
    file.write_text(json.dumps(record))
    assert open_run(str(run.path)).config.seed == 12


@pytest.mark.parametrize('encoding', ['utf-8-sig', 'utf-16', 'utf-16-le'])
def test_an_editor_may_save_the_record_in_its_encoding(run, encoding):
    file = run.path / 'config.json'
    file.write_bytes(file.read_text().replace('\n', '\r\n').encode(encoding))
    assert open_run(str(run.path)).config == run.config


def test_the_digest_is_a_line_that_can_be_taken_out(run):
    file = run.path / 'config.json'
    before, digest, after = file.read_text().partition('\n  "digest"')
    file.write_text(before + after[after.index('\n'):])
    assert digest and open_run(str(run.path)).config == run.config


@pytest.mark.parametrize('left', ['.abc.tmp.json', '.lock'])
def test_what_a_killed_start_leaves_is_no_obstacle(tmp_path, left):
    (tmp_path / 'mine').mkdir()
    (tmp_path / 'mine' / left).write_text('half')
    assert create(str(tmp_path), 'mine', preset(), {}).path == tmp_path / 'mine'
