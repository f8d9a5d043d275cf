"""Postfix's parameters: main.cf, macros, defaults, and the output of postconf(1)."""
