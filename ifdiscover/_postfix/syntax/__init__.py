"""How Postfix reads text: files, lines, words, addresses, networks, host names; nothing of parameters or hosts."""
