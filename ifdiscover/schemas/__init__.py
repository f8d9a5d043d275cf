"""The JSON schema of every document that ifdiscover prints: ``COMMAND-VERSION.json``."""
