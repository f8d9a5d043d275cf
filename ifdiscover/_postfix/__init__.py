"""What Postfix concludes from a host, in Postfix's order and words; one module for each question.

The rules were learnt from running Postfix programs, and tests compare with these. The modules know nothing of
backends, never print and never exit.
"""

DIRECTORY = "/etc/postfix"
"""Postfix's default of config_directory: the folder of main.cf."""
