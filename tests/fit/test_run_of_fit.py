"""fit(data, steps=N, run=PATH): a run folder that is made or gone on with, and its history."""

import numpy as np
import pytest

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.data.dataset import Dataset
from dcgan_tf.errors import UsageError
from dcgan_tf.run_folder import config_json, run_folder, trained_weights
from dcgan_tf.run_folder.checkpoint_files import steps
from dcgan_tf.run_folder.tables import loss_csv
from tests.helpers import assert_same, values


@pytest.fixture
def fit(finished, images, no_plot):
    """fit(config, ...) -> the GAN of a Config after `fit` with these arguments."""
    def fit(config, data=images, **options):
        gan = finished(config)
        gan.fit(data, progress=False, **options)
        return gan
    return fit


def test_a_path_is_made_and_then_gone_on_with(fit, one_layer, tmp_path):
    """To the bits of one long training."""
    config, path = one_layer(epochs=2), tmp_path / 'runs' / 'a'
    assert fit(config, run=path).steps_done() == 2
    gan = fit(config, run=str(path), steps=3)
    assert gan.steps_done() == 5 and gan.config.epochs == 5
    found = trained_weights.find(path)
    assert found.config.epochs == 5 and steps(found.folder)[-1] == 5
    assert_same(values(fit(one_layer(epochs=5))), values(gan))


def test_more_steps_of_the_same_gan(fit, one_layer, images, tmp_path, caplog):
    gan = fit(one_layer(epochs=2), run=tmp_path / 'a')
    result = gan.fit(images, tmp_path / 'a', steps=2, progress=False)
    assert result.step == 4 and result.run is gan.run_folder
    assert not caplog.records
    assert gan.fit(images, tmp_path / 'a', progress=False).step == 4
    assert 'no step is left: step 4 is done, and the last one is 4' in caplog.text


def test_a_data_set_brings_its_labels_and_its_name(fit, one_layer, images, tmp_path):
    labels = np.arange(len(images), dtype=np.int32) % 3
    data = Dataset('npz', images, labels, ('a', 'b', 'c'), str(tmp_path / 'a.npz'))
    fit(one_layer(), data, run=tmp_path / 'run')
    run = run_folder.open_run(tmp_path / 'run')
    assert (run.config.dataset, run.config.data_dir) == ('npz', str(tmp_path / 'a.npz'))
    assert run.config.class_names == ('a', 'b', 'c')
    assert run.config.norm != 'auto' and run.config.threads and run.config.d_learning_rate
    run.check_data(data.fingerprint, data.class_names)
    assert run.record['data']['images'] == [len(images), 8, 8, 1]


def test_other_options_or_data_are_refused(fit, one_layer, images, tmp_path):
    fit(one_layer(), run=tmp_path / 'a')
    with pytest.raises(UsageError, match=r'seed = 1, but .*a was trained with 0'):
        fit(one_layer(seed=1), run=tmp_path / 'a')
    with pytest.raises(UsageError, match='data set is not the one'):
        fit(one_layer(), images[:-1], run=tmp_path / 'a')
    (tmp_path / 'b').mkdir()
    (tmp_path / 'b' / 'mine.txt').write_text('x')
    with pytest.raises(UsageError, match='not empty'):
        fit(one_layer(), run=tmp_path / 'b')


@pytest.mark.parametrize('where', ['run', 'memory'])
def test_the_history_has_the_log_as_arrays(fit, one_layer, tmp_path, images, where):
    run = tmp_path / 'a' if where == 'run' else None
    gan = fit(one_layer(epochs=20, eval_step=20), run=run)
    found = gan.history
    np.testing.assert_array_equal(found['step'], [10, 20])
    assert found['step'].dtype == np.int64 and found['d_loss'].dtype == np.float64
    gan.fit(images, run, steps=5, progress=False)
    np.testing.assert_array_equal(gan.history['step'], [10, 20, 25])
    if run:
        rows = loss_csv.read(run / 'log.csv')
        np.testing.assert_array_equal(gan.history['g_loss'], [row['g_loss'] for row in rows])
    assert {'d_loss', 'g_loss', 'd_accuracy', 'g_gradient'} <= set(found)


def test_a_gan_without_a_step_has_no_history(finished, one_layer):
    assert finished(one_layer()).history == {}


def test_other_weights_are_refused_and_the_run_stays_as_it_was(fit, one_layer, images, tmp_path):
    """Those of a training without the run, ahead of it, behind it or of the same step."""
    config, path = one_layer(epochs=4), tmp_path / 'a'
    fit(config, run=path)
    before = {file: file.read_bytes() for file in path.rglob('*') if file.is_file()}
    for done in (2, 4, 6):
        other = fit(config, images[::-1].copy(), steps=done)
        with pytest.raises(UsageError, match=f'of step {done}, are not the newest'):
            other.fit(images, path, steps=1, progress=False)
    assert {file: file.read_bytes() for file in path.rglob('*') if file.is_file()} == before


@pytest.mark.parametrize(('options', 'match'), [
    ({'steps': 0}, 'steps = 0'), ({'steps': -3}, 'steps = -3'), ({'steps': 2.5}, 'steps = 2.5'),
    ({'run': ''}, "run = ''"), ({'run': 5}, 'run = 5: expected the path')], ids=str)
def test_arguments_that_make_no_sense(fit, one_layer, options, match):
    with pytest.raises(UsageError, match=match):
        fit(one_layer(), **options)


def test_no_folder_is_made_without_a_step(fit, one_layer, images, tmp_path, caplog):
    gan = fit(one_layer(epochs=2))
    assert gan.fit(images, tmp_path / 'new', progress=False) == (2, None, False, None)
    (line,) = caplog.messages
    assert line.startswith('no step is left: step 2 is done') and line.endswith('was not made')
    assert not (tmp_path / 'new').exists()


def test_changed_packages_are_named(fit, one_layer, tmp_path, caplog):
    fit(one_layer(epochs=1), run=tmp_path / 'a')
    run = run_folder.open_run(tmp_path / 'a')
    versions = {**run.record['versions'], 'numpy': '1.0', 'python': '3.0'}
    config_json.write(run.path / 'config.json', {**run.record, 'versions': versions})
    fit(one_layer(epochs=1), run=tmp_path / 'a', steps=1)
    (line,) = caplog.messages
    assert 'python was 3.0 and is ' in line and 'numpy was 1.0 and is ' in line
    caplog.clear()
    fit(one_layer(epochs=1), run=tmp_path / 'a', steps=1)
    assert not caplog.messages


def test_a_run_that_was_opened_goes_on(fit, one_layer, images, tmp_path):
    fit(one_layer(epochs=2), run=tmp_path / 'a')
    with DeepConvolutionalGAN.open(tmp_path / 'a') as gan:
        assert gan.fit(images, tmp_path / 'a', steps=1, progress=False).step == 3


def test_a_damaged_newest_checkpoint_is_no_obstacle(fit, one_layer, images, tmp_path):
    """The one before it was loaded; its steps are trained again."""
    fit(one_layer(epochs=4, checkpoint_step=2), run=tmp_path / 'a')
    (tmp_path / 'a/checkpoints/model-4.index').write_bytes(b'damaged')
    with DeepConvolutionalGAN.open(tmp_path / 'a') as gan:
        assert gan.steps_done() == 2
        assert gan.fit(images, tmp_path / 'a', progress=False).step == 4
