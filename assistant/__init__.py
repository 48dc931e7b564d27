"""Questions in, verified answers out."""
