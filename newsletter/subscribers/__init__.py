"""The readers: sign-up, consent, preferences and signed links."""
