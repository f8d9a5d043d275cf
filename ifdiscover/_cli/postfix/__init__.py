"""One module for each command about the host's Postfix, made as those of ``commands/``."""
