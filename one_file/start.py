"""The program as one file starts here, by ``python3 FILE`` as its ``__main__``, or by its first lines."""

import sys

if sys.version_info < (3, 9):  # noqa: UP036 - whatever Python is here runs it
    sys.exit("ifdiscover: error: Python 3.9 or later is needed")

KEY = b"@KEY@"  # of the sources that the bytecode was made of
BYTECODE = {"": 0}  # for each Python, how far before the end of the file its bytecode begins


def use_bytecode(archive: str) -> bool:
    """Import modules from this Python's bytecode; False: the file has none, and Python compiles them anew."""
    start = BYTECODE.get(sys.implementation.cache_tag)
    if start is None:
        return False
    from _frozen_importlib_external import MAGIC_NUMBER
    from marshal import loads

    file = open(archive, "rb")
    file.seek(-start, 2)
    head = MAGIC_NUMBER + KEY
    if file.read(len(head)) != head:  # somebody has changed the file
        file.close()
        return False
    index = loads(file.read(int.from_bytes(file.read(4), "big")))
    codes = file.tell()
    finder = type(sys)("finder")
    exec(loads(file.read(index["finder"][1])), vars(finder))  # it is the first
    finder.install(archive, file, codes, index)
    return True


if __name__ == "__main__":
    try:
        try:
            # A zip file in sys.path is opened at the first import, even of a module that is elsewhere.
            if not use_bytecode(sys.argv[0]) and sys.path[:1] != sys.argv[:1]:
                sys.path.insert(0, sys.argv[0])

            from ifdiscover._cli import main
        except Exception as error:  # noqa: BLE001 - whatever it is: Python's status after a traceback, 1, is an answer
            from posix import _exit, write  # which is in Python itself, and no file

            try:
                write(2, f"ifdiscover: error: a module cannot be imported: {ascii(str(error))[1:-1]}\n".encode())
            finally:
                _exit(71)

        sys.exit(main())
    except KeyboardInterrupt:  # before main(), or after it
        sys.exit(130)
