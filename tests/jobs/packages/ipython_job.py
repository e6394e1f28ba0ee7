# A run that is not interactive.
# Needs: IPython
import subprocess, sys, os, tempfile
with tempfile.TemporaryDirectory() as d:
    e = dict(os.environ, IPYTHONDIR=d, HOME=d, TERM='dumb', NO_COLOR='1')
    p = subprocess.run([sys.executable, '-m', 'IPython', '--no-banner', '--colors=NoColor', '-c', 'import math\nprint(math.pi)\n%timeit?\nx=[i**2 for i in range(4)]\nprint(x)\n%who\n!echo hi\n1/0'], capture_output=True, text=True, env=e)
    print(p.returncode, p.stdout.replace(sys.executable, 'PY')[:3000], p.stderr[:2000])
