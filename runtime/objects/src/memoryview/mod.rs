//! `memoryview` and the buffer protocol.
//!
//! A managed buffer holds what an exporter gave; any number of views share it, each with its own shape and strides (kept
//! behind the object, in `ob_array`). Items are unpacked by native formats here; other formats can only be compared, through
//! the `struct` module.

mod exchange;
mod format;
mod view;

pub use exchange::{
    Buffer, blank, fill_info, get_into, has_buffer, is_contiguous, release, to_vec,
};
pub use view::{
    _PyManagedBuffer_Type, CONTIGUOUS, PyMemoryIter_Type, PyMemoryView_Type, contiguous_copy,
    from_buffer, from_memory, new,
};
