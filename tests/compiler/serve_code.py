"""One side of compare.py --hotpy: answers each path of standard input with a status, a size, and marshalled code or the refusal's text.

    serve_code.py LEVEL
"""

import marshal
import sys


def answer(path, level):
    with open(path, "rb") as file:
        source = file.read()
    try:
        # Marshalled while nothing else refers to it: references show in the bytes.
        return 0, marshal.dumps(compile(source, path, "exec", dont_inherit=True, optimize=level))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return 1, f"{type(error).__name__}: {error}".encode("utf-8", "surrogatepass")


def main():
    level = int(sys.argv[1])
    for line in sys.stdin.buffer:
        status, data = answer(line.rstrip(b"\n").decode("utf-8", "surrogateescape"), level)
        sys.stdout.buffer.write(bytes([status]) + len(data).to_bytes(4, "little") + data)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
