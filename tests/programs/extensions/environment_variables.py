# Every environment variable of `--help-all`, each by something that it changes.
import os, re, subprocess, sys, tempfile

folder = tempfile.mkdtemp()
home = os.path.join(folder, "started.py")
with open(home, "w") as f: f.write("print('started')\n")
with open(os.path.join(folder, "made_up.py"), "w") as f: f.write("print('imported', __cached__ and __cached__.startswith(%r))\n" % folder)


def child(variables, *args, code="", stdin=None, status=False):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run([sys.executable, *args, *(["-c", code] if code else [])], env=clean | variables, capture_output=True, text=True, input=stdin, cwd=folder)
    err = re.sub(r"0x[0-9a-f]+", "0x", done.stderr)
    print(str((variables, args)).replace(folder, "FOLDER"), done.returncode, done.stdout.strip().replace(folder, "FOLDER"), err.strip().replace(folder, "FOLDER")[-500:] if status is False else status(err))


FLAGS = "import sys; print([(k, getattr(sys.flags, k)) for k in dir(sys.flags) if type(getattr(sys.flags, k)) in (int, bool) and k[:2] != 'n_' and k[0] != '_'])"
child({"PYTHONDEBUG": "2", "PYTHONVERBOSE": "0", "PYTHONINSPECT": "", "PYTHONOPTIMIZE": "2", "PYTHONDONTWRITEBYTECODE": "x", "PYTHONNOUSERSITE": "1", "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1",
       "PYTHONHASHSEED": "3", "PYTHONDEVMODE": "1", "PYTHONUTF8": "1", "PYTHONWARNDEFAULTENCODING": "1", "PYTHONINTMAXSTRDIGITS": "1000"}, "-S", code=FLAGS)
child({"PYTHONHASHSEED": "5"}, "-S", code="print(hash('abc'), hash(b'xyz'))")
child({"PYTHONHASHSEED": "0"}, "-S", code="import sys; print(hash('abc'), sys.flags.hash_randomization)")
child({"PYTHONVERBOSE": "1"}, "-S", code="import this_is_not", status=lambda err: ("import _frozen_importlib" in err, "# cleanup[2] removing sys" in err))
child({"PYTHONSTARTUP": home}, "-S", "-q", "-i", stdin="print('typed')\n")
child({"PYTHONPATH": folder, "PYTHONPYCACHEPREFIX": os.path.join(folder, "cache")}, "-S", code="import sys, made_up; print(sys.pycache_prefix, sys.path[1])")
child({"PYTHONHOME": sys.prefix}, "-S", code="import sys; print(sys.prefix == %r)" % sys.prefix)
child({"PYTHONPLATLIBDIR": "lib64"}, "-S", "-I", code="import sys; print(sys.platlibdir)")
child({"PYTHONIOENCODING": "latin-1:replace"}, "-S", code="import sys; print(sys.stdout.encoding, sys.stdin.errors, sys.stderr.errors)")
child({"PYTHONUTF8": "0", "LC_ALL": "C"}, "-S", code="import sys; print(sys.flags.utf8_mode, sys.getfilesystemencoding())")
child({"PYTHONUTF8": "2"}, "-S", code="1")
child({"PYTHONCOERCECLOCALE": "warn", "LANG": "", "LC_ALL": "", "LC_CTYPE": "C"}, "-S", code="import os; print(os.environ['LC_CTYPE'])")
child({"PYTHONCOERCECLOCALE": "0", "LANG": "", "LC_ALL": "", "LC_CTYPE": "C"}, "-S", code="import os; print(os.environ['LC_CTYPE'])")
child({"PYTHONFAULTHANDLER": "1"}, "-S", code="import faulthandler; print(faulthandler.is_enabled())")
child({"PYTHONBREAKPOINT": "0"}, "-S", code="breakpoint(); print('went on')")
child({"PYTHONBREAKPOINT": "builtins.print"}, "-S", code="breakpoint('called')")
child({"PYTHONBREAKPOINT": "no.such"}, "-S", code="breakpoint()")
child({"PYTHONWARNINGS": "error,ignore::UserWarning"}, "-S", "-W", "default::RuntimeWarning", code="import warnings, sys; print(sys.warnoptions); warnings.warn('x'); warnings.warn('y', RuntimeWarning); warnings.warn('z', FutureWarning)")
child({"PYTHONWARNDEFAULTENCODING": "1"}, "-S", code="open('started.py').close()")
child({"PYTHONNODEBUGRANGES": "1"}, "-S", code="print(list((lambda: 1).__code__.co_positions())[1])")
child({"PYTHONINTMAXSTRDIGITS": "700"}, "-S", code="print(len(str(10 ** 699))); str(10 ** 700)")
child({"PYTHONINTMAXSTRDIGITS": "5"}, "-S", code="1")
child({"PYTHONTRACEMALLOC": "4"}, "-S", code="import tracemalloc; print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())")
child({"PYTHONPROFILEIMPORTTIME": "1"}, "-S", code="import this_is_not", status=lambda err: err.startswith("import time: self [us] | cumulative | imported package\n"))
child({"PYTHONDEVMODE": "1"}, "-S", code="import sys, warnings, faulthandler; print(sys.flags.dev_mode, warnings.filters[0][0], faulthandler.is_enabled())")
child({"PYTHONINSPECT": "1"}, "-S", code="x = 5; 1 / 0", stdin="print(x + 1)\n")
child({"PYTHONCASEOK": "1", "PYTHONEXECUTABLE": "x", "PYTHONNOSUCH": "1"}, "-S", code="print(1)")
child({"PYTHONPATH": folder, "PYTHONOPTIMIZE": "1", "PYTHONHASHSEED": "bad"}, "-S", "-E", code="import sys; print(%r in sys.path, sys.flags.optimize)" % folder)
child({"PYTHONHASHSEED": "bad"}, "-S", code="1")
