//! Encoding and decoding for text files: UTF-8, ASCII and Latin-1 directly, other codecs through their incremental classes.

use crate::support::*;
use hotpy_objects::def::Downcast;
use hotpy_objects::task;
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

/// Whether what a file is told to be encoded in is a codec that may be of Python.
pub fn is_of_python(encoding: &PyObject) -> bool {
    let name = encoding.exact::<Str>().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name != "locale" && Kind::of(&name) == Kind::Other)
}

/// Whether it is one of the error handlers that are ours.
fn is_own_handler(name: &str) -> bool {
    matches!(
        name,
        "strict"
            | "ignore"
            | "replace"
            | "backslashreplace"
            | "xmlcharrefreplace"
            | "namereplace"
            | "surrogateescape"
            | "surrogatepass"
    )
}

/// A text file's codec with its state.
#[derive(Default)]
pub struct Codec {
    pub kind: Cell<Kind>,
    pub encoding: RefCell<String>,
    pub errors: RefCell<String>,
    /// Whether the error handler is one that somebody has registered.
    foreign_handler: Cell<bool>,
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
    /// Whether coding may run Python.
    pub fn runs_python(&self) -> bool {
        self.kind.get() == Kind::Other || self.foreign_handler.get()
    }

    /// Finds the codec. LookupError for unknown ones and for codecs that are no text encodings.
    pub async fn open(
        &self,
        encoding: &str,
        errors: &str,
        read: bool,
        write: bool,
    ) -> PyResult<()> {
        let kind = Kind::of(encoding);
        let (encoder, decoder) = match kind {
            Kind::Other => Codec::find(encoding, errors, read, write).await?,
            _ => (None, None),
        };
        // Where there is no such codec the file keeps the one that it has.
        self.kind.set(kind);
        self.encoding.replace(encoding.to_owned());
        self.errors.replace(errors.to_owned());
        self.foreign_handler.set(!is_own_handler(errors));
        self.undecoded.borrow_mut().clear();
        self.encoder.set(encoder);
        self.decoder.set(decoder);
        Ok(())
    }

    /// Encoder and decoder of a codec of Python, those that are wanted.
    async fn find(
        encoding: &str,
        errors: &str,
        read: bool,
        write: bool,
    ) -> PyResult<(Option<Ref>, Option<Ref>)> {
        // Names are texts of C to the registry.
        let name = encoding.split('\0').next().unwrap_or(encoding);
        let codecs = (hooks::hooks().import)("_codecs")?;
        let info = task::method(&codecs, "lookup", vec![text(name)?]).await?;
        if let Some(is_text) = super::attribute(&info, "_is_text_encoding").await?
            && !task::truth(&is_text).await?
        {
            return Err(raise!(
                LookupError,
                "'{encoding}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
            ));
        }
        let errors = text(errors)?;
        let (mut encoder, mut decoder) = (None, None);
        if write {
            encoder = Some(task::method(&info, "incrementalencoder", vec![errors.clone()]).await?);
        }
        if read {
            decoder = Some(task::method(&info, "incrementaldecoder", vec![errors]).await?);
        }
        Ok((encoder, decoder))
    }

    /// Text to bytes, by a codec or an error handler that may be of Python.
    pub async fn encode_by_python(&self, string: &Str, out: &mut Vec<u8>) -> PyResult<()> {
        let data = if self.kind.get() == Kind::Other {
            let encoder = self.encoder.or_none();
            task::method(&encoder, "encode", vec![string.to_ref()]).await?
        } else {
            let (name, errors) = (text(self.kind.get().name())?, text(&self.errors.borrow())?);
            task::method(string, "encode", vec![name, errors]).await?
        };
        let Some(data) = data.downcast::<PyBytesObject>() else {
            return Err(raise!(
                TypeError,
                "encoder should return a bytes object, not '{}'",
                data.ty().name()
            ));
        };
        growing::append(out, data.as_slice())
    }

    /// Text to bytes.
    pub fn encode(&self, string: &Str, out: &mut Vec<u8>) -> PyResult<()> {
        if string.is_ascii() {
            if let str_::Units::One(units) = string.units() {
                return growing::append(out, units);
            }
        }
        let errors = self.errors.borrow().clone();
        let data = str_::encode(string, Some(self.kind.get().name()), Some(&errors))?;
        growing::append(out, data.as_slice())
    }

    /// Bytes to text; an incomplete character at the end waits unless `last`.
    pub async fn decode(&self, input: &[u8], last: bool) -> PyResult<Ref<Str>> {
        let kind = self.kind.get();
        if kind == Kind::Other {
            let decoder = self.decoder.or_none();
            let args = vec![bytes(input)?, boolean(last)?];
            let result = task::method(&decoder, "decode", args).await?;
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
        let result = if self.foreign_handler.get() {
            let args = vec![text(kind.name())?, text(&errors)?];
            let decoded = task::method(&*bytes(now)?, "decode", args).await?;
            // SAFETY: with a codec of ours, `bytes.decode` answers text.
            unsafe { decoded.cast() }
        } else {
            str_::decode(now, Some(kind.name()), Some(&errors))?
        };
        self.undecoded.replace(later.to_vec());
        Ok(result)
    }

    /// Forgets incomplete input.
    pub async fn reset_decoder(&self) -> PyResult<()> {
        self.undecoded.borrow_mut().clear();
        match self.decoder.get() {
            Some(decoder) => task::method(&decoder, "reset", Vec::new()).await.map(drop),
            None => Ok(()),
        }
    }

    /// Has the encoder go on after what there is, or begin anew where there is nothing.
    pub async fn restart_encoder(&self, goes_on: bool) -> PyResult<()> {
        let Some(encoder) = self.encoder.get() else {
            return Ok(());
        };
        let restarted = if goes_on {
            task::method(&encoder, "setstate", vec![int(0)?]).await
        } else {
            task::method(&encoder, "reset", Vec::new()).await
        };
        restarted.map(drop)
    }
}
