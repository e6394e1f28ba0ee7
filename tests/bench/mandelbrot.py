"""The Mandelbrot set as text, in floats by hand and in complex numbers. Argument: the width in characters."""
import sys


def iterations(x0, y0, limit):
    x = y = 0.0
    for n in range(limit):
        xx, yy = x * x, y * y
        if xx + yy > 4.0: return n
        x, y = xx - yy + x0, 2.0 * x * y + y0
    return limit


def with_complex(c, limit):
    z = 0j
    for n in range(limit):
        if abs(z) > 2.0: return n
        z = z * z + c
    return limit


def picture(width, limit, f):
    height = width // 3
    shades = " .:-=+*#%@"
    rows = []
    for j in range(height):
        y = 2.4 * j / height - 1.2
        row = ""
        for i in range(width):
            n = f(3.0 * i / width - 2.2, y, limit)
            row += shades[n * (len(shades) - 1) // limit]
        rows.append(row)
    return rows


def main(width):
    by_floats = picture(width, 120, iterations)
    by_complex = picture(width // 2, 60, lambda x, y, limit: with_complex(complex(x, y), limit))
    return by_floats, by_complex


if __name__ == "__main__":
    by_floats, by_complex = main(int(sys.argv[1]) if len(sys.argv) > 1 else 560)
    print("\n".join(row[::8] for row in by_floats[::8]))
    print(sum(row.count("@") for row in by_floats), sum(row.count("@") for row in by_complex))
