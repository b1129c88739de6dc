"""Several workers, one network: TensorFlow's own servers and collective ops, no engine of ours.

    cluster.py              TF_CONFIG -> which worker of how many
    worker.py               its server and sessions
    collective_session.py   runs of a session that all make together
    collectives.py          collective ops: sums, and what the first worker has
    synchronize.py          what has to be the same everywhere: options, versions, weights
    stop_requests.py        signals and collapses, which all act on after the same step
    launching.py            the workers of one machine
"""
