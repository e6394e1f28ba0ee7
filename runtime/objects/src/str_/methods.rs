//! The remaining methods of `str` (padding, translation, pickling ...), its slots and its method table.

use super::args::{codec_name, erase, int_arg, isize_arg, str_arg, type_text};
use super::builder::Builder;
use super::layout::{self, Units, empty, of, to_exact};
use super::{case, format, iter, ops, percent, predicates, repr, search};
use crate::cfunction::{Params, check_count};
use crate::def::{self, fast, fast_kw, noargs, one, slot};
use crate::flags::{cmp, tp};
use crate::*;

#[unsafe(no_mangle)]
pub static PyUnicode_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(layout::dealloc)),
    tp_repr: slot::unary(repr::str_repr),
    tp_str: slot::unary(str_str),
    tp_hash: Cell::new(Some(str_hash)),
    tp_as_number: def::table(&NUMBER),
    tp_as_sequence: def::table(&SEQUENCE),
    tp_as_mapping: def::table(&MAPPING),
    tp_flags: Cell::new(tp::DEFAULT | tp::BASETYPE | tp::UNICODE_SUBCLASS | tp::MATCH_SELF),
    tp_doc: Cell::new(DOC.as_ptr()),
    tp_richcompare: slot::compare(compare),
    tp_iter: slot::unary(iter::str_iter),
    tp_methods: Cell::new((&raw const METHODS).cast_mut().cast()),
    tp_new: Cell::new(Some(str_new)),
    tp_free: Cell::new(Some(mem::tp_free_plain)),
    ..PyTypeObject::new::<PyUnicodeObject>(c"str")
};
builtin!(PyASCIIObject = PyUnicode_Type);

const DOC: &std::ffi::CStr = c"str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nText. Without an encoding, the object's __str__() or repr(); with one, the decoded bytes.";

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_remainder: Cell::new(Some(remainder)),
    ..PyNumberMethods::EMPTY
};

static SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length),
    sq_concat: slot::binary(sq_concat),
    sq_repeat: slot::index(sq_repeat),
    sq_item: slot::index(sq_item),
    sq_contains: slot::contains(search::contains),
    ..PySequenceMethods::EMPTY
};

static MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::binary(subscript),
    ..PyMappingMethods::EMPTY
};

static METHODS: [PyMethodDef; 51] = [
    fast_kw(c"encode", encode, c"encode($self, /, encoding='utf-8', errors='strict')\n--\n\nThe text as bytes in the given encoding; errors names the handler for what cannot be encoded."),
    fast(c"replace", search::str_replace, c"replace($self, old, new, count=-1, /)\n--\n\nA copy with the first count (-1: all) occurrences of old replaced by new."),
    fast_kw(c"split", search::split, c"split($self, /, sep=None, maxsplit=-1)\n--\n\nList of the pieces between separators (None: runs of white space), after at most maxsplit splits."),
    fast_kw(c"rsplit", search::rsplit, c"rsplit($self, /, sep=None, maxsplit=-1)\n--\n\nLike split(), but counting the splits from the right."),
    one(c"join", join, c"join($self, iterable, /)\n--\n\nThe strings of the iterable with this one between them."),
    noargs(c"capitalize", case::capitalize, c"capitalize($self, /)\n--\n\nFirst character in title case, the others in lower case."),
    noargs(c"casefold", case::casefold, c"casefold($self, /)\n--\n\nA form for comparisons without regard to case."),
    noargs(c"title", case::title, c"title($self, /)\n--\n\nEach word's first letter in title case, its others in lower case."),
    fast(c"center", center, c"center($self, width, fillchar=' ', /)\n--\n\nCentred in a string of the given width."),
    def::bare_name(fast(c"count", search::str_count, c"S.count(sub[, start[, end]]) -> int\n\nNumber of occurrences of sub in S[start:end] that do not overlap.")),
    fast_kw(c"expandtabs", expandtabs, c"expandtabs($self, /, tabsize=8)\n--\n\nTabs replaced by spaces up to the next tab stop."),
    def::bare_name(fast(c"find", search::str_find, c"S.find(sub[, start[, end]]) -> int\n\nLowest index of sub within S[start:end], or -1.")),
    one(c"partition", search::partition, c"partition($self, sep, /)\n--\n\nTuple of what is before the first sep, sep, and what is after it; (self, '', '') if there is none."),
    def::bare_name(fast(c"index", search::str_index, c"S.index(sub[, start[, end]]) -> int\n\nLowest index of sub within S[start:end]. ValueError if there is none.")),
    fast(c"ljust", ljust, c"ljust($self, width, fillchar=' ', /)\n--\n\nFilled up at the right to the given width."),
    noargs(c"lower", case::lower, c"lower($self, /)\n--\n\nIn lower case."),
    fast(c"lstrip", search::lstrip, c"lstrip($self, chars=None, /)\n--\n\nWithout the white space (or the given characters) at the start."),
    def::bare_name(fast(c"rfind", search::str_rfind, c"S.rfind(sub[, start[, end]]) -> int\n\nHighest index of sub within S[start:end], or -1.")),
    def::bare_name(fast(c"rindex", search::str_rindex, c"S.rindex(sub[, start[, end]]) -> int\n\nHighest index of sub within S[start:end]. ValueError if there is none.")),
    fast(c"rjust", rjust, c"rjust($self, width, fillchar=' ', /)\n--\n\nFilled up at the left to the given width."),
    fast(c"rstrip", search::rstrip, c"rstrip($self, chars=None, /)\n--\n\nWithout the white space (or the given characters) at the end."),
    one(c"rpartition", search::rpartition, c"rpartition($self, sep, /)\n--\n\nTuple of what is before the last sep, sep, and what is after it; ('', '', self) if there is none."),
    fast_kw(c"splitlines", search::splitlines, c"splitlines($self, /, keepends=False)\n--\n\nList of the lines, with their ends if keepends is true."),
    fast(c"strip", search::strip, c"strip($self, chars=None, /)\n--\n\nWithout the white space (or the given characters) at both ends."),
    noargs(c"swapcase", case::swapcase, c"swapcase($self, /)\n--\n\nUpper case characters in lower case and the other way round."),
    one(c"translate", translate, c"translate($self, table, /)\n--\n\nEach character replaced by table[ord(character)]: a number, a string, or None to drop it."),
    noargs(c"upper", case::upper, c"upper($self, /)\n--\n\nIn upper case."),
    def::bare_name(fast(c"startswith", search::startswith, c"S.startswith(prefix[, start[, end]]) -> bool\n\nWhether S[start:end] starts with the prefix, or with one of a tuple of prefixes.")),
    def::bare_name(fast(c"endswith", search::endswith, c"S.endswith(suffix[, start[, end]]) -> bool\n\nWhether S[start:end] ends with the suffix, or with one of a tuple of suffixes.")),
    one(c"removeprefix", search::removeprefix, c"removeprefix($self, prefix, /)\n--\n\nWithout the prefix, if it is there."),
    one(c"removesuffix", search::removesuffix, c"removesuffix($self, suffix, /)\n--\n\nWithout the suffix, if it is there."),
    noargs(c"isascii", predicates::isascii, c"isascii($self, /)\n--\n\nWhether all characters are ASCII (true for the empty string)."),
    noargs(c"islower", predicates::islower, c"islower($self, /)\n--\n\nWhether all cased characters are lower case, and there is one."),
    noargs(c"isupper", predicates::isupper, c"isupper($self, /)\n--\n\nWhether all cased characters are upper case, and there is one."),
    noargs(c"istitle", predicates::istitle, c"istitle($self, /)\n--\n\nWhether each word starts with an upper case letter and goes on in lower case."),
    noargs(c"isspace", predicates::isspace, c"isspace($self, /)\n--\n\nWhether all characters are white space, and there is one."),
    noargs(c"isdecimal", predicates::isdecimal, c"isdecimal($self, /)\n--\n\nWhether all characters are decimal digits, and there is one."),
    noargs(c"isdigit", predicates::isdigit, c"isdigit($self, /)\n--\n\nWhether all characters are digits, and there is one."),
    noargs(c"isnumeric", predicates::isnumeric, c"isnumeric($self, /)\n--\n\nWhether all characters are numeric, and there is one."),
    noargs(c"isalpha", predicates::isalpha, c"isalpha($self, /)\n--\n\nWhether all characters are letters, and there is one."),
    noargs(c"isalnum", predicates::isalnum, c"isalnum($self, /)\n--\n\nWhether all characters are letters or numeric, and there is one."),
    noargs(c"isidentifier", predicates::isidentifier, c"isidentifier($self, /)\n--\n\nWhether it could be a name in a program (keywords included)."),
    noargs(c"isprintable", predicates::isprintable, c"isprintable($self, /)\n--\n\nWhether repr() would show all characters as they are."),
    one(c"zfill", zfill, c"zfill($self, width, /)\n--\n\nFilled up with zeros at the left, behind a sign."),
    def::var_kw(c"format", format::str_format, c"S.format(*args, **kwargs) -> str\n\nS with its {fields} replaced by formatted arguments."),
    one(c"format_map", format::format_map, c"S.format_map(mapping) -> str\n\nS with its {fields} replaced by formatted values of the mapping."),
    one(c"__format__", dunder_format, c"__format__($self, format_spec, /)\n--\n\nThe text formatted as the format specification says."),
    def::static_method(fast(c"maketrans", maketrans, c"Make a table for str.translate().\n\nFrom a dict of characters or their numbers; or from two strings of equal length, and a third of characters to drop.")),
    noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\nBytes of memory."),
    noargs(c"__getnewargs__", getnewargs, c""),
    PyMethodDef::END,
];

// ---- construction ----

static NEW: Params = Params {
    function: "str",
    names: &["object", "encoding", "errors"],
    positional_only: 0,
    positional: 3,
    required: 0,
};

extern "C" fn str_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    // SAFETY: a tp_new is called with a tuple.
    let args: &PyTupleObject = unsafe { args.cast() };
    let text = if let ([obj], None) = (args.items(), kwargs) {
        protocol::str(obj)?
    } else {
        let bound = NEW.bind_tuple(args, kwargs)?;
        let encoding = codec_name("str", "argument 'encoding'", bound[1])?;
        let errors = codec_name("str", "argument 'errors'", bound[2])?;
        match bound[0] {
            None => empty(),
            Some(obj) if encoding.is_none() && errors.is_none() => protocol::str(obj)?,
            Some(obj) => super::decode_object(obj, encoding, errors)?,
        }
    };
    if std::ptr::eq(ty, &PyUnicode_Type) {
        return Ok(text.into_object());
    }
    layout::subclass_instance(ty, &text)
}

// ---- slots ----

extern "C" fn str_str(text: &Str) -> PyResult {
    erase(to_exact(text))
}

extern "C" fn str_hash(text: &PyObject) -> isize {
    // SAFETY: U3.
    super::hash(unsafe { text.cast() })
}

extern "C" fn length(text: &Str) -> isize {
    text.len() as isize
}

extern "C" fn compare(a: &Str, b: &PyObject, op: c_int) -> PyResult {
    let Some(b) = of(b) else {
        return Ok(singletons::not_implemented());
    };
    Ok(boolean::from(match op {
        cmp::EQ => a.equals(b),
        cmp::NE => !a.equals(b),
        cmp::LT => a.order(b).is_lt(),
        cmp::LE => a.order(b).is_le(),
        cmp::GT => a.order(b).is_gt(),
        _ => a.order(b).is_ge(),
    }))
}

extern "C" fn sq_concat(a: &Str, b: &PyObject) -> PyResult {
    match of(b) {
        Some(b) => erase(ops::concat(a, b)),
        None => Err(raise!(
            TypeError,
            "can only concatenate str (not \"{}\") to str",
            b.ty().name()
        )),
    }
}

extern "C" fn sq_repeat(text: &Str, n: isize) -> PyResult {
    erase(ops::repeat(text, n))
}

extern "C" fn sq_item(text: &Str, index: isize) -> PyResult {
    if index < 0 || index as usize >= text.len() {
        return Err(raise!(IndexError, "string index out of range"));
    }
    erase(layout::from_char(text.char_at(index as usize)))
}

extern "C" fn subscript(text: &Str, key: &PyObject) -> PyResult {
    if number::has_index(key) {
        let i = number::index_isize(key, Some(&exceptions::IndexError))?;
        return sq_item(text, if i < 0 { i + text.len() as isize } else { i });
    }
    let Some(key) = def::Downcast::downcast::<PySliceObject>(key) else {
        return Err(raise!(
            TypeError,
            "string indices must be integers, not '{}'",
            key.ty().name()
        ));
    };
    let (start, _, step, count) = slice::indices(key, text.len())?;
    if step == 1 || count == 0 {
        return erase(text.substring(start as usize, start as usize + count));
    }
    let units = text.units();
    let picked = (0..count as isize).map(|i| units.at((start + i * step) as usize));
    let class = layout::class_of(picked.clone().fold(0, |m, c| m | c));
    erase(layout::fill(count, class, picked))
}

/// The first place of a character.
pub(super) fn find_char_in(text: &Str, c: char) -> Option<usize> {
    search::find_char(text.units(), c as u32)
}

extern "C" fn remainder(a: &PyObject, b: &PyObject) -> PyResult {
    match of(a) {
        Some(a) => {
            let text = percent::percent_format(a, b)?;
            // Without a conversion the format itself is the answer, whatever its class.
            let plain = text.len() == a.len() && find_char_in(a, '%').is_none();
            Ok(if plain {
                a.to_ref().into_object()
            } else {
                text.into_object()
            })
        }
        None => Ok(singletons::not_implemented()),
    }
}

// ---- methods ----

static ENCODE: Params = Params {
    function: "encode",
    names: &["encoding", "errors"],
    positional_only: 0,
    positional: 2,
    required: 0,
};

extern "C" fn encode(
    text: &Str,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = ENCODE.bind(args, n, names)?;
    let encoding = codec_name("encode", "argument 'encoding'", bound[0])?;
    let errors = codec_name("encode", "argument 'errors'", bound[1])?;
    erase(super::encode(text, encoding, errors))
}

extern "C" fn join(separator: &Str, iterable: &PyObject) -> PyResult {
    let items = protocol::fast_sequence(iterable, "can only join an iterable")?;
    erase(ops::join(separator, &items))
}

fn pad(text: &Str, left: usize, right: usize, fill: u32) -> PyResult {
    if left == 0 && right == 0 {
        return erase(to_exact(text));
    }
    if left.saturating_add(right).saturating_add(text.len()) > isize::MAX as usize {
        return Err(raise!(OverflowError, "padded string is too long"));
    }
    let len = left + right + text.len();
    let class = text.max_class().max(layout::class_of(fill));
    let chars = std::iter::repeat_n(fill, left)
        .chain(text.code_points())
        .chain(std::iter::repeat_n(fill, right));
    erase(layout::fill(len, class, chars))
}

/// The missing width and the fill character.
fn pad_args(
    function: &'static str,
    text: &Str,
    args: &[&PyObject],
) -> PyResult<(usize, usize, u32)> {
    check_count(function, args.len(), 1, 2)?;
    let width = isize_arg(args[0])?;
    let fill = match args.get(1) {
        None => b' ' as u32,
        Some(arg) => match of(arg) {
            None => {
                return Err(raise!(
                    TypeError,
                    "The fill character must be a unicode character, not {}",
                    arg.ty().name()
                ));
            }
            Some(fill) if fill.len() != 1 => {
                return Err(raise!(
                    TypeError,
                    "The fill character must be exactly one character long"
                ));
            }
            Some(fill) => fill.char_at(0),
        },
    };
    let width = width.max(0) as usize;
    Ok((width.saturating_sub(text.len()), width, fill))
}

extern "C" fn ljust(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    let (missing, _, fill) = pad_args("ljust", text, args.slice(n))?;
    pad(text, 0, missing, fill)
}
extern "C" fn rjust(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    let (missing, _, fill) = pad_args("rjust", text, args.slice(n))?;
    pad(text, missing, 0, fill)
}
extern "C" fn center(text: &Str, args: Args<'_>, n: isize) -> PyResult {
    let (missing, width, fill) = pad_args("center", text, args.slice(n))?;
    // Of an odd number the right side gets more, unless the width is odd too.
    let left = missing / 2 + (missing & width & 1);
    pad(text, left, missing - left, fill)
}

extern "C" fn zfill(text: &Str, width: &PyObject) -> PyResult {
    let width = isize_arg(width)?.max(0) as usize;
    let missing = width.saturating_sub(text.len());
    if missing == 0 {
        return erase(to_exact(text));
    }
    let signed = !text.is_empty() && matches!(text.char_at(0), 0x2b | 0x2d);
    if !signed {
        return pad(text, missing, 0, b'0' as u32);
    }
    let mut out = Builder::with_capacity(width);
    out.push(text.char_at(0));
    out.push_repeated(b'0' as u32, missing);
    out.push_units(text.units().slice(1, text.len()));
    erase(out.finish())
}

static EXPANDTABS: Params = Params {
    function: "expandtabs",
    names: &["tabsize"],
    positional_only: 0,
    positional: 1,
    required: 0,
};

extern "C" fn expandtabs(
    text: &Str,
    args: Args<'_>,
    n: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    let bound = EXPANDTABS.bind(args, n, names)?;
    let size = bound[0].map_or(Ok(8), int_arg)?.max(0) as usize;
    if search::find_char(text.units(), 9).is_none() {
        return erase(to_exact(text));
    }
    let mut out = Builder::with_capacity(text.len());
    let mut column = 0;
    for c in text.code_points() {
        if c == 9 {
            if size > 0 {
                let fill = size - column % size;
                if out.len().saturating_add(fill) > isize::MAX as usize / 4 {
                    return Err(raise!(OverflowError, "new string is too long"));
                }
                out.push_repeated(b' ' as u32, fill);
                column += fill;
            }
            continue;
        }
        out.push(c);
        column = if c == 10 || c == 13 { 0 } else { column + 1 };
    }
    erase(out.finish())
}

/// What a translation table says about a character.
enum Translation {
    Same,
    Drop,
    Char(u32),
    Text(Ref),
}

/// Asks the table; LookupError means that the character stays. Runs Python; TypeError, ValueError.
fn translation(table: &PyObject, c: u32) -> PyResult<Translation> {
    let key = int::from_u64(c as u64)?;
    let value = match protocol::getitem(table, &key) {
        Ok(value) => value,
        Err(raised) => {
            if errors::matches(&exceptions::LookupError) {
                errors::clear();
                return Ok(Translation::Same);
            }
            return Err(raised);
        }
    };
    if singletons::is_none(&value) {
        return Ok(Translation::Drop);
    }
    if value.ty().is_subclass_flag(tp::LONG_SUBCLASS) {
        // SAFETY: the flag says that it is an int.
        let n: &PyLongObject = unsafe { PyObject::cast(&value) };
        return match n.to_i64() {
            Some(n @ 0..=0x10ffff) => Ok(Translation::Char(n as u32)),
            _ => Err(raise!(
                ValueError,
                "character mapping must be in range(0x110000)"
            )),
        };
    }
    if of(&value).is_some() {
        return Ok(Translation::Text(value));
    }
    Err(raise!(
        TypeError,
        "character mapping must return integer, None or str"
    ))
}

extern "C" fn translate(text: &Str, table: &PyObject) -> PyResult {
    let mut out = Builder::with_capacity(text.len());
    let done = match text.units() {
        Units::One(ascii) if text.is_ascii() => translate_ascii(ascii, table, &mut out)?,
        _ => 0,
    };
    let mut at = done;
    while at < text.len() {
        let c = text.char_at(at);
        at += 1;
        match translation(table, c)? {
            Translation::Same => out.push(c),
            // What follows is asked for as well, up to what stays; that is asked for again.
            Translation::Drop => {
                while at < text.len()
                    && let Translation::Drop = translation(table, text.char_at(at))?
                {
                    at += 1;
                }
            }
            Translation::Char(d) => out.push(d),
            Translation::Text(value) => {
                if let Some(value) = of(&value) {
                    out.push_str(value);
                }
            }
        }
    }
    erase(out.finish())
}

/// The same up to the first character that becomes something else than ASCII, or a text; how many were translated. Each is asked for once.
fn translate_ascii(text: &[u8], table: &PyObject, out: &mut Builder) -> PyResult<usize> {
    const UNKNOWN: u8 = 0xff;
    const DROP: u8 = 0xfe;
    let mut known = [UNKNOWN; 128];
    let mut all = Vec::with_capacity(text.len());
    for (i, &c) in text.iter().enumerate() {
        let mut to = known[usize::from(c & 0x7f)];
        if to == UNKNOWN {
            to = match translation(table, u32::from(c))? {
                Translation::Same => c,
                Translation::Drop => DROP,
                Translation::Char(d @ 0..0x80) => d as u8,
                _ => {
                    out.push_units(Units::One(&all));
                    return Ok(i);
                }
            };
            known[usize::from(c & 0x7f)] = to;
        }
        if to != DROP {
            all.push(to);
        }
    }
    out.push_units(Units::One(&all));
    Ok(text.len())
}

extern "C" fn maketrans(_class: &PyObject, args: Args<'_>, n: isize) -> PyResult {
    let args = args.slice(n);
    check_count("maketrans", args.len(), 1, 3)?;
    let table = dict::new()?;
    if let [only] = args {
        let Some(from) = def::Downcast::exact::<PyDictObject>(*only) else {
            return Err(raise!(
                TypeError,
                "if you give only one argument to maketrans it must be a dict"
            ));
        };
        for (key, value) in from.pairs() {
            if let Some(text) = of(&key) {
                if text.len() != 1 {
                    return Err(raise!(
                        ValueError,
                        "string keys in translate table must be of length 1"
                    ));
                }
                table.set_item(&*int::from_u64(text.char_at(0) as u64)?, &value)?;
            } else if key.ty().is_subclass_flag(tp::LONG_SUBCLASS) {
                table.set_item(&key, &value)?;
            } else {
                return Err(raise!(
                    TypeError,
                    "keys in translate table must be strings or integers"
                ));
            }
        }
        return Ok(table.into_object());
    }
    let to = str_arg("maketrans", "argument 2", args[1])?;
    let drop = args
        .get(2)
        .map(|arg| str_arg("maketrans", "argument 3", arg))
        .transpose()?;
    let Some(from) = of(args[0]) else {
        return Err(raise!(
            TypeError,
            "first maketrans argument must be a string if there is a second argument"
        ));
    };
    if from.len() != to.len() {
        return Err(raise!(
            ValueError,
            "the first two maketrans arguments must have equal length"
        ));
    }
    for (a, b) in from.code_points().zip(to.code_points()) {
        table.set_item(&*int::from_u64(a as u64)?, &*int::from_u64(b as u64)?)?;
    }
    for c in drop.iter().flat_map(|d| d.code_points()) {
        table.set_item(&*int::from_u64(c as u64)?, &singletons::_Py_NoneStruct)?;
    }
    Ok(table.into_object())
}

extern "C" fn dunder_format(text: &Str, spec: &PyObject) -> PyResult {
    let Some(spec) = of(spec) else {
        return Err(raise!(
            TypeError,
            "__format__() argument must be str, not {}",
            type_text(spec)
        ));
    };
    if spec.is_empty() {
        return if text.is_exact_str() {
            Ok(text.to_ref())
        } else {
            erase(protocol::str(text))
        };
    }
    erase(super::spec::format_spec_str(text, spec))
}

extern "C" fn sizeof(text: &Str) -> PyResult {
    let body = (text.len() + 1) * text.kind();
    let size = if text.data_ptr() as usize - text.as_ptr() as usize == size_of::<PyASCIIObject>() {
        size_of::<PyASCIIObject>() + body
    } else {
        let header = if text.state.get() & layout::COMPACT != 0 {
            size_of::<PyCompactUnicodeObject>()
        } else {
            size_of::<PyUnicodeObject>()
        };
        // SAFETY: only compact ASCII strings lack the field.
        let compact: &PyCompactUnicodeObject = unsafe { text.cast() };
        let own_utf8 = !compact.utf8.get().is_null()
            && !std::ptr::eq(compact.utf8.get().cast(), text.data_ptr());
        header
            + body
            + if own_utf8 {
                compact.utf8_length.get() as usize + 1
            } else {
                0
            }
    };
    erase(int::from_usize(size))
}

extern "C" fn getnewargs(text: &Str) -> PyResult {
    erase(tuple::from_owned(vec![
        layout::from_units(text.units())?.into_object(),
    ]))
}
