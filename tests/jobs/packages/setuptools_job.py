# Builds an extension in C and an archive of sources.
# Needs: setuptools
import os, sys, subprocess, tempfile, zipfile, pathlib
with tempfile.TemporaryDirectory() as d:
    p = pathlib.Path(d)
    (p / 'pk').mkdir()
    (p / 'pk/__init__.py').write_text('x=1\n')
    (p / 'pk/_e.c').write_text('#include <Python.h>\nstatic PyObject*f(PyObject*s,PyObject*a){long i;if(!PyArg_ParseTuple(a,"l",&i))return 0;return PyLong_FromLong(i*2);}\nstatic PyMethodDef m[]={{"f",f,METH_VARARGS,"doc"},{0}};static struct PyModuleDef d={PyModuleDef_HEAD_INIT,"_e",0,-1,m};PyMODINIT_FUNC PyInit__e(void){return PyModule_Create(&d);}\n')
    (p / 'setup.py').write_text('from setuptools import setup,Extension\nsetup(name="pk",version="1.2",packages=["pk"],ext_modules=[Extension("pk._e",["pk/_e.c"])])\n')
    r = subprocess.run([sys.executable, 'setup.py', '-q', 'build_ext', '--inplace'], cwd=d, capture_output=True, text=True)
    print(r.returncode, r.stderr[-300:])
    print([f.name for f in (p / 'pk').glob('*.so')])
    print(subprocess.run([sys.executable, '-c', 'import pk._e; print(pk._e.f(21))'], cwd=d, capture_output=True, text=True).stdout)
    r = subprocess.run([sys.executable, 'setup.py', '-q', 'sdist'], cwd=d, capture_output=True, text=True)
    print(r.returncode, sorted(os.listdir(p / 'dist')))
