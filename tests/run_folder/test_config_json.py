"""What made a run: the format of its folder, the version and the commit of the program."""

import json
import pathlib
import re
import shutil
import subprocess

import pytest

import dcgan_tf
from dcgan_tf import preset
from dcgan_tf.errors import RunError
from dcgan_tf.run_folder import config_json
from dcgan_tf.run_folder.commit import commit_of
from dcgan_tf.run_folder.run_folder import create, open_run
from tests.cases import cases

CONFIG = preset('main1', epochs=7)
A, B = 'a' * 40, 'b' * 40
CHANGELOG = pathlib.Path(__file__).parents[2] / 'CHANGELOG.md'
HERE = rf'and dcgan_tf {re.escape(dcgan_tf.__version__)} reads format '


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run folder whose program was at commit A."""
    monkeypatch.setattr(config_json, 'commit_of', lambda folder: A)
    return create(str(tmp_path), 'mine', CONFIG, {})


def write(run, **changes):
    """Changes its config.json by hand; None takes an entry away."""
    record = {**json.loads((run.path / 'config.json').read_text()), 'digest': None, **changes}
    record = {name: value for name, value in record.items() if value is not None}
    (run.path / 'config.json').write_text(json.dumps(record))


# ---- what is written

def test_a_run_says_what_made_it(run):
    record = json.loads((run.path / 'config.json').read_text())
    assert (record['format'], record['commit']) == (config_json.FORMAT, A)
    assert record['versions']['dcgan_tf'] == dcgan_tf.__version__ == open_run(str(run.path)).made_by


def test_without_a_checkout_there_is_no_commit(run, monkeypatch):
    """A run that goes on has the commit of its last start, or none."""
    monkeypatch.setattr(config_json, 'commit_of', lambda folder: None)
    run.keep(CONFIG)
    assert json.loads((run.path / 'config.json').read_text())['commit'] is None


def test_the_commit_is_that_of_this_package(monkeypatch):
    monkeypatch.setattr(config_json, 'commit_of', str)
    assert config_json.program()['commit'] == str(pathlib.Path(dcgan_tf.__file__).parents[1])


def test_options_alone_say_it_too_and_can_be_edited(tmp_path, monkeypatch):
    monkeypatch.setattr(config_json, 'commit_of', lambda folder: A)
    file = tmp_path / 'options.json'
    config_json.write_options(file, CONFIG)
    record = json.loads(file.read_text())
    assert (record['format'], record['commit'], config_json.maker(record)) == (
        config_json.FORMAT, A, dcgan_tf.__version__)
    record['config']['epochs'] = 9
    file.write_text(json.dumps(record))
    assert config_json.config_of(config_json.read(file), file) == CONFIG.replace(epochs=9)


def test_the_changelog_begins_with_this_version():
    headings = re.findall(r'^## (.*)', CHANGELOG.read_text(), re.M)
    assert headings[0].startswith(f'{dcgan_tf.__version__} (')
    assert all(re.fullmatch(r'\d+\.\d+\.\d+ \(20\d\d-\d\d-\d\d\)', text) for text in headings)
    numbers = [tuple(map(int, text.split()[0].split('.'))) for text in headings]
    assert numbers == sorted(set(numbers), reverse=True)


# ---- what is read

def test_a_record_without_a_format_has_the_first_one(run):
    write(run, format=None, versions={'python': '3.11'}, commit=None)
    opened = open_run(str(run.path))
    assert (opened.config, opened.made_by) == (CONFIG, '0.1.0')


@cases('version', [{}, 5, 'x' * 41, '1\x1b[31m', '', [A]])
def test_a_version_that_is_none_is_not_known(version):
    record = {'format': 1, 'config': {}, 'versions': {'dcgan_tf': version}}
    assert config_json.maker(record) is None
    assert config_json.maker({**record, 'versions': version}) is None


@cases(('versions', 'which'), [
    ({'dcgan_tf': '9.8.0'}, 'open it with dcgan_tf 9.8.0, which wrote it$'),
    ({}, 'open it with the version of dcgan_tf that wrote it$')])
def test_a_format_that_is_too_new_is_refused(run, versions, which):
    write(run, format=config_json.FORMAT + 1, versions=versions, config={'from': 'the future'})
    with pytest.raises(RunError, match=rf'mine/config.json has format 2, {HERE}1: {which}'):
        open_run(str(run.path))


@cases(('changes', 'which'), [
    ({'format': None, 'versions': {}}, '0.1.0'),
    ({'format': 1, 'versions': {'dcgan_tf': '0.2.0'}}, '0.2.0')])
def test_a_format_that_is_too_old_is_refused(run, monkeypatch, changes, which):
    write(run, **changes)
    monkeypatch.setattr(config_json, 'OLDEST', 2)
    monkeypatch.setattr(config_json, 'FORMAT', 3)
    with pytest.raises(RunError, match=rf'has format 1, {HERE}2 to 3: open it with dcgan_tf {which}'
                                       ', which wrote it$'):
        open_run(str(run.path))


def test_options_alone_have_no_format(tmp_path, monkeypatch):
    """What --dry-run prints is read by every version that knows the options."""
    monkeypatch.setattr(config_json, 'OLDEST', 2)
    (tmp_path / 'a.json').write_text(json.dumps(CONFIG.to_dict()))
    assert config_json.read(tmp_path / 'a.json') == json.loads(json.dumps(CONFIG.to_dict()))


@cases('value', ['1', 1.0, True, 0, -1, [1], {}, '\x1b[31m'])
def test_a_damaged_format_is_named(run, value):
    write(run, format=value)
    with pytest.raises(RunError, match='mine/config.json is damaged: its format is') as raised:
        open_run(str(run.path))
    assert str(raised.value).isprintable()


@cases(('versions', 'which'), [
    ({'dcgan_tf': '9.8.0'}, r'\'new\'; dcgan_tf 9\.8\.0 wrote it, and this is dcgan_tf'),
    ({'dcgan_tf': dcgan_tf.__version__}, '\'new\'$'), ({'dcgan_tf': 5}, '\'new\'$')])
def test_an_option_of_a_later_version_is_refused_with_that_version(run, versions, which):
    write(run, versions=versions, config={**CONFIG.to_dict(), 'new': 1})
    with pytest.raises(RunError, match='of another version: it has unknown options, ' + which):
        open_run(str(run.path))


# ---- the commit

def made(folder, **files):
    """A checkout whose folder .git has these files; `refs/heads/main` is written refs_heads_main.
    """
    for name, text in files.items():
        path = folder / '.git' / (name.replace('_', '/') if name.startswith('refs') else
                                  name.replace('_', '-'))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@cases(('files', 'commit'), [
    ({'HEAD': f'{A}\n'}, A),
    ({'HEAD': 'c' * 64}, 'c' * 64),
    ({'HEAD': 'ref: refs/heads/main\n', 'refs_heads_main': f'{A}\n', 'packed_refs': B}, A),
    ({'HEAD': 'ref: refs/heads/main\n',
      'packed_refs': f'# pack-refs\n{B} refs/heads/maintenance\n{A} refs/heads/main\n^{B}\n'}, A),
    ({'HEAD': 'ref: refs/heads/main', 'packed_refs': f'{B} refs/tags/main\n'}, None),
    ({'HEAD': 'ref: refs/heads/.invalid'}, None),
    ({'HEAD': 'ref: refs/heads/main', 'refs_heads_main': 'ref: refs/heads/other'}, None),
    ({'HEAD': ''}, None), ({'HEAD': A[:12]}, None), ({'HEAD': b'\xff\xfe'}, None),
    ({'HEAD': 'ref: refs/heads/a\0b'}, None), ({'config': ''}, None), ({}, None)])
def test_the_commit_is_read_from_the_files_of_git(tmp_path, files, commit):
    assert commit_of(made(tmp_path, **files)) == commit


@pytest.mark.parametrize('relative', [False, True])
def test_a_worktree_has_its_own_head_and_shares_the_branches(tmp_path, relative):
    """As `git worktree add` makes it; the .git of a submodule names a relative path."""
    made(tmp_path / 'main', HEAD=B, packed_refs=f'{A} refs/heads/side\n')
    own = tmp_path / 'main/.git/worktrees/side'
    own.mkdir(parents=True)
    (own / 'HEAD').write_text('ref: refs/heads/side\n')
    (own / 'commondir').write_text('../..\n')
    side = tmp_path / 'side'
    side.mkdir()
    (side / '.git').write_text(f'gitdir: {"../main/.git/worktrees/side" if relative else own}\n')
    assert commit_of(side) == A
    shutil.rmtree(tmp_path / 'main')
    assert commit_of(side) is None


@pytest.mark.skipif(shutil.which('git') is None, reason='needs git')
def test_it_is_what_git_says(tmp_path):
    def git(*words):
        who = ('-c', 'user.name=a', '-c', 'user.email=a')
        return subprocess.run(['git', '-C', str(tmp_path), *who, *words], check=True,
                              capture_output=True, text=True).stdout.strip()
    git('init')
    assert commit_of(tmp_path) is None                          # no commit yet
    git('commit', '--allow-empty', '--message', 'one')
    assert commit_of(tmp_path) == git('rev-parse', 'HEAD')
    git('pack-refs', '--all')
    assert commit_of(tmp_path) == git('rev-parse', 'HEAD')
    (tmp_path / 'below').mkdir()
    assert commit_of(tmp_path / 'below') is None                # a package installed in a checkout
