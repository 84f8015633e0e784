"""The demo: everything on one machine, in front of one terminal (`bin/demo`)."""
