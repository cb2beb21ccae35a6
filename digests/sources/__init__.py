"""From feed to article: fetch, parse, extract, clean and store."""
