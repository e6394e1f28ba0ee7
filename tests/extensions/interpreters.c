/* Interpreters made, run and ended from C; what each has of its own; data that goes from one to another. */
#include <Python.h>

static struct PyModuleDef def;

/* new(isolated): makes one; its thread state as a number. */
static PyObject *new(PyObject *module, PyObject *isolated)
{
    PyThreadState *own = PyThreadState_Get();
    PyThreadState *made = PyObject_IsTrue(isolated) ? _Py_NewInterpreter(1) : Py_NewInterpreter();
    PyThreadState *current = PyThreadState_Swap(own);
    if (!made) return PyErr_Format(PyExc_RuntimeError, "no interpreter");
    return Py_BuildValue("Ni", PyLong_FromVoidPtr(made), current == made && made->interp != own->interp);
}

/* run(ts, text): the status; whether the module is known there, and whether the interpreter's main module is the one that runs. */
static PyObject *run(PyObject *module, PyObject *args)
{
    PyObject *state;
    const char *text;
    if (!PyArg_ParseTuple(args, "Os", &state, &text)) return NULL;
    PyThreadState *own = PyThreadState_Swap(PyLong_AsVoidPtr(state));
    int status = PyRun_SimpleString(text);
    int known = PyState_FindModule(&def) != NULL;
    PyObject *main = _PyInterpreterState_GetMainModule(PyInterpreterState_Get());
    int same = main == PyImport_AddModule("__main__");
    Py_XDECREF(main);
    PyThreadState_Swap(own);
    return Py_BuildValue("iii", status, known, same);
}

static PyObject *end(PyObject *module, PyObject *state)
{
    PyThreadState *own = PyThreadState_Swap(PyLong_AsVoidPtr(state));
    Py_EndInterpreter(PyThreadState_Get());
    int none = _PyThreadState_UncheckedGet() == NULL;
    PyThreadState_Swap(own);
    return PyLong_FromLong(none);
}

/* all(): number, threads and whether it is the main one, of each. */
static PyObject *all(PyObject *module, PyObject *ignored)
{
    PyObject *list = PyList_New(0);
    for (PyInterpreterState *each = PyInterpreterState_Head(); each; each = PyInterpreterState_Next(each)) {
        int threads = 0;
        for (PyThreadState *ts = PyInterpreterState_ThreadHead(each); ts; ts = PyThreadState_Next(ts)) threads++;
        PyObject *item = Py_BuildValue("Lii", (long long)PyInterpreterState_GetID(each), threads, each == PyInterpreterState_Main());
        PyList_Append(list, item);
        Py_DECREF(item);
    }
    return list;
}

/* dict(): the interpreter's own for C code. */
static PyObject *dict(PyObject *module, PyObject *ignored)
{
    PyObject *own = PyInterpreterState_GetDict(PyInterpreterState_Get());
    Py_XINCREF(own);
    return own;
}

/* Another thread state of the caller's interpreter. */
static PyObject *bare(PyObject *module, PyObject *ignored)
{
    PyThreadState *own = PyThreadState_Get();
    PyThreadState *other = PyThreadState_New(own->interp);
    PyThreadState_Swap(other);
    PyObject *answer = PyRun_String("1 + len('ab')", Py_eval_input, PyEval_GetBuiltins(), NULL);
    int same = PyThreadState_GetInterpreter(other) == own->interp && PyThreadState_GetFrame(other) == NULL;
    PyThreadState_Swap(own);
    PyThreadState_Clear(other);
    PyThreadState_Delete(other);
    return Py_BuildValue("Ni", answer, same);
}

/* send(object): it and its copy. */
static PyObject *send(PyObject *module, PyObject *object)
{
    _PyCrossInterpreterData data;
    if (_PyObject_GetCrossInterpreterData(object, &data) != 0) return NULL;
    PyObject *copy = _PyCrossInterpreterData_NewObject(&data);
    int own = data.interp == PyInterpreterState_GetID(PyInterpreterState_Get());
    _PyCrossInterpreterData_Release(&data);
    return copy ? Py_BuildValue("Ni", copy, own) : NULL;
}

static PyMethodDef methods[] = {
    {"new", new, METH_O}, {"run", run, METH_VARARGS}, {"end", end, METH_O}, {"all", all, METH_NOARGS}, {"dict", dict, METH_NOARGS},
    {"bare", bare, METH_NOARGS}, {"send", send, METH_O}, {NULL}
};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "interpreters", NULL, 0, methods};

PyMODINIT_FUNC PyInit_interpreters(void) { return PyModule_Create(&def); }
