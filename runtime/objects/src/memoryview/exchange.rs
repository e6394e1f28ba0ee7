//! The buffer protocol: asking an object for its memory, filling and releasing the structure, copying strided memory.

use crate::flags::buffer as request;
use crate::growing::{self, Growing};
use crate::*;
use std::{ptr, slice};

/// A filled `Py_buffer`, released on drop. It lies in a box: exporters may remember its address.
pub struct Buffer(Box<Py_buffer>);

impl Buffer {
    /// Asks the object for its memory. TypeError if it has none to give; BufferError by the exporter.
    pub fn get(obj: &PyObject, flags: c_int) -> PyResult<Buffer> {
        let buffer = Box::new(blank());
        get_into(obj, &buffer, flags)?;
        Ok(Buffer(buffer))
    }

    /// Where the memory is, also if it is empty: C code may read a null behind it.
    pub fn address(&self) -> *const u8 {
        self.0.buf.get().cast::<u8>().cast_const()
    }

    /// The memory, taken as a run of bytes; the exporter keeps it alive and in place.
    pub fn as_slice(&self) -> &[u8] {
        if self.0.len.get() == 0 {
            return &[];
        }
        // SAFETY: the exporter promised `len` bytes until the release.
        unsafe { slice::from_raw_parts(self.0.buf.get().cast(), self.0.len.get() as usize) }
    }

    /// The same for memory that was asked for as writable.
    ///
    /// # Safety
    /// Nobody else looks at the memory meanwhile.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn as_mut_slice(&self) -> &mut [u8] {
        if self.0.len.get() == 0 {
            return &mut [];
        }
        // SAFETY: the exporter promised `len` writable bytes until the release; the caller the rest.
        unsafe { slice::from_raw_parts_mut(self.0.buf.get().cast(), self.0.len.get() as usize) }
    }

    /// The C structure.
    pub fn raw(&self) -> &Py_buffer {
        &self.0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        release(&self.0);
    }
}

/// Fills a structure (C: `PyObject_GetBuffer`). TypeError, BufferError.
pub fn get_into(obj: &PyObject, buffer: &Py_buffer, flags: c_int) -> PyResult<()> {
    // SAFETY: a type's table is live as long as the type.
    let get = unsafe { obj.ty().tp_as_buffer.get().as_ref() }.and_then(|p| p.bf_getbuffer.get());
    let Some(get) = get else {
        return Err(raise!(
            TypeError,
            "a bytes-like object is required, not '{}'",
            obj.ty().name()
        ));
    };
    if get(obj, buffer, flags) < 0 {
        // An exporter of C code may have written itself there all the same, uncounted.
        buffer.obj.set_ptr(ptr::null_mut());
        return Err(Raised);
    }
    Ok(())
}

/// An empty structure.
pub fn blank() -> Py_buffer {
    Py_buffer {
        buf: Cell::new(ptr::null_mut()),
        obj: Slot::EMPTY,
        len: Cell::new(0),
        itemsize: Cell::new(1),
        readonly: Cell::new(1),
        ndim: Cell::new(1),
        format: Cell::new(ptr::null()),
        shape: Cell::new(ptr::null_mut()),
        strides: Cell::new(ptr::null_mut()),
        suboffsets: Cell::new(ptr::null_mut()),
        internal: Cell::new(ptr::null_mut()),
    }
}

/// Gives the memory back (C: `PyBuffer_Release`); nothing happens to an empty structure. May run Python (the exporter's end).
pub fn release(buffer: &Py_buffer) {
    let Some(obj) = buffer.obj.cloned() else {
        return;
    };
    // SAFETY: a type's table is live as long as the type.
    let procs = unsafe { obj.ty().tp_as_buffer.get().as_ref() };
    if let Some(release) = procs.and_then(|p| p.bf_releasebuffer.get()) {
        release(&obj, buffer);
    }
    buffer.obj.set(None);
}

/// Whether the object has the buffer protocol.
pub fn has_buffer(obj: &PyObject) -> bool {
    // SAFETY: a type's table is live as long as the type.
    unsafe { obj.ty().tp_as_buffer.get().as_ref() }
        .is_some_and(|procs| procs.bf_getbuffer.get().is_some())
}

/// Fills the structure for a run of bytes (C: `PyBuffer_FillInfo`). BufferError if it is read-only and a writable one is asked for.
pub fn fill_info(
    view: &Py_buffer,
    obj: Option<&PyObject>,
    data: *mut u8,
    len: usize,
    readonly: bool,
    flags: c_int,
) -> PyResult<()> {
    if flags & request::WRITABLE != 0 && readonly {
        view.obj.set_ptr(ptr::null_mut());
        return Err(raise!(BufferError, "Object is not writable."));
    }
    // The structure's old content is nobody's: it is not dropped.
    view.obj
        .set_ptr(obj.map_or(ptr::null_mut(), |o| o.to_ref().into_raw()));
    view.buf.set(data.cast());
    view.len.set(len as isize);
    view.readonly.set(readonly as i32);
    view.itemsize.set(1);
    view.ndim.set(1);
    view.format.set(if flags & request::FORMAT != 0 {
        c"B".as_ptr()
    } else {
        ptr::null()
    });
    // Shape and strides point into the structure itself.
    view.shape.set(if flags & request::ND != 0 {
        view.len.as_ptr().cast()
    } else {
        ptr::null_mut()
    });
    view.strides
        .set(if flags & request::STRIDES == request::STRIDES {
            view.itemsize.as_ptr().cast()
        } else {
            ptr::null_mut()
        });
    view.suboffsets.set(ptr::null_mut());
    view.internal.set(ptr::null_mut());
    Ok(())
}

/// `ndim` sizes at a pointer; empty if it is null.
fn sizes(at: *mut c_void, ndim: usize) -> Vec<isize> {
    if at.is_null() {
        return Vec::new();
    }
    // SAFETY: a filled structure's arrays have `ndim` entries.
    unsafe { slice::from_raw_parts(at.cast::<isize>(), ndim) }.to_vec()
}

/// A filled structure with all its arrays spelled out.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub data: *mut u8,
    pub itemsize: usize,
    pub shape: Vec<isize>,
    pub strides: Vec<isize>,
    /// Empty if there are none.
    pub suboffsets: Vec<isize>,
}

impl Layout {
    pub fn of(view: &Py_buffer) -> Layout {
        let ndim = view.ndim.get().max(0) as usize;
        let itemsize = view.itemsize.get();
        let mut shape = sizes(view.shape.get(), ndim);
        if shape.is_empty() && ndim > 0 {
            shape = vec![if itemsize > 0 {
                view.len.get() / itemsize
            } else {
                0
            }];
        }
        let mut strides = sizes(view.strides.get(), ndim);
        if strides.is_empty() {
            strides = c_strides(&shape, itemsize);
        }
        Layout {
            data: view.buf.get().cast(),
            itemsize: itemsize as usize,
            shape,
            strides,
            suboffsets: sizes(view.suboffsets.get(), ndim),
        }
    }

    /// The address of item `index` along the first dimension of what starts at `data`, at depth `dim`.
    ///
    /// # Safety
    /// The index is within the shape.
    pub unsafe fn step(&self, data: *mut u8, dim: usize, index: isize) -> *mut u8 {
        // SAFETY: the exporter's strides and suboffsets lead to its memory.
        unsafe {
            let at = data.offset(self.strides[dim] * index);
            match self.suboffsets.get(dim) {
                Some(&sub) if sub >= 0 => at.cast::<*mut u8>().read().offset(sub),
                _ => at,
            }
        }
    }

    /// Calls `f` with the address of every item, last dimension fastest.
    pub fn each<E>(&self, f: &mut dyn FnMut(*mut u8) -> Result<(), E>) -> Result<(), E> {
        self.each_from(self.data, 0, f)
    }

    fn each_from<E>(
        &self,
        data: *mut u8,
        dim: usize,
        f: &mut dyn FnMut(*mut u8) -> Result<(), E>,
    ) -> Result<(), E> {
        if dim == self.shape.len() {
            return f(data);
        }
        for i in 0..self.shape[dim] {
            // SAFETY: the index is within the shape.
            let at = unsafe { self.step(data, dim, i) };
            self.each_from(at, dim + 1, f)?;
        }
        Ok(())
    }

    pub fn is_c_contiguous(&self) -> bool {
        self.suboffsets.is_empty() && self.strides_match(self.shape.iter().zip(&self.strides).rev())
    }

    pub fn is_f_contiguous(&self) -> bool {
        self.suboffsets.is_empty() && self.strides_match(self.shape.iter().zip(&self.strides))
    }

    /// Whether dimensions, from the fastest on, lie densely. Without items everything does.
    fn strides_match<'a>(
        &self,
        fastest_first: impl Iterator<Item = (&'a isize, &'a isize)>,
    ) -> bool {
        if self.shape.contains(&0) {
            return true;
        }
        let mut expected = self.itemsize as isize;
        for (&size, &stride) in fastest_first {
            if size > 1 && stride != expected {
                return false;
            }
            expected *= size;
        }
        true
    }

    /// All items in C or Fortran order. Raises MemoryError.
    pub fn to_vec(&self, fortran: bool) -> PyResult<Vec<u8>> {
        let mut out = Growing::new();
        // SAFETY: items have `itemsize` bytes.
        let item = |at: *mut u8| unsafe { slice::from_raw_parts(at, self.itemsize) };
        let mut push = |at: *mut u8| -> Result<(), ()> {
            out.extend_from_slice(item(at));
            Ok(())
        };
        // The callback never fails.
        let _: Result<(), ()> = if fortran && self.shape.len() > 1 {
            self.each_fortran(&mut push)
        } else {
            self.each(&mut push)
        };
        out.finish()
    }

    /// First dimension fastest: the index is counted up by hand.
    fn each_fortran<E>(&self, f: &mut dyn FnMut(*mut u8) -> Result<(), E>) -> Result<(), E> {
        if self.shape.contains(&0) {
            return Ok(());
        }
        let mut index = vec![0isize; self.shape.len()];
        loop {
            let mut at = self.data;
            for (dim, &i) in index.iter().enumerate() {
                // SAFETY: the index is within the shape.
                at = unsafe { self.step(at, dim, i) };
            }
            f(at)?;
            let mut dim = 0;
            while dim < index.len() {
                index[dim] += 1;
                if index[dim] < self.shape[dim] {
                    break;
                }
                index[dim] = 0;
                dim += 1;
            }
            if dim == index.len() {
                return Ok(());
            }
        }
    }
}

/// Strides of a dense array, last dimension fastest.
pub(super) fn c_strides(shape: &[isize], itemsize: isize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut step = itemsize;
    for (stride, &size) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step = step.wrapping_mul(size);
    }
    strides
}

/// Whether the memory is dense in an order: `C`, `F` or `A` (any). (C: `PyBuffer_IsContiguous`.)
pub fn is_contiguous(view: &Py_buffer, order: u8) -> bool {
    let layout = Layout::of(view);
    match order {
        b'C' => layout.is_c_contiguous(),
        b'F' => layout.is_f_contiguous(),
        _ => layout.is_c_contiguous() || layout.is_f_contiguous(),
    }
}

/// The memory's items as bytes in an order: `C`, `F`, or `A` (Fortran if the memory is, else C). Raises MemoryError.
pub fn to_vec(view: &Py_buffer, order: u8) -> PyResult<Vec<u8>> {
    let layout = Layout::of(view);
    let fortran = match order {
        b'F' => true,
        b'A' => layout.is_f_contiguous() && !layout.is_c_contiguous(),
        _ => false,
    };
    let dense = if fortran {
        layout.is_f_contiguous()
    } else {
        layout.is_c_contiguous()
    };
    if dense {
        let len = view.len.get() as usize;
        if len == 0 {
            return Ok(Vec::new());
        }
        // SAFETY: dense memory has `len` bytes.
        return growing::copied(unsafe { slice::from_raw_parts(layout.data, len) });
    }
    layout.to_vec(fortran)
}
