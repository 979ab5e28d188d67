"""The command line. main.py is the door; one file per command, which returns the text to print."""
