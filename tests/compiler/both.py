"""What CPython and what our compiler say about a source, in the same terms.

An answer is None (it compiles) or a tuple: exception, message, line, column, end line, end column, source text; only the
first two of an exception that is no SyntaxError.
"""

import os
import struct
import subprocess
import warnings

MODES = {"exec": 0, "eval": 1, "single": 2}


def oracle(source, mode, name="<source>"):
    """CPython's answer."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, name, mode, dont_inherit=True)
    except SyntaxError as e:
        return type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text
    except (ValueError, OverflowError) as e:
        return "ValueError", str(e)
    except (MemoryError, RecursionError) as e:
        return type(e).__name__, ""
    return None


def oracle_warnings(source, mode):
    """The warnings CPython issues, as (category, line, message)."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        compile(source, "<source>", mode, dont_inherit=True)
    return [(w.category.__name__, w.lineno, str(w.message)) for w in found]


def binary():
    return os.environ.get("HOTPY_PYCOMPILE", "hotpy-pycompile")


def encode(source):
    """Bytes and whether they stand for a str; None if a str cannot be encoded."""
    if isinstance(source, bytes):
        return source, 0
    try:
        return source.encode(), 4
    except UnicodeEncodeError:
        return None


def ours(command, sources, timeout=None):
    """Our answers to [(source, mode)]: 0 and the warnings, or 1 and the error. Ends early if the compiler does.

    Like the interpreter, this decodes what the compiler does not: its own codecs are few.
    """
    answers = list(ask(command, sources, timeout))
    for i, (status, payload) in enumerate(answers):
        if status and payload.startswith("unknown encoding: "):
            try:
                text = sources[i][0].decode(payload.partition(": ")[2])
                if isinstance(text, str):
                    answers[i] = next(ask(command, [(text, sources[i][1])], timeout))
            except LookupError:
                answers[i] = 1, f"<source>:0:-1: SyntaxError: {payload}\nSyntaxError\t0\t-1\tNone\tNone\tCompiler\t"
            except UnicodeError as e:
                answers[i] = 1, f"<source>:0:-1: SyntaxError: {e}\nSyntaxError\t0\t-1\tNone\tNone\tCompiler\t"
    return answers


def ask(command, sources, timeout):
    frames = []
    for source, mode in sources:
        data, text = encode(source)
        frames.append(struct.pack("<BI", MODES[mode] | text, len(data)) + data)
    done = subprocess.run([command, "-s"], input=b"".join(frames), stdout=subprocess.PIPE, timeout=timeout)
    out, at = done.stdout, 0
    while at < len(out):
        status, size = struct.unpack_from("<BI", out, at)
        payload = out[at + 5:at + 5 + size].decode("utf-8", "replace")
        at += 5 + size
        yield status, payload


def answer(status, payload):
    """What `ours` gives, in the oracle's terms."""
    if status == 0:
        return None
    message, _, fields = payload.rpartition("\n") if "\tParser\t" in payload or "\tCompiler\t" in payload else (payload, "", "")
    if "\tParser\t" in payload or "\tCompiler\t" in payload:
        cut = payload.index("\tParser\t") if "\tParser\t" in payload else payload.index("\tCompiler\t")
        at = payload.rindex("\n", 0, cut)
        message, fields = payload[:at], payload[at + 1:]
        kind, line, col, end_line, end_col, origin, text = fields.split("\t", 6)
        line, col, end_line, end_col = (None if n == "None" else int(n) for n in (line, col, end_line, end_col))
        shown = text if origin == "Parser" and line is not None else None
        return kind, message.split(": ", 2)[2], line, col, end_line, end_col, shown
    if payload == "maximum recursion depth exceeded during compilation":
        return "RecursionError", ""
    if payload == "parser stack overflow":
        return "MemoryError", ""
    return "ValueError", payload


def our_warnings(payload):
    """The warnings of a source that compiles, as `oracle_warnings` has them."""
    found = []
    for line in payload.splitlines():
        kind, number, _, message = line.split("\t", 3)
        found.append((kind, int(number), message))
    return found
