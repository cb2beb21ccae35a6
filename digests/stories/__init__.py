"""From article to story: tag, group, rank and summarise."""
