/* What C code sees of the frames above it. */
#include <Python.h>
#include <frameobject.h>

/* (name, line) of the running frame and its callers. */
static PyObject *back(PyObject *module, PyObject *unused)
{
    PyObject *list = PyList_New(0);
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
    while (list && frame) {
        PyCodeObject *code = PyFrame_GetCode(frame);
        PyObject *entry = Py_BuildValue("Oi", code->co_name, PyFrame_GetLineNumber(frame));
        Py_DECREF(code);
        if (!entry || PyList_Append(list, entry) < 0) Py_CLEAR(list);
        Py_XDECREF(entry);
        PyFrameObject *next = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = next;
    }
    return list;
}

static PyObject *here(PyObject *module, PyObject *unused)
{
    PyObject *locals = PyEval_GetLocals();
    return locals ? PyDict_Copy(locals) : NULL;
}

/* A local of the caller's caller. */
static PyObject *above(PyObject *module, PyObject *name)
{
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get()), *next = PyFrame_GetBack(frame);
    Py_DECREF(frame);
    if (!next) Py_RETURN_NONE;
    PyObject *locals = PyFrame_GetLocals(next);
    Py_DECREF(next);
    if (!locals) return NULL;
    PyObject *value = PyObject_GetItem(locals, name);
    Py_DECREF(locals);
    return value;
}

static PyObject *globals(PyObject *module, PyObject *name) { return Py_XNewRef(PyDict_GetItemWithError(PyEval_GetGlobals(), name)); }

static int watch(PyObject *list, PyFrameObject *frame, int what, PyObject *arg)
{
    PyCodeObject *code = PyFrame_GetCode(frame);
    PyObject *entry = Py_BuildValue("iOi", what, code->co_name, PyFrame_GetLineNumber(frame) - code->co_firstlineno);
    Py_DECREF(code);
    int failed = !entry || PyList_Append(list, entry) < 0;
    Py_XDECREF(entry);
    return failed ? -1 : 0;
}

static PyObject *trace(PyObject *module, PyObject *list)
{
    PyEval_SetTrace(list == Py_None ? NULL : watch, list == Py_None ? NULL : list);
    Py_RETURN_NONE;
}

static PyObject *profile(PyObject *module, PyObject *list)
{
    PyEval_SetProfile(list == Py_None ? NULL : watch, list == Py_None ? NULL : list);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"back", back, METH_NOARGS, NULL}, {"here", here, METH_NOARGS, NULL}, {"above", above, METH_O, NULL},
    {"globals", globals, METH_O, NULL}, {"trace", trace, METH_O, NULL}, {"profile", profile, METH_O, NULL}, {NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "frames", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_frames(void) { return PyModule_Create(&module); }
