"""Readers of one file format each: bytes in, raw text and what the file says apart from it out."""
