"""The command line: one small file a command, imported only when its command runs.

Knows arguments, exit codes and how to print. Refuses to compute: every command calls into the packages and shows what
they return.
"""
