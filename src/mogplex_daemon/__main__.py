"""`python -m mogplex_daemon`."""

from mogplex_daemon.cli import main

if __name__ == "__main__":
    main()
