"""Lets mkdocs build the site from the files as they are, with links that work where the files are.

A link leads from one file of the repository to another. On the site, docs/NAME is NAME, the PAGES
outside of docs/ and the NOTEBOOKS have a name each, and a program is a page with its text. So each
link gets the name that its file has there. A link to a file that does not exist stays, and mkdocs
refuses it.
"""

import pathlib
import posixpath
import re

from mkdocs.structure.files import File, InclusionLevel
from notebook_page import as_page

ROOT = pathlib.Path(__file__).parents[2]
PAGES = {                           # pages outside of docs/ -> their names on the site
    'README.md': 'readme.md',
    'CHANGELOG.md': 'changes.md',
    'CONTRIBUTING.md': 'contributing.md',
    'SECURITY.md': 'security.md',
    'experiments/README.md': 'repeat.md',
}
NOTEBOOKS = {'docs/tour.ipynb': 'tour.md'}         # each is a page, and a file to download
TEXTS = {'.py': 'python', '.sh': 'bash', '.toml': 'toml', '.yml': 'yaml', '.yaml': 'yaml',
         '.cff': 'yaml', '.txt': 'text', '': 'text'}       # ending -> language
LINK = re.compile(r'(?:(?<=\]\()|(?<=src="))(?!\w+:|[#/])([^\s()"#]+)')     # without its anchor


def on_files(files, config):
    """Adds the pages outside of docs/, and the other files of the repository that have links."""
    for path, name in PAGES.items():
        files.append(File.generated(config, name, abs_src_path=str(ROOT / path)))
    for path, name in NOTEBOOKS.items():
        files.append(File.generated(config, name, content=as_page(ROOT / path)))
    for page in list(files.documentation_pages()):
        for path in map(path_of(page), LINK.findall(page.content_string)):
            if (ROOT / path).exists() and name_of(path) not in files.src_uris:
                files.append(made(path, config))
    return files


def on_page_markdown(markdown, page, config, files):
    """Lets each link to a file of the repository lead to what the site has of it."""
    start = posixpath.dirname(page.file.src_uri) or '.'

    def on_site(link):
        path = path_of(page.file)(link[0])
        return posixpath.relpath(name_of(path), start) if (ROOT / path).exists() else link[0]
    return LINK.sub(on_site, markdown)


def path_of(page):
    """Returns a function, link on this page -> path in the repository."""
    sources = {name: path for path, name in (PAGES | NOTEBOOKS).items()}
    folder = posixpath.dirname(sources.get(page.src_uri, f'docs/{page.src_uri}'))
    return lambda link: posixpath.normpath(posixpath.join(folder, link))


def name_of(path):
    """Returns the name on the site of a file or folder of the repository."""
    if page := (PAGES | NOTEBOOKS).get(path) or PAGES.get(f'{path}/README.md'):
        return page
    in_docs = path.removeprefix('docs/')
    if in_docs != path:
        return in_docs
    return f'files/{path}{".md" if pathlib.Path(path).suffix in TEXTS else ""}'


def made(path, config):
    """Returns what the site has of a file: a page with its text, or a copy. Of a folder: its names.
    """
    file = ROOT / path
    if file.suffix not in TEXTS:
        return File.generated(config, name_of(path), abs_src_path=str(file))
    text = ('\n'.join(sorted(each.name for each in file.iterdir())) if file.is_dir() else
            file.read_text())
    page = (f'---\nsearch: {{exclude: true}}\n---\n# {path}\n\n'
            f'~~~~ {TEXTS[file.suffix]}\n{text}\n~~~~\n')
    return File.generated(config, name_of(path), content=page, inclusion=InclusionLevel.NOT_IN_NAV)
