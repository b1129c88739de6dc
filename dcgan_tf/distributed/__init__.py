"""Several workers, one network: TensorFlow's own servers and collective ops, no engine of ours.

    cluster.py     TF_CONFIG -> which worker of how many
    worker.py      its server and sessions
    joint.py       runs of a session that all make together
    exchange.py    collective ops: sums, and what the first worker has
    agreement.py   what has to be the same everywhere: options, weights, the end of the training
"""
