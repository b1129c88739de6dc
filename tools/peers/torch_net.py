"""Trains with PyTorch: its layers and its fused Adam; eager, channels last, or compiled."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from peers.net import EPSILON, KERNEL, MOMENTUM, SIGMA, STRIDE, of

# PyTorch's layers pad all sides by 2. TensorFlow's SAME pads the other side by one more, so these
# networks equal the others on images and kernels that are turned by 180 degrees.
PADDING = KERNEL // 2


class Torch:
    """Has the networks of a Config; `step` trains them on one batch.

    compiled: a mode of torch.compile. A step with a penalty is not compiled: torch.compile has no
    second derivatives.
    """

    def __init__(self, config, images, threads, *, channels_last=False, compiled=None):
        torch.set_num_threads(threads)
        torch.backends.cudnn.benchmark = True              # finds the fastest convolutions
        self._device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
        self._layout = torch.channels_last if channels_last else torch.contiguous_format
        self._config, self._net, self._done = config, of(config), 0
        self._images = torch.from_numpy(np.moveaxis(images, -1, 1).copy()).to(self._device)
        self._g, self._d = (network(self._net).to(self._device, memory_format=self._layout)
                            for network in (Generator, Discriminator))
        betas = (config.beta1, config.beta2)
        self._optimizers = [
            torch.optim.Adam(network.parameters(), config.learning_rate, betas, 1e-8, fused=True)
            for network in (self._d, self._g)]
        self._average = [p.detach().clone() for p in self._g.parameters() if config.ema]
        self._usual = self._gradients
        if compiled:
            self._usual = torch.compile(self._gradients, mode=compiled)

    def step(self):
        """Makes one training step, of D and of G."""
        c = self._config
        indices = torch.randint(len(self._images), [c.batch_size], device=self._device)
        real = self._images[indices].to(memory_format=self._layout)
        z = torch.rand([c.batch_size, c.z_dim], device=self._device) * 2 - 1
        due = c.penalty == 'r1' and self._done % c.penalty_every == 0
        gradients = (self._gradients if due else self._usual)(real, z, due)
        for network, optimizer, found in zip((self._d, self._g), self._optimizers, gradients,
                                             strict=True):
            for parameter, gradient in zip(network.parameters(), found, strict=True):
                parameter.grad = gradient
            optimizer.step()
        if self._average:
            torch._foreach_lerp_(self._average, [p.detach() for p in self._g.parameters()],
                                 1 - c.ema)
        if self._device.type == 'cuda':
            torch.cuda.synchronize()
        self._done += 1

    @torch.no_grad()
    def generate(self, n):
        """Returns n images [n, H, W, C] in the range of G's output."""
        self._g.train(not self._net.affine)
        images = self._g(torch.rand([n, self._net.z_dim], device=self._device) * 2 - 1)
        self._g.train()
        return images.permute(0, 2, 3, 1).cpu().numpy()

    def weights(self):
        """Returns {name in this project: array}."""
        return {name: parameter.detach().cpu().numpy() for name, parameter in self._named()}

    def load(self, values):
        """Sets the weights: {name: array} of a TensorFlow way; kernels are turned, axes moved."""
        with torch.no_grad():
            for name, parameter in self._named():
                parameter.copy_(torch.from_numpy(self._from_tensorflow(name, values[name])))

    def losses(self, real, z, *, penalty=False):
        """Returns the losses of D and G, of images uint8 [N, H, W, C] and latents [N, Z]."""
        turned = torch.from_numpy(np.moveaxis(real[:, ::-1, ::-1], -1, 1).copy())
        losses = self._losses(turned.to(self._device), torch.from_numpy(z).to(self._device),
                              penalty)
        return [loss.item() for loss in losses]

    def _named(self):
        for network, model in (('Generator', self._g), ('Discriminator', self._d)):
            for name, parameter in model.named_parameters():
                layer, _, parameter_name = name.rpartition('.')
                norm = layer.endswith('norm')
                names = ({'weight': 'gamma', 'bias': 'beta'} if norm else
                         {'weight': 'weights', 'bias': 'bias'})
                yield f'{network}/{layer}/{names[parameter_name]}', parameter

    def _from_tensorflow(self, name, value):
        net = self._net
        height, width = net.sizes[0]
        if name.endswith('conv/weights'):                        # and of deconv: [k, k, out, in]
            return value[::-1, ::-1].transpose(3, 2, 0, 1).copy()
        if name == 'Generator/g0_linear/weights':                # [Z, H W C] -> [C H W, Z]
            maps = value.reshape(net.z_dim, height, width, -1)[:, ::-1, ::-1]
            return maps.transpose(3, 1, 2, 0).reshape(-1, net.z_dim).copy()
        if name == 'Generator/g0_linear/bias':                   # one per map -> one per number
            return np.repeat(value, height * width)
        if name.endswith('linear/weights'):                      # [H W C, logits] -> its transpose
            last = math.isqrt(len(value) // net.d_maps[-1])
            maps = value.reshape(last, last, net.d_maps[-1], -1)[::-1, ::-1]
            return maps.transpose(3, 2, 0, 1).reshape(net.logits, -1).copy()
        return value

    def _gradients(self, real, z, penalty):
        d_loss, g_loss = self._losses(real, z, penalty)
        return (torch.autograd.grad(d_loss, list(self._d.parameters()), retain_graph=True),
                torch.autograd.grad(g_loss, list(self._g.parameters())))

    def _losses(self, real, z, penalty):
        c = self._config
        real = real.float() / 255
        real = (real if self._net.sigmoid else 2 * real - 1).requires_grad_(penalty)
        fake = self._g(z)
        real_logits, fake_logits = self._d(real), self._d(fake)
        d_loss = self._loss(real_logits, 1) + self._loss(fake_logits, 0)
        if penalty:
            slope, = torch.autograd.grad(real_logits.sum(), real, create_graph=True)
            r1 = slope.square().sum(dim=(1, 2, 3)).mean() / 2
            d_loss = d_loss + c.penalty_every * c.penalty_weight * r1
        return d_loss, self._loss(fake_logits, 1)

    def _loss(self, logits, target):
        if self._net.logits == 2:
            labels = torch.full([len(logits)], target, device=logits.device)
            return functional.cross_entropy(logits, labels)
        labels = torch.full_like(logits, target)
        return functional.binary_cross_entropy_with_logits(logits, labels)


class Generator(nn.Module):
    """Is G, made of PyTorch's layers with this project's names."""

    def __init__(self, net):
        super().__init__()
        self.net, (start, *sizes) = net, net.sizes
        self.g0_linear = _initialize(nn.Linear(net.z_dim, start[0] * start[1] * net.g_maps[0],
                                          bias=net.bias_before_norm or not net.norm_on_latent))
        self.g0_norm = _norm(net, net.g_maps[0]) if net.norm_on_latent else nn.Identity()
        old_size = start
        for i, (size, maps) in enumerate(zip(sizes, net.g_maps[1:], strict=True), 1):
            last = i == len(sizes)
            padding = [new - 2 * old + 1 for new, old in zip(size, old_size, strict=True)]
            setattr(self, f'g{i}_deconv', _initialize(nn.ConvTranspose2d(
                net.g_maps[i - 1], maps, KERNEL, STRIDE, PADDING, padding,
                bias=last or net.bias_before_norm)))
            setattr(self, f'g{i}_norm', nn.Identity() if last else _norm(net, maps))
            old_size = size

    def forward(self, z):
        """Returns images.   [N, Z] -> [N, C, H, W]"""
        net = self.net
        h = self.g0_norm(self.g0_linear(z).view(len(z), net.g_maps[0], *net.sizes[0]))
        for i in range(1, len(net.sizes)):
            h = getattr(self, f'g{i}_deconv')(functional.relu(h))
            h = getattr(self, f'g{i}_norm')(h)
        return torch.sigmoid(h) if net.sigmoid else torch.tanh(h)


class Discriminator(nn.Module):
    """Is D, made of PyTorch's layers with this project's names."""

    def __init__(self, net):
        super().__init__()
        self.net = net
        size, maps = net.sizes[-1], (net.channels, *net.d_maps)
        for i in range(1, len(maps)):
            normed = i > 1 or net.norm_on_input
            setattr(self, f'd{i}_conv', _initialize(nn.Conv2d(
                maps[i - 1], maps[i], KERNEL, STRIDE, PADDING,
                bias=net.bias_before_norm or not normed)))
            setattr(self, f'd{i}_norm', _norm(net, maps[i]) if normed else nn.Identity())
            size = [-(-n // STRIDE) for n in size]
        setattr(self, f'd{len(maps)}_linear',
                _initialize(nn.Linear(size[0] * size[1] * maps[-1], net.logits)))

    def forward(self, x):
        """Returns logits.   [N, C, H, W] -> [N, logits]"""
        for i in range(1, len(self.net.d_maps) + 1):
            x = getattr(self, f'd{i}_norm')(getattr(self, f'd{i}_conv')(x))
            x = functional.leaky_relu(x, self.net.slope)
        return getattr(self, f'd{len(self.net.d_maps) + 1}_linear')(x.flatten(1))


def _initialize(layer):
    nn.init.trunc_normal_(layer.weight, std=SIGMA, a=-2 * SIGMA, b=2 * SIGMA)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def _norm(net, maps):
    """Returns a batch norm layer. PyTorch's momentum is the weight of the new value."""
    return nn.BatchNorm2d(maps, EPSILON, 1 - MOMENTUM, affine=net.affine,
                          track_running_stats=net.affine)
