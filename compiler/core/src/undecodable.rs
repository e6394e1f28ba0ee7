//! Source bytes that are not UTF-8.
//!
//! CPython compiles them unseen and stumbles over them only where it makes a name or a string: in a comment they are fine. So
//! they are read as U+FFFD, one for each sequence that cannot be decoded, and what they were is kept aside.

/// What stands behind each U+FFFD of a source, in order: nothing if the source has this very character, else the bytes.
#[derive(Clone, Debug, Default)]
pub struct Undecodable {
    replaced: Vec<Option<Vec<u8>>>,
}

/// Why bytes cannot be decoded, in the terms of Python's `UnicodeDecodeError`.
#[derive(Clone, Debug)]
pub struct DecodeError {
    pub bytes: Vec<u8>,
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (start, end, reason) = (self.start, self.end, self.reason);
        if end == start + 1 {
            let byte = self.bytes.get(start).copied().unwrap_or(0);
            write!(
                f,
                "'utf-8' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
            )
        } else {
            let last = end - 1;
            write!(
                f,
                "'utf-8' codec can't decode bytes in position {start}-{last}: {reason}"
            )
        }
    }
}

const MARK: char = char::REPLACEMENT_CHARACTER;

impl Undecodable {
    /// Decodes `bytes` as far as that is possible.
    pub fn decode(bytes: &[u8]) -> (String, Undecodable) {
        let (mut text, mut replaced) = (String::with_capacity(bytes.len()), Vec::new());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            replaced.extend(chunk.valid().matches(MARK).map(|_| None));
            if !chunk.invalid().is_empty() {
                text.push(MARK);
                replaced.push(Some(chunk.invalid().to_vec()));
            }
        }
        (text, Undecodable { replaced })
    }

    pub fn is_empty(&self) -> bool {
        self.replaced.is_empty()
    }

    /// The original bytes of `text[from..to]`, and where the first that cannot be decoded are among them.
    fn original(&self, text: &str, from: usize, to: usize) -> (Vec<u8>, Option<(usize, usize)>) {
        let mut number = text[..from].matches(MARK).count();
        let (mut bytes, mut first) = (Vec::new(), None);
        for c in text[from..to].chars() {
            if c == MARK {
                if let Some(Some(sequence)) = self.replaced.get(number) {
                    first.get_or_insert((bytes.len(), bytes.len() + sequence.len()));
                    bytes.extend_from_slice(sequence);
                    number += 1;
                    continue;
                }
                number += 1;
            }
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        (bytes, first)
    }

    /// The same for `text[from..to]` alone.
    pub fn part(&self, text: &str, from: usize, to: usize) -> Undecodable {
        let before = text[..from].matches(MARK).count();
        let inside = text[from..to].matches(MARK).count();
        let replaced = self.replaced.get(before..before + inside);
        let replaced = replaced.unwrap_or_default().to_vec();
        if replaced.iter().all(Option::is_none) {
            return Undecodable::default();
        }
        Undecodable { replaced }
    }

    /// How many bytes `text[from..to]` was.
    pub fn bytes(&self, text: &str, from: usize, to: usize) -> usize {
        if self.is_empty() {
            return to - from;
        }
        self.original(text, from, to).0.len()
    }

    /// The error that decoding `text[from..to]` gives.
    pub fn error(&self, text: &str, from: usize, to: usize) -> Option<DecodeError> {
        if self.is_empty() {
            return None;
        }
        let (bytes, first) = self.original(text, from, to);
        let (start, end) = first?;
        let reason = match bytes[start] {
            0x80..=0xc1 | 0xf5..=0xff => "invalid start byte",
            _ if end == bytes.len() => "unexpected end of data",
            _ => "invalid continuation byte",
        };
        Some(DecodeError {
            bytes,
            start,
            end,
            reason,
        })
    }
}
