"""Pure functions over text and URLs. No Django, no clock, no network."""
