"""`python -m bot.cli` is `colorizebot`."""

from bot.cli.main import main

if __name__ == "__main__":
    main()
