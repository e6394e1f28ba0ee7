//! `str`, `bytes`, `bytearray` and `memoryview` against the oracle: every line of `text_cases.txt` is an expression that
//! `python3.11` and a small evaluator over the object model both evaluate; the results' reprs (or the exceptions) must agree.
//!
//! The grammar: literals, calls of builtin types and methods (with keywords), subscripts and slices, and one binary operator.

use hotpy_objects::hooks::{Hooks, install};
use hotpy_objects::number::BinaryOp;
use hotpy_objects::*;
use std::process::Command;

fn start() {
    // SAFETY: a thread state is cells for which zero bits are valid; it lives for ever.
    let ts: &'static PyThreadState =
        unsafe { &*Box::into_raw(Box::new(std::mem::zeroed::<PyThreadState>())) };
    ts.interp.set(_PyRuntime.main_interpreter.as_ptr());
    ts.recursion_limit.set(1000);
    ts.recursion_remaining.set(1000);
    ts.exc_info.set((&raw const ts.exc_state).cast_mut());
    ts.cframe.set((&raw const ts.root_cframe).cast_mut());
    _PyRuntime
        .tstate_current
        .set(std::ptr::from_ref(ts).cast_mut());
    errors::set_stack_limit();
    str_::set_hash_seed(Some(0));
    install(Hooks {
        function_vectorcall: no_function,
        ask: |_, _| None,
        run_surrogate: |name, _| Err(raise!(SystemError, "no surrogate {}", name)),
        gen_resume: |_, _| Err(raise!(SystemError, "no interpreter")),
        iterates_python: |_| false,
        warn: |_, _, _| Ok(()),
        warn_unawaited: |_| Ok(()),
        audit: |_, _| Ok(()),
        current_globals: || None,
        super_arguments: || Err(raise!(RuntimeError, "no frame")),
        import: |name| Err(raise!(ImportError, "no module {}", name)),
    });
    typeobject::init().expect("the types are readied");
}

extern "C" fn no_function(
    _: &PyObject,
    _: Args<'_>,
    _: usize,
    _: Option<&PyTupleObject>,
) -> PyResult {
    Err(raise!(SystemError, "no interpreter"))
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn space(&mut self) {
        while self.text.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }
    fn peek(&mut self) -> u8 {
        self.space();
        self.text.get(self.at).copied().unwrap_or(0)
    }
    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let found = self.text[self.at..].starts_with(token.as_bytes());
        if found {
            self.at += token.len();
        }
        found
    }
    fn need(&mut self, token: &str) {
        let line = String::from_utf8_lossy(self.text);
        assert!(self.eat(token), "{token} expected at {} of {line}", self.at);
    }
    fn word(&mut self) -> String {
        self.space();
        let start = self.at;
        while self.at < self.text.len()
            && (self.text[self.at].is_ascii_alphanumeric() || self.text[self.at] == b'_')
        {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.at]).into_owned()
    }

    /// One comparison or arithmetic operator between two operands, left to right.
    fn expression(&mut self) -> PyResult {
        let mut left = self.postfix()?;
        loop {
            let compare = [
                ("==", 2),
                ("!=", 3),
                ("<=", 1),
                (">=", 5),
                ("<", 0),
                (">", 4),
            ];
            if let Some((_, op)) = compare.into_iter().find(|(t, _)| self.eat(t)) {
                left = protocol::compare(&left, &*self.postfix()?, op)?;
            } else if self.eat("in ") {
                let right = self.postfix()?;
                left = boolean::from(protocol::contains(&right, &left)?);
            } else if self.eat("%") {
                left = number::binary(BinaryOp::Remainder, &left, &*self.postfix()?)?;
            } else if self.eat("+") {
                left = number::binary(BinaryOp::Add, &left, &*self.postfix()?)?;
            } else if self.eat("*") {
                left = number::binary(BinaryOp::Multiply, &left, &*self.postfix()?)?;
            } else {
                return Ok(left);
            }
        }
    }

    fn postfix(&mut self) -> PyResult {
        let mut value = self.primary()?;
        loop {
            if self.eat(".") {
                let name = self.word();
                value = protocol::getattr(&value, &*str_::intern(&name)?)?;
            } else if self.eat("(") {
                value = self.call(&value)?;
            } else if self.eat("[") {
                let key = self.key()?;
                self.need("]");
                value = protocol::getitem(&value, &key)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn key(&mut self) -> PyResult {
        let mut parts: Vec<Ref> = Vec::new();
        let mut slice = false;
        loop {
            if self.peek() == b':' || self.peek() == b']' {
                parts.push(singletons::none());
            } else {
                parts.push(self.expression()?);
            }
            if !self.eat(":") {
                break;
            }
            slice = true;
        }
        if !slice {
            if !self.eat(",") {
                return Ok(parts.remove(0));
            }
            parts.push(self.expression()?);
            return Ok(tuple::from_owned(parts)?.into_object());
        }
        parts.resize(3, singletons::none());
        Ok(slice::new(&parts[0], &parts[1], &parts[2])?.into_object())
    }

    fn call(&mut self, callable: &PyObject) -> PyResult {
        let (mut args, mut names): (Vec<Ref>, Vec<Ref>) = (Vec::new(), Vec::new());
        while !self.eat(")") {
            let start = self.at;
            let name = self.word();
            self.space();
            let keyword = !name.is_empty()
                && self.text.get(self.at) == Some(&b'=')
                && self.text.get(self.at + 1) != Some(&b'=');
            if keyword {
                self.at += 1;
                names.push(str_::intern(&name)?.into_object());
            } else {
                self.at = start;
            }
            args.push(self.expression()?);
            self.eat(",");
        }
        let borrowed: Vec<&PyObject> = args.iter().map(|a| &**a).collect();
        let names = tuple::from_owned(names)?;
        call::vectorcall(
            callable,
            &borrowed,
            Some(&names).filter(|n| n.len() > 0).map(|n| &**n),
        )
    }

    fn sequence(&mut self, end: &str) -> PyResult<Vec<Ref>> {
        let mut items = Vec::new();
        while !self.eat(end) {
            items.push(self.expression()?);
            self.eat(",");
        }
        Ok(items)
    }

    fn primary(&mut self) -> PyResult {
        let c = self.peek();
        let next = self.text.get(self.at + 1).copied().unwrap_or(0);
        match c {
            b'\'' | b'"' => {
                let raw = self.quoted();
                Ok(
                    str_::codecs::escapes::decode_unicode_escape(&raw, "strict", true)?
                        .0
                        .into_object(),
                )
            }
            b'b' if next == b'\'' || next == b'"' => {
                self.at += 1;
                let raw = self.quoted();
                let data = str_::codecs::escapes::escape_decode(&raw, "strict")?;
                Ok(bytes::new(&data)?.into_object())
            }
            b'(' => {
                self.at += 1;
                let start = self.at;
                let mut items = self.sequence(")")?;
                let comma = self.text[start..self.at].iter().rev().nth(1) == Some(&b',');
                if items.len() == 1 && !comma {
                    return Ok(items.remove(0));
                }
                Ok(tuple::from_owned(items)?.into_object())
            }
            b'[' => {
                self.at += 1;
                let items = self.sequence("]")?;
                Ok(list::from_owned(items)?.into_object())
            }
            b'{' => {
                self.at += 1;
                let d = dict::new()?;
                while !self.eat("}") {
                    let key = self.expression()?;
                    self.need(":");
                    let value = self.expression()?;
                    d.set_item(&key, &value)?;
                    self.eat(",");
                }
                Ok(d.into_object())
            }
            b'-' => {
                self.at += 1;
                number::negative(&*self.primary()?)
            }
            b'0'..=b'9' => self.number(),
            _ => self.named(),
        }
    }

    fn quoted(&mut self) -> Vec<u8> {
        let quote = self.text[self.at];
        let start = self.at + 1;
        self.at = start;
        while self.text[self.at] != quote {
            self.at += 1 + (self.text[self.at] == b'\\') as usize;
        }
        self.at += 1;
        self.text[start..self.at - 1].to_vec()
    }

    fn number(&mut self) -> PyResult {
        let start = self.at;
        while self.at < self.text.len() {
            let c = self.text[self.at];
            let exponent = matches!(c, b'-' | b'+') && self.text[self.at - 1] == b'e';
            if !(c.is_ascii_digit() || matches!(c, b'.' | b'e' | b'j')) && !exponent {
                break;
            }
            self.at += 1;
        }
        let text = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        if let Some(imaginary) = text.strip_suffix('j') {
            let im = imaginary.parse().expect("a float");
            return Ok(complex::from_parts(0.0, im)?.into_object());
        }
        if text.contains(['.', 'e']) {
            return Ok(float::from_f64(text.parse().expect("a float"))?.into_object());
        }
        Ok(int::from_text(&text, 10)?.into_object())
    }

    fn named(&mut self) -> PyResult {
        let name = self.word();
        let ty: &PyTypeObject = match &*name {
            "None" => return Ok(singletons::none()),
            "True" => return Ok(boolean::from(true)),
            "False" => return Ok(boolean::from(false)),
            "str" => &str_::PyUnicode_Type,
            "bytes" => &bytes::PyBytes_Type,
            "bytearray" => &bytearray::PyByteArray_Type,
            "memoryview" => &memoryview::PyMemoryView_Type,
            "int" => &int::PyLong_Type,
            "list" => &list::PyList_Type,
            "tuple" => &tuple::PyTuple_Type,
            "dict" => &dict::PyDict_Type,
            "range" => &range::PyRange_Type,
            "type" => &typeobject::PyType_Type,
            _ => return self.builtin(&name),
        };
        Ok(ty.to_ref())
    }

    /// A builtin function: its one or two arguments follow.
    fn builtin(&mut self, name: &str) -> PyResult {
        self.need("(");
        let args = self.sequence(")")?;
        let first = args
            .first()
            .unwrap_or_else(|| panic!("{name} without arguments"));
        match name {
            "repr" => Ok(protocol::repr(first)?.into_object()),
            "ascii" => Ok(protocol::ascii(first)?.into_object()),
            "len" => Ok(int::from_usize(protocol::len(first)?)?.into_object()),
            "hash" => Ok(int::from_i64(protocol::hash(first)? as i64)?.into_object()),
            "iter" => protocol::iter(first),
            "format" => {
                let spec = args
                    .get(1)
                    .and_then(|s| str_::of(s))
                    .map_or_else(str_::empty, Ref::new);
                Ok(protocol::format(first, &spec)?.into_object())
            }
            // do(x, ...): the tuple of its arguments, evaluated in order.
            "do" => Ok(tuple::from_owned(args)?.into_object()),
            "codec" => codec(&args),
            _ => panic!("unknown name {name}"),
        }
    }
}

/// `codec(name, data, errors, last)`: a function of the `_codecs` module.
fn codec(args: &[Ref]) -> PyResult {
    use str_::codecs::{charmap, escapes, utf7};
    let text = |i: usize| {
        args.get(i)
            .and_then(|a| str_::of(a))
            .map(|t| t.to_string_lossy())
    };
    let (name, errors) = (
        text(0).unwrap_or_default(),
        text(2).unwrap_or("strict".into()),
    );
    let last = args.get(3).is_some_and(|a| boolean::is_true(a));
    let table = args
        .get(3)
        .filter(|a| !singletons::is_none(a))
        .map(|a| &**a);
    let pair = |object: Ref, used: usize| {
        let used = int::from_usize(used)?.into_object();
        Ok(tuple::from_owned(vec![object, used])?.into_object())
    };
    if let Some(text) = str_::of(&args[1]) {
        let out = match &*name {
            "utf_7_encode" => utf7::encode(text)?,
            "unicode_escape_encode" => escapes::encode_unicode_escape(text)?,
            "raw_unicode_escape_encode" => escapes::encode_raw_unicode_escape(text)?,
            "charmap_encode" => charmap::encode(text, &errors, table)?,
            _ => panic!("unknown codec {name}"),
        };
        return pair(bytes::new(&out)?.into_object(), text.len());
    }
    bytes::with_buffer(&args[1], |data| {
        let (text, used) = match &*name {
            "utf_7_decode" => utf7::decode(data, &errors, last)?,
            "unicode_escape_decode" => escapes::decode_unicode_escape(data, &errors, last)?,
            "raw_unicode_escape_decode" => escapes::decode_raw_unicode_escape(data, &errors, last)?,
            "charmap_decode" => (charmap::decode(data, &errors, table)?, data.len()),
            "escape_decode" => {
                let out = escapes::escape_decode(data, &errors)?;
                return pair(bytes::new(&out)?.into_object(), data.len());
            }
            "escape_encode" => {
                let out = escapes::escape_encode(data)?;
                return pair(bytes::new(&out)?.into_object(), data.len());
            }
            _ => panic!("unknown codec {name}"),
        };
        pair(text.into_object(), used)
    })
}

fn evaluate(line: &str) -> String {
    let mut parser = Parser {
        text: line.as_bytes(),
        at: 0,
    };
    let result = parser
        .expression()
        .and_then(|value| protocol::ascii(&value));
    match result {
        Ok(text) => text.to_string_lossy(),
        Err(_) => {
            let exception = errors::fetch_instance().expect("an exception is set");
            let text = protocol::str(&exception).expect("exceptions have texts");
            let text = str_::backslash_escape(&text).expect("memory");
            format!("{}: {}", exception.ty().name(), text.to_string_lossy())
        }
    }
}

const SCRIPT: &str = r#"
import sys, warnings
warnings.simplefilter('ignore')
do = lambda *a: a
import codecs
codec = lambda name, *a: getattr(codecs, name)(*a)
for line in open(sys.argv[1], encoding='utf-8'):
    line = line.rstrip('\n')
    if not line or line.startswith('#'): continue
    try: r = ascii(eval(line))
    except BaseException as e:
        r = f'{type(e).__name__}: ' + str(e).encode('ascii', 'backslashreplace').decode()
    print(r.replace('\n', '\\n'))
"#;

#[test]
fn text_cases_match_the_oracle() {
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/text_cases.txt");
    let out = Command::new("python3.11")
        .args(["-c", SCRIPT, cases])
        .env("PYTHONHASHSEED", "0")
        .output()
        .expect("python3.11 runs");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let expected = String::from_utf8(out.stdout).expect("ASCII");
    let mut expected = expected.lines();
    start();
    let text = std::fs::read_to_string(cases).expect("the cases are there");
    let (mut count, mut failed) = (0, 0);
    for line in text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let want = expected.next().expect("one answer per case");
        let ours = evaluate(line).replace('\n', "\\n");
        count += 1;
        if ours != want {
            failed += 1;
            println!("{line}\n  CPython: {want}\n  ours:    {ours}");
        }
    }
    assert_eq!(failed, 0, "of {count} cases");
}
