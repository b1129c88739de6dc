"""Says what follows from the options of a run: the properties of Config."""

from dcgan_tf import own_code
from dcgan_tf.config.checks import listed
from dcgan_tf.config.choices import METRICS, NONE, PENALTIES
from dcgan_tf.config.types import CLASSES, CODES, TYPES, Type, kind_of, row_of


def batches(config, in_turn: tuple[int, int] | tuple[()]) -> int:
    """Returns the number of batches of a step.

    in_turn: how many critics and how many other players there are, if each moves by itself on a
    batch of its own; () = they move together on one batch.
    """
    c = config
    updates = (in_turn[0] * c.d_steps + in_turn[1] * c.g_steps if in_turn else
               c.d_steps + c.g_steps - 1)
    return updates * c.gradient_accumulate


class Derived:
    """Has the properties that a Config derives from its fields."""

    @property
    def kind(self) -> str:
        """Returns the row of TYPES whose facts hold: `type`, or the `kind` of one's own."""
        return kind_of(self.type, self.code)

    @property
    def row_of_type(self) -> Type:
        """Returns the facts of `type`. UsageError if it is in a file that was not loaded."""
        return row_of(self.type, self.code)

    @property
    def conditioned(self) -> bool:
        """Tells whether the generator takes labels: classes, or the codes of an infogan."""
        return bool(self.row_of_type.labels) and not self.places_classes

    @property
    def places_classes(self) -> bool:
        """Tells whether latents of a class are those of a part of the prior. G gets no label."""
        return self.row_of_type.placed

    @property
    def learns_classes(self) -> bool:
        """Tells whether the training uses the classes of the data."""
        return self.row_of_type.labels == CLASSES

    @property
    def takes_classes(self) -> bool:
        """Tells whether the generator, and an encoder, take classes of the data as labels."""
        return self.conditioned and self.learns_classes

    @property
    def has_codes(self) -> bool:
        """Tells whether the generator's labels are codes, which need no classes of the data."""
        return self.row_of_type.labels == CODES

    @property
    def encodes(self) -> bool:
        """Tells whether an encoder is trained, which finds the latents of images."""
        return self.row_of_type.encodes or PENALTIES[self.penalty].encoder

    @property
    def finds_clusters(self) -> bool:
        """Tells whether the encoder also finds G's label of an image, its cluster."""
        return self.encodes and self.has_codes

    @property
    def shows_plane(self) -> bool:
        """Tells whether codes and latents are points of a plane, and need no label."""
        return self.encodes and self.latent_dim == 2 and not self.conditioned

    @property
    def label_sizes(self) -> tuple[int, ...]:
        """Returns how many values each label of the generator has. Only an infogan has several."""
        return {CLASSES: (len(self.class_names),), CODES: self.codes, '': ()}[
            self.row_of_type.labels]

    @property
    def label_names(self) -> tuple[str, ...]:
        """Returns the names of the values of the generator's first label, or ().

        They are the classes of the data. The values of a code have no names but their numbers.
        """
        if self.has_codes:
            return tuple(map(str, range(self.codes[0])))
        return self.class_names if self.conditioned else ()

    @property
    def label_words(self) -> tuple[str, str]:
        """Returns what the generator's first label is called, and what its values are called."""
        return ('code 1', 'values of code 1') if self.has_codes else ('class', 'classes')

    @property
    def label_texts(self) -> tuple[str, ...]:
        """Returns `label_names` as tables and folders show them: value 3 of a code is `code 3`."""
        return tuple(f'code {name}' for name in self.label_names) if self.has_codes else (
            self.label_names)

    @property
    def latent_dim(self) -> int:
        """Returns the length of a latent: z, followed by the continuous codes of an infogan."""
        return self.z_dim + (self.continuous if 'continuous' in TYPES[self.kind].takes else 0)

    @property
    def tells_classes(self) -> bool:
        """Tells whether a metric needs what the run's own network says of the classes of images."""
        return any(METRICS[name].told for name in {*listed(self.metrics), self.keep_best} - {NONE})

    @property
    def lazy_penalty(self) -> bool:
        """Tells whether some steps have no penalty."""
        return self.penalty != NONE and self.penalty_every > 1

    @property
    def weight_of_penalty(self) -> float:
        """Returns the factor of the penalty: `penalty_weight`, or the paper's if that is 0."""
        return self.penalty_weight or PENALTIES[self.penalty].weight

    @property
    def batches_per_step(self) -> int:
        """Returns the number of batches that a step draws: D and G share one, unless in turn.

        Of a type in a file that was not loaded it is what most types draw.
        """
        return batches(self, self.row_of_type.in_turn if own_code.is_loaded(self.code) else ())

    @property
    def images_per_step(self) -> int:
        """Returns the number of real images that a step draws."""
        return self.batch_size * self.batches_per_step
