"""Read a host while it changes, and count the answers that were true at no moment.

``kinds`` has the kinds of change, ``changer`` makes them and writes down what was true when, ``reader`` reads with one
backend, ``oracle`` judges what was read, and ``__main__`` runs them in a network namespace and prints a table.
"""
