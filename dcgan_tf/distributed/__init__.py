"""Trains one network with several workers, by TensorFlow's own servers and collective ops.

    cluster.py              reads TF_CONFIG: all workers, and which of them this process is
    worker.py               opens a worker's server and sessions
    peers.py                all that one GAN shares with the other workers, and the stop requests:
                            signals and collapses, so that all workers end after the same step
    collective_session.py   runs a session in step with all other workers
    collectives.py          makes collective ops: sums, and copies of the first worker's values
    synchronize.py          compares options and versions, copies the first worker's weights
    launching.py            starts, watches and stops the workers of one machine
"""
