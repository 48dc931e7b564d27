"""Documents in, clauses and facts out."""
