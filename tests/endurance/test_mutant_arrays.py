"""Damaged npz, idx and CIFAR-10 files and class lists: one line of error, or what they say.

Where a checksum covers the data they are right or refused. Without one a file is taken at its word.
"""

import gzip
import hashlib
import io
import itertools
import struct
import zipfile

import numpy as np
import pytest
from limited import answers, is_refusal, needs_limits
from mutants import Mutant, mutants
from wrong_arrays import wrong_batch, wrong_idx, wrong_npy, wrong_npz

from dcgan_tf.data import load
from dcgan_tf.errors import RunError

N = 12
RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, [N, 4, 6], np.uint8)
LABELS = (np.arange(N) % 3).astype(np.uint8)
BATCH = b''.join(bytes([i]) + RANDOM.bytes(3072) for i in range(3))
NAMES = b'airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n'
GROWTH = 100                    # MiB more than for the whole file


def idx(array):
    return struct.pack(f'>{1 + array.ndim}I', 0x800 + array.ndim, *array.shape) + array.tobytes()


def saved(save, *arrays, **named):
    """What NumPy writes."""
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


def packed(files):
    return {f'{name}.gz': gzip.compress(content, mtime=0) for name, content in files.items()}


ARRAYS = {'images': IMAGES, 'labels': LABELS, 'class_names': np.array(['a', 'b', 'c'])}
PAIR = {'train-images-idx3-ubyte': idx(IMAGES), 'train-labels-idx1-ubyte': idx(LABELS)}
CIFAR = {'data_batch_1.bin': BATCH, 'batches.meta.txt': NAMES}
PACKED_CIFAR = {'data_batch_1.bin.gz': gzip.compress(BATCH, mtime=0), 'batches.meta.txt': NAMES}
# name: (data set, its files, which of them is damaged, how its header is damaged)
ROWS = {
    'npz': ('npz', {'a.npz': saved(np.savez, **ARRAYS)}, 'a.npz', wrong_npz),
    'npz packed': ('npz', {'a.npz': saved(np.savez_compressed, **ARRAYS)}, 'a.npz', wrong_npz),
    'npy': ('npz', {'a.npy': saved(np.save, IMAGES)}, 'a.npy', wrong_npy),
    **{name: ('mnist', pair, name, wrong_idx) for pair in (PAIR, packed(PAIR)) for name in pair},
    'batch': ('cifar10', CIFAR, 'data_batch_1.bin', wrong_batch),
    'batch packed': ('cifar10', PACKED_CIFAR, 'data_batch_1.bin.gz', wrong_batch),
    'class list': ('cifar10', CIFAR, 'batches.meta.txt', None),
}
CASES = [(row, part) for row in ROWS
         for part in ((None, (1, 2, 4)) if ROWS[row][0] == 'npz' else (None,))]


def job(folder, row, content, part):
    """Writes the files of a row, one of them with this content; what is to be loaded."""
    kind, files, damaged, _ = ROWS[row]
    folder.mkdir()
    for name in files:
        (folder / name).write_bytes(content if name == damaged else files[name])
    place = folder / damaged if kind == 'npz' else folder
    return {'name': kind, 'part': part, 'data_dir': str(place)}


def said(row, mutant):
    """The answer that the files give when they are taken at their word."""
    kind, files, damaged, _ = ROWS[row]
    first, second = (gzip.decompress(content) if content[:2] == b'\x1f\x8b' else content
                     for content in {**files, damaged: mutant.content}.values())
    if kind == 'mnist':
        shape = *struct.unpack_from('>3I', first, 4), 1
        pixels, labels, names = first[16:], second[8:], list('0123456789')
    else:
        records = np.frombuffer(first, np.uint8).reshape(-1, 3073)
        pixels = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        shape, labels, pixels = pixels.shape, records[:, 0], pixels.tobytes()
        names = [name.strip() for name in second.decode('utf-8-sig').splitlines() if name.strip()]
    return {'pixels': hashlib.sha256(pixels).hexdigest(), 'shape': list(shape),
            'labels': list(labels), 'class_names': names}


def is_right(row, mutant, answer, whole):
    """Does a file that was taken give what it must?"""
    if ROWS[row][0] != 'npz':
        return {key: answer[key] for key in said(row, mutant)} == said(row, mutant)
    if (answer['dtype'], answer['shape']) != ('uint8', whole['shape']):
        return False                                                # all bytes are of some image
    sealed = row != 'npy' and mutant.kind != 'header'               # by a checksum not made anew
    return not sealed or (answer['pixels'] == whole['pixels']
                          and answer['labels'] in (whole['labels'], None))


def laid_out(folder, row, part, each):
    """The whole file and its mutants, and the jobs of loading them."""
    _, files, damaged, edit = ROWS[row]
    whole = Mutant(damaged, 'whole', 0, files[damaged])
    made = [whole, *mutants(damaged, whole.content, each, edit)]
    folder.mkdir()
    return made, [job(folder / str(i), row, mutant.content, part)
                  for i, mutant in enumerate(made)]


def problems(row, made, found):
    """{mutant: answer} of those that are neither refused by name nor right."""
    whole, damaged = found[0], ROWS[row][2]
    assert 'error' not in whole
    return {f'{row}: {mutant.name}': answer for mutant, answer in zip(made, found, strict=True)
            if not is_refusal(answer, damaged)
            and ('error' in answer or not is_right(row, mutant, answer, whole))}


@needs_limits
@pytest.mark.parametrize('each', [8, pytest.param(400, marks=pytest.mark.slow)])
def test_a_damaged_file_is_refused_or_what_it_says(tmp_path, each):
    groups = [laid_out(tmp_path / str(i), row, part, each) for i, (row, part) in enumerate(CASES)]
    found = answers([job for _, jobs in groups for job in jobs], tmp_path)
    rest, wrong = iter(found), {}
    for (row, _), (made, _) in zip(CASES, groups, strict=True):
        wrong.update(problems(row, made, list(itertools.islice(rest, len(made)))))
    assert not wrong, wrong
    assert found[-1]['peak'] < found[0]['peak'] + GROWTH             # of all until then


@needs_limits
@pytest.mark.parametrize('part', [None, (1, 2, 4)], ids=str)
@pytest.mark.parametrize('save', ['npy', 'npz'])
def test_many_rows_that_are_claimed_cost_no_memory(tmp_path, save, part):
    claim = saved(np.save, IMAGES).replace(b'(12, 4, 6), }      ', b'(99999999, 4, 6), }')
    (tmp_path / 'claim.npy').write_bytes(claim)
    with zipfile.ZipFile(tmp_path / 'claim.npz', 'w') as archive:
        archive.writestr('images.npy', claim)
    (tmp_path / 'whole.npy').write_bytes(saved(np.save, IMAGES))
    whole, answer = answers([{'name': 'npz', 'part': part, 'data_dir': str(tmp_path / name)}
                             for name in ('whole.npy', f'claim.{save}')], tmp_path)
    assert is_refusal(answer, f'claim.{save}')
    assert answer['peak'] < whole['peak'] + GROWTH


@pytest.mark.parametrize('key', ['images', 'labels', 'class_names', 'only'])
def test_nothing_is_unpickled(tmp_path, key, planted):
    if key == 'only':
        np.save(tmp_path / 'a.npz', planted.array)
        (tmp_path / 'a.npz.npy').rename(tmp_path / 'a.npz')
    else:
        np.savez(tmp_path / 'a.npz', **{**ARRAYS, key: planted.array})
    with pytest.raises(RunError, match='a.npz: .*no pickles'):
        load('npz', tmp_path / 'a.npz')
    planted.array.dump(tmp_path / 'a.npz')
    with pytest.raises(RunError, match='not an .npz file'):
        load('npz', tmp_path / 'a.npz')
    assert not planted.file.exists()
