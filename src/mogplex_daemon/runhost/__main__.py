"""`python -m mogplex_daemon.runhost`."""

from mogplex_daemon.runhost.main import main

if __name__ == "__main__":
    main()
