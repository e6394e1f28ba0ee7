# Which part of the line of a SyntaxError is marked: ranges beyond the line, over several lines, of subclasses.
import sys


class MySyntaxError(SyntaxError): pass
class NoSyntaxError(Exception):
    """Anything with print_file_and_line has a place."""
    print_file_and_line = None
    def __init__(self, msg, place):
        self.msg = msg
        self.filename, self.lineno, self.offset, self.text, self.end_lineno, self.end_offset = place


for kind in (SyntaxError, IndentationError, TabError, MySyntaxError, NoSyntaxError):
    for text in ("abcdef ghi\n", "abcdef ghi", "  abcdef ghi\n", "\tx\n", "", "\n", "one\ntwo three\n"):
        for place in ((1, 5, 1, 100), (1, 5, 2, 100), (1, 5, 2, 3), (1, 5, 2, -1), (1, 5, 3, 0), (1, 1, 1, 11), (1, 3, 1, 12), (1, 0, 1, 3), (1, -1, 1, 2), (2, 2, 1, 6), (1, None, 1, None), (1, 3, None, None)):
            if kind is not SyntaxError and place[2:] not in ((1, 100), (2, 3), (1, 11)): continue
            line, offset, end_line, end = place
            try: raise kind("message", ("file", line, offset, text, end_line, end))
            except Exception as e: sys.excepthook(type(e), e, None)
