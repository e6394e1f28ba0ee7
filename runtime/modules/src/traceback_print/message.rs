//! The last lines of a printed exception: type and text, notes, the source line of a SyntaxError.

use super::{Printer, suggest};
use hotpy_objects::*;

/// An attribute, or `None` if it is missing or raises.
fn attribute(object: &PyObject, name: &str) -> Option<Ref> {
    let value = str_::intern(name).and_then(|n| protocol::getattr_opt(object, &n));
    value.unwrap_or_else(|_| {
        errors::clear();
        None
    })
}

fn number(value: Option<Ref>) -> Option<i64> {
    value?.downcast::<PyLongObject>()?.to_i64()
}

impl Printer {
    /// `module.Type: text`, with the place before it for a SyntaxError and a suggestion behind it.
    pub(super) fn message(&mut self, exception: &PyObject) {
        let mut text: Option<Ref> = None;
        // Any exception with this attribute, whatever its value, has a place.
        if attribute(exception, "print_file_and_line").is_some()
            && let Some(message) = self.syntax_place(exception)
        {
            text = Some(message);
        }
        self.margin();
        let ty = exception.ty();
        match attribute(ty, "__module__") {
            Some(module) => match module.downcast::<Str>() {
                Some(m) if m.equals_text("builtins") || m.equals_text("__main__") => {}
                Some(m) => {
                    self.str(m);
                    self.text(".");
                }
                None => self.text("<unknown>."),
            },
            None => self.text("<unknown>."),
        }
        match attribute(ty, "__qualname__")
            .as_deref()
            .and_then(|q| q.downcast::<Str>())
        {
            Some(name) => self.str(name),
            None => self.text("<unknown>"),
        }
        let text = match text {
            Some(message) => protocol::str(&message),
            None => protocol::str(exception),
        };
        match text {
            Ok(text) if text.len() > 0 => {
                self.text(": ");
                self.str(&text);
            }
            Ok(_) => {}
            Err(Raised) => {
                errors::clear();
                self.text(": <exception str() failed>");
            }
        }
        if let Some(name) = suggest::suggestion(exception) {
            self.text(". Did you mean: ");
            self.text(&name);
            self.text("?");
        }
        self.text("\n");
    }

    /// `  File "name", line n` and the marked source line; the bare message.
    fn syntax_place(&mut self, exception: &PyObject) -> Option<Ref> {
        let message = attribute(exception, "msg")?;
        let filename = attribute(exception, "filename").filter(|f| !singletons::is_none(f));
        let line = number(attribute(exception, "lineno"))?;
        let offset = attribute(exception, "offset").filter(|o| !singletons::is_none(o));
        let offset = match offset {
            Some(o) => number(Some(o))?,
            None => -1,
        };
        // Only SyntaxError itself shows a range.
        let exact = std::ptr::eq(exception.ty(), &exceptions::SyntaxError);
        let end = |name| number(attribute(exception, name).filter(|_| exact));
        let end_line = end("end_lineno").unwrap_or(line);
        let end_offset = end("end_offset").unwrap_or(-1);
        self.margin();
        self.text("  File \"");
        match &filename {
            Some(f) => match protocol::str(f) {
                Ok(f) => self.str(&f),
                Err(Raised) => errors::clear(),
            },
            None => self.text("<string>"),
        }
        self.text(&format!("\", line {line}\n"));
        if let Some(text) = attribute(exception, "text").filter(|t| !singletons::is_none(t)) {
            if let Some(text) = text.downcast::<Str>() {
                let text: Vec<u32> = text.code_points().collect();
                // The newline counts.
                let length = text.len() as i64;
                let end_offset = if end_line > line {
                    length
                } else {
                    end_offset.min(length + 1)
                };
                self.marked_line(&text, offset, end_offset);
            }
        }
        Some(message)
    }

    /// `text` from the line that holds 1-based `offset`, and carets up to `end_offset` (exclusive; at or before `offset`: one caret).
    fn marked_line(&mut self, text: &[u32], offset: i64, end_offset: i64) {
        let newline = '\n' as u32;
        let mut text = text.strip_suffix(&[newline]).unwrap_or(text);
        let mut offset = (offset - 1).min(text.len() as i64);
        let mut end = end_offset - 1;
        while let Some(at) = text.iter().position(|&c| c == newline) {
            if at as i64 >= offset {
                break;
            }
            text = &text[at + 1..];
            offset -= at as i64 + 1;
            end -= at as i64 + 1;
        }
        let blank = |c: u32| c == ' ' as u32 || c == '\t' as u32 || c == 0xc;
        let indent = text.iter().take_while(|&&c| blank(c)).count();
        let shown = &text[indent..];
        self.margin();
        self.text("    ");
        let mut line = Vec::new();
        for &c in shown {
            match char::from_u32(c) {
                Some(c) => line.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                // A surrogate, in WTF-8.
                None => line.extend([
                    0xe0 | (c >> 12) as u8,
                    0x80 | (c >> 6 & 63) as u8,
                    0x80 | (c & 63) as u8,
                ]),
            }
        }
        self.out.extend(line);
        self.text("\n");
        offset -= indent as i64;
        end -= indent as i64;
        if offset < 0 {
            return;
        }
        let end = end.max(offset + 1);
        self.margin();
        self.text("    ");
        self.out.extend(std::iter::repeat_n(b' ', offset as usize));
        self.out
            .extend(std::iter::repeat_n(b'^', (end - offset) as usize));
        self.text("\n");
    }

    /// `__notes__`, each line with the margin.
    pub(super) fn notes(&mut self, exception: &PyObject) {
        let Some(notes) = attribute(exception, "__notes__") else {
            return;
        };
        let is_text = notes.is_instance::<Str>() || notes.is_instance::<PyBytesObject>();
        let items = if is_text || !notes.ty().is_subclass_flag(flags::tp::SEQUENCE) {
            None
        } else {
            protocol::collect(&notes).ok()
        };
        let Some(items) = items else {
            errors::clear();
            self.margin();
            match protocol::repr(&notes) {
                Ok(repr) => self.str(&repr),
                Err(Raised) => {
                    errors::clear();
                    self.text("<__notes__ repr() failed>");
                }
            }
            return;
        };
        for note in &items {
            match protocol::str(note) {
                Ok(text) => {
                    let Ok(bytes) = text.to_wtf8() else {
                        errors::clear();
                        continue;
                    };
                    for line in bytes.split(|&b| b == b'\n') {
                        self.margin();
                        self.out.extend_from_slice(line);
                        self.text("\n");
                    }
                }
                Err(Raised) => {
                    errors::clear();
                    self.margin();
                    self.text("<note str() failed>\n");
                }
            }
        }
    }
}
