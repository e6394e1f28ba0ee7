/* Classes made from a static template, as compilers of Python to C do: allocated by `type`, filled in, given attributes, then readied. And
   what a thread that is none of Python's sees of the interpreter. */
#include <Python.h>
#include <pthread.h>
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *value;
} Point;

static PyObject *point_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Point *self = (Point *)type->tp_alloc(type, 0);
    if (self) self->value = Py_NewRef(Py_None);
    return (PyObject *)self;
}

static int point_traverse(Point *self, visitproc visit, void *arg)
{
    Py_VISIT(self->value);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int point_clear(Point *self)
{
    Py_CLEAR(self->value);
    return 0;
}

static void point_dealloc(Point *self)
{
    PyObject_GC_UnTrack(self);
    point_clear(self);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyMemberDef members[] = {{"value", T_OBJECT_EX, offsetof(Point, value), 0}, {NULL}};

static PyTypeObject template = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "Template", .tp_new = point_new, .tp_basicsize = sizeof(Point), .tp_members = members,
    .tp_traverse = (traverseproc)point_traverse, .tp_clear = (inquiry)point_clear, .tp_dealloc = (destructor)point_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
};

/* The same below a class of Python, which keeps its dict in front of its instances: this one has a field for its own. */
typedef struct {
    PyObject_HEAD
    PyObject *weak_of_base, *value, *dict, *weak;
} Below;

static int below_traverse(Below *self, visitproc visit, void *arg)
{
    Py_VISIT(self->value);
    Py_VISIT(self->dict);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int below_clear(Below *self)
{
    Py_CLEAR(self->value);
    Py_CLEAR(self->dict);
    return 0;
}

static void below_dealloc(Below *self)
{
    PyObject_GC_UnTrack(self);
    if (self->weak) PyObject_ClearWeakRefs((PyObject *)self);
    below_clear(self);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyObject *below_new(PyTypeObject *type, PyObject *args, PyObject *kwds) { return type->tp_alloc(type, 0); }

static PyTypeObject template_below = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "Below", .tp_new = below_new, .tp_basicsize = sizeof(Below), .tp_dictoffset = offsetof(Below, dict),
    .tp_weaklistoffset = offsetof(Below, weak), .tp_traverse = (traverseproc)below_traverse, .tp_clear = (inquiry)below_clear,
    .tp_dealloc = (destructor)below_dealloc, .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
};

/* make(name, bases, attributes set before the class is ready, set afterwards) */
static PyObject *make(PyObject *module, PyObject *args)
{
    PyObject *name, *bases, *before, *after, *key, *value;
    Py_ssize_t at = 0;
    if (!PyArg_ParseTuple(args, "UO!O!O!", &name, &PyTuple_Type, &bases, &PyDict_Type, &before, &PyDict_Type, &after)) return NULL;
    PyHeapTypeObject *made = (PyHeapTypeObject *)PyType_GenericAlloc(&PyType_Type, 0);
    if (!made) return NULL;
    PyTypeObject *from = PyTuple_GET_ITEM(bases, 0) == (PyObject *)&PyBaseObject_Type ? &template : &template_below;
    memcpy((char *)made + sizeof(PyVarObject), (char *)from + sizeof(PyVarObject), sizeof(PyTypeObject) - sizeof(PyVarObject));
    made->ht_type.tp_bases = Py_NewRef(bases);
    made->ht_name = Py_NewRef(name);
    made->ht_qualname = Py_NewRef(name);
    while (PyDict_Next(before, &at, &key, &value))
        if (PyObject_SetAttr((PyObject *)made, key, value) < 0) goto failed;
    if (PyType_Ready((PyTypeObject *)made) < 0) goto failed;
    made->ht_type.tp_flags &= ~Py_TPFLAGS_MANAGED_DICT;
    for (at = 0; PyDict_Next(after, &at, &key, &value);)
        if (PyObject_SetAttr((PyObject *)made, key, value) < 0) goto failed;
    return (PyObject *)made;
failed:
    Py_DECREF(made);
    return NULL;
}

struct seen { int initialized, finalizing, held; PyObject *callable, *result; };

static void *elsewhere(void *data)
{
    struct seen *seen = data;
    seen->initialized = Py_IsInitialized();
    seen->finalizing = _Py_IsFinalizing();
    PyGILState_STATE state = PyGILState_Ensure();
    seen->held = PyGILState_Check();
    seen->result = PyObject_CallNoArgs(seen->callable);
    PyGILState_Release(state);
    return NULL;
}

/* from_thread(callable): what a new thread sees while this one has let go of the lock, and the callable's result there. */
static PyObject *from_thread(PyObject *module, PyObject *callable)
{
    struct seen seen = {.callable = callable};
    pthread_t thread;
    Py_BEGIN_ALLOW_THREADS
    pthread_create(&thread, NULL, elsewhere, &seen);
    pthread_join(thread, NULL);
    Py_END_ALLOW_THREADS
    return Py_BuildValue("iiiN", seen.initialized, seen.finalizing, seen.held, seen.result);
}

static PyObject *state(PyObject *module, PyObject *unused) { return Py_BuildValue("ii", Py_IsInitialized(), _Py_IsFinalizing()); }

/* A type that allocates and frees its instances, and those of classes below, by itself. */
static PyObject *raw_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Point *self = PyObject_GC_New(Point, type);
    if (!self) return NULL;
    memset((char *)self + sizeof(PyObject), 0, type->tp_basicsize - sizeof(PyObject));
    self->value = Py_NewRef(args);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static void raw_dealloc(Point *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    point_clear(self);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyType_Slot raw_slots[] = {
    {Py_tp_new, raw_new}, {Py_tp_dealloc, raw_dealloc}, {Py_tp_traverse, point_traverse}, {Py_tp_clear, point_clear}, {Py_tp_members, members}, {0, NULL},
};
static PyType_Spec raw_spec = {"templates.Raw", sizeof(Point), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, raw_slots};

/* A type whose methods have the names of operators, the slots of which are empty. */
static PyObject *shown(const char *name, PyObject *self, PyObject *other) { return Py_BuildValue("(sO)", name, other); }
static PyObject *and(PyObject *self, PyObject *other) { return shown("and", self, other); }
static PyObject *add(PyObject *self, PyObject *args) { return shown("add", self, args); }
static PyObject *radd(PyObject *self, PyObject *args, PyObject *kwds) { return shown("radd", self, args); }
static PyObject *iadd(PyObject *self, PyObject *other) { return shown("iadd", self, other); }
static PyObject *len(PyObject *self, PyObject *unused) { return PyLong_FromLong(3); }
static PyObject *truth(PyObject *self, PyObject *unused) { return Py_NewRef(Py_False); }
static PyObject *item(PyObject *self, PyObject *key) { return shown("item", self, key); }
static PyObject *call(PyObject *self, PyObject *args, PyObject *kwds) { return shown("call", self, args); }
static PyObject *compared(PyObject *self, PyObject *other) { return shown("compared", self, other); }
static PyObject *number(PyObject *self, PyObject *unused) { return PyLong_FromLong(7); }
static PyObject *real(PyObject *self, PyObject *unused) { return PyFloat_FromDouble(2.5); }
static PyObject *attribute(PyObject *self, PyObject *name) { return shown("attribute", self, name); }

static PyMethodDef named_methods[] = {
    {"__and__", and, METH_O, NULL}, {"__add__", add, METH_VARARGS, NULL}, {"__radd__", (PyCFunction)(void (*)(void))radd, METH_VARARGS | METH_KEYWORDS, NULL},
    {"__iadd__", iadd, METH_O, NULL}, {"__len__", len, METH_NOARGS, NULL}, {"__bool__", truth, METH_NOARGS, NULL}, {"__getitem__", item, METH_O, NULL},
    {"__call__", (PyCFunction)(void (*)(void))call, METH_VARARGS | METH_KEYWORDS, NULL}, {"__lt__", compared, METH_O, NULL}, {"__index__", number, METH_NOARGS, NULL},
    {"__float__", real, METH_NOARGS, NULL}, {"__getattr__", attribute, METH_O, NULL}, {"__iter__", len, METH_NOARGS, NULL}, {NULL},
};
static PyType_Slot named_slots[] = {{Py_tp_methods, named_methods}, {0, NULL}};
static PyType_Spec named_spec = {"templates.Named", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, named_slots};
static PyTypeObject Static = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "templates.Static", .tp_basicsize = sizeof(PyObject), .tp_methods = named_methods, .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
};

/* A type whose instances have a dict because of a flag alone; it lets go of it through the pointer. */
static PyObject *flagged_new(PyTypeObject *type, PyObject *args, PyObject *kwds) { return type->tp_alloc(type, 0); }

static int flagged_traverse(PyObject *self, visitproc visit, void *arg)
{
    PyObject **dict = _PyObject_GetDictPtr(self);
    if (dict) Py_VISIT(*dict);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int flagged_clear(PyObject *self)
{
    PyObject **dict = _PyObject_GetDictPtr(self);
    if (dict) Py_CLEAR(*dict);
    return 0;
}

static void flagged_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    flagged_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyGetSetDef flagged_getset[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL}, {NULL}};
static PyType_Slot flagged_slots[] = {
    {Py_tp_new, flagged_new}, {Py_tp_dealloc, flagged_dealloc}, {Py_tp_traverse, flagged_traverse}, {Py_tp_clear, flagged_clear},
    {Py_tp_getset, flagged_getset}, {0, NULL},
};
static PyType_Spec flagged_spec = {
    "templates.Flagged", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT, flagged_slots,
};

static PyMethodDef functions[] = {
    {"make", make, METH_VARARGS, NULL}, {"from_thread", from_thread, METH_O, NULL}, {"state", state, METH_NOARGS, NULL}, {NULL},
};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "templates", .m_size = -1, .m_methods = functions};

PyMODINIT_FUNC PyInit_templates(void)
{
    PyObject *module = PyModule_Create(&definition);
    PyObject *raw = module ? PyType_FromSpec(&raw_spec) : NULL;
    if (!raw || PyModule_AddType(module, (PyTypeObject *)raw) < 0) Py_CLEAR(module);
    Py_XDECREF(raw);
    PyObject *named = module ? PyType_FromSpec(&named_spec) : NULL;
    if (!named || PyModule_AddType(module, (PyTypeObject *)named) < 0 || PyModule_AddType(module, &Static) < 0) Py_CLEAR(module);
    Py_XDECREF(named);
    PyObject *flagged = module ? PyType_FromSpec(&flagged_spec) : NULL;
    if (!flagged || PyModule_AddType(module, (PyTypeObject *)flagged) < 0) Py_CLEAR(module);
    Py_XDECREF(flagged);
    return module;
}
