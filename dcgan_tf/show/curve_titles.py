"""Names the panels of curves: those of `curves.plot`, and those of the page of `explore/`."""

from collections.abc import Iterable, Iterator

from dcgan_tf.run_folder.tables import metrics_csv

ENDINGS = {'_loss': 'loss', '_accuracy': 'accuracy'}        # endings of the columns that are drawn
TITLES = {'class_accuracy': 'class accuracy of D', 'information': 'information of the codes',
          'reconstruction_error': 'reconstruction error', 'code_mean': 'mean of the codes',
          'code_deviation': 'deviation of the codes', 'kl': 'KL of the codes',
          'kl_real': 'KL of codes of real images', 'kl_fake': 'KL of codes of fake images',
          'cosine': 'cosine of z and E(G(z))', 'code_sigma': "deviation of a code's distribution",
          'likelihood_error': 'error of the features', 'clusters_accuracy': 'accuracy of C'}


def titles(columns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yields (column of log.csv, title of its panel), such as ('d_loss', 'loss of D')."""
    for column in columns:
        player, underscore, ending = column.rpartition('_')
        if column in TITLES:
            yield column, TITLES[column]
        elif underscore + ending in ENDINGS:
            yield column, f'{ENDINGS[underscore + ending]} of {player.upper()}'


def metric_title(row: dict) -> tuple[str, bool]:
    """Returns the title of the panel for a row of metrics.csv, and whether it is a baseline.

    The title has four lines: the metric, then its conditions. A baseline has the panel of its
    metric.
    """
    conditions = metrics_csv.conditions_of(row)
    split = conditions.split.removeprefix(metrics_csv.BASELINE)
    return (f'{row["figure"]}\n{conditions.features},\n{conditions.samples:,} samples,\n'
            f'{conditions.real:,} {split}', split != conditions.split)
