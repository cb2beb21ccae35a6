"""Commands of the whole service; each reads its words, calls one function and shows the result."""
