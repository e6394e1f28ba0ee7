# Profilers, `trace`, `timeit`, `dis`.
import subprocess, sys, tempfile, os, re
with tempfile.TemporaryDirectory() as d:
    f = os.path.join(d, 'p.py')
    open(f, 'w').write('def a(n):\n    return n if n<2 else a(n-1)+a(n-2)\ndef b(): return sorted([3,1,2],key=lambda x:-x)\nfor i in range(3): a(8); b()\nprint("done".upper())\n')
    for m in ('cProfile', 'profile'):
        r = subprocess.run([sys.executable, '-m', m, '-s', 'name', f], capture_output=True, text=True)
        print(r.returncode, re.sub(' +\\d+\\.\\d+', '', re.sub('in [\\d.]+ seconds', '', r.stdout)).replace(d, 'D') if m == 'cProfile' else r.stdout.splitlines()[0], r.stderr)
    r = subprocess.run([sys.executable, '-m', 'trace', '--count', '-C', d, '--missing', '--summary', f], capture_output=True, text=True)
    print(r.returncode, [l for l in r.stdout.splitlines() if 'p.py' in l or ' p ' in l][0].replace(d, 'D'), r.stderr[:300])
    print(open(os.path.join(d, 'p.cover')).read() if os.path.exists(os.path.join(d, 'p.cover')) else sorted(os.listdir(d)))
    r = subprocess.run([sys.executable, '-m', 'timeit', '-n', '10', '-r', '2', '-v', 'sum(range(10))'], capture_output=True, text=True)
    print(r.returncode, re.sub('[\\d.]+ ?[mnu]?sec', 'T', r.stdout))
    r = subprocess.run([sys.executable, '-m', 'dis', f], capture_output=True, text=True)
    print(r.returncode, re.sub('0x\\w+', '', r.stdout).replace(d, 'D'))
