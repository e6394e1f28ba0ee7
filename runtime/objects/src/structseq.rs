//! Struct sequences: tuples with named fields (`sys.version_info`, `os.stat_result`).

use crate::*;

/// A new heap type for a struct sequence: (name, doc) of each field; fields beyond `visible` are attributes only.
pub fn new_type(
    name: &'static str,
    doc: &'static str,
    fields: &'static [(&'static str, &'static str)],
    visible: usize,
) -> PyResult<Ref<PyTypeObject>> {
    todo!()
}
/// An instance; `values` has one entry per field.
pub fn new(ty: &PyTypeObject, values: Vec<Ref>) -> PyResult {
    todo!()
}
