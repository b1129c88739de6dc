"""Hooks of the user: when they are called, with what, and what happens if one fails."""

import pytest

from dcgan_tf import Hook
from dcgan_tf.errors import CollapseError, HookError, UsageError
from dcgan_tf.fit.user_hooks import checked
from dcgan_tf.run_folder import run_folder
from dcgan_tf.run_folder.checkpoint_files import steps
from dcgan_tf.run_folder.tables import loss_csv
from tests.helpers import assert_same, values


class Diary(Hook):
    """Notes its calls."""

    def __init__(self, **options):
        self.lines = []
        vars(self).update(options)

    def start(self, training):
        self.training = training
        self.lines.append(('start', training.first, training.last))

    def before_step(self, step):
        self.lines.append(('before', step))

    def after_step(self, step, values):
        self.lines.append(('after', step, *sorted(values)))

    def evaluation(self, step, metrics):
        self.lines.append(('evaluation', step, *sorted(metrics)))

    def end(self, step, finished):
        self.lines.append(('end', step, finished))


@pytest.fixture
def fit(finished, one_layer, images, tmp_path, no_plot):
    """fit(hook, **changes) -> (the GAN, the RunFolder) after a training with this hook."""
    def fit(*hooks, **changes):
        config = one_layer(**changes)
        run = run_folder.create(str(tmp_path), 'run', config, {})
        gan = finished(config)
        gan.fit(images, run, hooks=hooks, progress=False)
        return gan, run
    return fit


def test_when_a_hook_is_called(fit):
    """Around the steps that are due, and after the program's own pictures."""
    diary = Diary(every=2, fetch=('d_loss',))
    gan, run = fit(diary, epochs=3, eval_step=3)
    assert diary.lines == [
        ('start', 0, 3), ('before', 2), ('after', 2, 'd_loss'), ('before', 3),
        ('after', 3, 'd_loss'), ('evaluation', 3, 'diversity'), ('end', 3, True)]
    assert diary.training.gan is gan and diary.training.run is run
    assert {'d_loss', 'g_loss', 'd_accuracy'} <= set(diary.training.columns)


def test_it_gets_the_numbers_of_the_log_and_may_ask_the_gan(fit):
    class Seen(Hook):
        every, fetch, numbers = 10, ('d_loss', 'g_gradient'), []

        def start(self, training):
            self.gan = training.gan

        def after_step(self, step, values):
            assert self.gan.sample(2).shape == (2, 8, 8, 1)
            self.numbers.append({'step': step, **values})
    _, run = fit(Seen(), epochs=20, eval_step=20)
    wanted = [{name: row[name] for name in ('step', 'd_loss', 'g_gradient')}
              for row in loss_csv.read(run.log)]
    for seen, row in zip(Seen.numbers, wanted, strict=True):
        assert seen == pytest.approx(row, abs=1e-6)


def test_evaluations_alone_need_no_step_of_their_own(fit):
    class Metrics(Hook):
        def evaluation(self, step, metrics):
            seen[step] = metrics
    seen = {}
    assert Metrics().calls() == []
    fit(Metrics(), epochs=5, eval_step=2)
    assert list(seen) == [2, 4, 5]
    assert 0 <= seen[2]['diversity'] and seen[5] == {}          # the collapse guard leaves it out


def test_a_hook_ends_the_training(fit):
    """As if that step were the last: the run is finished, and can be gone on with."""
    class Early(Diary):
        def after_step(self, step, values):
            if step == 3:
                self.training.stop()
    early = Early()
    gan, run = fit(early, epochs=9)
    assert gan.steps_done() == 3 and early.lines[-1] == ('end', 3, True)
    assert steps(run.checkpoints)[-1] == 3 and (run.images / 'training.gif').exists()


def test_no_bit_depends_on_a_hook(fit, finished, one_layer, images):
    gan, _ = fit(Diary(fetch=('d_loss', 'g_loss')), epochs=3)
    hooked = values(gan)
    plain = finished(one_layer(epochs=3))
    plain.fit(images, progress=False)
    assert_same(hooked, values(plain))


@pytest.mark.parametrize(('method', 'saved'), [
    ('start', 0), ('before_step', 3), ('after_step', 4), ('evaluation', 4), ('end', 5)])
def test_an_error_ends_the_run_saved_and_named(finished, one_layer, images, tmp_path, no_plot,
                                               method, saved):
    class Broken(Hook):
        every = 4

    def fails(self, *words):
        raise ZeroDivisionError('division by zero')
    fails.__name__ = method
    setattr(Broken, method, fails)
    run = run_folder.create(str(tmp_path), 'run', one_layer(), {})
    with pytest.raises(HookError, match=f'the hook Broken failed in {method}: ZeroDivisionError: '
                                        'division by zero'):
        finished(one_layer(epochs=5, eval_step=4)).fit(images, run, hooks=[Broken()],
                                                       progress=False)
    assert steps(run.checkpoints)[-1] == saved


def test_a_collapse_that_a_hook_finds_is_one(fit):
    class Finds(Hook):
        def after_step(self, step, values):
            raise CollapseError('seen by a hook', step=step, last_good_step=0)
    with pytest.raises(CollapseError, match='seen by a hook'):
        fit(Finds())


@pytest.mark.parametrize(('hook', 'match'), [
    (Diary(fetch='d_loss'), r"such as .'d_loss',."),
    (print, 'is no Hook'), (Diary, 'is no Hook'), (Diary(every=0), 'hook Diary: every = 0'),
    (Diary(fetch=("loss",)), "hook Diary: fetch has .loss.: expected some of .*d_loss")],
    ids=["text", "function", "class", "every", "fetch"])
def test_what_is_no_hook_is_refused(finished, one_layer, images, hook, match):
    with pytest.raises(UsageError, match=match):
        finished(one_layer()).fit(images, hooks=[hook], progress=False)


def test_a_misspelt_method_is_named(caplog):
    """Methods of the user's own stay as they are, also those with names that are like others."""
    class Watch(Hook):
        def after_steps(self, step, values):
            pass

        def Evaluations(self, step, metrics):  # noqa: N802
            pass

        def end(self, step, finished):
            self.ends()

        def ends(self):
            pass

        def restart(self):
            pass

        def draw_step(self):
            pass
    checked([Watch(), Diary()])
    assert [record.getMessage() for record in caplog.records] == [
        f'hook Watch: the training does not call its method {wrong}: did you mean {right}?'
        for wrong, right in (('Evaluations', 'evaluation'), ('after_steps', 'after_step'))]
