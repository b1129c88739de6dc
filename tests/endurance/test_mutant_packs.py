"""A damaged pack is made again, or refused by name: it never gives other pictures or labels."""

import shutil

import cv2
import numpy as np
import pytest
from limited import answers, is_refusal, needs_limits
from mutants import mutants
from wrong_arrays import wrong_json, wrong_npy

from dcgan_tf.data import ImageFormat, load
from dcgan_tf.data.parts import Part

SIZE = (8, 6)                   # of the pictures
EDITS = {'images.npy': wrong_npy, 'labels.npy': wrong_npy, 'places.npy': wrong_npy,
         'pack.json': wrong_json}
PARTS = {'all': None, 'part': (0, 3, 4)}


@pytest.fixture
def folder(tmp_path):
    """Twelve pictures of noise in two classes, and a file that is none."""
    random = np.random.default_rng(0)
    for i in range(12):
        path = tmp_path / f'in/{"ab"[i % 2]}/{i}.png'
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 256, [6, 8, 3], np.uint8)
        path.write_bytes(cv2.imencode('.png', pixels)[1].tobytes())
    (tmp_path / 'in/a/text.png').write_text('# Read me')
    return tmp_path / 'in'


def job(folder, cache, part):
    return {'name': 'folder', 'data_dir': str(folder), 'size': SIZE, 'part': part,
            'cache': str(cache)}


def laid_out(folder, root, part, each):
    """{a copy of the pack with one damaged file: the mutant}."""
    load('folder', folder, fit=ImageFormat(SIZE), cache=root / 'whole', part=part and Part(*part))
    pack, = (root / 'whole').iterdir()
    found = {}
    for path in [*sorted(pack.glob('*.npy')), pack / 'pack.json']:
        for mutant in mutants(path.name, path.read_bytes(), each, EDITS[path.name]):
            cache = root / mutant.name
            shutil.copytree(pack, cache / pack.name)
            (cache / pack.name / path.name).write_bytes(mutant.content)
            found[cache] = mutant
    return found


def same(answer, first, cache):
    """All as in the whole pack."""
    text = {**answer, 'notes': [note.replace(str(cache), '') for note in answer.get('notes', ())]}
    return all(key == 'peak' or text.get(key) == first[key] for key in first)


@needs_limits
@pytest.mark.parametrize('each', [8, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.parametrize('part', PARTS)
def test_a_damaged_pack_gives_no_other_pictures(tmp_path, folder, part, each):
    part = PARTS[part]
    found = laid_out(folder, tmp_path / 'packs', part, each)
    whole = tmp_path / 'packs' / 'whole'
    first, *others = answers([job(folder, cache, part) for cache in (whole, *found)], tmp_path)
    first['notes'] = [note.replace(str(whole), '') for note in first['notes']]
    wrong = {mutant.name: answer for (cache, mutant), answer in zip(found.items(), others,
                                                                    strict=True)
             if not same(answer, first, cache)
             and not is_refusal(answer, mutant.source)}
    assert not wrong, wrong
    assert max(answer['peak'] for answer in others) < first['peak'] + 100


def arrays(folder, cache):
    """All that lies in the .npy files of a pack."""
    loaded = load('folder', folder, fit=ImageFormat(SIZE), cache=cache, part=Part(*PARTS['part']))
    return loaded.images.tolist(), loaded.labels.tolist(), loaded.indices.tolist()


@pytest.mark.parametrize('name', ['images.npy', 'labels.npy', 'places.npy'])
@pytest.mark.parametrize('save', [np.save, np.savez, lambda path, array: array.dump(path)],
                         ids=['npy', 'npz', 'pickle'])
def test_what_was_put_into_a_pack_is_not_unpickled(tmp_path, folder, name, save, planted):
    first = arrays(folder, tmp_path / 'cache')
    file, = (tmp_path / 'cache').glob(f'*/{name}')
    file.unlink()
    with file.open('wb') as stream:
        save(stream, planted.array)
    assert arrays(folder, tmp_path / 'cache') == first
    assert not planted.file.exists()
