"""The command line, a module for each command. Those that show a surface are in `bot.__main__`."""
