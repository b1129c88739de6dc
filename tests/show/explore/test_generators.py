"""Few generators are open at a time, and none is closed while it draws."""

import pytest
from written import save

from dcgan_tf.errors import RunError, UsageError
from dcgan_tf.show.explore import generators
from dcgan_tf.show.explore.generators import MAX_OPEN, Generators


class Gan:
    """Counts those that are open."""

    def __init__(self, name, step):
        self.name, self.step, self.closed = name, step, False

    def close(self):
        assert not self.closed
        self.closed = True


class FakeRenderer:
    """What `Renderer.of_gan` returns here."""

    def __init__(self, gan):
        self.gan, self.step = gan, gan.step


@pytest.fixture
def opened(monkeypatch):
    """A list of all Gans that were opened."""
    monkeypatch.setattr(generators.Renderer, 'of_gan', lambda gan, name: FakeRenderer(gan))
    return []


@pytest.fixture
def known(opened):
    """Generators whose GANs are of the newest checkpoint."""
    def open_gan(weights):
        steps = [int(path.stem.partition('-')[2]) for path in weights.folder.glob('*.index')]
        opened.append(Gan(weights.name, max(steps)))
        return opened[-1]
    with_gans = Generators(open_gan)
    yield with_gans
    with_gans.close()
    assert all(gan.closed for gan in opened)


def open_names(opened):
    return [gan.name for gan in opened if not gan.closed]


def test_those_that_were_used_last_stay_open(make_run, known, opened):
    paths = {name: make_run(name, saved=[10]).path for name in 'abc'}
    for name in 'ababcb':
        with known.using(paths[name]) as renderer:
            assert renderer.gan.name == name and not renderer.gan.closed
        assert len(open_names(opened)) <= MAX_OPEN == 2
    assert open_names(opened) == ['b', 'c'] and len(opened) == 3
    assert known.is_open(paths['b']) and not known.is_open(paths['a'])


def test_none_is_closed_while_it_is_used(make_run, known, opened):
    a, b, c = (make_run(name, saved=[10]).path for name in 'abc')
    with known.using(a) as renderer:
        known.open(b)
        known.open(c)
        assert not renderer.gan.closed and open_names(opened) == ['a', 'c']
        known.load_newest(a)                                       # the one in use is replaced
        assert not renderer.gan.closed and open_names(opened) == ['a', 'c', 'a']
    assert renderer.gan.closed and open_names(opened) == ['c', 'a']


def test_a_newer_checkpoint_is_offered_and_loaded(make_run, known):
    run = make_run()
    assert known.checkpoints(run.path) == {'open': None, 'newest': None}
    with pytest.raises(UsageError, match='no checkpoint yet'):
        known.open(run.path)
    save(run, 10)
    assert known.checkpoints(run.path) == {'open': None, 'newest': 10}
    known.open(run.path)
    assert known.checkpoints(run.path) == {'open': 10, 'newest': None}
    save(run, 20)
    assert known.checkpoints(run.path) == {'open': 10, 'newest': 20}
    known.load_newest(run.path)
    assert known.checkpoints(run.path) == {'open': 20, 'newest': None}
    (run.checkpoints / 'model-20.index').unlink()                   # a rollback
    assert known.checkpoints(run.path) == {'open': 20, 'newest': 10}


def test_one_that_cannot_be_opened_replaces_none(make_run, opened, monkeypatch):
    run, damaged = make_run(saved=[10]), []

    def of_gan(gan, name):
        if damaged:
            raise RunError('NaN')
        return FakeRenderer(gan)
    monkeypatch.setattr(generators.Renderer, 'of_gan', of_gan)
    known = Generators(lambda weights: opened.append(Gan('a', 10)) or opened[-1])
    known.open(run.path)
    save(run, 20)
    damaged.append(True)
    with pytest.raises(RunError):
        known.load_newest(run.path)
    assert [gan.closed for gan in opened] == [False, True]
    assert known.checkpoints(run.path) == {'open': 10, 'newest': 20}


def test_first_the_checkpoint_of_the_command_line(make_run, opened):
    run = make_run(saved=[10, 20])
    weights = generators.trained_weights.find(run.path, '10')
    asked = []
    known = Generators(lambda found: asked.append(found.step) or Gan('a', found.step),
                       first={run.path: weights})
    known.open(run.path)
    assert known.checkpoints(run.path) == {'open': 10, 'newest': None}     # it was asked for
    known.load_newest(run.path)
    assert asked == [10, None]


def test_a_run_of_which_only_the_best_checkpoint_is_left(make_run, known):
    run = make_run()
    run.best.mkdir()
    for ending in ('.data-00000-of-00001', '.index'):
        (run.best / f'model-30{ending}').write_bytes(b'x')
    (run.best / 'note.json').write_text(
        '{"step": 30, "figure": "frechet", "value": 1.5, "beside": "x"}')
    assert known.checkpoints(run.path) == {'open': None, 'newest': 30}
    known.open(run.path)
    assert known.checkpoints(run.path) == {'open': 30, 'newest': None}


def test_a_given_generator_has_no_other_checkpoint(make_renderer):
    renderer = make_renderer()
    known = Generators.given(renderer)
    with known.using(None) as found:
        assert found is renderer
    with pytest.raises(UsageError, match='no run folder'):
        known.load_newest(None)
    known.close()
