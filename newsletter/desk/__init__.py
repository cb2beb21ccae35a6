"""The curators' desk: admin pages that show content and readers both."""
