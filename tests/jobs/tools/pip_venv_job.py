# A virtual environment; pip installs, lists, removes.
import os, re, subprocess, sys, tempfile, zipfile

def run(*args):
    return subprocess.run(args, cwd=d, capture_output=True, text=True)
with tempfile.TemporaryDirectory() as d:
    r = run(sys.executable, '-m', 'venv', 'v')
    print(r.returncode, r.stdout, r.stderr)
    py = os.path.join(d, 'v/bin/python')
    r = run(py, '-c', 'import sys; print(sys.prefix == sys.argv[1], sys.prefix != sys.base_prefix)', os.path.join(d, 'v'))
    print(r.stdout, r.stderr)
    with zipfile.ZipFile(os.path.join(d, 'm-1.0-py3-none-any.whl'), 'w') as z:
        z.writestr('m.py', 'def main(): print("hi from m")\n')
        z.writestr('m-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\nName: m\nVersion: 1.0\n')
        z.writestr('m-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n')
        z.writestr('m-1.0.dist-info/entry_points.txt', '[console_scripts]\nmm = m:main\n')
        z.writestr('m-1.0.dist-info/RECORD', 'm.py,,\nm-1.0.dist-info/METADATA,,\nm-1.0.dist-info/WHEEL,,\nm-1.0.dist-info/entry_points.txt,,\nm-1.0.dist-info/RECORD,,\n')
    r = run(py, '-m', 'pip', 'install', '--no-index', '-q', './m-1.0-py3-none-any.whl')
    print(r.returncode, r.stdout, r.stderr[-500:].replace(d, 'D'))
    print(run(os.path.join(d, 'v/bin/mm')).stdout)
    print(run(py, '-m', 'pip', 'list', '--format=freeze').stdout)
    print(run(py, '-m', 'pip', 'uninstall', '-y', 'm').stdout.replace(d, 'D'))
    print(run(py, '-m', 'pip', 'check').stdout, run(py, '-m', 'pip', 'install', '--no-index', 'nope').stderr.replace(d, 'D'))
    print([line.split('=')[0] for line in open(os.path.join(d, 'v/pyvenv.cfg'))])
    print(sorted((n for n in os.listdir(os.path.join(d, 'v/bin')) if n != 'hotpy')))
