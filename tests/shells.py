"""What a shell script would run: bash runs it, with programs that only note how they are called."""

import os
import shlex
import shutil
import subprocess


def words_of(block, folder, silent=(), **environment):
    """The words of each command of a shell script that begins with `python`, as bash runs it.

    silent: names of other programs that do nothing.
    """
    programs = folder / 'bin'
    programs.mkdir(parents=True)
    note = (f'printf "%s\\\\0" "$@" >> {shlex.quote(str(folder))}/words\n'
            f'printf "\\\\n" >> {shlex.quote(str(folder))}/words\n')
    for name, body in {'python': note, **dict.fromkeys(silent, '')}.items():
        (programs / name).write_text(f'#!/bin/sh\n{body}')
        (programs / name).chmod(0o755)
    environment = {**os.environ, **environment,
                   'PATH': f'{programs}{os.pathsep}{os.environ["PATH"]}'}
    subprocess.run([shutil.which('bash'), '-e', '-c', block], env=environment, check=True)
    return [line.split('\0')[:-1] for line in (folder / 'words').read_text().split('\n')[:-1]]
