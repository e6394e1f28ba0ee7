//! `_string`: the parser of format strings, for `string.Formatter`.

use crate::support::*;
use hotpy_objects::def::{Downcast, one};
use hotpy_objects::*;

fn string(o: &PyObject) -> PyResult<&Str> {
    o.downcast::<Str>()
        .ok_or_else(|| raise!(TypeError, "expected str, got {}", o.ty().name()))
}

extern "C" fn formatter_parser(_: &PyObject, o: &PyObject) -> PyResult {
    let parts = list(str_::formatter_parser(string(o)?)?)?;
    protocol::iter(&parts)
}

extern "C" fn formatter_field_name_split(_: &PyObject, o: &PyObject) -> PyResult {
    let (first, rest) = str_::formatter_field_name_split(string(o)?)?;
    let rest = list(rest)?;
    tuple(vec![first, protocol::iter(&rest)?])
}

static_table! {
static METHODS: [PyMethodDef] = [
    one::<PyObject>(c"formatter_parser", formatter_parser, c"Takes a format string apart."),
    one::<PyObject>(c"formatter_field_name_split", formatter_field_name_split, c"Takes a field's name apart."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    module::with_methods("_string", "The parser of format strings.", METHODS)
}
