/* Frames that C code makes and has executed; generators made of them. */
#include <Python.h>
#include <frameobject.h>

static PyFrameObject *make(PyObject *args)
{
    PyObject *code, *globals, *locals = NULL;
    if (!PyArg_ParseTuple(args, "OO|O", &code, &globals, &locals)) return NULL;
    return PyFrame_New(PyThreadState_Get(), (PyCodeObject *)code, globals, locals);
}

/* Executes code in a frame of its own. */
static PyObject *evaluate(PyObject *module, PyObject *args)
{
    PyFrameObject *frame = make(args);
    if (!frame) return NULL;
    PyObject *value = PyEval_EvalFrame(frame);
    Py_DECREF(frame);
    return value;
}

static PyObject *generator(PyObject *module, PyObject *args)
{
    PyFrameObject *frame = make(args);
    return frame ? PyGen_New(frame) : NULL;
}

static PyObject *named(PyObject *module, PyObject *args)
{
    PyFrameObject *frame = make(args);
    if (!frame) return NULL;
    PyObject *name = PyUnicode_FromString("a name"), *qualname = PyUnicode_FromString("a.qualified.name");
    PyObject *made = PyGen_NewWithQualName(frame, name, qualname);
    Py_DECREF(name);
    Py_DECREF(qualname);
    return made;
}

static PyObject *coroutine(PyObject *module, PyObject *args)
{
    PyFrameObject *frame = make(args);
    if (!frame) return NULL;
    PyObject *name = PyUnicode_FromString("co");
    PyObject *made = PyCoro_New(frame, name, name);
    Py_DECREF(name);
    return made;
}

static PyMethodDef methods[] = {
    {"evaluate", evaluate, METH_VARARGS, NULL},
    {"generator", generator, METH_VARARGS, NULL}, {"named", named, METH_VARARGS, NULL}, {"coroutine", coroutine, METH_VARARGS, NULL},
    {NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "made_frames", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_made_frames(void) { return PyModule_Create(&module); }
