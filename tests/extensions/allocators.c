/* Allocators of C code in front of the interpreter's: what reaches them, and what becomes of requests that they refuse. */
#include <Python.h>

static PyMemAllocatorEx behind[3];
static long made[3], freed[3], refuse_from, refuse_to, count;
static int is_on;

static int refused(int domain)
{
    long number = count++;
    if (number >= refuse_from && number < refuse_to) return 1;
    made[domain]++;
    return 0;
}

static void *hook_malloc(void *context, size_t size)
{
    int domain = (int)(size_t)context;
    return refused(domain) ? NULL : behind[domain].malloc(behind[domain].ctx, size);
}

static void *hook_calloc(void *context, size_t n, size_t size)
{
    int domain = (int)(size_t)context;
    return refused(domain) ? NULL : behind[domain].calloc(behind[domain].ctx, n, size);
}

static void *hook_realloc(void *context, void *block, size_t size)
{
    int domain = (int)(size_t)context;
    return refused(domain) ? NULL : behind[domain].realloc(behind[domain].ctx, block, size);
}

static void hook_free(void *context, void *block)
{
    int domain = (int)(size_t)context;
    freed[domain]++;
    behind[domain].free(behind[domain].ctx, block);
}

/* From now on; requests with numbers from the first to before the second are refused. */
static PyObject *begin(PyObject *module, PyObject *args)
{
    if (!PyArg_ParseTuple(args, "ll", &refuse_from, &refuse_to)) return NULL;
    if (is_on) {
        PyErr_SetString(PyExc_RuntimeError, "begun already");
        return NULL;
    }
    is_on = 1;
    count = 0;
    for (int i = 0; i < 3; i++) {
        made[i] = freed[i] = 0;
        PyMem_GetAllocator(i, &behind[i]);
        PyMemAllocatorEx ours = {(void *)(size_t)i, hook_malloc, hook_calloc, hook_realloc, hook_free};
        PyMem_SetAllocator(i, &ours);
    }
    Py_RETURN_NONE;
}

static PyObject *end(PyObject *module, PyObject *unused)
{
    for (int i = 0; i < 3 && is_on; i++) PyMem_SetAllocator(i, &behind[i]);
    is_on = 0;
    Py_RETURN_NONE;
}

static PyObject *counts(PyObject *module, PyObject *unused)
{
    return Py_BuildValue("((ll)(ll)(ll))", made[0], freed[0], made[1], freed[1], made[2], freed[2]);
}

/* A block of each domain, grown and given back. */
static PyObject *use(PyObject *module, PyObject *unused)
{
    void *raw = PyMem_RawMalloc(10), *memory = PyMem_Calloc(3, 4), *object = PyObject_Malloc(0);
    raw = PyMem_RawRealloc(raw, 1000);
    memory = PyMem_Realloc(memory, 1000);
    object = PyObject_Realloc(object, 1000);
    memset(raw, 1, 1000);
    memset(memory, 1, 1000);
    memset(object, 1, 1000);
    PyMem_RawFree(raw);
    PyMem_Free(memory);
    PyObject_Free(object);
    return PyBool_FromLong(!PyMem_RawMalloc(PY_SSIZE_T_MAX + (size_t)1) && !PyMem_Malloc(PY_SSIZE_T_MAX + (size_t)1) && !PyObject_Calloc(2, PY_SSIZE_T_MAX));
}

extern const char *_PyMem_GetCurrentAllocatorName(void);

static PyObject *name(PyObject *module, PyObject *unused)
{
    const char *text = _PyMem_GetCurrentAllocatorName();
    return text ? PyUnicode_FromString(text) : Py_NewRef(Py_None);
}

static PyMethodDef methods[] = {
    {"begin", begin, METH_VARARGS, NULL}, {"end", end, METH_NOARGS, NULL}, {"counts", counts, METH_NOARGS, NULL},
    {"use", use, METH_NOARGS, NULL}, {"name", name, METH_NOARGS, NULL}, {NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "allocators", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_allocators(void) { return PyModule_Create(&module); }
