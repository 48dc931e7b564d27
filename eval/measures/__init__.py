"""Measures, one small file a family. Each gives a question a ``Share``; a set's value is a ratio of sums."""
