"""An LZ77 compressor with a hash chain, and its inverse; then LZW. Argument: the number of paragraphs compressed."""
import sys

WORDS = "the quick brown fox jumps over a lazy dog while seven wizards box with five dozen liquor jugs and sphinx of black quartz judge my vow".split()


def text(paragraphs):
    """Pseudo-random prose: the same each time."""
    seed, out = 12345, []
    for _ in range(paragraphs):
        for _ in range(60):
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
            out.append(WORDS[(seed >> 16) % len(WORDS) % (1 + (seed >> 8) % len(WORDS))])
        out.append("\n")
    return " ".join(out).encode()


def compress(data, window=4096, longest=255, tries=16):
    """Literals and (distance, length) pairs; candidates come from a table of three-byte keys."""
    table, out, i, n = {}, bytearray(), 0, len(data)
    while i < n:
        best, distance = 0, 0
        chain = table.get(data[i:i + 3])
        if chain is not None and i + 3 <= n:
            limit = min(longest, n - i)
            for j in chain[:-tries - 1:-1]:
                if i - j > window: break
                length = 3
                while length < limit and data[j + length] == data[i + length]: length += 1
                if length > best:
                    best, distance = length, i - j
                    if length == limit: break
        if best < 4:
            out.append(0)
            out.append(data[i])
            step = 1
        else:
            out.append(best)
            out.append(distance >> 8)
            out.append(distance & 255)
            step = best
        for k in range(i, min(i + step, n - 2)):
            key = data[k:k + 3]
            if key in table: table[key].append(k)
            else: table[key] = [k]
        i += step
    return bytes(out)


def expand(packed):
    out, i = bytearray(), 0
    while i < len(packed):
        if packed[i] == 0:
            out.append(packed[i + 1])
            i += 2
        else:
            start = len(out) - (packed[i + 1] << 8 | packed[i + 2])
            for k in range(packed[i]): out.append(out[start + k])
            i += 3
    return bytes(out)


def lzw(data):
    codes = {bytes([i]): i for i in range(256)}
    word, out = b"", []
    for byte in data:
        longer = word + bytes([byte])
        if longer in codes: word = longer
        else:
            out.append(codes[word])
            codes[longer] = len(codes)
            word = bytes([byte])
    return out + [codes[word]] if word else out


def unlzw(codes):
    words = [bytes([i]) for i in range(256)]
    word = words[codes[0]]
    out = [word]
    for code in codes[1:]:
        entry = words[code] if code < len(words) else word + word[:1]
        out.append(entry)
        words.append(word + entry[:1])
        word = entry
    return b"".join(out)


def main(paragraphs):
    data = text(paragraphs)
    packed, codes = compress(data), lzw(data)
    assert expand(packed) == data and unlzw(codes) == data
    return len(data), len(packed), len(codes), sum(packed) % 65521


if __name__ == "__main__":
    print(*main(int(sys.argv[1]) if len(sys.argv) > 1 else 850))
