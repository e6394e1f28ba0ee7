"""Method calls and attributes in a hot loop. Argument: rounds."""
import sys


class Account:
    def __init__(self, balance): self.balance, self.moves = balance, 0

    def deposit(self, amount):
        self.balance += amount
        self.moves += 1

    def interest(self, percent): return self.balance * percent // 100

    @property
    def rich(self): return self.balance > 1_000_000


def main(n):
    a, b = Account(10), Account(20)
    rich = 0
    for i in range(n):
        a.deposit(i & 7)
        b.deposit(a.interest(3) & 15)
        if a.rich: rich += 1
    return a.balance, b.balance, a.moves, rich


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 700_000))
