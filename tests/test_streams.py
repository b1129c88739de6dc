"""Lines that are lost, and what becomes of the program that wrote them."""

import errno

import pytest

from dcgan_tf.streams import Lossy, Unread


class Broken:
    def __init__(self, number, terminal):
        self.number, self.terminal = number, terminal

    def write(self, text):
        raise OSError(self.number, 'broken')             # EPIPE makes it a BrokenPipeError

    def flush(self):
        self.write('')

    def isatty(self):
        return self.terminal


@pytest.mark.parametrize(('number', 'terminal', 'gone'), [
    (errno.EPIPE, False, True), (errno.ECONNRESET, False, True), (errno.EIO, True, True),
    (errno.EIO, False, False), (errno.ENOSPC, False, False)])
def test_what_nobody_reads_is_dropped_and_a_result_is_not(number, terminal, gone):
    lossy, unread = Lossy(Broken(number, terminal)), Unread(Broken(number, terminal))
    print('a line', file=lossy, flush=True)
    assert lossy.isatty() == unread.isatty() == terminal
    if gone:
        print('a line', file=unread, flush=True)
        assert unread.write('a line') == 6
    else:
        with pytest.raises(OSError, match='broken'):
            unread.write('a line')
        with pytest.raises(OSError, match='broken'):
            unread.flush()
