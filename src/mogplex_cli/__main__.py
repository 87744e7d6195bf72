"""`python -m mogplex_cli`."""

from mogplex_cli.main import main

if __name__ == "__main__":
    main()
