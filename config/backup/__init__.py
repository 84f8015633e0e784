"""Sealed backups: how one is made, what stands in it, how it comes back.

A backup is a tar archive inside an age file. Whoever holds a key needs no app of ours:
`age -d -i KEY FILE | tar x; cat database/* | pg_restore -d NAME`.
"""
