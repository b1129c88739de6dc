"""Has a run folder for itself, for a minute: python holder.py FOLDER"""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from dcgan_tf.run_folder import lock

with lock.locked(pathlib.Path(sys.argv[1])):
    sys.stdout.write('in\n')
    sys.stdout.flush()
    time.sleep(60)
