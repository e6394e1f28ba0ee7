//! Which code is C code of others. Such code may look at the counts of what it is given, and must find at least what CPython would
//! show: operands that a trace only borrows from a local are counted for it.

use hotpy_objects::*;
use std::ffi::{c_int, c_void};
use std::ops::Range;
use std::sync::OnceLock;

/// Where the program (or library) that this function is in lies in memory.
fn own_image() -> &'static Range<usize> {
    static IMAGE: OnceLock<Range<usize>> = OnceLock::new();
    IMAGE.get_or_init(|| {
        let mut found = 0..0;
        // SAFETY: the callback gets the pointer that is passed here.
        unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut found).cast()) };
        found
    })
}

/// Looks at one loaded object.
unsafe extern "C" fn look(
    info: *mut libc::dl_phdr_info,
    _: libc::size_t,
    found: *mut c_void,
) -> c_int {
    // SAFETY: the system describes an object with so many headers.
    unsafe {
        let info = &*info;
        let headers = std::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum as usize);
        let parts = headers.iter().filter(|h| h.p_type == libc::PT_LOAD);
        let ranges = parts.map(|h| {
            let start = (info.dlpi_addr + h.p_vaddr) as usize;
            start..start + h.p_memsz as usize
        });
        let whole = ranges.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end));
        match whole {
            Some(range) if range.contains(&(own_image as *const () as usize)) => {
                *found.cast::<Range<usize>>() = range;
                1
            }
            _ => 0,
        }
    }
}

/// Whether a builtin function or method is defined by C code of others.
pub fn is_foreign_callable(object: &PyObject) -> bool {
    let definition = if let Some(f) = object.exact::<PyCFunctionObject>() {
        f.m_ml.get() as usize
    } else if let Some(d) = object.exact::<PyMethodDescrObject>() {
        d.d_method.get() as usize
    } else {
        return false;
    };
    !own_image().contains(&definition)
}

/// Whether a type is one of C code, or made from such a one.
pub fn is_foreign(ty: &PyTypeObject) -> bool {
    ty.tp_flags.get() & flags::tp::FOREIGN != 0
}
