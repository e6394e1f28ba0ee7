/* Single-phase initialisation, and init functions that do wrong. */
#include <Python.h>

static PyObject *twice(PyObject *module, PyObject *o) { return PyNumber_Add(o, o); }
static PyMethodDef methods[] = {{"twice", twice, METH_O, "Doubles."}, {NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "single", "Single-phase.", -1, methods};

PyMODINIT_FUNC PyInit_single(void) {
    PyObject *module = PyModule_Create(&definition);
    PyModule_AddIntConstant(module, "loads", 1);
    return module;
}
PyMODINIT_FUNC PyInit_silent(void) { return NULL; }
PyMODINIT_FUNC PyInit_raising(void) { PyErr_SetString(PyExc_KeyError, "init"); return NULL; }
PyMODINIT_FUNC PyInit_unreported(void) { PyErr_SetString(PyExc_KeyError, "init"); return PyModule_New("unreported"); }
PyMODINIT_FUNC PyInit_object(void) { return PyLong_FromLong(3); }
static PyModuleDef_Slot bad_slots[] = {{99, NULL}, {0, NULL}};
static struct PyModuleDef bad = {PyModuleDef_HEAD_INIT, "bad_slot", NULL, 0, NULL, bad_slots};
PyMODINIT_FUNC PyInit_bad_slot(void) { return PyModuleDef_Init(&bad); }
static int exec_fails(PyObject *module) { PyErr_SetString(PyExc_RuntimeError, "exec"); return -1; }
static int exec_silent(PyObject *module) { return -1; }
static PyModuleDef_Slot failing_slots[] = {{Py_mod_exec, exec_fails}, {0, NULL}};
static PyModuleDef_Slot silent_slots[] = {{Py_mod_exec, exec_silent}, {0, NULL}};
static struct PyModuleDef failing = {PyModuleDef_HEAD_INIT, "exec_fails", NULL, 0, NULL, failing_slots};
static struct PyModuleDef quiet = {PyModuleDef_HEAD_INIT, "exec_silent", NULL, 0, NULL, silent_slots};
PyMODINIT_FUNC PyInit_exec_fails(void) { return PyModuleDef_Init(&failing); }
PyMODINIT_FUNC PyInit_exec_silent(void) { return PyModuleDef_Init(&quiet); }
