//! One argument and one code of a `PyArg_Parse` format: the conversion, and its undoing.

use crate::float::Complex;
use crate::support::*;
use crate::unicode_codecs::CLEANUP_SUPPORTED;
use crate::variadic::VaList;
use hotpy_objects::number;

/// Why an argument could not be converted.
pub enum Wrong {
    /// "must be X, not Y"; the positions within nested tuples, innermost first.
    Text { text: String, levels: Vec<usize> },
    /// An exception is set.
    Raised,
}

impl From<Raised> for Wrong {
    fn from(_: Raised) -> Wrong {
        Wrong::Raised
    }
}

type Answer = Result<(), Wrong>;

/// What has to be undone when a later argument fails.
pub enum Cleanup {
    Buffer(*mut Py_buffer),
    Memory(*mut *mut u8),
    Converter(
        extern "C" fn(*mut PyObject, *mut c_void) -> c_int,
        *mut c_void,
    ),
}

/// A format being worked through.
pub struct Conversion<'a, 'l> {
    codes: &'a [u8],
    at: usize,
    list: &'l mut VaList,
    clean: bool,
    cleanups: Vec<Cleanup>,
}

fn expected(what: &str, arg: &PyObject) -> Wrong {
    let given = if singletons::is_none(arg) {
        "None"
    } else {
        arg.ty().name()
    };
    Wrong::Text {
        text: format!("must be {what}, not {given}"),
        levels: Vec::new(),
    }
}

fn range_error(text: &str) -> Wrong {
    raise!(OverflowError, "{text}").into()
}

/// Writes to an address from the argument list.
fn store<T>(list: &mut VaList, value: T) {
    // SAFETY: the address of a variable of the type that the code stands for (C8).
    unsafe { list.pointer::<T>().write(value) }
}

fn long(arg: &PyObject) -> Result<i64, Wrong> {
    let value = crate::long::PyLong_AsLong(Some(arg));
    if value == -1 && errors::occurred().is_some() {
        Err(Wrong::Raised)
    } else {
        Ok(value)
    }
}

fn no_clean_sizes() -> Raised {
    raise!(
        SystemError,
        "PY_SSIZE_T_CLEAN macro must be defined for '#' formats"
    )
}

impl<'a, 'l> Conversion<'a, 'l> {
    pub fn new(codes: &'a [u8], list: &'l mut VaList, clean: bool) -> Conversion<'a, 'l> {
        Conversion {
            codes,
            at: 0,
            list,
            clean,
            cleanups: Vec::new(),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.codes.get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let code = self.peek()?;
        self.at += 1;
        Some(code)
    }

    /// Goes past a mark, if it is next.
    pub fn next_is(&mut self, mark: u8) -> bool {
        let is = self.peek() == Some(mark);
        self.at += is as usize;
        is
    }

    pub fn skip_marks(&mut self) {
        while let Some(b'|' | b'$') = self.peek() {
            self.at += 1;
        }
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.codes.len()
    }

    /// Whether what follows can be the rest of a format.
    pub fn is_well_formed_rest(&self) -> bool {
        self.peek()
            .is_none_or(|c| c.is_ascii_alphabetic() || matches!(c, b'(' | b'|' | b'$'))
    }

    /// Undoes what has been converted.
    pub fn undo(&mut self) {
        for cleanup in self.cleanups.drain(..) {
            // SAFETY: each was filled by a conversion of ours.
            unsafe {
                match cleanup {
                    Cleanup::Buffer(buffer) => memoryview::release(&*buffer),
                    Cleanup::Memory(block) => {
                        domains::free(domains::MEMORY, (*block).cast());
                        *block = ptr::null_mut();
                    }
                    Cleanup::Converter(convert, to) => {
                        convert(ptr::null_mut(), to);
                    }
                }
            }
        }
    }

    /// Whether this is a place where a format with keywords may end.
    pub fn is_well_formed_end(&self) -> bool {
        matches!(self.peek(), None | Some(b'|' | b'$'))
    }

    /// What of the format is left.
    pub fn rest(&self) -> String {
        String::from_utf8_lossy(&self.codes[self.at..]).into_owned()
    }

    /// Goes past one code and its addresses without an argument. SystemError for one that there is not.
    pub fn skip_one(&mut self) -> PyResult<()> {
        let start = self.at;
        let Some(code) = self.take() else {
            return Ok(());
        };
        let is_known = match code {
            b'(' => {
                while self.peek().is_some_and(|c| c != b')') {
                    self.skip_one()?;
                }
                self.at += 1;
                return Ok(());
            }
            b'e' => {
                self.list.word();
                matches!(self.take(), Some(b's' | b't'))
            }
            b'O' if self.next_is(b'!') || self.next_is(b'&') => {
                self.list.word();
                true
            }
            c => b"bBhHiIlkLKnfdDcCpOSYUsyzuZw".contains(&c),
        };
        self.list.word();
        if is_known && matches!(code, b'e' | b's' | b'y' | b'z' | b'u' | b'Z' | b'w') {
            if self.next_is(b'#') {
                if !self.clean {
                    return Err(no_clean_sizes());
                }
                self.list.word();
            } else if !matches!(code, b'e' | b'u' | b'Z') {
                self.next_is(b'*');
            }
        }
        // A mark behind it that does not belong to it is no code either.
        let is_complete = !matches!(self.peek(), Some(b'#' | b'*' | b'!' | b'&'));
        if is_known && is_complete {
            return Ok(());
        }
        self.at = if is_known { self.at } else { start };
        Err(raise!(
            SystemError,
            "impossible<bad format char>: '{}'",
            self.rest()
        ))
    }

    /// Converts an argument by the next code.
    pub fn convert(&mut self, arg: &PyObject) -> Answer {
        let Some(code) = self.take() else {
            return Err(raise!(SystemError, "argument without format").into());
        };
        match code {
            b'(' => self.nested(arg),
            b'b' => match long(arg)? {
                v if v < 0 => Err(range_error("unsigned byte integer is less than minimum")),
                v if v > 255 => Err(range_error("unsigned byte integer is greater than maximum")),
                v => Ok(store(self.list, v as u8)),
            },
            b'B' => self.masked(arg, |list, v| store(list, v as u8)),
            b'h' => match long(arg)? {
                v if v < i64::from(i16::MIN) => {
                    Err(range_error("signed short integer is less than minimum"))
                }
                v if v > i64::from(i16::MAX) => {
                    Err(range_error("signed short integer is greater than maximum"))
                }
                v => Ok(store(self.list, v as i16)),
            },
            b'H' => self.masked(arg, |list, v| store(list, v as u16)),
            b'i' => match long(arg)? {
                v if v < i64::from(i32::MIN) => {
                    Err(range_error("signed integer is less than minimum"))
                }
                v if v > i64::from(i32::MAX) => {
                    Err(range_error("signed integer is greater than maximum"))
                }
                v => Ok(store(self.list, v as i32)),
            },
            b'I' => self.masked(arg, |list, v| store(list, v as u32)),
            b'l' => {
                let v = long(arg)?;
                Ok(store(self.list, v))
            }
            b'L' => {
                let v = crate::long::PyLong_AsLongLong(Some(arg));
                if v == -1 && errors::occurred().is_some() {
                    return Err(Wrong::Raised);
                }
                Ok(store(self.list, v))
            }
            b'k' | b'K' => match int::of(arg) {
                Some(n) => Ok(store(self.list, n.low_bits())),
                None => Err(expected("int", arg)),
            },
            b'n' => {
                let v = number::index(arg)?;
                match v.to_i64() {
                    Some(v) => Ok(store(self.list, v as isize)),
                    None => Err(range_error("Python int too large to convert to C ssize_t")),
                }
            }
            b'f' => {
                let v = number::as_f64(arg)?;
                Ok(store(self.list, v as f32))
            }
            b'd' => {
                let v = number::as_f64(arg)?;
                Ok(store(self.list, v))
            }
            b'D' => {
                let v: Complex = crate::float::PyComplex_AsCComplex(arg);
                if errors::occurred().is_some() {
                    return Err(Wrong::Raised);
                }
                Ok(store(self.list, v))
            }
            b'c' => {
                let data = match (
                    arg.downcast::<PyBytesObject>(),
                    arg.downcast::<PyByteArrayObject>(),
                ) {
                    (Some(b), _) => Some(b.as_slice()),
                    (_, Some(b)) => Some(b.as_slice()),
                    _ => None,
                };
                match data {
                    Some([c]) => {
                        let c = *c;
                        Ok(store(self.list, c))
                    }
                    _ => Err(expected("a byte string of length 1", arg)),
                }
            }
            b'C' => match arg.downcast::<Str>() {
                Some(text) if text.len() == 1 => {
                    let c = text.char_at(0) as i32;
                    Ok(store(self.list, c))
                }
                _ => Err(expected("a unicode character", arg)),
            },
            b'p' => {
                let v = protocol::truth(arg)?;
                Ok(store(self.list, v as c_int))
            }
            b'y' | b's' | b'z' => self.text(code, arg),
            b'w' => {
                if !self.next_is(b'*') {
                    return Err(raise!(SystemError, "invalid use of 'w' format character").into());
                }
                self.buffer(
                    arg,
                    flags::buffer::WRITABLE,
                    Some("read-write bytes-like object"),
                )
            }
            b'u' | b'Z' => self.wide(code, arg),
            b'e' => self.encoded(arg),
            b'S' => self.object(arg, arg.is_instance::<PyBytesObject>(), "bytes"),
            b'Y' => self.object(arg, arg.is_instance::<PyByteArrayObject>(), "bytearray"),
            b'U' => self.object(arg, arg.is_instance::<Str>(), "str"),
            b'O' if self.next_is(b'!') => {
                let ty = self.list.pointer::<PyTypeObject>();
                // SAFETY: the address of a type (C8).
                let ty = unsafe { &*ty };
                self.object(arg, typeobject::is_subtype(arg.ty(), ty), ty.name())
            }
            b'O' if self.next_is(b'&') => {
                let convert = self.list.pointer::<c_void>();
                let to = self.list.pointer::<c_void>();
                // SAFETY: a converter (C8).
                let convert: extern "C" fn(*mut PyObject, *mut c_void) -> c_int =
                    unsafe { std::mem::transmute(convert) };
                match convert(arg.as_ptr(), to) {
                    0 => Err(expected("(unspecified)", arg)),
                    CLEANUP_SUPPORTED => {
                        self.cleanups.push(Cleanup::Converter(convert, to));
                        Ok(())
                    }
                    _ => Ok(()),
                }
            }
            b'O' => {
                store(self.list, arg.as_ptr());
                Ok(())
            }
            _ => Err(Wrong::Text {
                text: "(impossible<bad format char>)".to_owned(),
                levels: Vec::new(),
            }),
        }
    }

    fn object(&mut self, arg: &PyObject, fits: bool, what: &str) -> Answer {
        if !fits {
            return Err(expected(what, arg));
        }
        store(self.list, arg.as_ptr());
        Ok(())
    }

    fn masked(&mut self, arg: &PyObject, store: impl FnOnce(&mut VaList, u64)) -> Answer {
        let value = match int::of(arg) {
            Some(n) => n.low_bits(),
            None => number::index(arg)?.low_bits(),
        };
        store(self.list, value);
        Ok(())
    }

    /// A sequence whose items the format names in brackets.
    fn nested(&mut self, arg: &PyObject) -> Answer {
        let wanted = {
            let (mut level, mut count, mut at) = (0, 0, self.at);
            while let Some(&code) = self.codes.get(at) {
                match code {
                    b'(' => {
                        count += (level == 0) as usize;
                        level += 1;
                    }
                    b')' if level == 0 => break,
                    b')' => level -= 1,
                    c if c.is_ascii_alphabetic() => {
                        count += (level == 0) as usize;
                        at += (c == b'e') as usize;
                    }
                    _ => {}
                }
                at += 1;
            }
            count
        };
        if !protocol::is_sequence(arg) || arg.is_instance::<PyBytesObject>() {
            let given = if singletons::is_none(arg) {
                "None"
            } else {
                arg.ty().name()
            };
            return Err(Wrong::Text {
                text: format!("must be {wanted}-item sequence, not {given}"),
                levels: Vec::new(),
            });
        }
        let length = protocol::len(arg)?;
        if length != wanted {
            return Err(Wrong::Text {
                text: format!("must be sequence of length {wanted}, not {length}"),
                levels: Vec::new(),
            });
        }
        for i in 0..length {
            let Ok(item) = protocol::sequence_item(arg, i as isize) else {
                errors::clear();
                return Err(Wrong::Text {
                    text: "is not retrievable".to_owned(),
                    levels: vec![i + 1],
                });
            };
            // The item is borrowed from the sequence, which the caller keeps.
            if let Err(wrong) = self.convert(&item) {
                return Err(match wrong {
                    Wrong::Text { text, mut levels } => {
                        levels.push(i + 1);
                        Wrong::Text { text, levels }
                    }
                    Wrong::Raised => Wrong::Raised,
                });
            }
        }
        self.at += 1;
        Ok(())
    }

    /// `y`, `s`, `z`, with `*` or `#`.
    fn text(&mut self, code: u8, arg: &PyObject) -> Answer {
        let none = code == b'z' && singletons::is_none(arg);
        let text = if code == b'y' {
            None
        } else {
            arg.downcast::<Str>()
        };
        if self.next_is(b'*') {
            if none || text.is_some() {
                let buffer = self.list.pointer::<Py_buffer>();
                // SAFETY: the address of a buffer structure (C8).
                let buffer = unsafe { &*buffer };
                let (owner, data): (_, &[u8]) = match text {
                    Some(text) => (Some(arg), text.to_utf8()?.as_bytes()),
                    None => (None, &[]),
                };
                let at = if none {
                    ptr::null_mut()
                } else {
                    data.as_ptr().cast_mut()
                };
                memoryview::fill_info(buffer, owner, at, data.len(), true, 0)?;
                self.cleanups
                    .push(Cleanup::Buffer(ptr::from_ref(buffer).cast_mut()));
                return Ok(());
            }
            return self.buffer(arg, flags::buffer::SIMPLE, None);
        }
        if self.next_is(b'#') {
            if !self.clean {
                return Err(no_clean_sizes().into());
            }
            let (data, length) = if none {
                (ptr::null(), 0)
            } else if let Some(text) = text {
                let text = text.to_utf8()?;
                (text.as_ptr(), text.len())
            } else {
                read_only(arg)?
            };
            store(self.list, data);
            store(self.list, length);
            return Ok(());
        }
        if none {
            store(self.list, ptr::null::<u8>());
            return Ok(());
        }
        if code == b'y' {
            let (data, length) = read_only(arg)?;
            // SAFETY: what the object exports.
            let has_null = unsafe { std::slice::from_raw_parts(data, length) }.contains(&0);
            if has_null {
                return Err(raise!(ValueError, "embedded null byte").into());
            }
            store(self.list, data);
            return Ok(());
        }
        let Some(text) = text else {
            return Err(expected(
                if code == b'z' { "str or None" } else { "str" },
                arg,
            ));
        };
        let utf8 = text.to_utf8()?;
        if utf8.as_bytes().contains(&0) {
            return Err(raise!(ValueError, "embedded null character").into());
        }
        store(self.list, utf8.as_ptr());
        Ok(())
    }

    /// The object's memory; `what` it should have been takes the place of the exporter's own complaint.
    fn buffer(&mut self, arg: &PyObject, request: c_int, what: Option<&str>) -> Answer {
        let buffer = self.list.pointer::<Py_buffer>();
        if crate::buffer::PyObject_GetBuffer(arg, buffer, request) != 0 {
            let Some(what) = what else {
                return Err(Wrong::Raised);
            };
            errors::clear();
            return Err(expected(what, arg));
        }
        // SAFETY: just filled.
        let view = unsafe { &*buffer };
        if !memoryview::is_contiguous(view, b'C') {
            memoryview::release(view);
            return Err(expected("contiguous buffer", arg));
        }
        self.cleanups.push(Cleanup::Buffer(buffer));
        Ok(())
    }

    /// A wide string that the str object would have to own; deprecated.
    fn wide(&mut self, code: u8, arg: &PyObject) -> Answer {
        let sized = self.next_is(b'#');
        let what = format!(
            "getargs: The '{}' format is deprecated. Use 'U' instead.",
            code as char
        );
        errors::warn(&exceptions::DeprecationWarning, &what, 1)?;
        if code == b'Z' && singletons::is_none(arg) {
            store(self.list, ptr::null::<u8>());
            if sized {
                store(self.list, 0isize);
            }
            return Ok(());
        }
        let Some(text) = arg.downcast::<Str>() else {
            return Err(expected(
                if code == b'Z' { "str or None" } else { "str" },
                arg,
            ));
        };
        let wide = crate::wide::as_unicode(text)?;
        store(self.list, wide);
        if sized {
            store(self.list, text.len() as isize);
        } else if text.code_points().any(|c| c == 0) {
            return Err(raise!(ValueError, "embedded null character").into());
        }
        Ok(())
    }

    /// `es`, `et`, `es#`, `et#`: text in an encoding, in memory that the caller frees.
    fn encoded(&mut self, arg: &PyObject) -> Answer {
        let encoding = self.list.pointer::<c_char>();
        let keep_bytes = self.take() == Some(b't');
        let encoding = opt_text_of(encoding).unwrap_or(Cow::Borrowed("utf-8"));
        let data = match (
            arg.downcast::<PyBytesObject>(),
            arg.downcast::<PyByteArrayObject>(),
        ) {
            (Some(b), _) if keep_bytes => b.as_slice().to_vec(),
            (_, Some(b)) if keep_bytes => b.as_slice().to_vec(),
            _ => match arg.downcast::<Str>() {
                Some(text) => str_::encode(text, Some(&encoding), None)?
                    .as_slice()
                    .to_vec(),
                None => {
                    return Err(expected(
                        if keep_bytes {
                            "str, bytes or bytearray"
                        } else {
                            "str"
                        },
                        arg,
                    ));
                }
            },
        };
        let target = self.list.pointer::<*mut u8>();
        let sized = self.next_is(b'#');
        // SAFETY: the addresses of a pointer and, with `#`, a size (C8).
        unsafe {
            if sized {
                let length = self.list.pointer::<isize>();
                if !(*target).is_null() {
                    if data.len() as isize + 1 > *length {
                        return Err(raise!(
                            ValueError,
                            "encoded string too long ({} bytes, maximum length {})",
                            data.len(),
                            *length - 1
                        )
                        .into());
                    }
                } else {
                    *target = domains::malloc(domains::MEMORY, data.len() + 1).cast();
                    self.cleanups.push(Cleanup::Memory(target));
                }
                *length = data.len() as isize;
            } else {
                if data.contains(&0) {
                    return Err(expected("encoded string without null bytes", arg));
                }
                *target = domains::malloc(domains::MEMORY, data.len() + 1).cast();
                self.cleanups.push(Cleanup::Memory(target));
            }
            if (*target).is_null() {
                return Err(errors::no_memory().into());
            }
            ptr::copy_nonoverlapping(data.as_ptr(), *target, data.len());
            (*target).add(data.len()).write(0);
        }
        Ok(())
    }
}

/// The memory of an object that needs no release.
fn read_only(arg: &PyObject) -> Result<(*const u8, usize), Wrong> {
    // SAFETY: a type's table lives as long as the type.
    let procs = unsafe { arg.ty().tp_as_buffer.get().as_ref() };
    if procs.is_some_and(|p| p.bf_releasebuffer.get().is_some()) {
        return Err(expected("read-only bytes-like object", arg));
    }
    let buffer = memoryview::Buffer::get(arg, flags::buffer::SIMPLE)?;
    Ok((buffer.address(), buffer.as_slice().len()))
}
