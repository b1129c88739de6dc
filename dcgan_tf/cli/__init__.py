"""Turns command lines into a Config and a run, and errors into exit codes.

    parser.py      reads arguments: what main1.py and the tools have in common
    help_text.py   writes --help: all flags, or those that people use most
    readers.py     reads the value of a flag: a size, a list of seeds, a row of a table
    flags.py       main1.py's flags, made from the fields of Config
    more_flags.py  its flags of no field
    start.py       starts a training: workers, data, Config, evaluator and run folder
    early.py       refuses what cannot be done, before anything slow
    resolving.py   makes the Config: from the flags, then with the data set, then without `auto`
    resuming.py    continues a run: which one, and which options may change
    init_from.py   starts a new run from the networks of an earlier one: which, and what must agree
    cost_lines.py  says how long the training takes and how much memory it needs
    debugging.py   --debug
    trained.py     finds a trained run, its checkpoints and its data, for the tools
    inputs.py      reads what a user gives a generator: pictures, latents, classes
    report.py      writes tables and JSON; evaluation_table.py and runs_table.py make theirs
    exits.py       prints one line and returns an exit code for every error

TensorFlow takes seconds to load: nothing here imports it before the arguments are checked.
"""
