"""Float arithmetic in a hot loop. Argument: rounds."""
import sys


def main(n):
    x, y, vx, vy, energy = 1.0, 0.0, 0.0, 1.0, 0.0
    for i in range(n):
        r = (x * x + y * y) ** 1.5
        vx -= x / r * 0.001
        vy -= y / r * 0.001
        x += vx * 0.001
        y += vy * 0.001
        energy = 0.5 * (vx * vx + vy * vy) - 1.0 / (x * x + y * y) ** 0.5
    return f"{x:.9f} {y:.9f} {energy:.9f}"


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 700_000))
