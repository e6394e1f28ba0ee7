# `-m pdb` with commands from stdin.
import subprocess, sys, tempfile, os
with tempfile.TemporaryDirectory() as d:
    f = os.path.join(d, 'p.py')
    open(f, 'w').write("def g(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\nclass E(Exception): pass\ndef h(x):\n    y = g(x)\n    raise E(y)\ntry:\n    h(3)\nexcept E as e:\n    print('caught', e)\nh(4)\n")
    s = 'b g\nb 9, y > 3\nc\nn\nn\np t, n\nw\nu\np x\nd\nl\nll\ns\nr\nargs\nwhatis t\nunt\nc\ntbreak h\nc\n!z=5\npp locals()\ndisplay t\nc\np y\nj 10\nb\ncl 1\nc\nq\n'
    r = subprocess.run([sys.executable, '-m', 'pdb', f], input=s, capture_output=True, text=True)
    print(r.returncode, r.stdout.replace(d, 'D'), r.stderr.replace(d, 'D'))
