"""What tools ask of a run: a class by its name, a checkpoint by its step."""

import shutil

import pytest

from dcgan_tf.cli.trained import class_number, open_gan
from dcgan_tf.config import preset
from dcgan_tf.errors import UsageError
from dcgan_tf.training import best, run_folder


def test_classes_by_name():
    config = preset(type='cgan', class_names=('cat', 'dog'))
    assert class_number(config, '--class', 'dog') == 1
    with pytest.raises(UsageError, match='--class cow: expected one of cat, dog'):
        class_number(config, '--class', 'cow')
    with pytest.raises(UsageError, match='train one with --type cgan'):
        class_number(preset(), '--class', 'dog')


@pytest.fixture(scope='module')
def run(tmp_path_factory):
    """A run folder whose newest checkpoints are of steps 2 and 4; step 3 was the best."""
    from dcgan_tf import DeepConvolutionalGAN
    config = preset(generator_maps=(3, 2, 1), discriminator_maps=(1, 2, 3), z_dim=3, batch_size=4)
    run = run_folder.create(str(tmp_path_factory.mktemp('trained')), 'run', config, {})
    with DeepConvolutionalGAN.from_config(config) as gan:
        for step in (2, 3, 4):
            gan.steps_done()
            gan.session.run(gan.step.initializer, {gan.step.initializer.inputs[1]: step})
            gan.save_model(run.best if step == 3 else run.checkpoints)
    best.write(run.best, best.Best(3, 'frechet', 1.0, 'pixels'))
    return run


@pytest.mark.parametrize(('checkpoint', 'step'), [
    ('newest', 4), ('best', 3), ('2', 2), ('3', 3), ('4', 4), ('002', 2)])
def test_a_checkpoint_is_chosen(run, checkpoint, step):
    opened, gan = open_gan(str(run.path), checkpoint)
    with gan:
        assert gan.steps_done() == step
        assert opened.path == run.path


@pytest.mark.parametrize('checkpoint', ['1', 'last', '-2', '2.0', '\u00b2'])
def test_a_checkpoint_that_is_not_there(run, checkpoint):
    with pytest.raises(UsageError, match=rf'--checkpoint {checkpoint}: .*run has newest, best, '
                                         '2, 3, 4$'):
        open_gan(str(run.path), checkpoint)


def test_no_best_says_how_to_get_one(run, tmp_path):
    shutil.copytree(run.path, tmp_path / 'run')
    shutil.rmtree(tmp_path / 'run/best')
    with pytest.raises(UsageError, match='has newest, 2, 4; main1.py --keep-best FIGURE keeps'):
        open_gan(str(tmp_path / 'run'), 'best')


def test_a_best_without_its_note_is_none(run, tmp_path):
    """A kill came between the two: the note of the one before does not fit."""
    shutil.copytree(run.path, tmp_path / 'run')
    for text in ('', '{}', '[1]', '{"step": 9, "figure": "frechet", "value": 1, "beside": ""}'):
        (tmp_path / 'run/best/note.json').write_text(text)
        with pytest.raises(UsageError, match='has newest, 2, 4; '):
            open_gan(str(tmp_path / 'run'), 'best')
