"""What Postfix makes of a host, in Postfix's order and with Postfix's words; a module for each of its questions.

What these modules do was learnt from the running programs and is held to them by tests. They know nothing of
backends, never print and never exit.
"""

DIRECTORY = "/etc/postfix"
"""The folder of main.cf if nothing names another: Postfix's default of config_directory."""
