"""How Postfix reads files, lines, words, addresses, networks and host names; nothing of parameters or hosts."""
