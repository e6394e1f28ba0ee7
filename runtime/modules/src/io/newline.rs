//! Line ends of text files: universal newline translation, search for the end of a line, `IncrementalNewlineDecoder`.

use super::natively;
use crate::support::*;
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::{Downcast, fast_kw, getset, noargs, one};
use hotpy_objects::flags::tp;
use hotpy_objects::str_::Units;
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;

const CR: u8 = 1;
const LF: u8 = 2;
const CRLF: u8 = 4;

/// State of a universal newline decoder.
#[derive(Default)]
pub struct Newlines {
    pub translate: Cell<bool>,
    /// A carriage return at the end of the last piece: what it is depends on what follows.
    pub pending_cr: Cell<bool>,
    seen: Cell<u8>,
}

/// Whether a character below 256 occurs.
pub fn has(text: &Str, c: u8) -> bool {
    match text.units() {
        Units::One(u) => memchr::memchr(c, u).is_some(),
        Units::Two(u) => u.contains(&(c as u16)),
        Units::Four(u) => u.contains(&(c as u32)),
    }
}

impl Newlines {
    /// The next piece of text with its line ends translated if so wished; a final `\r` waits unless `last`.
    pub fn decode(&self, text: Ref<Str>, last: bool) -> PyResult<Ref<Str>> {
        if !self.pending_cr.get() && !has(&text, b'\r') {
            if self.seen.get() & LF == 0 && has(&text, b'\n') {
                self.seen.set(self.seen.get() | LF);
            }
            return Ok(text);
        }
        let mut units: Vec<u32> = growing::with_room(text.len() + 1)?;
        if self.pending_cr.get() && (last || text.len() > 0) {
            units.push('\r' as u32);
            self.pending_cr.set(false);
        }
        units.extend(text.code_points());
        if !last && units.last() == Some(&('\r' as u32)) {
            units.pop();
            self.pending_cr.set(true);
        }
        let mut out = growing::with_room(units.len())?;
        let mut seen = self.seen.get();
        let mut i = 0;
        while i < units.len() {
            let c = units[i];
            i += 1;
            if c == '\n' as u32 {
                seen |= LF;
            } else if c == '\r' as u32 {
                if units.get(i) == Some(&('\n' as u32)) {
                    seen |= CRLF;
                    i += 1;
                    if !self.translate.get() {
                        out.push(c);
                    }
                    out.push('\n' as u32);
                    continue;
                }
                seen |= CR;
                if self.translate.get() {
                    out.push('\n' as u32);
                    continue;
                }
            }
            out.push(c);
        }
        self.seen.set(seen);
        str_::from_code_points(&out)
    }

    pub fn reset(&self) {
        self.seen.set(0);
        self.pending_cr.set(false);
    }

    /// The `newlines` attribute: None, one kind, or a tuple.
    pub fn seen(&self) -> PyResult {
        let mut kinds = Vec::new();
        for (bit, kind) in [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")] {
            if self.seen.get() & bit != 0 {
                kinds.push(text(kind)?);
            }
        }
        match kinds.len() {
            0 => none(),
            1 => Ok(kinds.remove(0)),
            _ => tuple(kinds),
        }
    }
}

/// What ends a line when reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LineEnd {
    /// `\n`, everything else having been translated.
    #[default]
    Lf,
    /// `\r`, `\n` or `\r\n`.
    Any,
    Cr,
    CrLf,
}

fn find_in<T: Copy + PartialEq + From<u8>>(
    units: &[T],
    start: usize,
    end: LineEnd,
) -> Option<usize> {
    let (cr, lf): (T, T) = (b'\r'.into(), b'\n'.into());
    let rest = &units[start..];
    let at = match end {
        LineEnd::Lf => rest.iter().position(|&c| c == lf)? + 1,
        LineEnd::Cr => rest.iter().position(|&c| c == cr)? + 1,
        LineEnd::CrLf => rest.windows(2).position(|w| w[0] == cr && w[1] == lf)? + 2,
        LineEnd::Any => {
            let at = rest.iter().position(|&c| c == lf || c == cr)?;
            if rest[at] == cr && rest.get(at + 1) == Some(&lf) {
                at + 2
            } else {
                at + 1
            }
        }
    };
    Some(start + at)
}

/// Where the line that starts at `start` ends (behind its line end).
pub fn find(text: &Str, start: usize, end: LineEnd) -> Option<usize> {
    match text.units() {
        Units::One(u) if end == LineEnd::Lf => {
            memchr::memchr(b'\n', &u[start..]).map(|at| start + at + 1)
        }
        Units::One(u) => find_in(u, start, end),
        Units::Two(u) => find_in(u, start, end),
        Units::Four(u) => find_in(u, start, end),
    }
}

/// The same in code points.
pub fn find_points(units: &[u32], start: usize, end: LineEnd) -> Option<usize> {
    find_in(units, start, end)
}

/// What a `newline` argument means.
#[derive(Clone, Default)]
pub struct NewlineMode {
    pub universal: bool,
    pub translate: bool,
    pub end: LineEnd,
    /// What `\n` becomes when written.
    pub write: Option<&'static str>,
    /// The argument.
    pub given: Option<String>,
}

impl NewlineMode {
    /// ValueError "illegal newline value", which is shown quoted or as it is.
    pub fn parse(newline: Option<&str>, quoted: bool) -> PyResult<NewlineMode> {
        let (universal, translate, end, write) = match newline {
            None => (true, true, LineEnd::Lf, None),
            Some("") => (true, false, LineEnd::Any, None),
            Some("\n") => (false, false, LineEnd::Lf, None),
            Some("\r") => (false, false, LineEnd::Cr, Some("\r")),
            Some("\r\n") => (false, false, LineEnd::CrLf, Some("\r\n")),
            Some(other) => {
                let shown = match quoted {
                    true => protocol::repr(&*str_::new(other)?)?.to_string_lossy(),
                    false => other.to_owned(),
                };
                return Err(raise!(ValueError, "illegal newline value: {shown}"));
            }
        };
        Ok(NewlineMode {
            universal,
            translate,
            end,
            write,
            given: newline.map(str::to_owned),
        })
    }
}

// ---- IncrementalNewlineDecoder ----

#[derive(Default)]
pub struct Decoder {
    inner: Held,
    newlines: Newlines,
    initialized: Cell<bool>,
}

impl Body for Decoder {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        self.inner.visit(visit)
    }
    fn clear(&self) {
        self.inner.take();
    }
}

type DecoderObject = Native<Decoder>;

pub static IncrementalNewlineDecoder: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(new_default::<Decoder>)),
    tp_init: Cell::new(Some(init)),
    tp_flags: BASE_FLAGS,
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_doc: Cell::new(c"IncrementalNewlineDecoder(decoder, translate, errors='strict')\n--\n\nTranslates line ends behind another incremental decoder.".as_ptr()),
    ..native_type::<Decoder>(c"_io.IncrementalNewlineDecoder")
};

extern "C" fn init(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    static PARAMS: Params = Params {
        function: "IncrementalNewlineDecoder",
        names: &["decoder", "translate", "errors"],
        positional_only: 0,
        positional: 3,
        required: 2,
    };
    def::status((|| {
        let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
        // SAFETY: U3.
        let this: &DecoderObject = unsafe { this.cast() };
        this.inner.set(not_none(a[0]).map(|d| d.to_ref()));
        this.newlines.translate.set(flag_arg(a[1], false)?);
        this.newlines.reset();
        this.initialized.set(true);
        Ok(())
    })())
}

impl Decoder {
    fn check(&self) -> PyResult<()> {
        if self.initialized.get() {
            return Ok(());
        }
        Err(raise!(
            ValueError,
            "IncrementalNewlineDecoder.__init__() not called"
        ))
    }
}

static DECODE: Params = Params {
    function: "decode",
    names: &["input", "final"],
    positional_only: 0,
    positional: 2,
    required: 1,
};

extern "C" fn decode(
    this: &DecoderObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let a = DECODE.bind(args, count, kwnames)?;
    let Some(input) = a[0] else { return none() };
    task::run(decoded(this, input, a[1]))
}

async fn decoded(this: &DecoderObject, input: &PyObject, last: Option<&PyObject>) -> PyResult {
    this.check()?;
    let last = flag_arg(last, false)?;
    let output = match this.inner.get() {
        Some(decoder) => {
            let args = vec![input.to_ref(), boolean(last)?];
            task::method(&decoder, "decode", args).await?
        }
        None => input.to_ref(),
    };
    if !output.is_instance::<Str>() {
        return Err(raise!(
            TypeError,
            "decoder should return a string result, not '{}'",
            output.ty().name()
        ));
    }
    // SAFETY: the type was checked.
    Ok(this
        .newlines
        .decode(unsafe { output.cast() }, last)?
        .into_object())
}

async fn getstate_task(this: &DecoderObject, _: &[&PyObject]) -> PyResult {
    this.check()?;
    let (buffer, flag) = match this.inner.get() {
        Some(decoder) => {
            let state = task::method(&decoder, "getstate", Vec::new()).await?;
            let Some(items) = state.downcast::<PyTupleObject>().filter(|t| t.len() == 2) else {
                return Err(raise!(TypeError, "illegal decoder state"));
            };
            (items.items()[0].to_ref(), i64_arg(items.items()[1])?)
        }
        None => (bytes(b"")?, 0),
    };
    tuple(vec![
        buffer,
        int(flag << 1 | this.newlines.pending_cr.get() as i64)?,
    ])
}

async fn setstate_task(this: &DecoderObject, args: &[&PyObject]) -> PyResult {
    this.check()?;
    let Some(items) = args[0].downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "state argument must be a tuple"));
    };
    if items.len() != 2 {
        return Err(raise!(TypeError, "setstate(): illegal state argument"));
    }
    let flag = i64_arg(items.items()[1])?;
    this.newlines.pending_cr.set(flag & 1 != 0);
    match this.inner.get() {
        Some(decoder) => {
            let state = tuple(vec![items.items()[0].to_ref(), int(flag >> 1)?])?;
            task::method(&decoder, "setstate", vec![state]).await
        }
        None => none(),
    }
}

async fn reset_task(this: &DecoderObject, _: &[&PyObject]) -> PyResult {
    this.check()?;
    this.newlines.reset();
    match this.inner.get() {
        Some(decoder) => task::method(&decoder, "reset", Vec::new()).await,
        None => none(),
    }
}

natively! { DecoderObject:
    alone {
        getstate getstate_task;
        reset reset_task;
    }
    one {
        setstate setstate_task;
    }
}

/// Begins a method if there is another decoder, which may be of Python.
macro_rules! begin_behind {
    ($work:path, $count:literal) => {
        |this, args, names| {
            // SAFETY: methods are those of the type.
            let is_over = unsafe { this.cast::<DecoderObject>() }.inner.is_some();
            let is_task = is_over && names.is_none() && args.len() == $count;
            is_task.then(|| Begun::Task(super::started::<DecoderObject>(this, args, $work)))
        }
    };
}

/// What another decoder is asked is done in frames.
pub fn init_tasks() -> PyResult<()> {
    let ty = &IncrementalNewlineDecoder;
    ty.tp_flags
        .set(ty.tp_flags.get() | tp::CORE | tp::ASKS_FIRST);
    task::register_named(ty, "getstate", begin_behind!(getstate_task, 0))?;
    task::register_named(ty, "setstate", begin_behind!(setstate_task, 1))?;
    task::register_named(ty, "reset", begin_behind!(reset_task, 0))?;
    task::register_named(ty, "decode", |this, args, names| {
        // SAFETY: methods are those of the type.
        let this: Ref<DecoderObject> = unsafe { this.to_ref().cast() };
        let count = args.len() - names.map_or(0, PyTupleObject::len);
        if !this.inner.is_some() {
            return None;
        }
        let Ok(a) = DECODE.bind(Args::from_slice(args), count as isize, names) else {
            return Some(Begun::Done(Err(Raised)));
        };
        let (input, last) = (a[0]?.to_ref(), a[1].map(PyObject::to_ref));
        Some(Begun::Task(Box::pin(async move {
            decoded(&this, &input, last.as_deref()).await.map(Some)
        })))
    })
}

extern "C" fn newlines(this: &DecoderObject, _: *mut c_void) -> PyResult {
    this.check()?;
    this.newlines.seen()
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast_kw(c"decode", decode, c"decode($self, /, input, final=False)\n--\n\nDecodes and translates."),
    noargs(c"getstate", getstate, c"getstate($self, /)\n--\n\nThe decoder's state."),
    one(c"setstate", setstate, c"setstate($self, state, /)\n--\n\nSets the decoder's state."),
    noargs(c"reset", reset, c"reset($self, /)\n--\n\nForgets the state."),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"newlines", newlines, None, c""),
    PyGetSetDef::END,
];
}
