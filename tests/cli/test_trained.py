"""What tools ask of a run: a class by its name, a checkpoint by its step."""

import json
import pathlib
import shutil

import numpy as np
import pytest

from dcgan_tf import DeepConvolutionalGAN
from dcgan_tf.cli.parser import Parser
from dcgan_tf.cli.trained import add_run, find, open_gan
from dcgan_tf.config import preset
from dcgan_tf.errors import UsageError
from dcgan_tf.latent import class_number
from dcgan_tf.run_folder import best_checkpoint, run_folder
from dcgan_tf.show.inversion import InversionOptions
from tests.families import PLAIN, TINY
from tests.helpers import put, save


def test_classes_by_name():
    config = preset(type='cgan', class_names=('cat', 'dog'))
    assert class_number(config, '--class', 'dog') == 1
    with pytest.raises(UsageError, match='--class cow: expected one of cat, dog'):
        class_number(config, '--class', 'cow')
    with pytest.raises(UsageError, match='train one with --type cgan'):
        class_number(preset(), '--class', 'dog')


@pytest.fixture(scope='module')
def run(tmp_path_factory, pool):
    """A run folder whose newest checkpoints are of steps 2 and 4; step 3 was the best."""
    config = preset(**{**TINY, **PLAIN, 'n_channels': 1, 'generator_maps': (6, 4, 1),
                       'discriminator_maps': (1, 4, 6), 'type': 'infogan', 'codes': (2,),
                       'metrics': 'code_error'})
    run = run_folder.create(str(tmp_path_factory.mktemp('trained')), 'run', config, {})
    with pool.gan(config, training=False) as gan:
        for step in (2, 3, 4):
            put(gan.session, gan.built.inputs.step, step)
            save(gan, run.best if step == 3 else run.checkpoints)
    best_checkpoint.write(run.best, best_checkpoint.Best(3, 'frechet', 1.0, 'pixels'))
    return run


@pytest.fixture
def shared(pool, monkeypatch):
    """Gives `open_gan` GANs from the pool."""
    monkeypatch.setattr(DeepConvolutionalGAN, 'from_config',
                        lambda config: pool.gan(config, training=False))


def found(*words):
    """What a tool finds by these words."""
    parser = Parser()
    add_run(parser)
    return find(parser.parse_args([str(word) for word in words]))


@pytest.mark.parametrize(('checkpoint', 'step'), [
    ('newest', 4), ('best', 3), ('2', 2), ('3', 3), ('4', 4), ('002', 2)])
def test_a_checkpoint_is_chosen(run, shared, checkpoint, step):
    weights = found(run.path, '--checkpoint', checkpoint)
    with open_gan(weights) as gan:
        assert gan.steps_done() == step
    assert (weights.name, weights.out) == ('run', run.images)


def test_it_is_opened_with_what_is_asked_for_and_no_more(run, images):
    """A GAN of its own, with neither losses nor Adam; each question builds its ops."""
    weights = found(run.path)
    with open_gan(weights) as gan:
        assert (gan.train_op, gan.d_loss) == (None, None)
        assert (gan._features, gan._inversion, gan._classes) == (None,) * 3
    with open_gan(weights) as gan:
        assert gan.train_op is None
        assert len(gan.discriminator_features(images)) == len(images)
        np.testing.assert_allclose(gan.class_probabilities(images).sum(axis=1), 1, rtol=1e-5)
        inverted = gan.invert(images[:1], options=InversionOptions(starts=1, steps=1))
        assert inverted.z.shape == (1, 2, gan.config.latent_dim)            # for either code


@pytest.mark.parametrize('checkpoint', ['1', 'last', '-2', '2.0', '\u00b2', 5000 * '9'])
def test_a_checkpoint_that_is_not_there(run, checkpoint):
    start = rf'--checkpoint {checkpoint[:40]}: '
    with pytest.raises(UsageError, match=start + '.*run has newest, best, 2, 3, 4$'):
        found(run.path, f'--checkpoint={checkpoint}')


def test_no_best_says_how_to_get_one(run, tmp_path):
    shutil.copytree(run.path, tmp_path / 'run')
    shutil.rmtree(tmp_path / 'run/best')
    with pytest.raises(UsageError, match='has newest, 2, 4; main1.py --keep-best METRIC keeps'):
        found(tmp_path / 'run', '--checkpoint', 'best')


def test_a_best_without_its_note_is_none(run, tmp_path):
    """A kill came between the two: the note of the one before does not fit."""
    shutil.copytree(run.path, tmp_path / 'run')
    for text in ('', '{}', '[1]', '{"step": 9, "figure": "frechet", "value": 1, "beside": ""}'):
        (tmp_path / 'run/best/note.json').write_text(text)
        with pytest.raises(UsageError, match='has newest, 2, 4; '):
            found(tmp_path / 'run', '--checkpoint', 'best')


@pytest.mark.parametrize(('words', 'step'), [
    (('checkpoints',), 4), (('checkpoints', '--checkpoint', '2'), 2), (('checkpoints/model-2',), 2),
    (('checkpoints/model-4.index',), 4), (('best/model-3.data-00000-of-00001',), 3)])
def test_a_checkpoint_alone(run, shared, words, step):
    """Its config.json is the run folder's, one up."""
    weights = found(run.path / words[0], *words[1:])
    with open_gan(weights) as gan:
        assert gan.steps_done() == step
    assert (weights.name, weights.out) == ('run', pathlib.Path())


@pytest.mark.parametrize('record', [
    lambda config: {'config': config.to_dict()}, lambda config: config.to_dict()])
def test_a_checkpoint_and_its_config(run, tmp_path, record):
    """The file of a run folder, or a Config's own dictionary; beside the checkpoint, or named."""
    for file in run.checkpoints.glob('model-2.*'):
        shutil.copy(file, tmp_path)
    with pytest.raises(UsageError, match='no config.json there; copy .* .--config FILE'):
        found(tmp_path)
    (tmp_path / 'options.json').write_text(json.dumps(record(run.config)))
    assert found(tmp_path, '--config', tmp_path / 'options.json').config == run.config
    (tmp_path / 'options.json').rename(tmp_path / 'config.json')
    for place in (tmp_path, tmp_path / 'model-2'):
        assert found(place).config == run.config


@pytest.mark.parametrize(('words', 'match'), [
    (('.', '--config', 'config.json'), '--config is for a checkpoint outside its run folder'),
    (('checkpoints/model-9',), 'no checkpoint of step 9, but 2, 4'),
    (('checkpoints', '--checkpoint', '9'), 'no checkpoint of step 9, but 2, 4'),
    (('checkpoints', '--checkpoint', 'best'), 'of a folder of checkpoints, newest or a step'),
    (('checkpoints/model-2', '--checkpoint', '4'), 'is one already'),
    (('checkpoints', '--config', 'none.json'), 'none.json: no config.json there'),
    (('images',), 'neither a run folder, with its config.json in it, nor a checkpoint'),
    (('nowhere',), 'neither a run folder'), (('nowhere/model-1',), 'but none at all')])
def test_words_that_name_no_weights(run, words, match):
    with pytest.raises(UsageError, match=match):
        found(run.path / words[0], *words[1:])
