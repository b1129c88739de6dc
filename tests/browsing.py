"""Fixtures of tests that look at a page in a browser; they are skipped without one."""

import pathlib

import pytest

CHROMIUM = pathlib.Path('/usr/bin/chromium')


@pytest.fixture(scope='module')
def browser():
    """A headless Chromium."""
    if not CHROMIUM.exists():
        pytest.skip(f'there is no {CHROMIUM}')
    api = pytest.importorskip('playwright.sync_api', reason='playwright is not installed')
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """visit(address, selector) -> the page, watched: what it asked for, what went wrong in it.

    selector: it is loaded when this is there.
    """
    pages = []

    def open_page(address, selector='#wall button[aria-label]'):
        page = browser.new_page(viewport={'width': 1280, 'height': 900})
        page.set_default_timeout(30_000)
        pages.append(page)
        page.asked, page.wrong = [], []
        page.on('request', lambda request: page.asked.append(request.url))
        page.on('pageerror', lambda error: page.wrong.append(str(error)))
        page.on('console', lambda said: page.wrong.append(said.text))
        page.goto(address)
        page.wait_for_selector(selector)
        return page
    yield open_page
    for page in pages:
        page.close()
