"""What the page shows for the words of a command line."""

import pytest

from dcgan_tf import preset
from dcgan_tf.cli import explored
from dcgan_tf.cli.parser import Parser
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import run_folder
from tests.cases import cases


def find(*words):
    parser = Parser()
    explored.add_arguments(parser)
    return explored.find(parser.parse_args([str(word) for word in words]))


def save(folder, step):
    folder.mkdir(exist_ok=True)
    for ending in ('.data-00000-of-00001', '.index'):
        (folder / f'model-{step}{ending}').write_bytes(b'x')


@pytest.fixture
def run(here):
    """A run folder in results, without a checkpoint."""
    return run_folder.create('results', 'run', preset('dcgan28'), {})


def test_without_a_run_it_is_the_folder_of_runs(run, here, monkeypatch):
    place, weights = find()
    assert place.many and str(place.path) == 'results' and weights is None
    assert str(find('--save-folder', here / 'results')[0].path) == str(here / 'results')
    monkeypatch.setenv('SAVE_FOLDER', str(here))
    assert find()[0].path == here and find()[0].runs() == []
    monkeypatch.setenv('SAVE_FOLDER', str(here / 'new'))             # a training may make it
    assert find()[0].runs() == []
    assert 'main1.py starts it' in (line := explored.hint(find()[0]))
    assert 'explore.py pretrained:digits' in line
    assert explored.hint(place) == '' == explored.hint(find(run.path)[0])
    monkeypatch.setenv('SAVE_FOLDER', '$NOT_SET/x')
    with pytest.raises(UsageError, match='SAVE_FOLDER: .*NOT_SET is not set'):
        find()


def test_a_run_with_and_without_a_checkpoint(run):
    place, weights = find(run.path)
    assert not place.many and (place.path, weights) == (run.path, None)
    run.log.write_text('step,d_loss\n10,1.5\n')                       # its checkpoints were deleted
    assert find(run.path)[1] is None
    save(run.checkpoints, 10)
    place, weights = find(run.path)
    assert (place.path, weights.step, weights.run.path) == (run.path, None, run.path)
    assert find(run.path, '--checkpoint', '10')[1].step == 10


def test_a_checkpoint_alone_has_no_training(run):
    save(run.checkpoints, 10)
    place, weights = find(run.checkpoints / 'model-10')
    assert place.path is None and weights.step == 10


@cases(('words', 'problem'), [
    ('results/run --save-folder results', '--save-folder is for the list of runs'),
    ('--checkpoint best', '--checkpoint is for one run'), ('--config a', '--config is for one run'),
    ('--save-folder nowhere', 'nowhere: there is no such folder'),
    ('--save-folder results/run', 'is a run: name it without --save-folder'),
    ('results', 'results holds runs: name one of them, or list all with --save-folder results'),
    ('results/run --checkpoint best', 'holds no checkpoint yet'),
    ('results/run/images', 'is neither a run folder'), ('nowhere', 'is neither a run folder')])
def test_mistakes(run, words, problem):
    with pytest.raises(UsageError, match=problem):
        find(*words.split())
