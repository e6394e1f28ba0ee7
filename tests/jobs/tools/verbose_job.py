# What -v tells of starting and ending, but for the files and the order in which modules die.
import subprocess, sys
KINDS = ("# clear", "# restore", "import _", "# install", "Python", "Type", "#   clear")
for options in (["-v"], ["-vv"], ["-q", "-v"]):
    run = subprocess.run([sys.executable, "-S", "-E", *options, "-c", "import colorsys; print('in the middle')"], capture_output=True, text=True)
    print(options, run.returncode, run.stdout)
    lines = run.stderr.splitlines()
    for line in lines:
        if line.startswith(KINDS) and not line.startswith(("Python", "#   clear")):
            print(line)
    print(any(line.startswith("Python 3.11") for line in lines))
    for start in ("# cleanup[2] removing ", "# destroy "):
        told = {line[len(start):] for line in lines if line.startswith(start)}
        print(start, sorted(told & {"colorsys"}))
