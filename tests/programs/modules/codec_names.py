# Names of codecs and error handlers: null characters and surrogates are refused wherever one is asked for.
import _codecs, codecs, io


def show(f, *args):
    try: result = f(*args)
    except Exception as e: print(f.__name__, type(e).__name__, e)
    else: print(f.__name__, ascii(result) if type(result) in (str, bytes, tuple) else type(result).__name__)


for name in "utf-8\0", "\udcfe", 42, None, "", "\0", "no such", "utf-8":
    for f in codecs.lookup, codecs.getdecoder, _codecs.lookup:
        show(f, name)
    show(codecs.encode, "a", name)
    show(codecs.decode, b"a", name)
    show("a".encode, name)
    show(b"a".decode, name)
    show(str, b"a", name)
    show(bytes, "a", name)
    show(bytearray, "a", name)
for name in "strict\0", "\udcfe", 42, None, "", "no such", "replace":
    show(codecs.lookup_error, name)
    show(codecs.encode, "\xe9", "ascii", name)
    show(codecs.decode, b"\xff", "ascii", name)
    show("\xe9".encode, "ascii", name)
    show(b"\xff".decode, "ascii", name)
    for f in codecs.utf_8_decode, codecs.ascii_decode, codecs.unicode_escape_decode:
        show(f, b"\xff\\", name)
    for f in codecs.ascii_encode, codecs.latin_1_encode, codecs.utf_16_encode:
        show(f, "\u1234", name)
    show(io.TextIOWrapper, io.BytesIO(), "utf-8", name)
show(codecs.register_error, "odd\0", len)
show(codecs.register_error, "\udcff", len)
