"""`python -m ui` is the command line."""

from ui.start import main

main()
