"""The pages in a browser, while a training writes its files. The generators are of NumPy."""

import base64
import logging
import shutil
import threading

import pytest

pytest.importorskip('flask', reason='tools/requirements-explore.txt is not installed')

import numpy as np
from werkzeug.serving import make_server
from written import rows, save

from dcgan_tf.images import write_png
from dcgan_tf.run_folder import lock
from dcgan_tf.show.explore.app import create_app
from dcgan_tf.show.explore.places import OneRun, ResultsFolder

NAME = '<img src=x onerror=alert(1)> "a\' & ünï'


@pytest.fixture
def serve(with_gans):
    """serve(place) -> the address of its page."""
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    servers = []

    def start(place):
        app = create_app(place, with_gans, local=True)
        servers.append(make_server('127.0.0.1', 0, app, threaded=True))
        threading.Thread(target=servers[-1].serve_forever).start()
        return f'http://127.0.0.1:{servers[-1].port}/'
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def refresh(page):
    """Does not wait for the seconds until the page asks again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def wait_for(page, selector, text):
    page.locator(selector, has_text=text).first.wait_for()


def test_a_training_that_goes_on(make_run, serve, visit):
    run = make_run()
    with lock.locked(run.path):
        page = visit(serve(OneRun(run.path)), '#training[open]')
        wait_for(page, '#state', 'running')
        assert page.locator('#no-rows').is_visible() and page.locator('#samples').is_hidden()
        wait_for(page, '#waiting', 'The samples come as soon as')

        with run.log.open('a') as log:
            log.write('step,passes,d_loss,g_loss,images_per_second\n' + ''.join(
                f'{step},1,{step / 100},2,320\n' for step in range(10, 510, 10)))
        run.warn('step 500: <b>a sign</b>')
        write_png(run.images / 'fake_000500.png', np.zeros([4, 8, 3], np.uint8))
        refresh(page)
        wait_for(page, '#progress', 'step 500 of 1,000')
        assert '50 s left' in page.locator('#progress').inner_text()
        assert page.locator('#warnings').inner_text() == 'step 500: <b>a sign</b>'
        assert page.locator('#curves figcaption').all_inner_texts()[0].split() == [
            'loss', 'of', 'D', '4.95']                        # the mean of the last values
        assert page.locator('#curves path.bold').count() == 2
        page.locator('#newest img').wait_for()
        page.wait_for_function('document.querySelector("#newest img").naturalWidth === 8')

        save(run, 500)
        with run.log.open('a') as log:
            log.write('510,1,1.5,2,320\n')
        refresh(page)
        page.wait_for_selector('#wall button[aria-label]')
        wait_for(page, '#about', 'step 500, 6x8')
        assert page.locator('#newer').is_hidden() and page.locator('#waiting').is_hidden()
        other = visit(page.url)
        save(run, 510)
        for each in (page, other):
            refresh(each)
            wait_for(each, '#load', 'Load step 510')
        page.locator('#wall button').nth(3).click()
        page.click('#load')
        wait_for(page, '#about', 'step 510')
        page.locator('#picks button[aria-label="chosen 1: seed 3"]').wait_for()
        assert page.locator('#picks button').count() == 1               # it is still chosen
        assert page.locator('#newer').is_hidden()
        refresh(other)
        wait_for(other, '#about', 'step 510')
        assert other.locator('#newer').is_hidden()
    refresh(page)
    wait_for(page, '#state', 'stopped')
    assert 'left' not in page.locator('#progress').inner_text()
    asked = [url for url in page.asked if url.partition('?')[0].endswith('/training')]
    assert len(asked) >= 4 and sum('log=' not in url for url in asked) == 1     # the first one
    assert page.wrong == other.wrong == [] and page.locator('#status').inner_text() == ''

    shutil.rmtree(run.path)
    refresh(page)
    wait_for(page, '#status', 'this run is not there any more')


def test_a_picture_of_ones_own(make_run, serve, visit, tmp_path):
    """Its pixels come to the encoder as they are in the file, if it has the size of the run."""
    page = visit(serve(OneRun(make_run(saved=(10,)).path)))
    picture = np.random.default_rng(0).integers(0, 256, [8, 6, 3], np.uint8)
    write_png(tmp_path / 'a.png', picture)
    (tmp_path / 'b.png').write_bytes(b'none')
    with page.expect_request('**/encode') as asked:
        page.set_input_files('#file', [tmp_path / 'a.png'])
    assert base64.b64decode(asked.value.post_data_json['pixels']) == picture.tobytes()
    wait_for(page, '#status', 'a.png: mean squared error 0.2500')
    page.locator('#picks button[aria-label="chosen 1: a.png"]').wait_for()
    page.locator('#wall button').nth(3).click()
    page.locator('#picks button[aria-label="chosen 2: seed 3"]').wait_for()
    assert page.locator('#picks span:first-of-type').all_inner_texts() == ['a.png', '3']
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.items.add(new File(['none'], 'b.png'));
        document.dispatchEvent(new DragEvent('drop', {dataTransfer: data, cancelable: true}));
    }""")
    wait_for(page, '#status', 'b.png: this is no picture that the browser can read')
    assert page.wrong == []


def test_the_list_and_two_runs_that_are_compared(make_run, serve, visit, tmp_path):
    results = tmp_path / 'results'
    run = make_run('one', log=range(10, 110, 10), saved=(10,), pictures=(10,), learning_rate=5e-4)
    make_run('two', log=range(10, 60, 10), saved=(10,), pictures=(20,))
    make_run('three').path.rename(results / NAME)
    page = visit(serve(ResultsFolder(results)), '#runs li:nth-child(3)')
    assert sorted(page.locator('#runs .name').all_inner_texts()) == sorted([NAME, 'one', 'two'])
    assert page.locator('#compare').is_hidden()
    one, two, odd = (page.get_by_label(f'compare {name}', exact=True)
                     for name in ('one', 'two', NAME))
    one.check()
    two.check()
    page.wait_for_selector('#curves figure')
    assert page.locator('#compare-title').inner_text() == 'one and two'
    assert page.locator('#curves figure').first.locator('path.bold').count() == 2
    assert page.locator('#newest img').count() == 2
    wait_for(page, '#options', 'learning_rate')
    assert page.locator('#options tr', has_text='learning_rate').first.inner_text().split() == [
        'learning_rate', '0.0005', '0.001']
    odd.check()                                                # a third one: the first goes
    wait_for(page, '#compare-title', f'two and {NAME}')
    assert not one.is_checked() and page.locator('#runs .ticked').count() == 2
    odd.uncheck()
    assert page.locator('#compare').is_hidden()

    with run.log.open('a') as log:
        log.write(rows(110))
    shutil.rmtree(results / 'two')
    refresh(page)
    page.wait_for_selector('#runs li:nth-child(3)', state='detached')
    assert page.locator('#runs li').first.locator('.name').inner_text() == 'one'      # the newest
    assert 'step 110 of 1,000' in page.locator('#runs li').first.inner_text()
    page.set_viewport_size({'width': 360, 'height': 700})
    assert page.evaluate('document.documentElement.scrollWidth') == 360
    page.locator('#runs a').first.click()
    page.wait_for_selector('#wall button[aria-label]')
    assert page.locator('#name').inner_text() == 'one'
    page.click('#training summary')
    assert page.locator('#curves figure').count() == 3
    assert page.evaluate('document.documentElement.scrollWidth') == 360
    page.click('#all-runs')
    page.wait_for_selector('#runs li')
    assert page.wrong == []
    (results / 'one' / 'config.json').write_text('{')
    refresh(page)
    wait_for(page, '#runs .state', 'unreadable')


def test_a_curve_of_any_length_stays_short_in_the_page(make_run, serve, visit):
    """5,000 rows, the first 1,000 as points of three: none is lost, nor is an extreme value."""
    page = visit(serve(OneRun(make_run().path)), '#training[open]')
    n, mean, low, high, bold = page.evaluate('''async () => {
        const {makeHistory, runningMean} = await import('./history.js');
        const history = makeHistory();
        const add = (fresh, width, values, of) => history.add({
            log: {mark: '', fresh, width, last: width, titles: {d_loss: 'loss of D'}, best: {},
                  steps: values.map((_, k) => k), curves: {d_loss: of(values)}},
            metrics: {mark: '', fresh, rows: []}, warnings: {mark: ''}});
        const value = (k) => k === 7 ? 99 : k === 2345 ? -99 : k % 10;
        const points = Array.from({length: 1000}, (_, k) => [0, 1, 2].map((i) => value(3 * k + i)));
        add(true, 3, points, (all) => ({mean: all.map(([a, b, c]) => (a + b + c) / 3),
            low: all.map((p) => Math.min(...p)), high: all.map((p) => Math.max(...p))}));
        for (let k = 3000; k < 5000; k += 40) {
            add(false, 1, Array.from({length: 40}, (_, i) => value(k + i)), (all) => ({mean: all}));
        }
        const curve = history.panels().get('loss of D');
        return [curve.n, curve.mean, curve.low, curve.high, runningMean(curve)];
    }''')
    values = np.arange(5_000) % 10
    values[7], values[2345] = 99, -99
    assert sum(n) == 5_000 and 500 <= len(n) <= 1_000
    ends = np.cumsum(n)
    parts = np.split(values, ends[:-1])
    np.testing.assert_allclose(mean, [part.mean() for part in parts])
    assert (low, high) == ([min(part) for part in parts], [max(part) for part in parts])
    reach, k = len(n) // 50, len(n) // 2
    wanted = np.concatenate(parts[k - reach:k + reach + 1]).mean()
    assert bold[k] == pytest.approx(wanted)
    assert page.wrong == []
