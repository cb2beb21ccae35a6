"""Commands that operate and prove delivery."""
