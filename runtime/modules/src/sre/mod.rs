//! `_sre`: runs what the library's `re` compiles.
//!
//! `tree` reads and checks the compiler's code, `program` makes instructions of it, `engine` runs them over 1-, 2- or 4-byte text.
//! `charset` holds sets and case folding, `subject` what is searched; `pattern`, `matched` and `scanner` are the types.

mod charset;
mod engine;
mod matched;
mod pattern;
mod program;
mod scanner;
mod subject;
mod tree;

use crate::support::*;
use charset::{ascii_lower, unicode_lower, unicode_upper};
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::{Downcast, fast_kw, noargs, one};
use hotpy_objects::*;

/// Groups are numbered by 31-bit marks.
const MAX_GROUPS: i64 = i32::MAX as i64 / 2;

fn code_words(code: &PyListObject) -> PyResult<Box<[u32]>> {
    // The words, and what they are made to.
    growing::ensure(code.len() * 32)?;
    let mut words = Vec::with_capacity(code.len());
    for i in 0..code.len() {
        let Some(word) = code.get(i) else { break };
        let Some(number) = word.downcast::<PyLongObject>() else {
            return Err(raise!(TypeError, "an integer is required"));
        };
        match number.to_i64().map(u32::try_from) {
            Some(Ok(word)) => words.push(word),
            _ => {
                return Err(raise!(
                    OverflowError,
                    "regular expression code size limit exceeded"
                ));
            }
        }
    }
    Ok(words.into())
}

extern "C" fn compile(
    _: &PyObject,
    args: Args<'_>,
    count: isize,
    names: Option<&PyTupleObject>,
) -> PyResult {
    static PARAMS: Params = Params {
        function: "compile",
        names: &[
            "pattern",
            "flags",
            "code",
            "groups",
            "groupindex",
            "indexgroup",
        ],
        positional_only: 0,
        positional: 6,
        required: 6,
    };
    let a = PARAMS.bind(args, count, names)?;
    let [
        Some(source),
        Some(flags),
        Some(code),
        Some(groups),
        Some(by_name),
        Some(by_number),
    ] = a[..]
    else {
        return Err(Raised);
    };
    let flags = int_arg(flags)?;
    let Some(code) = code.downcast::<PyListObject>() else {
        return Err(bad_argument("compile", "argument 'code'", "list", code));
    };
    let groups = isize_arg(groups)?;
    if !by_name.is_instance::<PyDictObject>() {
        return Err(bad_argument(
            "compile",
            "argument 'groupindex'",
            "dict",
            by_name,
        ));
    }
    if !by_number.is_instance::<PyTupleObject>() {
        return Err(bad_argument(
            "compile",
            "argument 'indexgroup'",
            "tuple",
            by_number,
        ));
    }
    let code = code_words(code)?;
    if !(0..=MAX_GROUPS as isize).contains(&groups) {
        return Err(raise!(RuntimeError, "invalid SRE code"));
    }
    if !singletons::is_none(source) && str_::of(source).is_none() {
        subject::Subject::new(source)?;
    }
    let (nodes, sets) = tree::read(&code, groups as usize)?;
    let program = program::emit(&nodes, sets, groups as usize);
    let body = pattern::Compiled {
        pattern: Held::new(Some(source.to_ref())),
        flags: Cell::new(flags),
        groups: Cell::new(groups),
        group_index: Held::new(Some(by_name.to_ref())),
        index_group: Held::new(Some(by_number.to_ref())),
        code,
        program: Some(Box::new(program)),
        ..pattern::Compiled::default()
    };
    Ok(new_native(&pattern::PatternType, body)?.into_object())
}

extern "C" fn getcodesize(_: &PyObject) -> PyResult {
    int(4)
}

fn character(o: &PyObject) -> PyResult<u32> {
    int_arg(o).map(|c| c as u32)
}

extern "C" fn ascii_iscased(_: &PyObject, c: &PyObject) -> PyResult {
    let c = character(c)?;
    boolean(c < 128 && (c as u8).is_ascii_alphabetic())
}

extern "C" fn unicode_iscased(_: &PyObject, c: &PyObject) -> PyResult {
    let c = character(c)?;
    boolean(unicode_lower(c) != c || unicode_upper(c) != c)
}

extern "C" fn ascii_tolower(_: &PyObject, c: &PyObject) -> PyResult {
    int(ascii_lower(character(c)?) as i32 as i64)
}

extern "C" fn unicode_tolower(_: &PyObject, c: &PyObject) -> PyResult {
    int(unicode_lower(character(c)?) as i32 as i64)
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast_kw::<PyObject>(c"compile", compile, c"compile($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)\n--\n\n"),
    noargs::<PyObject>(c"getcodesize", getcodesize, c"getcodesize($module, /)\n--\n\n"),
    one::<PyObject>(c"ascii_iscased", ascii_iscased, c"ascii_iscased($module, character, /)\n--\n\n"),
    one::<PyObject>(c"unicode_iscased", unicode_iscased, c"unicode_iscased($module, character, /)\n--\n\n"),
    one::<PyObject>(c"ascii_tolower", ascii_tolower, c"ascii_tolower($module, character, /)\n--\n\n"),
    one::<PyObject>(c"unicode_tolower", unicode_tolower, c"unicode_tolower($module, character, /)\n--\n\n"),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods("_sre", "Regular expressions. Programs use re.", METHODS)?;
    for ty in [
        &pattern::PatternType,
        &matched::MatchType,
        &scanner::ScannerType,
    ] {
        typeobject::ready(ty)?;
    }
    pattern::register(&pattern::PatternType)?;
    matched::register(&matched::MatchType)?;
    add_int(&module, "MAGIC", tree::MAGIC as i64)?;
    add_int(&module, "CODESIZE", 4)?;
    add_int(&module, "MAXREPEAT", tree::MAX_REPEAT as i64)?;
    add_int(&module, "MAXGROUPS", MAX_GROUPS)?;
    module.add(
        "copyright",
        &*text(" SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ")?,
    )?;
    Ok(module)
}
