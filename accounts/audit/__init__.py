"""The log of who did what: one writer, one chain, one page to read it."""
