//! Builds a string piece by piece: one byte per character until a character needs more, then the whole is widened.

use super::layout::{self, Units, class_of};
use crate::growing::Growing;
use crate::*;

enum Buffer {
    One(Growing<u8>),
    Two(Growing<u16>),
    Four(Growing<u32>),
}

/// Builds a string piece by piece.
pub struct Builder {
    buffer: Buffer,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            buffer: Buffer::One(Growing::new()),
        }
    }
}

impl Builder {
    /// With room for `n` narrow characters.
    pub fn with_capacity(n: usize) -> Builder {
        Builder {
            buffer: Buffer::One(Growing::with_capacity(n)),
        }
    }

    /// Characters so far.
    pub fn len(&self) -> usize {
        self.units().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is there so far.
    pub fn units(&self) -> Units<'_> {
        match &self.buffer {
            Buffer::One(v) => Units::One(v),
            Buffer::Two(v) => Units::Two(v),
            Buffer::Four(v) => Units::Four(v),
        }
    }

    /// Makes room for characters up to `c`.
    #[cold]
    fn widen(&mut self, c: u32) {
        self.buffer = match &self.buffer {
            Buffer::One(v) if c < 0x10000 => Buffer::Two(v.converted(|b| b as u16)),
            Buffer::One(v) => Buffer::Four(v.converted(|b| b as u32)),
            Buffer::Two(v) => Buffer::Four(v.converted(|b| b as u32)),
            Buffer::Four(_) => return,
        };
    }

    /// A code point up to 0x10ffff (surrogates allowed).
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.buffer {
            Buffer::One(v) if c < 256 => v.push(c as u8),
            Buffer::Two(v) if c < 0x10000 => v.push(c as u16),
            Buffer::Four(v) => v.push(c),
            _ => {
                self.widen(c);
                self.push(c);
            }
        }
    }

    /// `n` times the same character.
    pub fn push_repeated(&mut self, c: u32, n: usize) {
        match &mut self.buffer {
            Buffer::One(v) if c < 256 => v.push_repeated(c as u8, n),
            Buffer::Two(v) if c < 0x10000 => v.push_repeated(c as u16, n),
            Buffer::Four(v) => v.push_repeated(c, n),
            _ if n > 0 => {
                self.widen(c);
                self.push_repeated(c, n);
            }
            _ => {}
        }
    }

    pub fn push_text(&mut self, text: &str) {
        match &mut self.buffer {
            Buffer::One(v) if text.is_ascii() => v.extend_from_slice(text.as_bytes()),
            _ => text.chars().for_each(|c| self.push(c as u32)),
        }
    }

    pub fn push_units(&mut self, units: Units<'_>) {
        match (&mut self.buffer, units) {
            (Buffer::One(v), Units::One(s)) => v.extend_from_slice(s),
            (Buffer::Two(v), Units::Two(s)) => v.extend_from_slice(s),
            (Buffer::Two(v), Units::One(s)) => v.extend(s.iter().map(|&c| c as u16)),
            (Buffer::Four(v), s) => v.extend(s.iter()),
            // The piece is wider than what is there: a slice of a wide string may still be narrow.
            (_, s) => {
                let class = s.max_class();
                if class > self.class_limit() {
                    self.widen(class);
                }
                s.iter().for_each(|c| self.push(c));
            }
        }
    }

    fn class_limit(&self) -> u32 {
        match self.buffer {
            Buffer::One(_) => 0xff,
            Buffer::Two(_) => 0xffff,
            Buffer::Four(_) => layout::MAX_CHAR,
        }
    }

    #[inline]
    pub fn push_str(&mut self, text: &Str) {
        self.push_units(text.units());
    }

    /// Notes that memory has run out.
    pub fn fail(&mut self) {
        match &mut self.buffer {
            Buffer::One(v) => v.fail(),
            Buffer::Two(v) => v.fail(),
            Buffer::Four(v) => v.fail(),
        }
    }

    /// Cuts back to `len` characters.
    pub fn truncate(&mut self, len: usize) {
        match &mut self.buffer {
            Buffer::One(v) => v.truncate(len),
            Buffer::Two(v) => v.truncate(len),
            Buffer::Four(v) => v.truncate(len),
        }
    }

    /// Raises MemoryError if there was no room for something.
    pub fn check(&self) -> PyResult<()> {
        match &self.buffer {
            Buffer::One(v) => v.check(),
            Buffer::Two(v) => v.check(),
            Buffer::Four(v) => v.check(),
        }
    }

    /// The string. Raises MemoryError.
    pub fn finish(self) -> PyResult<Ref<Str>> {
        self.check()?;
        match &self.buffer {
            Buffer::One(v) => layout::from_latin1(v),
            // After `truncate` the widest character may be gone, so the width is computed anew.
            _ => layout::from_units(self.units()),
        }
    }
}

impl std::fmt::Write for Builder {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_text(text);
        Ok(())
    }
}

/// The class of the largest of some characters.
pub(super) fn class_of_all(chars: &[u32]) -> u32 {
    class_of(chars.iter().fold(0, |m, &c| m | c))
}
