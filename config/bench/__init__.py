"""Measures how fast the app is, always beside a peer and a floor in the same run."""
