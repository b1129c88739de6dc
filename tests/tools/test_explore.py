"""tools/explore.py as people use it: a process, a real browser, and Ctrl-C."""

import contextlib
import re
import signal
import socket
import time

import cv2
import numpy as np
import pytest

from dcgan_tf.cli import exits
from dcgan_tf.commands import explore
from tests.cases import cases
from tests.programs import ROOT, Program

pytest.importorskip('flask', reason='tools/requirements-explore.txt is not installed')
pytest.importorskip('waitress', reason='tools/requirements-explore.txt is not installed')

pytestmark = pytest.mark.usefixtures('pooled')


@pytest.fixture
def start():
    """start(run) -> (the process, the address that it printed); ended with the test."""
    with contextlib.ExitStack() as started:
        def run_tool(run):
            process = started.enter_context(Program(
                [ROOT / 'tools/explore.py', run, '--port', '0'],
                env={'TF_CPP_MIN_LOG_LEVEL': '3'}))
            return process, address_of(process)
        yield run_tool


def address_of(process, timeout=60):
    """Waits for the line that a process prints."""
    end = time.monotonic() + timeout
    while not (found := re.match(r'(http:\S+) .*\n', process.text())):
        assert process.poll() is None and time.monotonic() < end, process.text()
        time.sleep(0.05)
    return found[1]


def stop(process, number):
    """-> (exit code, the last line that it said)"""
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.splitlines()[-1]


def pixels(page, canvas):
    """What a canvas shows, as text to compare."""
    return page.eval_on_selector(canvas, 'canvas => canvas.toDataURL()')


def wait_until_other(page, canvas, before):
    """Waits until a canvas shows something else than `before`."""
    page.wait_for_function('([canvas, before]) => document.querySelector(canvas).toDataURL() !== '
                           'before', arg=[canvas, before])


def choose(page, *places):
    """Clicks pictures of the wall."""
    for place in places:
        page.locator('#wall button').nth(place).click()


def test_a_visit(cgan, start, visit):
    """Two pictures morph, a slider changes one, a class changes all, and the GIF is the morph."""
    process, address = start(cgan)
    page = visit(address)
    blank = pixels(page, '#morph')
    assert page.locator('#gif').is_disabled()
    choose(page, 0, 3)
    wait_until_other(page, '#morph', blank)
    wait_until_other(page, '#morph', pixels(page, '#morph'))              # it moves
    page.click('#play')
    still = pixels(page, '#morph')
    page.wait_for_timeout(300)
    assert pixels(page, '#morph') == still                                # and pauses

    page.wait_for_selector('#picks button:nth-child(2)')
    before = pixels(page, '#change')
    page.locator('#sliders input').first.fill('3')
    wait_until_other(page, '#change', before)
    changed = pixels(page, '#change')
    page.click('#reset')
    wait_until_other(page, '#change', changed)
    assert pixels(page, '#change') == before

    wall = '#wall button:nth-child(5) canvas'
    before = pixels(page, wall)
    page.click('#classes button:has-text("Bag")')
    wait_until_other(page, wall, before)
    assert 'class: Bag' in page.locator('#wall button').nth(4).get_attribute('aria-label')
    with page.expect_download() as download:
        page.click('#gif')
    film = np.fromfile(download.value.path(), np.uint8)
    frames = cv2.imdecodeanimation(film)[1].frames
    assert download.value.suggested_filename == 'morph.gif'
    assert len(frames) == 48 and frames[0].shape[:2] == (120, 120)
    assert any((frame != frames[0]).any() for frame in frames)
    assert 'stopped' in page.locator('#training summary').inner_text()
    assert page.locator('#curves').is_hidden() and page.locator('#newer').is_hidden()
    assert page.wrong == [] and page.locator('#status').inner_text() == ''
    assert all(url.startswith((address, f'blob:{address}')) for url in page.asked)
    assert stop(process, signal.SIGTERM) == (143, 'explore.py: stopped')


@pytest.mark.slow
def test_a_slider_for_each_continuous_code(infogan, start, visit):
    """It stands on no number until it is moved: the picture has the code of its seed."""
    process, address = start(infogan)
    page = visit(address)
    sliders = page.locator('#sliders label')
    assert [text.split('\n')[0][:6] for text in sliders.all_inner_texts()[:3]] == [
        'code 3', 'code 4', 'direct']
    assert page.locator('#classes button').count() == 4                    # all, and three values
    choose(page, 5, 6)
    page.wait_for_selector('#picks button:nth-child(2)')
    assert 'as drawn' in sliders.nth(0).inner_text() and 'as drawn' in sliders.nth(1).inner_text()
    before = pixels(page, '#change')
    page.locator('#sliders input').nth(1).fill('2')
    wait_until_other(page, '#change', before)
    assert '2.00' in sliders.nth(1).inner_text() and 'as drawn' in sliders.nth(0).inner_text()
    page.locator('#picks button').first.click()                            # the other picture
    assert 'as drawn' in sliders.nth(1).inner_text()
    page.locator('#picks button').nth(1).click()
    assert '2.00' in sliders.nth(1).inner_text()
    changed = pixels(page, '#change')
    page.click('#reset')
    wait_until_other(page, '#change', changed)
    page.wait_for_timeout(300)
    assert pixels(page, '#change') == before and 'as drawn' in sliders.nth(1).inner_text()
    assert page.wrong == [] and page.locator('#status').inner_text() == ''
    assert stop(process, signal.SIGTERM) == (143, 'explore.py: stopped')


@pytest.mark.slow
def test_the_wall_the_choice_and_the_keyboard(run, start, visit):
    process, address = start(run)
    page = visit(address)
    assert page.locator('#classes').is_hidden()
    first = '#wall button:nth-child(1)'
    before = pixels(page, f'{first} canvas')
    page.locator('#next').focus()
    page.keyboard.press('Enter')
    wait_until_other(page, f'{first} canvas', before)
    assert page.locator(first).get_attribute('aria-label') == 'seed 36'
    page.click('#previous')
    page.wait_for_selector(f'{first}[aria-label="seed 0"]')
    assert pixels(page, f'{first} canvas') == before
    page.locator(first).focus()
    page.keyboard.press('Space')
    choose(page, *range(1, 10))
    assert '8 pictures' in page.locator('#status').inner_text()
    assert page.locator('#wall button[aria-pressed=true]').count() == 8
    page.wait_for_selector('#picks button:nth-child(8)')
    choose(page, 0)                                           # again: no more
    page.wait_for_selector('#picks button:nth-child(8)', state='detached')
    page.locator('#truncation').fill('0.1')
    wait_until_other(page, f'{first} canvas', before)
    page.click('#clear')
    page.wait_for_selector('#picks button', state='detached')
    assert page.locator('#gif').is_disabled()

    page.set_viewport_size({'width': 360, 'height': 700})     # a phone: nothing sticks out
    assert page.evaluate('document.documentElement.scrollWidth') == 360
    assert page.wrong == []
    assert stop(process, signal.SIGINT) == (130, 'explore.py: stopped')


def test_a_port_that_is_taken(run, capsys):
    with socket.create_server(('127.0.0.1', 0)) as taken:
        port = taken.getsockname()[1]
        assert exits.run(explore.main, [str(run), '--port', str(port)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f'cannot listen on 127.0.0.1 port {port}: Address already in use' in line


@cases(('words', 'problem'), [
    ('--port 65536', '--port 65536: expected 0 to 65,535'), ('--port http', '--port'),
    ('--host no..such', 'host no..such: no address of this machine'), ('--host=', '--host is')])
def test_mistakes(run, capsys, words, problem):
    assert exits.run(explore.main, [str(run), '--port', '0', *words.split()]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert problem in line


def test_no_run(tmp_path, capsys):
    assert exits.run(explore.main, [str(tmp_path)]) == 2
    assert 'is neither a run folder' in capsys.readouterr().err


def test_the_list_opens_generators(run, cgan, monkeypatch, tmp_path, capsys):
    """The page is that of tests/show/explore/test_pages.py; here the GANs are real."""
    from dcgan_tf.show.explore import serving
    for path in (run, cgan):
        (tmp_path / path.name).symlink_to(path)
    found = {}

    def serve(app, listening):
        client, base = app.test_client(), serving.url(listening)
        for row in client.get('/runs', base_url=base).json['rows']:
            facts = client.get(f'/facts?run={row["key"]}', base_url=base)
            found[row['name']] = facts.status_code, facts.json['classes']
        return signal.SIGTERM
    monkeypatch.setattr(serving, 'serve', serve)
    assert exits.run(explore.main, ['--save-folder', str(tmp_path), '--port', '0']) == 143
    assert found == {run.name: (200, []), 'cgan': (200, ['T-shirt/top', '..', 'Bag'])}
    assert capsys.readouterr().out.startswith('http://127.0.0.1:')
