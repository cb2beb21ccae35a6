"""The demo: sample news of invented publishers, served on loopback and walked from feed to inbox."""
