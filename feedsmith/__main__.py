"""`python -m feedsmith` and the `feedsmith` program."""

import sys

from feedsmith.cli import run


def main() -> None:
    """Run the command line and end with its exit status."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
