"""Lists the presets: one column for each preset, one row for each field of Config."""

_OF_ACGAN = (16, 32, 64, 128, 256, 512)      # feature maps of D

# A field that is not listed has Config's default.
_GREY_28 = {
    'preset':              ('dcgan28',        'main1',        'keras_mnist',      'upsample_mnist'),
    'architecture':        ('dcgan',          'main1',        'keras_mnist',      'upsample'),
    'objective':           ('non_saturating', 'softmax',      'non_saturating',   'non_saturating'),
    'penalty':             ('r1',             'none',         'none',             'none'),
    'penalty_weight':      (1.0,              0.0,            0.0,                0.0),
    'penalty_every':       (4,                1,              1,                  1),
    'z_dim':               (64,               64,             100,                100),
    'prior':               ('uniform',        'uniform',      'normal',           'uniform'),
    'generator_maps':      ((144, 72, 36, 1), (128, 64, 1),   (256, 128, 64, 1),  (128, 64, 1)),
    'discriminator_maps':  ((1, 36, 72, 144), (1, 64, 128),   (1, 32, 64, 128),   (1, 64, 128)),
    'epochs':              (20_000,           20_000,         20_000,             3_000),
    'batch_size':          (32,               32,             128,                64),
    'replacement':         (False,            True,           False,              False),
    'learning_rate':       (1e-3,             1e-4,           1e-3,               2e-4),
    'learning_rate_half_life': (5_000,        0,              0,                  0),
    'beta1':               (0.5,              0.5,            0.9,                0.5),
    'beta2':               (0.999,            0.99,           0.999,              0.999),
    'ema':                 (0.999,            0.0,            0.0,                0.0),
    'eval_step':           (500,              500,            1_000,              50),
}
_OF_A_TYPE = {             # the networks and numbers of the paper of a type
    'preset':              ('infogan_mnist', 'acgan_mnist',         'acgan_cifar10'),
    'type':                ('infogan',       'acgan',               'acgan'),
    'architecture':        ('infogan_mnist', 'acgan',               'acgan'),
    'image_height':        (28,              28,                    32),
    'image_width':         (28,              28,                    32),
    'n_channels':          (1,               1,                     3),
    'z_dim':               (62,              100,                   100),
    'prior':               ('uniform',       'normal',              'normal'),
    'generator_maps':      ((128, 64, 1),    (384, 192, 96, 1),     (384, 192, 96, 3)),
    'discriminator_maps':  ((1, 64, 128),    (1, *_OF_ACGAN),       (3, *_OF_ACGAN)),
    'epochs':              (5_000,           20_000,                50_000),
    'batch_size':          (128,             100,                   100),
    'd_learning_rate':     (2e-4,            0.0,                   0.0),
    'g_learning_rate':     (1e-3,            0.0,                   0.0),
    'ema':                 (0.0,             0.0,                   0.0),
}
_OF_AN_ENCODER = {         # the same of the types that have an encoder
    'preset':              ('bigan_mnist',   'ali_cifar10',                   'ali64'),
    'type':                ('bigan',         'ali',                           'ali'),
    'architecture':        ('bigan_mnist',   'ali',                           'ali64'),
    'image_height':        (28,              32,                              64),
    'image_width':         (28,              32,                              64),
    'n_channels':          (1,               3,                               3),
    'z_dim':               (50,              64,                              256),
    'prior':               ('uniform',       'normal',                        'normal'),
    'generator_maps':      ((1024, 1024, 1), (256, 128, 64, 32, 32, 32, 3),
                            (512, 256, 256, 128, 64, 3)),
    'discriminator_maps':  ((1, 1024, 1024), (3, 32, 64, 128, 256, 512),
                            (3, 64, 128, 256, 256, 512)),
    # bigan_mnist: 25 passes over 50,000 images. The papers have 400 passes, 6,475 and 123.
    'epochs':              (9_775,           50_000,                          50_000),
    'batch_size':          (128,             100,                             100),
    'learning_rate':       (2e-4,            1e-4,                            1e-4),
    # BiGAN's program has half of the loss, and 2.5e-5.
    'weight_decay':        (5e-5,            0.0,                             0.0),
    'ema':                 (0.0,             0.0,                             0.0),
}
_AAE = {                    # fully connected; the numbers of feature maps are those of units
    'preset':              ('aae_mnist',       'aae_labels_mnist', 'aae_clusters_mnist'),
    'type':                ('aae',             'aae_labels',       'aae_clusters'),
    'architecture':        ('aae',             'aae',              'aae_clusters'),
    'z_dim':               (8,                 2,                  5),
    'prior':               ('normal5',         'mixture10',        'normal'),
    'codes':               ((10,),             (10,),              (16,)),
    'norm':                ('none',            'none',             'batch'),
    'g_norm':              ('none',            'none',             'none'),
    'generator_maps':      ((1_000, 1_000, 1), (1_000, 1_000, 1),  (1_000, 1_000, 1)),
    'discriminator_maps':  ((1, 1_000, 1_000), (1, 1_000, 1_000),  (1, 1_000, 1_000)),
    'batch_size':          (100,               100,                100),
    'ema':                 (0.0,               0.0,                0.0),
}
_OF_AGE = {                # of an age; its program counts 150 passes over CIFAR-10, 5 over CelebA
    'preset':              ('age_cifar10',            'age64'),
    'type':                ('age',                    'age'),
    'architecture':        ('age32',                  'age64'),
    'image_height':        (32,                       64),
    'image_width':         (32,                       64),
    'n_channels':          (3,                        3),
    'z_dim':               (128,                      64),
    'prior':               ('sphere',                 'sphere'),
    'generator_maps':      ((512, 256, 128, 128, 3),  (512, 256, 128, 64, 3)),
    'discriminator_maps':  ((3, 64, 128, 256),        (3, 64, 128, 256, 512)),
    'divergence':          ('published',              'published'),   # the weights belong to it
    'g_steps':             (2,                        3),
    'epochs':              (117_000,                  15_800),
    'batch_size':          (64,                       64),
    'learning_rate_half_life': (31_000,               0),
    'ema':                 (0.0,                      0.0),
}
_COLOUR = {
    'preset':              ('folder',              'cifar10',           'folder_classic',
                            'cifar10_classic'),
    'architecture':        ('skip',                'skip',              'folder',   'dcgan'),
    'penalty':             ('r1',                  'r1',                'none',     'none'),
    'penalty_weight':      (0.1,                   0.1,                 0.0,        0.0),
    'penalty_every':       (4,                     4,                   1,          1),
    'diff_augment':        ('',                    'color,translation', '',         ''),
    'image_height':        (64,                    32,                  64,         32),
    'image_width':         (64,                    32,                  64,         32),
    'n_channels':          (3,                     3,                   3,          3),
    'z_dim':               (100,                   100,                 100,        100),
    'generator_maps':      ((384, 192, 96, 48, 3), (256, 128, 64, 3),   (256, 128, 64, 3),
                            (256, 128, 64, 3)),
    'discriminator_maps':  ((3, 48, 96, 192, 384), (3, 64, 128, 256),   (3, 64, 128, 256),
                            (3, 64, 128, 256)),
    'epochs':              (4_000,                 20_000,              20_000,     20_000),
    'batch_size':          (25,                    64,                  25,         64),
    'd_learning_rate':     (2e-3,                  2e-3,                0.0,        0.0),
    'g_learning_rate':     (4e-3,                  4e-3,                0.0,        0.0),
    'learning_rate_half_life': (1_500,             5_000,               0,          0),
    'beta2':               (0.99,                  0.99,                0.999,      0.999),
    'ema':                 (0.998,                 0.999,               0.999,      0.999),
}
_LARGE = {                  # for a GPU
    'preset':              ('dcgan64',),
    'architecture':        ('dcgan',),
    'image_height':        (64,),
    'image_width':         (64,),
    'n_channels':          (3,),
    'z_dim':               (100,),
    'generator_maps':      ((1024, 512, 256, 128, 3),),
    'discriminator_maps':  ((3, 128, 256, 512, 1024),),
    'batch_size':          (128,),
    'ema':                 (0.0,),
}
_VAE_GAN = {                # Larsen et al. 2016, 1512.09300, as in their program
    'preset':              ('vae_gan64',              'vae_gan_cifar10'),
    'type':                ('vae_gan',                'vae_gan'),
    'architecture':        ('vae_gan',                'vae_gan'),
    'objective':           ('minimax',                'minimax'),
    'gamma':               (1e-6,                     1e-5),
    'feature_layer':       (4,                        3),
    'gate':                (0.35,                     0.35),
    'image_height':        (64,                       32),
    'image_width':         (64,                       32),
    'n_channels':          (3,                        3),
    'z_dim':               (128,                      256),
    'prior':               ('normal',                 'normal'),
    'generator_maps':      ((256, 256, 128, 32, 3),   (256, 192, 128, 32, 3)),
    'discriminator_maps':  ((3, 32, 128, 256, 256),   (3, 32, 128, 192, 256)),
    'epochs':              (62_500,                   50_000),
    'batch_size':          (64,                       64),
    'learning_rate':       (3e-4,                     3e-4),
    'beta1':               (0.0,                      0.0),       # Adam without its first moment
    'beta2':               (0.9,                      0.9),       # is RMSProp
    'ema':                 (0.0,                      0.0),
}


def _columns(table):
    """Returns {preset name: {field: value}} from a table with one column for each preset."""
    names = table['preset']
    return {name: {field: row[i] for field, row in table.items() if field != 'preset'}
            for i, name in enumerate(names)}


PRESETS = {**_columns(_GREY_28), **_columns(_COLOUR), **_columns(_LARGE),
           **_columns(_OF_A_TYPE), **_columns(_OF_AN_ENCODER), **_columns(_AAE),
           **_columns(_VAE_GAN), **_columns(_OF_AGE)}
