//! `_codecs`: the codec registry and the codecs that the `encodings` package is built from.

use crate::support::*;
use hotpy_objects::cfunction::{Params, check_count};
use hotpy_objects::def::{Downcast, fast, fast_kw, one};
use hotpy_objects::str_::codecs::{charmap, escapes, registry, utf7, utf8, utf16_32};
use hotpy_objects::*;

/// A name for a codec or an error handler: no null characters. TypeError, ValueError, UnicodeEncodeError.
fn name_arg(function: &str, argument: &str, o: &PyObject) -> PyResult<String> {
    let text = str_arg(function, argument, o)?.to_utf8()?;
    if text.contains('\0') {
        return Err(raise!(ValueError, "embedded null character"));
    }
    Ok(text.to_owned())
}

fn errors_arg(function: &str, o: Option<&&PyObject>) -> PyResult<String> {
    Ok(match opt_str_arg(function, "argument 2", o.copied())? {
        Some(name) => name_arg(function, "argument 2", name)?,
        None => "strict".to_owned(),
    })
}

fn pair(result: Ref, length: usize) -> PyResult {
    tuple(vec![result, int(length as i64)?])
}

extern "C" fn register(_: &PyObject, search: &PyObject) -> PyResult {
    registry::register(search)?;
    none()
}

extern "C" fn unregister(_: &PyObject, search: &PyObject) -> PyResult {
    registry::unregister(search)?;
    none()
}

extern "C" fn lookup(_: &PyObject, encoding: &PyObject) -> PyResult {
    let encoding = name_arg("lookup", "argument", encoding)?;
    Ok(registry::lookup(&encoding)?.into_object())
}

fn transform(
    function: &'static str,
    run: fn(&PyObject, &str, Option<&str>) -> PyResult,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    let params = Params {
        function,
        names: &["obj", "encoding", "errors"],
        positional_only: 0,
        positional: 3,
        required: 1,
    };
    let a = params.bind(args, count, kwnames)?;
    let Some(object) = a[0] else { return none() };
    let encoding = match a[1] {
        Some(o) => name_arg(function, "argument 'encoding'", o)?,
        None => "utf-8".to_owned(),
    };
    let errors = match a[2] {
        Some(o) => Some(name_arg(function, "argument 'errors'", o)?),
        None => None,
    };
    run(object, &encoding, errors.as_deref())
}

extern "C" fn encode(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    transform("encode", registry::encode_object, args, count, kwnames)
}

extern "C" fn decode(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult {
    transform("decode", registry::decode_any, args, count, kwnames)
}

extern "C" fn register_error(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("register_error", args.len(), 2, 2)?;
    let name = name_arg("register_error", "argument 1", args[0])?;
    registry::register_error(&name, args[1])?;
    none()
}

extern "C" fn lookup_error(_: &PyObject, name: &PyObject) -> PyResult {
    registry::lookup_error(&name_arg("lookup_error", "argument", name)?)
}

/// A decoder's arguments: data, errors, and whether this is the end.
fn decoder(
    function: &str,
    args: Args<'_>,
    count: isize,
    final_default: Option<bool>,
    run: impl FnOnce(&[u8], &str, bool) -> PyResult<(Ref, usize)>,
) -> PyResult {
    let args = args.slice(count);
    check_count(
        function,
        args.len(),
        1,
        if final_default.is_some() { 3 } else { 2 },
    )?;
    let errors = errors_arg(function, args.get(1))?;
    let last = match args.get(2) {
        Some(last) => int_arg(last)? != 0,
        None => final_default.unwrap_or(true),
    };
    // The escape decoders take text as well.
    let (result, used) = match args[0].downcast::<Str>() {
        Some(text) if function.contains("escape") => run(text.to_utf8()?.as_bytes(), &errors, last),
        _ => bytes::with_buffer(args[0], |data| run(data, &errors, last)),
    }?;
    pair(result, used)
}

/// An encoder's arguments: text and errors.
fn encoder(
    function: &str,
    args: Args<'_>,
    count: isize,
    run: impl FnOnce(&Str, &str) -> PyResult<Vec<u8>>,
) -> PyResult {
    let args = args.slice(count);
    check_count(function, args.len(), 1, 2)?;
    let text = str_arg(function, "argument 1", args[0])?;
    let errors = errors_arg(function, args.get(1))?;
    pair(bytes(&run(text, &errors)?)?, text.len())
}

macro_rules! decoders {
    ($($f:ident $final:expr, |$data:ident, $errors:ident, $last:ident| $run:expr;)*) => { $(
        extern "C" fn $f(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
            decoder(stringify!($f), args, count, $final, |$data, $errors, $last| {
                let _ = $last;
                let (text, used): (Ref<Str>, usize) = $run;
                Ok((text.into_object(), used))
            })
        }
    )* };
}
decoders! {
    utf_8_decode Some(false), |data, errors, last| utf8::decode(data, errors, last)?;
    utf_7_decode Some(false), |data, errors, last| utf7::decode(data, errors, last)?;
    ascii_decode None, |data, errors, last| (utf8::decode_ascii(data, errors)?, data.len());
    latin_1_decode None, |data, _errors, last| (str_::from_latin1(data)?, data.len());
    unicode_escape_decode Some(true), |data, errors, last| escapes::decode_unicode_escape(data, errors, last)?;
    raw_unicode_escape_decode Some(true), |data, errors, last| escapes::decode_raw_unicode_escape(data, errors, last)?;
    utf_16_decode Some(false), |data, errors, last| dropped(utf16_32::decode_utf16(data, errors, 0, last)?);
    utf_16_le_decode Some(false), |data, errors, last| dropped(utf16_32::decode_utf16(data, errors, -1, last)?);
    utf_16_be_decode Some(false), |data, errors, last| dropped(utf16_32::decode_utf16(data, errors, 1, last)?);
    utf_32_decode Some(false), |data, errors, last| dropped(utf16_32::decode_utf32(data, errors, 0, last)?);
    utf_32_le_decode Some(false), |data, errors, last| dropped(utf16_32::decode_utf32(data, errors, -1, last)?);
    utf_32_be_decode Some(false), |data, errors, last| dropped(utf16_32::decode_utf32(data, errors, 1, last)?);
}

fn dropped((text, used, _): (Ref<Str>, usize, i32)) -> (Ref<Str>, usize) {
    (text, used)
}

macro_rules! encoders {
    ($($f:ident |$text:ident, $errors:ident| $run:expr;)*) => { $(
        extern "C" fn $f(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
            encoder(stringify!($f), args, count, |$text, $errors| {
                let _ = $errors;
                $run
            })
        }
    )* };
}
encoders! {
    utf_8_encode |text, errors| utf8::encode(text, errors);
    utf_7_encode |text, errors| utf7::encode(text);
    ascii_encode |text, errors| utf8::encode_ascii(text, errors);
    latin_1_encode |text, errors| utf8::encode_latin1(text, errors);
    unicode_escape_encode |text, errors| escapes::encode_unicode_escape(text);
    raw_unicode_escape_encode |text, errors| escapes::encode_raw_unicode_escape(text);
    utf_16_le_encode |text, errors| utf16_32::encode_utf16(text, errors, -1);
    utf_16_be_encode |text, errors| utf16_32::encode_utf16(text, errors, 1);
    utf_32_le_encode |text, errors| utf16_32::encode_utf32(text, errors, -1);
    utf_32_be_encode |text, errors| utf16_32::encode_utf32(text, errors, 1);
}

type Wide = fn(&Str, &str, i32) -> PyResult<Vec<u8>>;

fn ordered_encode(function: &str, run: Wide, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count(function, args.len(), 1, 3)?;
    let text = str_arg(function, "argument 1", args[0])?;
    let errors = errors_arg(function, args.get(1))?;
    let order = args.get(2).map_or(Ok(0), |o| int_arg(o))?;
    pair(bytes(&run(text, &errors, order)?)?, text.len())
}

extern "C" fn utf_16_encode(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    ordered_encode("utf_16_encode", utf16_32::encode_utf16, args, count)
}

extern "C" fn utf_32_encode(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    ordered_encode("utf_32_encode", utf16_32::encode_utf32, args, count)
}

type WideDecode = fn(&[u8], &str, i32, bool) -> PyResult<(Ref<Str>, usize, i32)>;

fn ordered_decode(function: &str, run: WideDecode, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count(function, args.len(), 1, 4)?;
    let errors = errors_arg(function, args.get(1))?;
    let order = args.get(2).map_or(Ok(0), |o| int_arg(o))?;
    let last = bool_arg(args.get(3).copied(), false)?;
    let data = bytes::with_buffer(args[0], |data| Ok(data.to_vec()))?;
    let (text, used, order) = run(&data, &errors, order, last)?;
    tuple(vec![
        text.into_object(),
        int(used as i64)?,
        int(order as i64)?,
    ])
}

extern "C" fn utf_16_ex_decode(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    ordered_decode("utf_16_ex_decode", utf16_32::decode_utf16, args, count)
}

extern "C" fn utf_32_ex_decode(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    ordered_decode("utf_32_ex_decode", utf16_32::decode_utf32, args, count)
}

extern "C" fn charmap_encode(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("charmap_encode", args.len(), 1, 3)?;
    let text = str_arg("charmap_encode", "argument 1", args[0])?;
    let errors = errors_arg("charmap_encode", args.get(1))?;
    let data = charmap::encode(text, &errors, not_none(args.get(2).copied()))?;
    pair(bytes(&data)?, text.len())
}

extern "C" fn charmap_decode(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("charmap_decode", args.len(), 1, 3)?;
    let errors = errors_arg("charmap_decode", args.get(1))?;
    let data = bytes::with_buffer(args[0], |data| Ok(data.to_vec()))?;
    let text = charmap::decode(&data, &errors, not_none(args.get(2).copied()))?;
    pair(text.into_object(), data.len())
}

extern "C" fn charmap_build(_: &PyObject, map: &PyObject) -> PyResult {
    Ok(charmap::build(str_arg("charmap_build", "argument", map)?)?.into_object())
}

extern "C" fn escape_decode(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    decoder("escape_decode", args, count, None, |data, errors, _| {
        Ok((bytes(&escapes::escape_decode(data, errors)?)?, data.len()))
    })
}

extern "C" fn escape_encode(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("escape_encode", args.len(), 1, 2)?;
    let Some(data) = args[0].downcast::<PyBytesObject>() else {
        return Err(bad_argument(
            "escape_encode",
            "argument 1",
            "bytes",
            args[0],
        ));
    };
    pair(
        bytes(&escapes::escape_encode(data.as_slice())?)?,
        data.as_slice().len(),
    )
}

extern "C" fn readbuffer_encode(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("readbuffer_encode", args.len(), 1, 2)?;
    let data = match args[0].downcast::<Str>() {
        Some(text) => text.to_utf8()?.as_bytes().to_vec(),
        None => bytes::with_buffer(args[0], |data| Ok(data.to_vec()))?,
    };
    pair(bytes(&data)?, data.len())
}

static_table! {
static METHODS: [PyMethodDef] = [
    one::<PyObject>(c"register", register, c"register($module, search_function, /)\n--\n\nAdds a search function for codecs."),
    one::<PyObject>(c"unregister", unregister, c"unregister($module, search_function, /)\n--\n\nRemoves a search function."),
    one::<PyObject>(c"lookup", lookup, c"lookup($module, encoding, /)\n--\n\nThe codec of an encoding."),
    fast_kw::<PyObject>(c"encode", encode, c"encode($module, /, obj, encoding=\'utf-8\', errors=\'strict\')\n--\n\nEncodes an object."),
    fast_kw::<PyObject>(c"decode", decode, c"decode($module, /, obj, encoding=\'utf-8\', errors=\'strict\')\n--\n\nDecodes an object."),
    fast::<PyObject>(c"register_error", register_error, c"register_error($module, errors, handler, /)\n--\n\nNames an error handler."),
    one::<PyObject>(c"lookup_error", lookup_error, c"lookup_error($module, name, /)\n--\n\nThe error handler of a name."),
    fast::<PyObject>(c"utf_8_decode", utf_8_decode, c"utf_8_decode($module, data, errors=None, final=False, /)\n--\n\n"),
    fast::<PyObject>(c"utf_8_encode", utf_8_encode, c"utf_8_encode($module, str, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"utf_7_decode", utf_7_decode, c"utf_7_decode($module, data, errors=None, final=False, /)\n--\n\n"),
    fast::<PyObject>(c"utf_7_encode", utf_7_encode, c"utf_7_encode($module, str, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"ascii_decode", ascii_decode, c"ascii_decode($module, data, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"ascii_encode", ascii_encode, c"ascii_encode($module, str, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"latin_1_decode", latin_1_decode, c"latin_1_decode($module, data, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"latin_1_encode", latin_1_encode, c"latin_1_encode($module, str, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"unicode_escape_decode", unicode_escape_decode, c"unicode_escape_decode($module, data, errors=None, final=True, /)\n--\n\n"),
    fast::<PyObject>(c"unicode_escape_encode", unicode_escape_encode, c"unicode_escape_encode($module, str, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"raw_unicode_escape_decode", raw_unicode_escape_decode, c"raw_unicode_escape_decode($module, data, errors=None, final=True, /)\n--\n\n"),
    fast::<PyObject>(c"raw_unicode_escape_encode", raw_unicode_escape_encode, c"raw_unicode_escape_encode($module, str, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"utf_16_decode", utf_16_decode, c"utf_16_decode($module, data, errors=None, final=False, /)\n--\n\n"),
    fast::<PyObject>(c"utf_16_le_decode", utf_16_le_decode, c"utf_16_le_decode($module, data, errors=None, final=False, /)\n--\n\n"),
    fast::<PyObject>(c"utf_16_be_decode", utf_16_be_decode, c"utf_16_be_decode($module, data, errors=None, final=False, /)\n--\n\n"),
    fast::<PyObject>(c"utf_16_ex_decode", utf_16_ex_decode, c"utf_16_ex_decode($module, data, errors=None, byteorder=0, final=False,\n                 /)\n--\n\n"),
    fast::<PyObject>(c"utf_16_encode", utf_16_encode, c"utf_16_encode($module, str, errors=None, byteorder=0, /)\n--\n\n"),
    fast::<PyObject>(c"utf_16_le_encode", utf_16_le_encode, c"utf_16_le_encode($module, str, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"utf_16_be_encode", utf_16_be_encode, c"utf_16_be_encode($module, str, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"utf_32_decode", utf_32_decode, c"utf_32_decode($module, data, errors=None, final=False, /)\n--\n\n"),
    fast::<PyObject>(c"utf_32_le_decode", utf_32_le_decode, c"utf_32_le_decode($module, data, errors=None, final=False, /)\n--\n\n"),
    fast::<PyObject>(c"utf_32_be_decode", utf_32_be_decode, c"utf_32_be_decode($module, data, errors=None, final=False, /)\n--\n\n"),
    fast::<PyObject>(c"utf_32_ex_decode", utf_32_ex_decode, c"utf_32_ex_decode($module, data, errors=None, byteorder=0, final=False,\n                 /)\n--\n\n"),
    fast::<PyObject>(c"utf_32_encode", utf_32_encode, c"utf_32_encode($module, str, errors=None, byteorder=0, /)\n--\n\n"),
    fast::<PyObject>(c"utf_32_le_encode", utf_32_le_encode, c"utf_32_le_encode($module, str, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"utf_32_be_encode", utf_32_be_encode, c"utf_32_be_encode($module, str, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"charmap_encode", charmap_encode, c"charmap_encode($module, str, errors=None, mapping=None, /)\n--\n\n"),
    fast::<PyObject>(c"charmap_decode", charmap_decode, c"charmap_decode($module, data, errors=None, mapping=None, /)\n--\n\n"),
    one::<PyObject>(c"charmap_build", charmap_build, c"charmap_build($module, map, /)\n--\n\n"),
    fast::<PyObject>(c"escape_decode", escape_decode, c"escape_decode($module, data, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"escape_encode", escape_encode, c"escape_encode($module, data, errors=None, /)\n--\n\n"),
    fast::<PyObject>(c"readbuffer_encode", readbuffer_encode, c"readbuffer_encode($module, data, errors=None, /)\n--\n\n"),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "_codecs",
        "The codec registry and basic codecs. Programs use codecs.",
        METHODS,
    )?;
    // Codecs and error handlers are found by their names, and may be of Python; nothing changes meanwhile.
    for (_, function) in module.dict().pairs() {
        hotpy_vm::builtin_calls::mark_always_asking(&function);
    }
    Ok(module)
}
