"""The pages nobody logs in to."""
