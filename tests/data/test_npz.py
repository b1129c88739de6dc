"""npz: the spellings it takes, what it makes of them, and one line about anything else."""

import io
import pickle
import zipfile

import numpy as np
import pytest

from dcgan_tf.data import npz
from dcgan_tf.errors import RunError, UsageError
from tests.cases import cases

GREY = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)
COLOUR = np.arange(3 * 4 * 5 * 3, dtype=np.uint8).reshape(3, 4, 5, 3)
LABELS = np.array([2, 0, 1])


def written(folder, save=np.savez, **arrays):
    path = folder / 'some.npz'
    save(path, **arrays)
    return path


def packed(array):
    """The whole .npy file of an array."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npy(shape, descr='|u1', content=b''):
    """An .npy file that claims what it likes."""
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}}}\n".encode()
    return b'\x93NUMPY\x01\x00' + len(header).to_bytes(2, 'little') + header + content


def zipped(folder, members, method=zipfile.ZIP_STORED):
    path = folder / 'some.npz'
    with zipfile.ZipFile(path, 'w', method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refused(path, problem):
    """Loading raises one line of RunError that begins with the file's name."""
    with pytest.raises(RunError, match=problem) as raised:
        npz.load(path)
    message = str(raised.value)
    assert message.startswith(f'{path}: ')
    assert '\n' not in message


@cases('save', [np.savez, np.savez_compressed])
@cases(('images', 'pixels'), [
    (GREY, GREY[..., None]), (GREY[..., None], GREY[..., None]), (COLOUR, COLOUR),
    (np.asfortranarray(COLOUR), COLOUR),
])
@cases(('images_key', 'labels_key'), npz.PAIRS)
def test_images_and_labels(tmp_path, save, images, pixels, images_key, labels_key):
    path = written(tmp_path, save, **{images_key: images, labels_key: LABELS, 'x_test': LABELS})
    for given in (path, str(path)):
        dataset = npz.load(given)
        assert (dataset.name, dataset.folder) == ('npz', str(path))
        assert np.array_equal(dataset.images, pixels)
        assert dataset.images.flags.c_contiguous
        assert dataset.labels.tolist() == [2, 0, 1]
        assert dataset.class_names == ('0', '1', '2')


@cases('key', ['images', 'x_train', 'anything', 'arr_0', 'a/b', '.npy', ''])
def test_images_alone(tmp_path, key):
    path = zipped(tmp_path, {f'{key}.npy': packed(COLOUR), 'README.txt': 'hello', 'folder/': ''})
    dataset = npz.load(path)
    assert np.array_equal(dataset.images, COLOUR)
    assert (dataset.labels, dataset.class_names) == (None, ())


def test_a_lone_npy(tmp_path):
    np.save(tmp_path / 'x.npy', GREY)
    dataset = npz.load(tmp_path / 'x.npy')
    assert np.array_equal(dataset.images[..., 0], GREY)
    assert (dataset.labels, dataset.folder) == (None, str(tmp_path / 'x.npy'))


def test_our_names_come_before_those_of_keras(tmp_path):
    path = written(tmp_path, x_train=GREY, y_train=LABELS, images=COLOUR)
    dataset = npz.load(path)
    assert np.array_equal(dataset.images, COLOUR)
    assert dataset.labels is None


def test_class_names_come_in_label_order_and_may_be_more_than_are_used(tmp_path):
    names = np.array(['cat', 'dog', 'Kuh', 'größer'])
    path = written(tmp_path, images=GREY, labels=LABELS, class_names=names)
    assert npz.load(path).class_names == ('cat', 'dog', 'Kuh', 'größer')
    assert npz.load(written(tmp_path, images=GREY, class_names=names)).class_names == ()


@cases('dtype', ['uint8', 'int8', '>i2', 'int32', 'int64', 'uint64'])
def test_labels_of_any_integer_type_also_as_a_column(tmp_path, dtype):
    path = written(tmp_path, x_train=GREY, y_train=LABELS.astype(dtype)[:, None])
    labels = npz.load(path).labels
    assert labels.dtype == np.int32
    assert labels.tolist() == [2, 0, 1]


@cases('highest', [255, 99_999])
def test_high_labels(tmp_path, highest):
    labels = np.array([0, 1, highest], 'uint8' if highest < 256 else 'int64')
    names = npz.load(written(tmp_path, images=GREY, labels=labels)).class_names
    assert (len(names), names[-1]) == (highest + 1, str(highest))


def test_an_archive_of_python_2_is_read_without_a_warning(tmp_path):
    path = zipped(tmp_path, {'x.npy': npy('(1L, 2L, 3L)', content=bytes(range(6)))})
    assert npz.load(path).images[0, ..., 0].tolist() == [[0, 1, 2], [3, 4, 5]]


@cases('name', ['absent.npz', '', 'absent/x.npz'])
def test_no_file(tmp_path, name):
    with pytest.raises(UsageError, match=r'is no file; expected an \.npz file'):
        npz.load(tmp_path / name)


def test_a_file_that_cannot_be_asked_is_named(tmp_path):
    refused(tmp_path / ('x' * 300), 'xxx: File name too long')


@cases(('images', 'problem'), [
    (GREY / 255, r"float64, expected uint8 from 0 to 255; .* \(x \* 255\)\.round\(\)\.astype\('ui"),
    (GREY.astype('int64'), 'images are int64, expected uint8 from 0 to 255$'),
    (GREY > 3, 'images are bool, expected uint8'),
    (np.array(['a']), 'expected uint8'),
    (np.zeros([2], [('a', 'u1')]), 'expected uint8'),
    (GREY[0], r'images are \[4, 5\], expected \[N, H, W\] or \[N, H, W, C\] with C = 1 or 3$'),
    (GREY[0, 0, 0], r'images are \[\], expected'),
    (COLOUR[None], r'images are \[1, 3, 4, 5, 3\], expected'),
    (COLOUR.transpose(0, 3, 1, 2), r'images are \[3, 3, 4, 5\], .*x\.transpose\(0, 2, 3, 1\)$'),
    (COLOUR[..., :2], r'images are \[3, 4, 5, 2\], expected'),
    (COLOUR[..., [0, 1, 2, 0]], r'images are \[3, 4, 5, 4\], expected'),
    (COLOUR[:0], r'images are \[0, 4, 5, 3\]: nothing inside'),
    (COLOUR[:, :0], r'images are \[3, 0, 5, 3\]: nothing inside'),
])
def test_other_images(tmp_path, images, problem):
    refused(written(tmp_path, images=images), problem)


@cases(('labels', 'problem'), [
    ([0, 1], r'labels are int64 \[2\], expected whole numbers \[3\]'),
    (np.eye(3, dtype=int), r'labels are int64 \[3, 3\], expected'),
    (1, r'labels are int64 \[\], expected'),
    ([0., 1., 2.], r'labels are float64 \[3\], expected'),
    ([True, False, True], 'labels are bool'),
    (np.array([0, 1, 2], 'm8[s]'), r'labels are timedelta64\[s\]'),
    (['a', 'b', 'c'], r'labels are str32 \[3\], expected'),
    ([0, -1, 5], 'labels .* -1 to 5, .* 0 to 99,999'),
    ([0, 1, 100_000], 'labels .* 0 to 100000, .* 0 to 99,999'),
    (np.array([0, 1, 2**64 - 1], 'u8'), 'labels go from 0 to 18446744073709551615'),
])
def test_other_labels(tmp_path, labels, problem):
    refused(written(tmp_path, images=GREY, labels=labels), problem)


@cases(('names', 'problem'), [
    (['a', 'b'], 'labels .* 0 to 2, .* 0 to 1, .* class_names'),
    (['a', 'b', 'a'], '3 class_names, 2 of them different'),
    ([['a', 'b', 'c']], r'class_names are str32 \[1, 3\], expected text \[K\]'),
    ('abc', r'class_names are str96 \[\], expected'),
    (np.array([], 'U1'), r'class_names are str32 \[0\], expected'),
    ([b'a', b'b', b'c'], r'class_names are bytes8 \[3\], expected'),
    ([1, 2, 3], r'class_names are int64 \[3\], expected'),
    (np.array([0, 1, 0xffffffff], '<u4').view('<U1'), 'class_names cannot be read'),
    (['a', 'b', '\ud800'], 'class_names cannot be read: .* surrogates not allowed'),
])
def test_other_class_names(tmp_path, names, problem):
    refused(written(tmp_path, images=GREY, labels=LABELS, class_names=names), problem)


def test_more_class_names_than_fit_are_not_even_listed(tmp_path):
    members = {'images': packed(GREY), 'labels': packed(LABELS),
               'class_names': npy('(1000000000000,)', '<U0')}       # 0 bytes, and all there
    path = zipped(tmp_path, {f'{name}.npy': content for name, content in members.items()})
    refused(path, r'class_names .* \[1000000000000\], .* 1 to 100,000')


@cases(('names', 'problem'), [
    (['a', 'b'], "2 arrays named 'a', 'b'; expected images or x_train, or a single array"),
    (['labels', 'y_train'], '2 arrays named'),
    (['sub/images', 'sub/labels'], '2 arrays named'),
    ([], '0 arrays; expected images'),
    ([f'{"x" * 300}{place}' for place in range(9)], "9 arrays named 'x{199}; expected"),
])
def test_no_array_of_images(tmp_path, names, problem):
    members = {f'{name}.npy': packed(GREY) for name in names}
    refused(zipped(tmp_path, {'images.txt': 'text', **members}), problem)


@cases(('content', 'problem'), [
    (b'', 'the file is empty'),
    (b'<html>404</html>', 'not an .npz file: it starts with 3c 68 74 6d 6c 3e, expected'),
    (pickle.dumps({'images': GREY}), 'not an .npz file: it starts with 80 04'),
    (b'PK\x03\x04 no more', 'the file cannot be read: File is not a zip file'),
    (packed(GREY)[:5], 'not an .npz file'),
    (packed(GREY)[:-1], 'the array cannot be read: .*could only read 59'),
    (packed(GREY) + b'\0', 'the array has trailing bytes'),
    (packed(np.array([GREY, None], object)), 'the array cannot be read: Object arrays'),
    (npy('(1000000000000000, 28, 28)'), 'the array cannot be read: .'),
    (npy('(4294967296, 4294967296)'), 'the array cannot be read: .'),
    (npy(f'({"9" * 30}, 2, 2)'), 'the array cannot be read: .'),
    (npy('(-1, 2, 2)', content=bytes(4)), 'the array cannot be read: .'),
    (npy('{[]: 1}'), 'the array cannot be read: .'),
    (npy('(1, 2, "'), 'the array cannot be read: .'),
    (npy('(' * 5000), 'the array cannot be read: .'),
])
def test_damage_is_named(tmp_path, content, problem):
    path = tmp_path / 'some.npz'
    path.write_bytes(content)
    refused(path, problem)


@cases('method', [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@cases(('content', 'problem'), [
    (b'', 'EOF: reading magic string'),
    (b'text', 'EOF: reading magic string'),
    (packed(GREY)[:-1], '.* 60 bytes got 59'),
    (packed(np.array([GREY, None], object)), 'Object arrays .* no pickle'),
    (npy('(1000000000000000, 28, 28)'), 'Unable to allocate'),
    (npy('(10000000000, 28, 28)'), '.'),
])
def test_a_damaged_member_is_named(tmp_path, method, content, problem):
    path = zipped(tmp_path, {'images.npy': content}, method)
    refused(path, f"'images.npy' cannot be read: {problem}")


def test_trailing_bytes_of_a_member(tmp_path):
    path = zipped(tmp_path, {'images.npy': packed(GREY) + b'\0'})
    refused(path, "'images.npy' has trailing bytes")


def test_a_flipped_pixel_breaks_the_checksum(tmp_path):
    path = written(tmp_path, images=GREY)
    content = path.read_bytes()
    assert content.count(GREY.tobytes()) == 1
    path.write_bytes(content.replace(GREY.tobytes(), (GREY ^ 1).tobytes()))
    refused(path, 'Bad CRC-32')


@cases('save', [np.savez, np.savez_compressed])
def test_a_cut_anywhere_is_refused(tmp_path, save):
    path = written(tmp_path, save, images=GREY, labels=LABELS)
    content = path.read_bytes()
    for cut in range(0, len(content), 5):
        path.write_bytes(content[:cut])
        refused(path, '.')


@cases('method', [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packings(tmp_path, method):
    path = zipped(tmp_path, {'images.npy': packed(GREY)}, method)
    refused(path, f"'images.npy' is encrypted or packed by method {method}, expected 0 or 8")


@cases(('place', 'value'), [(8, 1), (10, 99)])
def test_encrypted_and_unknown_packings(tmp_path, place, value):
    path = zipped(tmp_path, {'images.npy': packed(GREY)})
    content = bytearray(path.read_bytes())
    content[content.index(b'PK\x01\x02') + place] = value       # flags, method
    path.write_bytes(content)
    refused(path, "'images.npy' is encrypted or packed by method .*, expected 0 or 8")


def test_a_member_that_unpacks_to_more_than_the_limit(tmp_path, monkeypatch):
    path = written(tmp_path, np.savez_compressed, images=GREY)
    monkeypatch.setattr(npz, 'LARGEST', len(packed(GREY)))
    assert len(npz.load(path)) == 3
    monkeypatch.setattr(npz, 'LARGEST', len(packed(GREY)) - 1)
    refused(path, r"'images\.npy' declares 188 bytes, at most 187 are accepted")
