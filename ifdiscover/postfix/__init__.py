"""What Postfix makes of a host: a function of the model each, in Postfix's order and with Postfix's words.

What these modules do was learnt from the running programs and is held to them by tests. They know nothing of
backends, never print and never exit.
"""
