"""One side of trees.py: answers each path of standard input with a status, a size and the tree as text. Imports little, for both must run it.

    dump_trees.py (0 | 1)        with type comments or without
"""

import ast
import sys


def tree(path, type_comments):
    """What is compared: 0 and the tree, or 1 and the refusal."""
    with open(path, "rb") as file:
        source = file.read()
    try:
        return 0, ast.dump(ast.parse(source, path, type_comments=type_comments), include_attributes=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return 1, type(error).__name__


def main():
    type_comments = sys.argv[1] == "1"
    for line in sys.stdin.buffer:
        status, text = tree(line.rstrip(b"\n").decode("utf-8", "surrogateescape"), type_comments)
        data = text.encode("utf-8", "surrogatepass")
        sys.stdout.buffer.write(bytes([status]) + len(data).to_bytes(4, "little") + data)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
