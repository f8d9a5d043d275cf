"""What public functions say about arguments of a wrong type, before anything else goes wrong with them."""

from __future__ import annotations


def demand_host(host: object, **texts: object) -> None:
    """See that what stands for a host is one, or None, and that the other arguments are texts.

    Raises:
        TypeError: they are not; the message has the name of the argument.
    """
    if host is not None and not hasattr(host, "blind_to"):
        raise TypeError(
            f"host is what discover() or replay() returns, and not {type(host).__name__}; "
            'the other arguments are given by name, as in mynetworks(host, style="subnet")'
        )
    demand_texts(**texts)


def demand_texts(**texts: object) -> None:
    """See that arguments are texts.

    Raises:
        TypeError: one is not; the message has its name.
    """
    for name, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"{name} is a text, and not {type(text).__name__}")
