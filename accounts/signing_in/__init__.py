"""Coming in: passwords, second factors, sessions, and what the door tells people."""
