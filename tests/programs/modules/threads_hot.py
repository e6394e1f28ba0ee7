# Hot loops in several threads at once: what one thread records or runs must not disturb another.
import sys
import threading
import time

sys.setswitchinterval(0.0001)

class Point:
    def __init__(self, x):
        self.x = x
    def __add__(self, other):
        return Point(self.x + other.x)

def numbers(n):
    t = 0
    for i in range(n):
        t += i * i % 7
        if i % 500 == 0:
            time.sleep(0)
    return t

def objects(n):
    p = Point(0)
    for i in range(n):
        p = p + Point(i)
    return p.x

def floats(n):
    x = 0.5
    i = 0
    while i < n:
        x = x * 3.5 * (1 - x)
        i += 1
    return round(x, 6)

def strings(n):
    words = {}
    for i in range(n):
        k = str(i % 97)
        words[k] = words.get(k, 0) + 1
    return sorted(words.items())[:3]

def generator(n):
    return sum(x for x in (i % 5 for i in range(n)) if x != 3)

jobs = [numbers, objects, floats, strings, generator]
expected = {f.__name__: f(6000) for f in jobs}
results, lock = [], threading.Lock()

def work(f):
    for _ in range(3):
        r = f(6000)
        with lock:
            results.append((f.__name__, r))

threads = [threading.Thread(target=work, args=(f,)) for f in jobs * 2]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(results), all(expected[name] == r for name, r in results))
for name in sorted(expected):
    print(name, expected[name])
