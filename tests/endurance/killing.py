"""A command of main1.py that is started again and again, and killed each time."""

import os
import pathlib
import subprocess
import sys
import time

from dcgan_tf.run_folder.checkpoint_files import halves, steps

MAIN = pathlib.Path(__file__).parents[2] / 'main1.py'
EVERY = 5                                 # steps between checkpoints
OF_A_SAVE = 20                            # about so many things are done to files in one
COMMON = ['--batch-size', '4', '--checkpoint-step', EVERY, '--eval-step', 4 * EVERY, '--run-name',
          'run', '--resume', 'auto']


class Run:
    """What one command makes in a folder, in one process or in several."""

    def __init__(self, folder, words, last):
        folder.mkdir()
        self.last, self.path, self._folder = last, folder / 'results' / 'run', folder
        self.cache = folder / 'cache'
        self._command = [sys.executable, *map(str, [
            MAIN, *words, *COMMON, '--epochs', last, '--save-folder', folder / 'results',
            '--cache-folder', self.cache])]

    def start(self, environment=None):
        base = {**(environment or os.environ), 'TF_CPP_MIN_LOG_LEVEL': '3'}
        with (self._folder / 'output').open('ab') as output:
            return subprocess.Popen(self._command, cwd=self._folder.parent, env=base,
                                    stdout=output, stderr=subprocess.STDOUT)

    def wait_for(self, step, process):
        """Until there is a checkpoint of that step or a later one, or the process has ended."""
        deadline = time.monotonic() + 300
        while (self.newest() < step and process.poll() is None and time.monotonic() < deadline):
            time.sleep(0.01)

    def kill(self, process):
        """Whether it was in time; a process may be done, but never have failed."""
        process.kill()
        code = process.wait()
        assert code in (0, -9), (self._folder / 'output').read_text()[-3000:]
        return code == -9

    def finish(self):
        process = self.start()
        process.wait(300)
        assert not self.kill(process)

    def steps(self):
        return steps(self.path / 'checkpoints')

    def newest(self):
        return max(self.steps(), default=-1)

    def cut_the_newest(self):
        """The two newest checkpoints, as a disk may leave them that has lost its power."""
        *_, before, last = self.steps()
        for name in (f'model-{before}.data-00000-of-00001', f'model-{last}.index'):
            path = self.path / 'checkpoints' / name
            os.truncate(path, path.stat().st_size // 2)


class Times:
    """How long an undisturbed run takes: to its first pictures, between checkpoints, at the end."""

    def __init__(self, run):
        begun = time.time()
        run.finish()
        before, last = sorted(file.stat().st_mtime
                              for file in run.path.glob('checkpoints/*.index'))[-2:]
        self.start = (run.path / 'images' / 'real.png').stat().st_mtime - begun
        self.interval, self.end = last - before, time.time() - last


class Kills:
    """Each starts a run and kills it; False = it was done before."""

    def __init__(self, times, watched, rng, reach):
        """reach: steps between two kills at most, but for those of a moment."""
        self._times, self._watched, self._rng, self._reach = times, watched, rng, reach
        self.halves = 0               # of checkpoints that a kill has left

    def anywhere(self, run):
        """A third of them before the training has begun, all others in it."""
        process = run.start()
        if self._rng.random() < 1 / 3:
            time.sleep(self._rng.uniform(0, self._times.start))
        else:
            run.wait_for(run.newest() + self._rng.randint(EVERY, self._reach), process)
            time.sleep(self._rng.uniform(0, 2 * self._times.interval))
        return run.kill(process)

    def in_a_save(self, run):
        in_time = self._by_itself(run, run.path / 'checkpoints', 2 * OF_A_SAVE)
        folder = run.path / 'checkpoints'
        self.halves += bool([*folder.glob('*temp*'), *halves(folder)])
        return in_time

    def at_a_file(self, run):
        return self._by_itself(run, run.path, 10 * OF_A_SAVE)

    def _by_itself(self, run, below, most):
        """In one of the first things that are done below a folder; see crash_point.c."""
        process = run.start(self._watched(CRASH_BELOW=below,
                                          CRASH_AT=self._rng.randint(1, most)))
        process.wait(300)
        return run.kill(process)

    def at_the_end(self, run):
        """After the last step."""
        process = run.start()
        run.wait_for(run.last, process)
        time.sleep(self._rng.uniform(0, self._times.end))
        return run.kill(process)
