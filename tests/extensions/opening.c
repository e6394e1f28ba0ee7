/* C code that opens code (PEP 578). */
#include <Python.h>

static PyObject *open_code(PyObject *path, void *list)
{
    if (PyList_Append(list, path) < 0) return NULL;
    PyObject *io = PyImport_ImportModule("_io");
    PyObject *file = io ? PyObject_CallMethod(io, "BytesIO", "y", "answer = 'of the hook'\n") : NULL;
    Py_XDECREF(io);
    return file;
}

static PyObject *hook(PyObject *module, PyObject *list)
{
    if (PyFile_SetOpenCodeHook(open_code, list) < 0) return NULL;
    Py_INCREF(list);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"hook", hook, METH_O, NULL}, {NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "opening", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_opening(void) { return PyModule_Create(&module); }
