"""`python -m colorizer` is `colorizer`."""

from colorizer.cli import main

if __name__ == "__main__":
    main()
