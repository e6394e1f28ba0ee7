/* What C code sees of the reference counts of its arguments and operands. */
#include <Python.h>

static PyObject *seen(PyObject *module, PyObject *const *args, Py_ssize_t n)
{
    PyObject *counts = PyTuple_New(n);
    if (!counts) return NULL;
    for (Py_ssize_t i = 0; i < n; i++) PyTuple_SET_ITEM(counts, i, PyLong_FromSsize_t(Py_REFCNT(args[i])));
    return counts;
}

static PyObject *one(PyObject *module, PyObject *arg) { return PyLong_FromSsize_t(Py_REFCNT(arg)); }

static PyObject *pair(PyObject *a, PyObject *b) { return Py_BuildValue("nn", Py_REFCNT(a), Py_REFCNT(b)); }

static PyObject *compare(PyObject *a, PyObject *b, int op) { return Py_BuildValue("nni", Py_REFCNT(a), Py_REFCNT(b), op); }

static PyObject *method(PyObject *self, PyObject *arg) { return pair(self, arg); }

static PyMethodDef looker_methods[] = {{"method", method, METH_O, NULL}, {NULL}};
static PyNumberMethods looker_number = {.nb_add = pair, .nb_inplace_multiply = pair};
static PyMappingMethods looker_mapping = {.mp_subscript = pair};

static PyTypeObject Looker = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "counts.Looker",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_as_number = &looker_number,
    .tp_as_mapping = &looker_mapping,
    .tp_richcompare = compare,
    .tp_methods = looker_methods,
};

static PyMethodDef methods[] = {
    {"seen", (PyCFunction)(void (*)(void))seen, METH_FASTCALL, NULL},
    {"one", one, METH_O, NULL},
    {NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "counts", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_counts(void)
{
    PyObject *m = PyModule_Create(&module);
    if (m && PyModule_AddType(m, &Looker) < 0) return NULL;
    return m;
}
