"""The options in which runs differ."""

from dcgan_tf import preset
from dcgan_tf.run_folder.differing_options import as_text, differing_options


def test_names_come_in_the_order_of_config():
    a = preset('dcgan28', data_dir='data')
    assert differing_options([]) == differing_options([a, a.replace(data_dir='data/')]) == []
    assert differing_options([a, a.replace(flip=True), a.replace(epochs=7)]) == ['flip', 'epochs']


def test_a_long_value_is_cut():
    assert [as_text(value) for value in (True, (1, 2), 0.5, 'a', ())] == [
        'on', '1,2', '0.5', 'a', '-']
    assert as_text('x' * 30) == 'x' * 21 + '...' and as_text('x' * 30, 30) == 'x' * 30
