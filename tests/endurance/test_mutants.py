"""Thousands of damaged pictures among good ones: no crash, no hang, every refusal is written down.

What is read is read in a process of its own, which may hold so much memory and take so much time.
A failure names mutants as SOURCE--KIND-NUMBER: `mutants.mutant` makes that one again.
"""

import csv
import pathlib
import zipfile

import numpy as np
import pytest
from limited import answers, needs_limits, open_pictures
from mutants import mutants
from picture_files import ENDINGS, HEIGHT, WIDTH, wholes
from wrong_headers import wrong_header

AWKWARD = pathlib.Path(__file__).resolve().parents[3] / 'shared/data/awkward'
WHOLES = wholes()
PEAK = 1500                     # MiB: two pictures of 67 megapixels at once
UNHARMED = 'cut', 'rubbish'     # kinds of damage that leave a picture whole, or none


def file_name(name):
    """Its class is its format; of `JPEG_gray--flips-7` JPEG/JPEG_gray--flips-7.jpg."""
    kind = name.split('_')[0]
    return f'{kind}/{name}.{ENDINGS[kind]}'


def write(root, name, content):
    path = root / file_name(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_all(root, each):
    """`each` mutants of every whole file and as many good ones: half at most may be refused."""
    for source, whole in WHOLES.items():
        for mutant in mutants(source, whole.content, each, wrong_header):
            write(root, mutant.name, mutant.content)
        for i in range(each):
            write(root, f'{source}--good-{i}', whole.content)


def loaded(folder):
    """The answer for a folder of pictures, their pixels, {refused file: why}."""
    job = {'name': 'folder', 'data_dir': str(folder / 'in'), 'size': (WIDTH, HEIGHT),
           'cache': str(folder / 'cache'), 'save': str(folder / 'images.npy')}
    answer, = answers([job], folder)
    assert 'error' not in answer, (open_pictures(folder), answer['text'])
    table, = (folder / 'cache').glob('*/rejected.tsv')
    rows = [line.split('\t') for line in table.read_text(encoding='utf-8').splitlines()[1:]]
    assert all(why.strip() for _, why in rows)
    assert len(dict(rows)) == len(rows)
    assert not [row for row in rows if 'alloc' in row[1]]           # their headers are for that
    assert answer['peak'] < PEAK
    return answer, np.load(folder / 'images.npy'), dict(rows)


def taken(folder, answer, images, refused):
    """{file: its pixels} of all that are not refused, in the order of the loader."""
    names = [f'{path.parent.name}/{path.name}' for path in (folder / 'in').glob('*/*')]
    names = sorted(names, key=lambda name: name.split('/'))
    assert refused.keys() <= set(names)
    names = [name for name in names if name not in refused]
    assert (images.shape, images.dtype) == ((len(names), HEIGHT, WIDTH, 3), np.uint8)
    assert [answer['class_names'][i] for i in answer['labels']] == [
        name.split('/')[0] for name in names]
    return dict(zip(names, images, strict=True))


def distance(name, pixels):
    """From what is seen in the whole file, beyond its tolerance."""
    whole = WHOLES[pathlib.Path(name).name.split('--')[0]]
    return np.abs(pixels - whole.pixels.astype(float)).mean() - whole.tolerance


@needs_limits
@pytest.mark.parametrize('each', [3, pytest.param(70, marks=pytest.mark.slow)])
def test_damaged_pictures_among_good_ones(tmp_path, each):
    write_all(tmp_path / 'in', each)
    answer, images, refused = loaded(tmp_path)
    seen = taken(tmp_path, answer, images, refused)
    good = {file_name(f'{source}--good-{i}') for source in WHOLES for i in range(each)}
    assert not good & refused.keys()
    unharmed = [name for name in seen if name in good
                or name.split('--')[1].split('-')[0] in UNHARMED]
    assert not {name: far for name in unharmed if (far := distance(name, seen[name])) > 0}


@needs_limits
@pytest.mark.skipif(not AWKWARD.is_dir(), reason='they are not in ../shared/data/awkward')
def test_the_awkward_files_among_good_ones(tmp_path):
    with zipfile.ZipFile(AWKWARD / 'awkward.zip') as file:
        file.extractall(tmp_path / 'in')
    with (AWKWARD / 'MANIFEST.tsv').open(encoding='utf-8', newline='') as file:
        expected = {row['file']: row['expect']
                    for row in csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE)}
    for i in range(30):
        (tmp_path / f'in/reject/{i}.png').write_bytes(WHOLES['PNG_rgb'].content)
    answer, images, refused = loaded(tmp_path)
    seen = taken(tmp_path, answer, images, refused)
    assert not [name for name in seen if expected.get(name) == 'reject']
    assert not [name for name in refused if expected[name] == 'accept']
    assert all(distance('PNG_rgb', seen[f'reject/{i}.png']) <= 0 for i in range(30))
