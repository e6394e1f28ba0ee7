//! `stderrprinter`: what `sys.stderr` is until there are proper files; it writes to descriptor 2.

use crate::support::*;
use hotpy_objects::def::{getset, noargs, one, slot};
use hotpy_objects::*;

#[derive(Default)]
struct Printer;

impl Body for Printer {}

#[unsafe(export_name = "PyStdPrinter_Type")]
static PrinterType: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(repr),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    ..native_type::<Printer>(c"stderrprinter")
};

extern "C" fn repr(this: &Native<Printer>) -> PyResult {
    let address = this.object().as_ptr() as usize;
    text(&format!("<stderrprinter(fd=2) object at {address:#x}>"))
}

extern "C" fn write(_: &Native<Printer>, message: &PyObject) -> PyResult {
    let message = str_arg("write", "argument 1", message)?;
    let data = str_::encode(message, Some("utf-8"), Some("backslashreplace"))?;
    bytes::with_buffer(&data, |data| {
        // SAFETY: the slice has that many bytes.
        let n = crate::thread::without_gil(|| unsafe {
            libc::write(2, data.as_ptr().cast(), data.len())
        });
        int(n as i64)
    })
}

extern "C" fn fileno(_: &Native<Printer>) -> PyResult {
    int(2)
}

extern "C" fn isatty(_: &Native<Printer>) -> PyResult {
    // SAFETY: a plain library call.
    boolean(unsafe { libc::isatty(2) == 1 })
}

extern "C" fn nothing(_: &Native<Printer>) -> PyResult {
    none()
}

extern "C" fn closed(_: &Native<Printer>, _: *mut c_void) -> PyResult {
    boolean(false)
}

extern "C" fn encoding(_: &Native<Printer>, _: *mut c_void) -> PyResult {
    none()
}

extern "C" fn mode(_: &Native<Printer>, _: *mut c_void) -> PyResult {
    text("w")
}

static_table! {
static METHODS: [PyMethodDef] = [
    noargs(c"close", nothing, c""),
    noargs(c"flush", nothing, c""),
    noargs(c"fileno", fileno, c""),
    noargs(c"isatty", isatty, c""),
    one(c"write", write, c""),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"closed", closed, None, c"True if the file is closed"),
    getset(c"encoding", encoding, None, c"Encoding of the file"),
    getset(c"mode", mode, None, c"String giving the file mode"),
    PyGetSetDef::END,
];
}

/// A new one.
pub fn new() -> PyResult {
    typeobject::ready(&PrinterType)?;
    Ok(new_native(&PrinterType, Printer)?.into_object())
}
