"""Fannkuch: reversals of prefixes over all permutations. Argument: the length of the permutations."""
import sys


def main(n):
    perm1 = list(range(n))
    count = list(range(n))
    checksum = most = rounds = 0
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        if perm1[0]:
            perm = perm1[:]
            flips = 0
            while k := perm[0]:
                perm[:k + 1] = perm[k::-1]
                flips += 1
            if flips > most: most = flips
            checksum += -flips if rounds & 1 else flips
        while True:
            if r == n: return checksum, most
            perm1.insert(r, perm1.pop(0))
            count[r] -= 1
            if count[r] > 0: break
            r += 1
        rounds += 1


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    checksum, flips = main(n)
    print(checksum, f"Pfannkuchen({n}) = {flips}")
