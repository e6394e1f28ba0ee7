# Every -X option of `--help-all`, each by something that it changes.
import os, re, subprocess, sys, tempfile

folder = tempfile.mkdtemp()


def child(variables, *args, code="", stdin=None, status=False):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run([sys.executable, *args, *(["-c", code] if code else [])], env=clean | variables, capture_output=True, text=True, input=stdin, cwd=folder)
    err = re.sub(r"0x[0-9a-f]+", "0x", done.stderr)
    print(str((variables, args)).replace(folder, "FOLDER"), done.returncode, done.stdout.strip().replace(folder, "FOLDER"), err.strip().replace(folder, "FOLDER")[-500:] if status is False else status(err))


child({}, "-S", "-X", "pycache_prefix=" + folder, code="import sys; print(sys.pycache_prefix)")
child({"LC_ALL": "C"}, "-S", "-X", "utf8=0", code="import sys; print(sys.flags.utf8_mode, sys.stdout.encoding)")
child({}, "-S", "-X", "faulthandler", code="import faulthandler, os; print(faulthandler.is_enabled(), flush=True); os.abort()")
child({}, "-S", "-X", "warn_default_encoding", code="import sys; print(sys.flags.warn_default_encoding)")
child({}, "-S", "-X", "no_debug_ranges", code="x = 1\nx + None")
child({}, "-S", "-X", "int_max_str_digits=0", code="print(len(str(10 ** 5000)))")
child({}, "-S", "-X", "tracemalloc=2", code="import tracemalloc; print(tracemalloc.get_traceback_limit())")
child({}, "-S", "-X", "importtime", code="import abc, colorsys", status=lambda err: re.findall(r"\| (colorsys)\n", err))
child({}, "-S", "-X", "frozen_modules=off", code="import sys, os; print(sys._xoptions, os.__file__.endswith('os.py'))")
child({}, "-S", "-X", "frozen_modules=maybe", code="1")
child({}, "-S", "-X", "showrefcount", code="print(1)")
