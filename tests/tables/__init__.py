"""Scripts that build the data tables of the engine."""
