/* Types made from specifications whose instances can be sent to or awaited: by am_send, by tp_iternext with a value at the end, by methods. */
#include <Python.h>
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *weak, *dict, *module;
    vectorcallfunc call;
    int left;
} Countdown;

static int countdown_init(Countdown *self, PyObject *args, PyObject *kwds)
{
    Py_XSETREF(self->module, PyUnicode_FromString("of the instance"));
    return PyArg_ParseTuple(args, "i", &self->left) ? 0 : -1;
}

static void countdown_dealloc(Countdown *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (self->weak) PyObject_ClearWeakRefs((PyObject *)self);
    Py_CLEAR(self->dict);
    Py_CLEAR(self->module);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Yields (what was sent, left), then returns a tuple; -1 fails, -2 returns nothing. */
static PySendResult countdown_send(Countdown *self, PyObject *value, PyObject **result)
{
    if (self->left == -1) {
        PyErr_SetString(PyExc_ValueError, "cannot be sent to");
        *result = NULL;
        return PYGEN_ERROR;
    }
    if (self->left <= 0) {
        *result = self->left ? Py_NewRef(Py_None) : Py_BuildValue("(ss)", "returned", "by am_send");
        return *result ? PYGEN_RETURN : PYGEN_ERROR;
    }
    *result = Py_BuildValue("(Oi)", value, self->left--);
    return *result ? PYGEN_NEXT : PYGEN_ERROR;
}

/* The same for next(): its end is a StopIteration with a value, or none at all. */
static PyObject *countdown_next(Countdown *self)
{
    if (self->left > 0) return PyLong_FromLong(self->left--);
    if (self->left == 0) {
        PyObject *value = Py_BuildValue("[s]", "an end with a value");
        if (value) PyErr_SetObject(PyExc_StopIteration, value);
        Py_XDECREF(value);
    }
    else if (self->left == -1)
        PyErr_SetString(PyExc_ValueError, "cannot go on");
    return NULL;
}

static PyObject *countdown_method_send(Countdown *self, PyObject *value) { return Py_BuildValue("(sOi)", "method", value, self->left); }

static PyMethodDef methods[] = {{"send", (PyCFunction)countdown_method_send, METH_O, NULL}, {NULL}};
static PyMemberDef members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Countdown, weak), READONLY},
    {"__dictoffset__", T_PYSSIZET, offsetof(Countdown, dict), READONLY},
    {"__module__", T_OBJECT, offsetof(Countdown, module), 0},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Countdown, call), READONLY},
    {"left", T_INT, offsetof(Countdown, left), 0},
    {NULL},
};

static PyType_Slot sending_slots[] = {
    {Py_tp_init, countdown_init}, {Py_tp_dealloc, countdown_dealloc}, {Py_tp_iter, PyObject_SelfIter}, {Py_tp_iternext, countdown_next},
    {Py_am_send, countdown_send}, {Py_am_await, PyObject_SelfIter}, {Py_tp_methods, methods}, {Py_tp_members, members}, {0, NULL},
};
static PyType_Slot stepping_slots[] = {
    {Py_tp_init, countdown_init}, {Py_tp_dealloc, countdown_dealloc}, {Py_tp_iter, PyObject_SelfIter}, {Py_tp_iternext, countdown_next},
    {Py_am_await, PyObject_SelfIter}, {Py_tp_methods, methods}, {Py_tp_members, members + 4}, {0, NULL},
};
static PyType_Spec specs[] = {
    {"a.package.Sending", sizeof(Countdown), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, sending_slots},
    {"a.package.Stepping", sizeof(Countdown), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, stepping_slots},
};

/* send(iterator, value): how it ended, and with what. */
static PyObject *send(PyObject *module, PyObject *args)
{
    PyObject *iterator, *value, *result;
    if (!PyArg_ParseTuple(args, "OO", &iterator, &value)) return NULL;
    PySendResult status = PyIter_Send(iterator, value, &result);
    return status == PYGEN_ERROR ? NULL : Py_BuildValue("iN", (int)status, result);
}

static PyMethodDef functions[] = {{"send", send, METH_VARARGS, NULL}, {NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "sending", .m_size = -1, .m_methods = functions};

PyMODINIT_FUNC PyInit_sending(void)
{
    PyObject *module = PyModule_Create(&definition);
    for (int i = 0; module && i < 2; i++) {
        PyObject *type = PyType_FromSpec(&specs[i]);
        if (!type || PyModule_AddType(module, (PyTypeObject *)type) < 0) Py_CLEAR(module);
        Py_XDECREF(type);
    }
    return module;
}
