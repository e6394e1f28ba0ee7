//! `_PyUnicodeWriter`: a string built piece by piece in a structure on the caller's stack.

use crate::support::*;
use hotpy_objects::str_::{self, Units};

/// C: `_PyUnicodeWriter`. `data`, `kind`, `maxchar` and `size` describe `buffer`; `readonly` says that it is somebody else's.
#[repr(C)]
pub struct Writer {
    buffer: Slot<Str>,
    data: Cell<*mut u8>,
    kind: Cell<u32>,
    maxchar: Cell<u32>,
    size: Cell<isize>,
    pos: Cell<isize>,
    min_length: Cell<isize>,
    min_char: Cell<u32>,
    overallocate: Cell<u8>,
    readonly: Cell<u8>,
}

impl Writer {
    fn update(&self) {
        let Some(buffer) = self.buffer.get() else {
            return;
        };
        self.maxchar.set(buffer.max_class());
        self.data.set(buffer.data_ptr());
        if self.readonly.get() == 0 {
            self.kind.set(buffer.kind() as u32);
            self.size.set(buffer.len() as isize);
        } else {
            // Looks too narrow and full, so that the next piece makes a buffer of its own.
            self.kind.set(0);
            self.size.set(0);
        }
    }

    /// Makes room for `length` more characters up to `maxchar`.
    fn prepare(&self, length: isize, maxchar: u32) -> PyResult<()> {
        if self.buffer.get().is_some()
            && self.readonly.get() == 0
            && maxchar <= self.maxchar.get()
            && length <= self.size.get() - self.pos.get()
        {
            return Ok(());
        }
        if length == 0 && (maxchar <= self.maxchar.get() || self.buffer.get().is_some()) {
            return Ok(());
        }
        let maxchar = maxchar.max(self.min_char.get()).max(self.maxchar.get());
        let pos = self.pos.get();
        let Some(mut wanted) = pos.checked_add(length) else {
            return Err(errors::no_memory());
        };
        let grows = self.buffer.get().is_none() || wanted > self.size.get();
        if grows {
            if self.overallocate.get() != 0 && wanted <= isize::MAX - wanted / 4 {
                wanted += wanted / 4;
            }
            wanted = wanted.max(self.min_length.get());
        } else {
            wanted = self.size.get();
        }
        let new = if wanted == 0 {
            str_::empty()
        } else {
            str_::alloc(wanted as usize, maxchar)?
        };
        if let Some(old) = self.buffer.get()
            && pos > 0
        {
            // SAFETY: the new buffer is as wide and has room for what is there.
            unsafe {
                str_::copy_units(
                    old.units().slice(0, pos as usize),
                    new.data_ptr(),
                    new.kind(),
                )
            };
        }
        self.readonly.set(0);
        self.buffer.set(Some(new));
        self.update();
        Ok(())
    }

    fn write(&self, units: Units<'_>, maxchar: u32) -> PyResult<()> {
        if units.is_empty() {
            return Ok(());
        }
        self.prepare(units.len() as isize, maxchar)?;
        let kind = self.kind.get() as usize;
        // SAFETY: `prepare` has made room.
        unsafe {
            str_::copy_units(
                units,
                self.data.get().add(self.pos.get() as usize * kind),
                kind,
            )
        };
        self.pos.set(self.pos.get() + units.len() as isize);
        Ok(())
    }
}

export! {
    fn _PyUnicodeWriter_Init(to: *mut Writer) {
        // SAFETY: memory for a writer, whose fields may all be zero.
        unsafe { ptr::write_bytes(to, 0, 1) }
    }
    fn _PyUnicodeWriter_PrepareInternal(w: &Writer, length: isize, maxchar: u32) -> c_int { status(w.prepare(length, maxchar)) }
    fn _PyUnicodeWriter_PrepareKindInternal(w: &Writer, kind: c_int) -> c_int {
        let maxchar = match kind { 1 => 0xff, 2 => 0xffff, _ => 0x10ffff };
        status(w.prepare(0, maxchar))
    }
    fn _PyUnicodeWriter_WriteChar(w: &Writer, c: u32) -> c_int { status(w.write(Units::Four(&[c]), str_::class_of(c))) }
    fn _PyUnicodeWriter_WriteStr(w: &Writer, text: &Str) -> c_int {
        if text.is_empty() {
            return 0;
        }
        // A single string is shared as it is.
        if w.buffer.get().is_none() && w.overallocate.get() == 0 && text.is_exact_str() {
            w.readonly.set(1);
            w.buffer.set(Some(Ref::new(text)));
            w.update();
            w.pos.set(text.len() as isize);
            return 0;
        }
        status(w.write(text.units(), text.max_class()))
    }
    fn _PyUnicodeWriter_WriteSubstring(w: &Writer, text: &Str, start: isize, end: isize) -> c_int {
        if end <= start {
            return 0;
        }
        if start == 0 && end == text.len() as isize {
            return _PyUnicodeWriter_WriteStr(w, text);
        }
        let units = text.units().slice(start as usize, end as usize);
        status(w.write(units, units.max_class()))
    }
    fn _PyUnicodeWriter_WriteASCIIString(w: &Writer, text: *const c_char, length: isize) -> c_int {
        let text = if length == -1 { bytes_of(text) } else { slice_of(text, length) };
        status(w.write(Units::One(text), 0x7f))
    }
    fn _PyUnicodeWriter_WriteLatin1String(w: &Writer, text: *const c_char, length: isize) -> c_int {
        let units = Units::One(slice_of(text, length));
        status(w.write(units, units.max_class()))
    }
    fn _PyUnicodeWriter_Finish(w: &Writer) -> PyResult<Ref<Str>> {
        let pos = w.pos.get() as usize;
        let buffer = w.buffer.take();
        match buffer {
            _ if pos == 0 => Ok(str_::empty()),
            None => Ok(str_::empty()),
            Some(text) if text.len() == pos => Ok(text),
            Some(text) => str_::from_units(text.units().slice(0, pos)),
        }
    }
    fn _PyUnicodeWriter_Dealloc(w: &Writer) { w.buffer.set(None) }
}
