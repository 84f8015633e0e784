"""How often the screening is right: on shipped cases and on our own decisions."""
