"""All that ifdiscover knows of a host in one plain document, for the tools that ask many hosts."""
