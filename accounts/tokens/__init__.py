"""Tokens by which a person's own programs read over the API."""
