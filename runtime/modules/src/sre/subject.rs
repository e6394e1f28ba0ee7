//! What is searched: a `str`, or any object with a buffer of bytes. Its memory stays in place as long as the subject lives.

use hotpy_objects::memoryview::Buffer;
use hotpy_objects::str_::Units;
use hotpy_objects::*;
use std::rc::Rc;

/// The text of a search. Copies share the memory.
#[derive(Clone)]
pub struct Subject {
    object: Ref,
    buffer: Option<Rc<Buffer>>,
}

impl Subject {
    /// TypeError "expected string or bytes-like object, got 'X'".
    pub fn new(object: &PyObject) -> PyResult<Subject> {
        let mut buffer = None;
        if str_::of(object).is_none() && !object.is_instance::<PyBytesObject>() {
            match Buffer::get(object, flags::buffer::SIMPLE) {
                Ok(memory) => buffer = Some(Rc::new(memory)),
                Err(_) => {
                    errors::clear();
                    return Err(raise!(
                        TypeError,
                        "expected string or bytes-like object, got '{}'",
                        object.ty().name()
                    ));
                }
            }
        }
        Ok(Subject {
            object: object.to_ref(),
            buffer,
        })
    }

    pub fn object(&self) -> &PyObject {
        &self.object
    }

    pub fn is_text(&self) -> bool {
        str_::of(&self.object).is_some()
    }

    /// The characters.
    pub fn units(&self) -> Units<'_> {
        if let Some(text) = str_::of(&self.object) {
            return text.units();
        }
        match (&self.buffer, self.object.downcast::<PyBytesObject>()) {
            (Some(buffer), _) => Units::One(buffer.as_slice()),
            (None, Some(bytes)) => Units::One(bytes.as_slice()),
            (None, None) => Units::One(&[]),
        }
    }

    /// A part: `str`, or `bytes` of whatever kind of buffer. Clipped to the text.
    pub fn slice(&self, start: usize, end: usize) -> PyResult {
        let units = self.units();
        let end = end.min(units.len());
        let start = start.min(end);
        if let Some(text) = str_::of(&self.object) {
            return Ok(text.substring(start, end)?.into_object());
        }
        let Units::One(data) = units else {
            return Ok(bytes::empty().into_object());
        };
        if start == 0 && end == data.len() && self.object.is_exact::<PyBytesObject>() {
            return Ok(self.object.clone());
        }
        Ok(bytes::new(&data[start..end])?.into_object())
    }
}
