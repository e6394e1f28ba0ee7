//! Encoding and decoding for text files: UTF-8, ASCII and Latin-1 directly, other codecs through their incremental classes.

use crate::support::*;
use hotpy_objects::def::Downcast;
use hotpy_objects::*;
use std::cell::RefCell;

/// Which codec a text file uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    #[default]
    Utf8,
    Ascii,
    Latin1,
    /// Through `codecs`.
    Other,
}

impl Kind {
    /// The kind of a codec's name.
    pub fn of(name: &str) -> Kind {
        let plain: String = name
            .chars()
            .map(|c| {
                if c == '_' || c == ' ' {
                    '-'
                } else {
                    c.to_ascii_lowercase()
                }
            })
            .collect();
        match plain.as_str() {
            "utf-8" | "utf8" | "u8" | "cp65001" => Kind::Utf8,
            "ascii" | "us-ascii" | "646" => Kind::Ascii,
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" => {
                Kind::Latin1
            }
            _ => Kind::Other,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Ascii => "ascii",
            Kind::Latin1 => "latin-1",
            _ => "utf-8",
        }
    }
}

/// A text file's codec with its state.
#[derive(Default)]
pub struct Codec {
    pub kind: Cell<Kind>,
    pub encoding: RefCell<String>,
    pub errors: RefCell<String>,
    pub encoder: Held,
    pub decoder: Held,
    /// Bytes of a character of which the rest has not come yet.
    pub undecoded: RefCell<Vec<u8>>,
}

/// How many bytes at the end are the start of a character that may go on.
fn incomplete_utf8(data: &[u8]) -> usize {
    for back in 1..=data.len().min(3) {
        let b = data[data.len() - back];
        if b & 0xc0 == 0x80 {
            continue;
        }
        let need = match b {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return 0,
        };
        if back >= need {
            return 0;
        }
        // The second byte decides whether the start is valid at all.
        if back >= 2 {
            let second = data[data.len() - back + 1];
            let valid = match b {
                0xe0 => second >= 0xa0,
                0xed => second < 0xa0,
                0xf0 => second >= 0x90,
                0xf4 => second < 0x90,
                _ => true,
            };
            if !valid {
                return 0;
            }
        }
        return back;
    }
    0
}

impl Codec {
    /// Finds the codec. LookupError for unknown ones and for codecs that are no text encodings.
    pub fn open(&self, encoding: &str, errors: &str, read: bool, write: bool) -> PyResult<()> {
        self.kind.set(Kind::of(encoding));
        self.encoding.replace(encoding.to_owned());
        self.errors.replace(errors.to_owned());
        self.undecoded.borrow_mut().clear();
        self.encoder.set(None);
        self.decoder.set(None);
        if self.kind.get() != Kind::Other {
            return Ok(());
        }
        let info = method(
            &*(hooks::hooks().import)("_codecs")?,
            "lookup",
            &[&*text(encoding)?],
        )?;
        if let Some(is_text) = attr_opt(&info, "_is_text_encoding")?
            && !protocol::truth(&is_text)?
        {
            return Err(raise!(
                LookupError,
                "'{encoding}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
            ));
        }
        let errors = text(errors)?;
        if write {
            self.encoder
                .set(Some(method(&info, "incrementalencoder", &[&errors])?));
        }
        if read {
            self.decoder
                .set(Some(method(&info, "incrementaldecoder", &[&errors])?));
        }
        Ok(())
    }

    /// Text to bytes.
    pub fn encode(&self, string: &Str, out: &mut Vec<u8>) -> PyResult<()> {
        let kind = self.kind.get();
        if kind == Kind::Other {
            let encoder = self.encoder.or_none();
            let data = method(&encoder, "encode", &[string])?;
            let Some(data) = data.downcast::<PyBytesObject>() else {
                return Err(raise!(
                    TypeError,
                    "encoder should return a bytes object, not '{}'",
                    data.ty().name()
                ));
            };
            growing::append(out, data.as_slice())?;
            return Ok(());
        }
        if string.is_ascii() {
            if let str_::Units::One(units) = string.units() {
                return growing::append(out, units);
            }
        }
        let errors = self.errors.borrow().clone();
        let data = str_::encode(string, Some(kind.name()), Some(&errors))?;
        growing::append(out, data.as_slice())?;
        Ok(())
    }

    /// Bytes to text; an incomplete character at the end waits unless `last`.
    pub fn decode(&self, input: &[u8], last: bool) -> PyResult<Ref<Str>> {
        let kind = self.kind.get();
        if kind == Kind::Other {
            let decoder = self.decoder.or_none();
            let result = method(&decoder, "decode", &[&*bytes(input)?, &*boolean(last)?])?;
            if !result.is_instance::<Str>() {
                return Err(raise!(
                    TypeError,
                    "decoder should return a string result, not '{}'",
                    result.ty().name()
                ));
            }
            // SAFETY: the type was checked.
            return Ok(unsafe { result.cast() });
        }
        let mut data = self.undecoded.take();
        let data = if data.is_empty() {
            input
        } else {
            growing::append(&mut data, input)?;
            &data[..]
        };
        let wait = if kind == Kind::Utf8 && !last {
            incomplete_utf8(data)
        } else {
            0
        };
        let (now, later) = data.split_at(data.len() - wait);
        let errors = self.errors.borrow().clone();
        let result = str_::decode(now, Some(kind.name()), Some(&errors))?;
        self.undecoded.replace(later.to_vec());
        Ok(result)
    }

    /// Forgets incomplete input.
    pub fn reset_decoder(&self) -> PyResult<()> {
        self.undecoded.borrow_mut().clear();
        match self.decoder.get() {
            Some(decoder) => method(&decoder, "reset", &[]).map(drop),
            None => Ok(()),
        }
    }
}
