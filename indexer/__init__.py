"""Clauses in, ranked clauses out."""
