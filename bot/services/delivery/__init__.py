"""The round that plans, claims, composes, sends and marks: every due digest once, or a row that says why not."""
