/* Programs and statements run from C streams, code evaluated with arguments, what is kept with code objects, audit hooks. */
#include <Python.h>
#include <stdio.h>

static PyCompilerFlags flags = {0, PY_MINOR_VERSION};

/* run_file(path, start, globals): the result, and whether future features were noted. */
static PyObject *run_file(PyObject *module, PyObject *args)
{
    const char *path;
    int start;
    PyObject *globals;
    if (!PyArg_ParseTuple(args, "siO!", &path, &start, &PyDict_Type, &globals)) return NULL;
    FILE *file = fopen(path, "rb");
    if (!file) return PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    flags.cf_flags = 0;
    PyObject *result = PyRun_FileExFlags(file, path, start, globals, globals, 1, &flags);
    return result ? Py_BuildValue("Ni", result, flags.cf_flags) : NULL;
}

static PyObject *simple_file(PyObject *module, PyObject *args)
{
    const char *path;
    if (!PyArg_ParseTuple(args, "s", &path)) return NULL;
    FILE *file = fopen(path, "rb");
    if (!file) return PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    int status = PyRun_SimpleFileExFlags(file, path, 1, NULL);
    return PyLong_FromLong(status);
}

/* interactive(path): statements one by one; the answers of each. */
static PyObject *interactive(PyObject *module, PyObject *args)
{
    const char *path;
    if (!PyArg_ParseTuple(args, "s", &path)) return NULL;
    FILE *file = fopen(path, "rb");
    if (!file) return PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    PyObject *answers = PyList_New(0);
    for (int i = 0; answers && i < 20; i++) {
        int answer = PyRun_InteractiveOneFlags(file, path, NULL);
        PyObject *number = PyLong_FromLong(answer);
        PyList_Append(answers, number);
        Py_DECREF(number);
        if (answer == 11) break;
    }
    fclose(file);
    return answers;
}

static PyObject *eval_code(PyObject *module, PyObject *args)
{
    PyObject *code, *globals, *positional, *keywords, *defaults, *kwdefaults, *closure;
    if (!PyArg_ParseTuple(args, "OOO!O!O!OO", &code, &globals, &PyTuple_Type, &positional, &PyTuple_Type, &keywords, &PyTuple_Type, &defaults, &kwdefaults, &closure)) return NULL;
    return PyEval_EvalCodeEx(code, globals, NULL, ((PyTupleObject *)positional)->ob_item, (int)PyTuple_GET_SIZE(positional),
                             ((PyTupleObject *)keywords)->ob_item, (int)PyTuple_GET_SIZE(keywords) / 2,
                             ((PyTupleObject *)defaults)->ob_item, (int)PyTuple_GET_SIZE(defaults),
                             kwdefaults == Py_None ? NULL : kwdefaults, closure == Py_None ? NULL : closure);
}

static int freed;
static void free_extra(void *extra) { freed += *(int *)extra; PyMem_Free(extra); }

static PyObject *extra(PyObject *module, PyObject *args)
{
    static Py_ssize_t number = -1;
    PyObject *code;
    int value;
    if (!PyArg_ParseTuple(args, "Oi", &code, &value)) return NULL;
    if (number < 0) number = _PyEval_RequestCodeExtraIndex(free_extra);
    void *old;
    if (_PyCode_GetExtra(code, number, &old) < 0) return NULL;
    int before = old ? *(int *)old : -1;
    int *kept = PyMem_Malloc(sizeof(int));
    *kept = value;
    if (_PyCode_SetExtra(code, number, kept) < 0) return NULL;
    return Py_BuildValue("ii", before, freed);
}

static PyObject *all_freed(PyObject *module, PyObject *args) { return PyLong_FromLong(freed); }

static PyObject *place(PyObject *module, PyObject *args)
{
    PyObject *code;
    int offset, line, column, end_line, end_column;
    if (!PyArg_ParseTuple(args, "Oi", &code, &offset)) return NULL;
    int found = PyCode_Addr2Location((PyCodeObject *)code, offset, &line, &column, &end_line, &end_column);
    return Py_BuildValue("iiiii", found, line, column, end_line, end_column);
}

static int hook(const char *event, PyObject *args, void *own)
{
    if (strncmp(event, "running.", 8)) return 0;
    PyObject *shown = PyObject_Repr(args);
    printf("%s %s %s\n", event, PyUnicode_AsUTF8(shown), (const char *)own);
    fflush(stdout);
    Py_DECREF(shown);
    if (strcmp(event, "running.no")) return 0;
    PyErr_SetString(PyExc_PermissionError, "no");
    return -1;
}

static PyObject *listen(PyObject *module, PyObject *args) { return PyLong_FromLong(PySys_AddAuditHook(hook, "own")); }

static PyObject *warn(PyObject *module, PyObject *args)
{
    if (PyErr_WarnExplicitFormat(PyExc_UserWarning, "file.py", 7, "a.module", NULL, "%s has %d of %R", "it", 42, module) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *tokens(PyObject *module, PyObject *args)
{
    return Py_BuildValue("iiiiiii", PyToken_OneChar('('), PyToken_OneChar('@'), PyToken_OneChar('x'), PyToken_TwoChars('<', '='), PyToken_TwoChars(':', '='),
                         PyToken_ThreeChars('.', '.', '.'), PyToken_ThreeChars('*', '*', '='));
}

static PyObject *codecs(PyObject *module, PyObject *text)
{
    PyObject *rot = PyUnicode_AsEncodedUnicode(text, "rot13", NULL);
    if (!rot) return NULL;
    PyObject *back = PyUnicode_AsDecodedUnicode(rot, "rot13", NULL);
    return back ? Py_BuildValue("NN", rot, back) : NULL;
}

static PyMethodDef methods[] = {
    {"run_file", run_file, METH_VARARGS, NULL},
    {"simple_file", simple_file, METH_VARARGS, NULL},
    {"interactive", interactive, METH_VARARGS, NULL},
    {"eval_code", eval_code, METH_VARARGS, NULL},
    {"extra", extra, METH_VARARGS, NULL},
    {"freed", all_freed, METH_NOARGS, NULL},
    {"place", place, METH_VARARGS, NULL},
    {"listen", listen, METH_NOARGS, NULL},
    {"warn", warn, METH_NOARGS, NULL},
    {"tokens", tokens, METH_NOARGS, NULL},
    {"codecs", codecs, METH_O, NULL},
    {NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "running", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_running(void) { return PyModule_Create(&module); }
