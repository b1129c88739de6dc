"""The doors: from words on the command line to a Config and a run, and from errors to exit codes.

    parser.py      what all commands share in reading their arguments
    flags.py       main1.py's flags, made from the fields of Config
    start.py       data, Config, evaluator and run folder of a training
    resuming.py    which run goes on, and what may change
    trained.py     a trained run and its checkpoints, for tools
    evaluating.py  the evaluator of a run's data set
    report.py      figures as tables and as JSON
    exits.py       one line and an exit code for everything that can go wrong

Nothing here imports TensorFlow before the arguments are understood: it takes seconds to load.
"""
