"""The outer planets' orbits, by a symplectic integrator. Argument: the number of steps."""
import sys

PI = 3.141592653589793
SOLAR_MASS = 4 * PI * PI
YEAR = 365.24


class Body:
    def __init__(self, position, velocity, mass):
        self.x, self.y, self.z = position
        self.vx, self.vy, self.vz = (v * YEAR for v in velocity)
        self.mass = mass * SOLAR_MASS


def bodies():
    return [
        Body((0, 0, 0), (0, 0, 0), 1.0),
        Body((4.84143144246472082, -1.16032004402742839, -0.103622044471123109), (0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023), 0.000954791938424326609),
        Body((8.34336671824457987, 4.12479856412430479, -0.403523417114321381), (-0.00276742510726411899, 0.00499852801234917238, 0.0000230417297573763929), 0.000285885980666130812),
        Body((12.8943695621391310, -15.1111514016986312, -0.223307578892655734), (0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556), 0.0000436624404335156298),
        Body((15.3796971148509165, -25.9193146099879641, 0.179258772950371181), (0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870), 0.0000515138902046611451),
    ]


def energy(system):
    e = 0.0
    for i, b in enumerate(system):
        e += b.mass * (b.vx ** 2 + b.vy ** 2 + b.vz ** 2) / 2
        for c in system[i + 1:]:
            e -= b.mass * c.mass / ((b.x - c.x) ** 2 + (b.y - c.y) ** 2 + (b.z - c.z) ** 2) ** 0.5
    return e


def offset_momentum(system):
    sun = system[0]
    sun.vx = -sum(b.vx * b.mass for b in system) / SOLAR_MASS
    sun.vy = -sum(b.vy * b.mass for b in system) / SOLAR_MASS
    sun.vz = -sum(b.vz * b.mass for b in system) / SOLAR_MASS


def advance(system, pairs, dt):
    for b, c in pairs:
        dx, dy, dz = b.x - c.x, b.y - c.y, b.z - c.z
        magnitude = dt * (dx * dx + dy * dy + dz * dz) ** -1.5
        m = c.mass * magnitude
        b.vx -= dx * m
        b.vy -= dy * m
        b.vz -= dz * m
        m = b.mass * magnitude
        c.vx += dx * m
        c.vy += dy * m
        c.vz += dz * m
    for b in system:
        b.x += dt * b.vx
        b.y += dt * b.vy
        b.z += dt * b.vz


def main(steps):
    system = bodies()
    pairs = [(b, c) for i, b in enumerate(system) for c in system[i + 1:]]
    offset_momentum(system)
    before = energy(system)
    for _ in range(steps): advance(system, pairs, 0.01)
    return before, energy(system)


if __name__ == "__main__":
    for e in main(int(sys.argv[1]) if len(sys.argv) > 1 else 110_000): print(f"{e:.9f}")
