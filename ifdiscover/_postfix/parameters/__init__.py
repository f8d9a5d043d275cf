"""main.cf and what is in force: its lines, macros, defaults, and what postconf(1) prints of them."""
