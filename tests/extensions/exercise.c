/* An extension of our own, compiled against the installed headers: macros, counts, errors, types, buffers, the collector,
 * vectorcall, module state. Programs beside it print what it answers. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

typedef struct {
    PyObject *error;
    PyObject *box_type;
    long calls;
} State;

static struct PyModuleDef definition;

static State *state_of(PyObject *module) { return (State *)PyModule_GetState(module); }

/* ---- arguments and results ---- */

static PyObject *parse(PyObject *module, PyObject *args) {
    int i; long l; double d; const char *s; Py_ssize_t n; const char *z = NULL; PyObject *o = Py_None;
    unsigned char b; int p;
    state_of(module)->calls++;
    if (!PyArg_ParseTuple(args, "ildbps#|zO:parse", &i, &l, &d, &b, &p, &s, &n, &z, &o))
        return NULL;
    return Py_BuildValue("(ildbOs#zO)", i, l, d, b, p ? Py_True : Py_False, s, n, z, o);
}

static PyObject *parse_keywords(PyObject *module, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"", "first", "second", "third", NULL};
    PyObject *only; int first = 1; const char *second = "two"; PyObject *third = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|is$O:parse_keywords", names, &only, &first, &second, &third))
        return NULL;
    return Py_BuildValue("{s:O,s:i,s:s,s:O}", "only", only, "first", first, "second", second, "third", third);
}

static PyObject *nested(PyObject *module, PyObject *args) {
    int a, b, c; Py_buffer view;
    if (!PyArg_ParseTuple(args, "i(ii)y*", &a, &b, &c, &view)) return NULL;
    PyObject *answer = Py_BuildValue("[i,(i,i),n]", a, b, c, view.len);
    PyBuffer_Release(&view);
    return answer;
}

static PyObject *many(PyObject *module, PyObject *Py_UNUSED(none)) {
    PyObject *one = PyLong_FromLong(1000001), *two = PyUnicode_FromString("two");
    PyObject *packed = PyTuple_Pack(9, one, two, one, two, one, two, one, two, Py_None);
    PyObject *built = Py_BuildValue("iiiiiiiddddddddddi", 1, 2, 3, 4, 5, 6, 7, .5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 8);
    PyObject *answer = Py_BuildValue("NNnn", packed, built, Py_REFCNT(one) > 1, Py_REFCNT(two) > 1);
    Py_DECREF(one);
    Py_DECREF(two);
    return answer;
}

static PyObject *format(PyObject *module, PyObject *o) {
    return PyUnicode_FromFormat("%s|%5d|%-3i|%05d|%.3s|%x|%c|%zd|%lu|%lld|%R|%S|%A|%U|%V|%%|%10s|%p",
        "text", 42, 7, 42, "abcdef", 255, 0x20ac, (Py_ssize_t)-1, 7UL, 1LL << 40, o, o, o, Py_TYPE(o)->tp_name ? PyUnicode_FromString("u") : NULL,
        NULL, "fallback", "right", (void *)0x1234);
}

static PyObject *raise(PyObject *module, PyObject *args) {
    PyObject *type; const char *text;
    if (!PyArg_ParseTuple(args, "Os", &type, &text)) return NULL;
    if (type == Py_None) return PyErr_Format(state_of(module)->error, "own: %s, %d", text, 3);
    PyErr_SetString(type, text);
    return NULL;
}

static PyObject *fetch(PyObject *module, PyObject *callable) {
    PyObject *result = PyObject_CallNoArgs(callable), *type, *value, *traceback;
    if (result) return result;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *answer = Py_BuildValue("NNO", type, value, traceback ? Py_True : Py_False);
    Py_XDECREF(traceback);
    return answer;
}

static PyObject *nothing(PyObject *module, PyObject *Py_UNUSED(none)) { return NULL; }

static PyObject *both(PyObject *module, PyObject *Py_UNUSED(none)) {
    PyErr_SetString(PyExc_ValueError, "left behind");
    Py_RETURN_NONE;
}

static PyObject *calls(PyObject *module, PyObject *args) {
    PyObject *f, *answer = PyList_New(0), *item;
    if (!PyArg_ParseTuple(args, "O", &f)) return NULL;
    PyObject *stack[4] = {NULL, PyLong_FromLong(1), PyLong_FromLong(2), PyLong_FromLong(3)};
    PyObject *names = Py_BuildValue("(s)", "key");
#define ADD(call) do { item = (call); if (!item) return NULL; PyList_Append(answer, item); Py_DECREF(item); } while (0)
    ADD(PyObject_CallNoArgs(f));
    ADD(PyObject_CallOneArg(f, stack[1]));
    ADD(PyObject_Vectorcall(f, stack + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL));
    ADD(PyObject_Vectorcall(f, stack + 1, 2, names));
    ADD(PyObject_CallFunction(f, "is", 5, "six"));
    ADD(PyObject_CallFunction(f, "(ii)", 5, 6));
    ADD(PyObject_CallFunction(f, "O", Py_None));
    ADD(PyObject_CallFunctionObjArgs(f, stack[1], stack[2], stack[3], NULL));
    ADD(PyObject_CallMethod(answer, "__len__", NULL));
    ADD(PyObject_CallMethod(answer, "index", "O", PyList_GET_ITEM(answer, 2)));
    PyObject *name = PyUnicode_FromString("count");
    ADD(PyObject_CallMethodObjArgs(answer, name, Py_None, NULL));
    Py_DECREF(name);
    Py_DECREF(names);
    for (int i = 1; i < 4; i++) Py_DECREF(stack[i]);
    return answer;
}

/* ---- a static type with the collector, members, getset, comparison, number and sequence slots ---- */

typedef struct {
    PyObject_HEAD
    PyObject *content;
    PyObject *dict;
    PyObject *weak;
    int number;
    double real;
    char flag;
} Node;

static PyTypeObject NodeType;

static int node_init(Node *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"content", "number", NULL};
    PyObject *content = Py_None; int number = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|Oi:Node", names, &content, &number)) return -1;
    Py_INCREF(content);
    Py_XSETREF(self->content, content);
    self->number = number;
    return 0;
}
static int node_traverse(Node *self, visitproc visit, void *arg) { Py_VISIT(self->content); Py_VISIT(self->dict); return 0; }
static int node_clear(Node *self) { Py_CLEAR(self->content); Py_CLEAR(self->dict); return 0; }
static long live;
static PyObject *node_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    PyObject *self = type->tp_alloc(type, 0);
    if (self) live++;
    return self;
}
static void node_dealloc(Node *self) {
    PyObject_GC_UnTrack(self);
    live--;
    if (self->weak) PyObject_ClearWeakRefs((PyObject *)self);
    node_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
static PyObject *node_repr(Node *self) { return PyUnicode_FromFormat("<Node %d %R>", self->number, self->content); }
static PyObject *node_compare(PyObject *a, PyObject *b, int op) {
    if (!PyObject_TypeCheck(a, &NodeType) || !PyObject_TypeCheck(b, &NodeType)) Py_RETURN_NOTIMPLEMENTED;
    Py_RETURN_RICHCOMPARE(((Node *)a)->number, ((Node *)b)->number, op);
}
static Py_hash_t node_hash(Node *self) { return self->number; }
static PyObject *node_add(PyObject *a, PyObject *b) {
    long x = PyObject_TypeCheck(a, &NodeType) ? ((Node *)a)->number : PyLong_AsLong(a);
    long y = PyObject_TypeCheck(b, &NodeType) ? ((Node *)b)->number : PyLong_AsLong(b);
    if (PyErr_Occurred()) { PyErr_Clear(); Py_RETURN_NOTIMPLEMENTED; }
    return PyLong_FromLong(x + y);
}
static int node_bool(Node *self) { return self->number != 0; }
static Py_ssize_t node_length(Node *self) { return self->number; }
static PyObject *node_item(Node *self, Py_ssize_t i) {
    if (i < 0 || i >= self->number) { PyErr_SetString(PyExc_IndexError, "Node index"); return NULL; }
    return PyLong_FromSsize_t(i * i);
}
static PyObject *node_call(Node *self, PyObject *args, PyObject *kwargs) { return Py_BuildValue("(iOO)", self->number, args, kwargs ? kwargs : Py_None); }
static PyObject *node_get_double(Node *self, void *closure) { return PyLong_FromLong(self->number * (long)(Py_intptr_t)closure); }
static int node_set_double(Node *self, PyObject *value, void *closure) {
    if (!value) { PyErr_SetString(PyExc_AttributeError, "cannot delete double"); return -1; }
    long v = PyLong_AsLong(value);
    if (v == -1 && PyErr_Occurred()) return -1;
    self->number = (int)(v / (long)(Py_intptr_t)closure);
    return 0;
}
static PyObject *node_method(Node *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    return Py_BuildValue("(inn)", self->number, count, names ? PyTuple_GET_SIZE(names) : 0);
}
static PyObject *node_class(PyObject *type, PyObject *Py_UNUSED(none)) { return PyUnicode_FromString(((PyTypeObject *)type)->tp_name); }
static PyObject *node_static(PyObject *Py_UNUSED(self), PyObject *o) { Py_INCREF(o); return o; }

static PyMemberDef node_members[] = {
    {"content", T_OBJECT, offsetof(Node, content), 0, "what it holds"},
    {"number", T_INT, offsetof(Node, number), 0, NULL},
    {"real", T_DOUBLE, offsetof(Node, real), 0, NULL},
    {"flag", T_BOOL, offsetof(Node, flag), READONLY, NULL},
    {NULL}};
static PyGetSetDef node_getset[] = {
    {"double", (getter)node_get_double, (setter)node_set_double, "twice", (void *)2},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict},
    {NULL}};
static PyMethodDef node_methods[] = {
    {"method", (PyCFunction)(void (*)(void))node_method, METH_FASTCALL | METH_KEYWORDS, "method($self, /, *args)\n--\n\nCounts."},
    {"klass", node_class, METH_NOARGS | METH_CLASS, NULL},
    {"statically", node_static, METH_O | METH_STATIC, NULL},
    {NULL}};
static PyNumberMethods node_number = {.nb_add = node_add, .nb_bool = (inquiry)node_bool};
static PySequenceMethods node_sequence = {.sq_length = (lenfunc)node_length, .sq_item = (ssizeargfunc)node_item};
static PyTypeObject NodeType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "exercise.Node", .tp_basicsize = sizeof(Node), .tp_dealloc = (destructor)node_dealloc, .tp_repr = (reprfunc)node_repr,
    .tp_as_number = &node_number, .tp_as_sequence = &node_sequence, .tp_hash = (hashfunc)node_hash, .tp_call = (ternaryfunc)node_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, .tp_doc = "Node(content=None, number=0)\n--\n\nA node.",
    .tp_traverse = (traverseproc)node_traverse, .tp_clear = (inquiry)node_clear, .tp_richcompare = node_compare,
    .tp_weaklistoffset = offsetof(Node, weak), .tp_methods = node_methods, .tp_members = node_members, .tp_getset = node_getset,
    .tp_dictoffset = offsetof(Node, dict), .tp_init = (initproc)node_init, .tp_new = node_new};

static PyObject *live_nodes(PyObject *module, PyObject *Py_UNUSED(none)) { return PyLong_FromLong(live); }

/* ---- a heap type from a specification: buffer, iterator, vectorcall, its class in methods ---- */

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    Py_ssize_t exports;
    int closed;
    Py_ssize_t at;
    unsigned char data[8];
} Box;

static PyObject *box_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names) {
    return Py_BuildValue("(nn)", PyVectorcall_NARGS(nargsf), names ? PyTuple_GET_SIZE(names) : 0);
}
static int box_init(Box *self, PyObject *args, PyObject *kwargs) {
    self->vectorcall = box_vectorcall;
    for (int i = 0; i < 8; i++) self->data[i] = 'a' + i;
    return 0;
}
static void box_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}
static int box_getbuffer(Box *self, Py_buffer *view, int flags) {
    if (self->closed) {
        /* Careless, but there are exporters that do so: nobody may take it for a reference. */
        view->obj = (PyObject *)self;
        PyErr_SetString(PyExc_BufferError, "the box is closed");
        return -1;
    }
    if (PyBuffer_FillInfo(view, (PyObject *)self, self->data, 8, 0, flags) < 0) return -1;
    self->exports++;
    return 0;
}
static void box_releasebuffer(Box *self, Py_buffer *view) { self->exports--; }
static PyObject *box_next(Box *self) {
    if (self->at >= 3) return NULL;
    return PyLong_FromSsize_t(self->at++);
}
static PyObject *box_defining(PyObject *self, PyTypeObject *type, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    State *state = PyType_GetModuleState(type);
    if (!state) return NULL;
    return Py_BuildValue("(sOn)", type->tp_name, state->box_type == (PyObject *)type ? Py_True : Py_False, count);
}
static PyMemberDef box_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Box, vectorcall), READONLY},
    {"exports", T_PYSSIZET, offsetof(Box, exports), READONLY},
    {"closed", T_INT, offsetof(Box, closed), 0},
    {NULL}};
static PyMethodDef box_methods[] = {
    {"defining", (PyCFunction)(void (*)(void))box_defining, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL},
    {NULL}};
static PyType_Slot box_slots[] = {
    {Py_tp_init, box_init}, {Py_tp_dealloc, box_dealloc}, {Py_tp_members, box_members}, {Py_tp_methods, box_methods},
    {Py_bf_getbuffer, box_getbuffer}, {Py_bf_releasebuffer, box_releasebuffer}, {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, box_next}, {Py_tp_call, PyVectorcall_Call}, {Py_tp_doc, "A box."}, {0, NULL}};
static PyType_Spec box_spec = {"exercise.Box", sizeof(Box), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL, box_slots};

/* ---- containers and text by macros ---- */

static PyObject *containers(PyObject *module, PyObject *Py_UNUSED(none)) {
    PyObject *list = PyList_New(3), *tuple = PyTuple_New(2), *dict = PyDict_New(), *set = PySet_New(NULL), *key, *value;
    for (int i = 0; i < 3; i++) PyList_SET_ITEM(list, i, PyLong_FromLong(i * 100000));
    PyTuple_SET_ITEM(tuple, 0, PyUnicode_FromString("x"));
    PyTuple_SET_ITEM(tuple, 1, PyFloat_FromDouble(2.5));
    PyDict_SetItemString(dict, "list", list);
    PyDict_SetItem(dict, PyTuple_GET_ITEM(tuple, 0), tuple);
    PySet_Add(set, PyTuple_GET_ITEM(tuple, 0));
    PyList_Insert(list, 1, Py_None);
    PyList_Append(list, tuple);
    Py_ssize_t at = 0, n = 0;
    while (PyDict_Next(dict, &at, &key, &value)) n += PyObject_Length(value);
    PyObject *slice = PyList_GetSlice(list, 1, 4);
    PyObject *missing = PyDict_GetItemString(dict, "missing");
    return Py_BuildValue("(NNNNnNO)", list, tuple, dict, set, n, slice, missing ? Py_True : Py_False);
}

static PyObject *text(PyObject *module, PyObject *o) {
    if (!PyUnicode_Check(o)) { PyErr_BadArgument(); return NULL; }
    Py_ssize_t length = PyUnicode_GET_LENGTH(o), size;
    int kind = PyUnicode_KIND(o);
    void *data = PyUnicode_DATA(o);
    unsigned long sum = 0;
    for (Py_ssize_t i = 0; i < length; i++) sum += PyUnicode_READ(kind, data, i);
    const char *utf8 = PyUnicode_AsUTF8AndSize(o, &size);
    if (!utf8) return NULL;
    PyObject *copy = PyUnicode_New(length, PyUnicode_MAX_CHAR_VALUE(o));
    for (Py_ssize_t i = 0; i < length; i++) PyUnicode_WriteChar(copy, i, PyUnicode_READ_CHAR(o, length - 1 - i));
    return Py_BuildValue("(nikns#N)", length, kind, sum, size, utf8, size, copy);
}

static PyObject *capsule(PyObject *module, PyObject *Py_UNUSED(none)) { return PyCapsule_New(&live, "exercise.live", NULL); }
static PyObject *from_capsule(PyObject *module, PyObject *o) {
    long *p = PyCapsule_GetPointer(o, "exercise.live");
    return p ? PyBool_FromLong(p == &live) : NULL;
}

static PyObject *handled(PyObject *module, PyObject *Py_UNUSED(none)) {
    PyObject *type, *value, *traceback;
    PyErr_GetExcInfo(&type, &value, &traceback);
    PyObject *answer = Py_BuildValue("NN", type, value ? value : Py_NewRef(Py_None));
    Py_XDECREF(traceback);
    return answer;
}

static PyObject *count(PyObject *module, PyObject *Py_UNUSED(none)) { return PyLong_FromLong(state_of(module)->calls); }

static PyMethodDef methods[] = {
    {"parse", parse, METH_VARARGS, "parse(...)"}, {"parse_keywords", (PyCFunction)(void (*)(void))parse_keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"nested", nested, METH_VARARGS, NULL}, {"many", many, METH_NOARGS, NULL}, {"format", format, METH_O, NULL}, {"raise_", raise, METH_VARARGS, NULL},
    {"fetch", fetch, METH_O, NULL}, {"nothing", nothing, METH_NOARGS, NULL}, {"both", both, METH_NOARGS, NULL}, {"calls", calls, METH_VARARGS, NULL},
    {"live_nodes", live_nodes, METH_NOARGS, NULL}, {"containers", containers, METH_NOARGS, NULL}, {"text", text, METH_O, NULL},
    {"capsule", capsule, METH_NOARGS, NULL}, {"from_capsule", from_capsule, METH_O, NULL}, {"handled", handled, METH_NOARGS, NULL},
    {"count", count, METH_NOARGS, NULL}, {NULL}};

static int exec(PyObject *module) {
    State *state = state_of(module);
    state->error = PyErr_NewExceptionWithDoc("exercise.Error", "An error.", PyExc_ValueError, NULL);
    if (PyModule_AddObjectRef(module, "Error", state->error) < 0) return -1;
    if (PyModule_AddType(module, &NodeType) < 0) return -1;
    state->box_type = PyType_FromModuleAndSpec(module, &box_spec, NULL);
    if (!state->box_type || PyModule_AddType(module, (PyTypeObject *)state->box_type) < 0) return -1;
    return PyModule_AddIntConstant(module, "ANSWER", 42) || PyModule_AddStringConstant(module, "NAME", "exercise");
}
static int traverse(PyObject *module, visitproc visit, void *arg) { Py_VISIT(state_of(module)->error); Py_VISIT(state_of(module)->box_type); return 0; }
static int clear(PyObject *module) { Py_CLEAR(state_of(module)->error); Py_CLEAR(state_of(module)->box_type); return 0; }
static PyModuleDef_Slot slots[] = {{Py_mod_exec, exec}, {0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "exercise", "Exercises.", sizeof(State), methods, slots, traverse, clear, NULL};

PyMODINIT_FUNC PyInit_exercise(void) { return PyModuleDef_Init(&definition); }
