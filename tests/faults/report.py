"""`python -m tests.faults.report`: goes through the whole matrix and writes what was seen to docs/reliability.md."""

import sys
from pathlib import Path

import pytest

from tests.faults.matrix import BEGIN, END, PAGE, SEEN, THERE, Cell, Outcome, render


class Writer:
    """Collects what each case tells."""

    def __init__(self) -> None:
        self.outcomes: dict[Cell, Outcome] = {}

    def pytest_configure(self, config: pytest.Config) -> None:
        """Tells the cases not to compare with a page that is about to be written."""
        config.stash[SEEN] = self.outcomes


def main() -> int:
    """Run the matrix and write the page, unless a case failed or was left out; the exit status."""
    writer = Writer()
    cases = Path(__file__).with_name("test_matrix.py")
    status = pytest.main(["-q", "-k", "is_hit", str(cases), *sys.argv[1:]], plugins=[writer])
    if status == 0 and set(writer.outcomes) == set(THERE):
        head, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{render(writer.outcomes)}\n\n{END}{rest.partition(END)[2]}")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
