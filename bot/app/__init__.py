"""The composition root: settings, logging, scheduler, workers and the command line."""
