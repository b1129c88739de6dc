"""The choices behind fields of Config and their help; the ops are elsewhere, with TensorFlow."""

TYPES = {              # how labels enter the networks; conditioning.py has the ops
    'gan':  'not at all',
    'cgan': 'one-hot, beside the latent and as maps beside the image',
}
