# tell and seek in encodings that keep something between characters, in small chunks, with all kinds of ends of lines; names of encodings.
import io

def tried(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)

for encoding in 'utf-16', 'utf-8', 'utf-8-sig', 'utf-32', 'utf-7', 'iso2022_jp', 'utf-16-le', 'shift_jis', 'hz', 'latin-1':
    for text in 'abc\nd\xe9f\nghi\n', '\u65e5\u672c\u8a9e\n\u30c6\u30b9\r\nabc\n', 'a\r\nb\rc\n\r':
        try: data = text.encode(encoding) * 2
        except UnicodeError: continue
        for chunk in 1, 3, 8192:
            for newline in None, '', '\n':
                f = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=newline)
                f._CHUNK_SIZE = chunk
                whole = f.read()
                out = []
                for i in range(0, len(whole) + 1, 3):
                    f.seek(0)
                    f.read(i)
                    place = f.tell()
                    following = f.read(3)
                    f.seek(place)
                    out.append((place, f.read(3) == following, f.tell()))
                print(encoding, chunk, repr(newline), out)

f = io.TextIOWrapper(io.BytesIO('abc\n\u65e5\u672c\u8a9e\n'.encode('utf-16')), encoding='utf-16')
print(f.readline(), f.tell(), f.readline(), f.tell(), f.seek(0, 2), f.tell(), f.seek(0), f.read(2), f.seek(0, 1))
tried(lambda: f.seek(1 << 168))
tried(lambda: f.seek(1 << 100))
tried(lambda: f.seek(-1))
class Odd:
    def __init__(self, *args): pass
    def decode(self, data, final=False): return ''
    def getstate(self): return 5
for name in '\udcfe', 'ascii\0', 'no such':
    tried(lambda: io.TextIOWrapper(io.BytesIO(), encoding=name))
    tried(lambda: io.TextIOWrapper(io.BytesIO(), 'ascii').reconfigure(encoding=name))
    tried(lambda: 'a'.encode(name))
    tried(lambda: b'a'.decode(name))
for name in '\udcfe', 'strict\0':
    tried(lambda: io.TextIOWrapper(io.BytesIO(), 'ascii', errors=name))
    tried(lambda: io.TextIOWrapper(io.BytesIO(), 'ascii').reconfigure(errors=name))
    tried(lambda: '\xe9'.encode('ascii', name))
f = io.TextIOWrapper(io.BytesIO(), 'ascii', 'replace', '\r')
for given in ({'encoding': 'locale\0'}, {'encoding': 'no such'}, {'encoding': 'no such', 'errors': 'strict'}, {'newline': '\udcfe'}, {'newline': 'xyz'}, {'encoding': 42}, {'errors': 42}):
    tried(lambda: f.reconfigure(**given))
    print(f.encoding, f.errors)
for given in 'xyz', '\n\0', '\udcfe':
    tried(lambda: io.TextIOWrapper(io.BytesIO(), newline=given))
tried(lambda: io.StringIO('', 'xyz'))
