"""`python -m pgdouble`: the same command line where the script is not on PATH."""

from pgdouble.cli.main import main

main()
