"""Strings built piece by piece, and taken apart again. Argument: rounds."""
import sys


def caesar(text, key):
    out = ""
    for c in text:
        if "a" <= c <= "z":
            out += chr((ord(c) - 97 + key) % 26 + 97)
        else:
            out += c
    return out


def main(n):
    text = "the quick brown fox jumps over the lazy dog, " * 20
    spaces = 0
    for i in range(n):
        text = caesar(text, i % 26)
        for k in range(len(text)):
            if text[k] == " ": spaces += 1
    return text[:45], spaces


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
