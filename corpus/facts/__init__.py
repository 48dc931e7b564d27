"""Facts that clauses state, each tied to a clause and an exact span."""
