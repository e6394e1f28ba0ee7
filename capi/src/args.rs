//! `PyArg_Parse...`: C values from Python arguments by a format; what generated argument code calls.

use crate::convert::{self, Conversion};
use crate::support::*;
use crate::variadic::VaList;

variadic! {
    PyArg_Parse(2) => PyArg_VaParseOne;
    _PyArg_Parse_SizeT(2) => parse_one_clean;
    PyArg_ParseTuple(2) => PyArg_VaParse;
    _PyArg_ParseTuple_SizeT(2) => _PyArg_VaParse_SizeT;
}
variadic! {
    _PyArg_ParseStack(3) => parse_stack;
    _PyArg_ParseStack_SizeT(3) => parse_stack_clean;
}
variadic! {
    PyArg_ParseTupleAndKeywords(4) => PyArg_VaParseTupleAndKeywords;
    _PyArg_ParseTupleAndKeywords_SizeT(4) => _PyArg_VaParseTupleAndKeywords_SizeT;
    PyArg_UnpackTuple(4) => unpack_tuple;
}
variadic! {
    _PyArg_UnpackStack(5) => unpack_stack;
}
variadic! {
    _PyArg_ParseTupleAndKeywordsFast(3) => parse_fast;
    _PyArg_ParseTupleAndKeywordsFast_SizeT(3) => parse_fast;
}
variadic! {
    _PyArg_ParseStackAndKeywords(5) => parse_stack_fast;
    _PyArg_ParseStackAndKeywords_SizeT(5) => parse_stack_fast;
}

/// A format with what follows the colon or semicolon.
struct Format<'a> {
    codes: &'a [u8],
    function: Option<Cow<'a, str>>,
    message: Option<Cow<'a, str>>,
}

impl<'a> Format<'a> {
    fn new(text: *const c_char) -> Format<'a> {
        let text = bytes_of(text);
        let end = text.iter().position(|b| matches!(b, b':' | b';'));
        let rest = |at: usize| Some(String::from_utf8_lossy(&text[at + 1..]));
        match end {
            None => Format {
                codes: text,
                function: None,
                message: None,
            },
            Some(at) if text[at] == b':' => Format {
                codes: &text[..at],
                function: rest(at),
                message: None,
            },
            Some(at) => Format {
                codes: &text[..at],
                function: None,
                message: rest(at),
            },
        }
    }

    /// How messages start: `f()`, or `function`.
    fn name(&self) -> String {
        match &self.function {
            Some(name) => format!("{name}()"),
            None => "function".to_owned(),
        }
    }

    fn error(&self, text: String) -> Raised {
        errors::raise_text(
            &exceptions::TypeError,
            self.message.as_deref().unwrap_or(&text),
        )
    }

    /// Raises for an argument (counted from 1; 0: the only one) that could not be converted.
    fn wrong(&self, number: usize, wrong: convert::Wrong) -> Raised {
        let convert::Wrong::Text { text, levels } = wrong else {
            return Raised;
        };
        if errors::occurred().is_some() {
            return Raised;
        }
        let mut full = String::new();
        if let Some(name) = &self.function {
            full = format!("{name}() ");
        }
        full.push_str("argument");
        if number > 0 {
            full.push_str(&format!(" {number}"));
            for level in levels.iter().rev() {
                full.push_str(&format!(", item {level}"));
            }
        }
        full.push(' ');
        full.push_str(&text);
        if text.starts_with('(') {
            return errors::raise_text(&exceptions::SystemError, &full);
        }
        self.error(full)
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// The number of required and of all arguments of a format without keywords.
fn counts(codes: &[u8]) -> (usize, usize) {
    let (mut min, mut max, mut level) = (None, 0, 0);
    let mut at = 0;
    while at < codes.len() {
        match codes[at] {
            b'(' => {
                max += (level == 0) as usize;
                level += 1;
            }
            b')' => level -= 1,
            b'|' => min = Some(max),
            // The letter behind is part of the code.
            b'e' if codes.get(at + 1).is_some() => {
                max += (level == 0) as usize;
                at += 1;
            }
            c if c.is_ascii_alphabetic() => max += (level == 0) as usize,
            _ => {}
        }
        at += 1;
    }
    (min.unwrap_or(max), max)
}

/// Converts positional arguments.
fn parse(
    args: &[&PyObject],
    format: *const c_char,
    list: &mut VaList,
    clean: bool,
) -> PyResult<()> {
    let format = Format::new(format);
    let (min, max) = counts(format.codes);
    let given = args.len();
    if given < min || given > max {
        if max == 0 {
            return Err(format.error(format!("{} takes no arguments", format.name())));
        }
        let (how, n) = if min == max {
            ("exactly", max)
        } else if given < min {
            ("at least", min)
        } else {
            ("at most", max)
        };
        return Err(format.error(format!(
            "{} takes {how} {n} argument{} ({given} given)",
            format.name(),
            plural(n)
        )));
    }
    let mut conversion = Conversion::new(format.codes, list, clean);
    for (i, arg) in args.iter().enumerate() {
        conversion.skip_marks();
        if let Err(wrong) = conversion.convert(arg) {
            conversion.undo();
            return Err(format.wrong(i + 1, wrong));
        }
    }
    if !conversion.is_well_formed_rest() {
        conversion.undo();
        return Err(raise!(
            SystemError,
            "bad format string: {}",
            String::from_utf8_lossy(format.codes)
        ));
    }
    Ok(())
}

fn yes(result: PyResult<()>) -> c_int {
    result.is_ok() as c_int
}

fn tuple_args(args: Option<&PyObject>) -> PyResult<&[&PyObject]> {
    match args.and_then(|a| a.downcast::<PyTupleObject>()) {
        Some(args) => Ok(args.items()),
        None => Err(raise!(
            SystemError,
            "new style getargs format but argument is not a tuple"
        )),
    }
}

fn parse_object(
    arg: Option<&PyObject>,
    format: *const c_char,
    list: &mut VaList,
    clean: bool,
) -> PyResult<()> {
    let parsed = Format::new(format);
    let (_, max) = counts(parsed.codes);
    let Some(arg) = arg else {
        return if max == 0 {
            Ok(())
        } else {
            Err(parsed.error(format!("{} takes at least one argument", parsed.name())))
        };
    };
    let mut conversion = Conversion::new(parsed.codes, list, clean);
    conversion.skip_marks();
    conversion.convert(arg).map_err(|wrong| {
        conversion.undo();
        parsed.wrong(0, wrong)
    })
}

extern "C" fn parse_one_clean(
    arg: Option<&PyObject>,
    format: *const c_char,
    list: &mut VaList,
) -> c_int {
    yes(parse_object(arg, format, list, true))
}
extern "C" fn PyArg_VaParseOne(
    arg: Option<&PyObject>,
    format: *const c_char,
    list: &mut VaList,
) -> c_int {
    yes(parse_object(arg, format, list, false))
}
extern "C" fn parse_stack(
    args: *const *mut PyObject,
    count: isize,
    format: *const c_char,
    list: &mut VaList,
) -> c_int {
    yes(parse(objects(args, count as usize), format, list, false))
}
extern "C" fn parse_stack_clean(
    args: *const *mut PyObject,
    count: isize,
    format: *const c_char,
    list: &mut VaList,
) -> c_int {
    yes(parse(objects(args, count as usize), format, list, true))
}

/// Writes arguments to the addresses that follow, unchecked.
fn unpack(
    args: &[&PyObject],
    name: *const c_char,
    min: isize,
    max: isize,
    list: &mut VaList,
) -> c_int {
    if _PyArg_CheckPositional(name, args.len() as isize, min, max) == 0 {
        return 0;
    }
    for arg in args {
        // SAFETY: the address of a pointer for each argument (C8).
        unsafe { *list.pointer::<*mut PyObject>() = arg.as_ptr() };
    }
    1
}

extern "C" fn unpack_tuple(
    args: Option<&PyObject>,
    name: *const c_char,
    min: isize,
    max: isize,
    list: &mut VaList,
) -> c_int {
    match args.and_then(|a| a.downcast::<PyTupleObject>()) {
        Some(args) => unpack(args.items(), name, min, max, list),
        None => {
            raise!(
                SystemError,
                "PyArg_UnpackTuple() argument list is not a tuple"
            );
            0
        }
    }
}

extern "C" fn unpack_stack(
    args: *const *mut PyObject,
    count: isize,
    name: *const c_char,
    min: isize,
    max: isize,
    list: &mut VaList,
) -> c_int {
    unpack(objects(args, count as usize), name, min, max, list)
}

// ---- keywords ----

/// Converts positional and keyword arguments; positional-only ones have empty names. `keys` are those of all keyword arguments, `kwargs` has the ones
/// that may be found.
fn parse_keywords(
    args: &[&PyObject],
    kwargs: &[(Ref, Ref)],
    keys: &[Ref],
    text: *const c_char,
    names: &[&[u8]],
    list: &mut VaList,
    clean: bool,
) -> PyResult<()> {
    let format = Format::new(text);
    let positional_only = names.iter().take_while(|n| n.is_empty()).count();
    let (given, named, len) = (args.len(), keys.len(), names.len());
    if names[positional_only..].iter().any(|name| name.is_empty()) {
        return Err(raise!(SystemError, "Empty keyword parameter name"));
    }
    if given + named > len {
        return Err(format.error(format!(
            "{} takes at most {len} {}argument{} ({} given)",
            format.name(),
            if given == 0 { "keyword " } else { "" },
            plural(len),
            given + named
        )));
    }
    let (mut min, mut max) = (usize::MAX, usize::MAX);
    let mut skip = false;
    let mut reached = len;
    let mut used = 0;
    let shown = |i: usize| String::from_utf8_lossy(names[i]).into_owned();
    let mut conversion = Conversion::new(format.codes, list, clean);
    for i in 0..len {
        if conversion.next_is(b'|') {
            if min != usize::MAX {
                conversion.undo();
                return Err(raise!(
                    SystemError,
                    "Invalid format string (| specified twice)"
                ));
            }
            min = i;
            if max != usize::MAX {
                conversion.undo();
                return Err(raise!(SystemError, "Invalid format string ($ before |)"));
            }
        }
        if conversion.next_is(b'$') {
            if max != usize::MAX {
                conversion.undo();
                return Err(raise!(
                    SystemError,
                    "Invalid format string ($ specified twice)"
                ));
            }
            max = i;
            if max < positional_only {
                conversion.undo();
                return Err(raise!(SystemError, "Empty parameter name after $"));
            }
            if skip {
                // Missing arguments are reported below.
                reached = i;
                break;
            }
            if max < given {
                conversion.undo();
                let (how, n) = if min < max {
                    ("at most", max)
                } else {
                    ("exactly", max)
                };
                return Err(if max == 0 {
                    format.error(format!("{} takes no positional arguments", format.name()))
                } else {
                    format.error(format!(
                        "{} takes {how} {n} positional argument{} ({given} given)",
                        format.name(),
                        plural(n)
                    ))
                });
            }
        }
        if conversion.is_at_end() {
            conversion.undo();
            return Err(raise!(
                SystemError,
                "More keyword list entries ({len}) than format specifiers ({i})"
            ));
        }
        let mut current: Option<&PyObject> = None;
        if !skip {
            if i < given {
                current = Some(args[i]);
            } else if used < named && i >= positional_only {
                current = kwargs
                    .iter()
                    .find(|(key, _)| is_name(key, names[i]))
                    .map(|(_, value)| &**value);
                used += current.is_some() as usize;
            }
            if let Some(arg) = current {
                if let Err(wrong) = conversion.convert(arg) {
                    conversion.undo();
                    return Err(format.wrong(i + 1, wrong));
                }
                continue;
            }
            if i < min {
                if i < positional_only {
                    // The count tells it, below.
                    skip = true;
                } else {
                    conversion.undo();
                    return Err(format.error(format!(
                        "{} missing required argument '{}' (pos {})",
                        format.name(),
                        shown(i),
                        i + 1
                    )));
                }
            }
            if used == named && !skip {
                // All that is left is optional.
                return Ok(());
            }
        }
        if let Err(wrong) = conversion.skip_one() {
            conversion.undo();
            return Err(wrong);
        }
    }
    if skip {
        conversion.undo();
        let n = positional_only.min(min);
        let how = if n < reached { "at least" } else { "exactly" };
        return Err(format.error(format!(
            "{} takes {how} {n} positional argument{} ({given} given)",
            format.name(),
            plural(n)
        )));
    }
    if !conversion.is_well_formed_end() {
        let rest = conversion.rest();
        conversion.undo();
        return Err(raise!(
            SystemError,
            "more argument specifiers than keyword list entries (remaining format:'{rest}')"
        ));
    }
    if used < named {
        conversion.undo();
        for i in positional_only..given {
            if kwargs.iter().any(|(key, _)| is_name(key, names[i])) {
                return Err(raise!(
                    TypeError,
                    "argument for {} given by name ('{}') and position ({})",
                    format.name(),
                    shown(i),
                    i + 1
                ));
            }
        }
        let of = format
            .function
            .as_ref()
            .map_or("this function".to_owned(), |f| format!("{f}()"));
        for key in keys {
            let Some(key) = key.downcast::<Str>() else {
                return Err(raise!(TypeError, "keywords must be strings"));
            };
            if !names[positional_only..]
                .iter()
                .any(|name| is_name(key, name))
            {
                return Err(invalid_keyword(key, &of)?);
            }
        }
        // It looks like one of the names, and is not found by it.
        return Err(raise!(TypeError, "invalid keyword argument for {of}"));
    }
    Ok(())
}

/// Raises for a name that no parameter has; it may have surrogates.
fn invalid_keyword(key: &Str, of: &str) -> PyResult<Raised> {
    let rest = format!("' is an invalid keyword argument for {of}");
    let text = [b"'", &*key.to_wtf8()?, rest.as_bytes()].concat();
    let text = str_::from_wtf8(&text)?;
    Ok(errors::raise_value(&exceptions::TypeError, Some(&text)))
}

fn is_name(key: &PyObject, name: &[u8]) -> bool {
    key.downcast::<Str>().is_some_and(|key| {
        key.ascii().map_or_else(
            || key.to_wtf8().is_ok_and(|key| key == name),
            |key| key.as_bytes() == name,
        )
    })
}

fn names_at<'a>(names: *const *const c_char) -> Vec<&'a [u8]> {
    let mut all = Vec::new();
    let mut at = names;
    // SAFETY: a null-terminated array of C strings (C1).
    while let Some(name) = unsafe { at.as_ref() }.filter(|n| !n.is_null()) {
        all.push(bytes_of(*name));
        at = at.wrapping_add(1);
    }
    all
}

fn parse_with_dict(
    args: Option<&PyObject>,
    kwargs: Option<&PyObject>,
    format: *const c_char,
    names: *const *const c_char,
    list: &mut VaList,
    clean: bool,
) -> c_int {
    let mut parse = || {
        let Some(args) = args.and_then(|a| a.downcast::<PyTupleObject>()) else {
            return Err(bad_internal_call());
        };
        let names = names_at(names);
        let kwargs = match kwargs {
            None => return parse_keywords(args.items(), &[], &[], format, &names, list, clean),
            Some(kwargs) => kwargs
                .downcast::<PyDictObject>()
                .ok_or_else(bad_internal_call)?,
        };
        let mut pairs = kwargs.pairs();
        let keys: Vec<Ref> = pairs.iter().map(|(key, _)| key.clone()).collect();
        if !keys.iter().all(|key| key.is_exact::<Str>()) {
            // What equals what is for the dict to say.
            pairs.clear();
            for name in names.iter().filter(|name| !name.is_empty()) {
                let name = str_::new(&String::from_utf8_lossy(name))?;
                if let Some(value) = kwargs.get_item(&name)? {
                    pairs.push((name.into_object(), value));
                }
            }
        }
        parse_keywords(args.items(), &pairs, &keys, format, &names, list, clean)
    };
    yes(parse())
}

/// C: `_PyArg_Parser`.
#[repr(C)]
pub struct Parser {
    format: *const c_char,
    keywords: *const *const c_char,
    function: *const c_char,
    message: *const c_char,
    pos: Cell<c_int>,
    min: Cell<c_int>,
    max: Cell<c_int>,
    /// The interned names of the parameters that are not positional-only; made at the first use.
    names: Slot<PyTupleObject>,
    next: Cell<*mut Parser>,
}

extern "C" fn parse_fast(
    args: Option<&PyObject>,
    kwargs: Option<&PyObject>,
    parser: &Parser,
    list: &mut VaList,
) -> c_int {
    parse_with_dict(args, kwargs, parser.format, parser.keywords, list, true)
}

extern "C" fn parse_stack_fast(
    args: *const *mut PyObject,
    count: isize,
    kwnames: Option<&PyTupleObject>,
    parser: &Parser,
    list: &mut VaList,
) -> c_int {
    stack_fast(args, count, kwnames, parser, list)
}

fn stack_fast(
    args: *const *mut PyObject,
    count: isize,
    kwnames: Option<&PyTupleObject>,
    parser: &Parser,
    list: &mut VaList,
) -> c_int {
    let named = kwnames.map_or(0, PyTupleObject::len);
    let all = objects(args, count as usize + named);
    let pairs: Vec<(Ref, Ref)> = kwnames.map_or_else(Vec::new, |names| {
        names
            .items()
            .iter()
            .zip(&all[count as usize..])
            .map(|(k, v)| (k.to_ref(), v.to_ref()))
            .collect()
    });
    let keys: Vec<Ref> = pairs.iter().map(|(key, _)| key.clone()).collect();
    yes(parse_keywords(
        &all[..count as usize],
        &pairs,
        &keys,
        parser.format,
        &names_at(parser.keywords),
        list,
        true,
    ))
}

impl Parser {
    fn name(&self) -> String {
        match opt_text_of(self.function) {
            Some(name) => format!("{name}()"),
            None => "function".to_owned(),
        }
    }

    /// Counts the positional-only parameters and interns the other names.
    fn prepare(&self) -> PyResult<&PyTupleObject> {
        if let Some(names) = self.names.get() {
            return Ok(names);
        }
        let all = names_at(self.keywords);
        let positional_only = all.iter().take_while(|n| n.is_empty()).count();
        let names: PyResult<Vec<Ref>> = all[positional_only..]
            .iter()
            .map(|name| Ok(str_::intern(&String::from_utf8_lossy(name))?.into_object()))
            .collect();
        self.pos.set(positional_only as c_int);
        self.names.set(Some(tuple::from_owned(names?)?));
        self.names.get().ok_or(Raised)
    }

    /// The position among all values of a keyword argument with that name.
    fn find(&self, kwnames: &PyTupleObject, name: &PyObject) -> Option<usize> {
        let at = kwnames.items().iter().position(|k| k.is(name));
        at.or_else(|| {
            let name = name.downcast::<Str>()?;
            kwnames
                .items()
                .iter()
                .position(|k| k.downcast::<Str>().is_some_and(|k| k.equals(name)))
        })
    }

    /// Fills `to` with one entry per parameter, null where not given.
    fn unpack(
        &self,
        args: &[&PyObject],
        kwargs: Option<&PyDictObject>,
        kwnames: Option<&PyTupleObject>,
        values: &[&PyObject],
        min_positional: usize,
        max_positional: usize,
        min_keyword: usize,
        to: *mut *mut PyObject,
    ) -> PyResult<()> {
        let names = self.prepare()?;
        let positional_only = self.pos.get() as usize;
        let len = positional_only + names.len();
        let min_positional_only = positional_only.min(min_positional);
        let given = args.len();
        let named = kwnames.map_or(kwargs.map_or(0, PyDictObject::len), PyTupleObject::len);
        let name = || self.name();
        if given + named > len {
            return Err(raise!(
                TypeError,
                "{} takes at most {len} {}argument{} ({} given)",
                name(),
                if given == 0 { "keyword " } else { "" },
                plural(len),
                given + named
            ));
        }
        if given > max_positional {
            if max_positional == 0 {
                return Err(raise!(
                    TypeError,
                    "{} takes no positional arguments",
                    name()
                ));
            }
            return Err(raise!(
                TypeError,
                "{} takes {} {max_positional} positional argument{} ({given} given)",
                name(),
                if min_positional < max_positional {
                    "at most"
                } else {
                    "exactly"
                },
                plural(max_positional)
            ));
        }
        if given < min_positional_only {
            return Err(raise!(
                TypeError,
                "{} takes {} {min_positional_only} positional argument{} ({given} given)",
                name(),
                if min_positional_only < max_positional {
                    "at least"
                } else {
                    "exactly"
                },
                plural(min_positional_only)
            ));
        }
        // SAFETY: the caller's array has an entry for each parameter (C1).
        let to = unsafe { std::slice::from_raw_parts_mut(to, len) };
        for (i, place) in to.iter_mut().enumerate() {
            *place = args.get(i).map_or(ptr::null_mut(), |a| a.as_ptr());
        }
        let required = if min_keyword > 0 {
            max_positional + min_keyword
        } else {
            min_positional
        };
        let mut used = 0;
        for i in given.max(positional_only)..len {
            let parameter = names.items()[i - positional_only];
            let value = if used == named {
                None
            } else if let Some(kwnames) = kwnames {
                self.find(kwnames, parameter).map(|at| values[at].as_ptr())
            } else {
                match kwargs {
                    Some(d) => d.get_item(parameter)?.map(|v| v.as_ptr()),
                    None => None,
                }
            };
            match value {
                Some(value) => {
                    to[i] = value;
                    used += 1;
                }
                None if i < min_positional || (max_positional <= i && i < required) => {
                    return Err(raise!(
                        TypeError,
                        "{} missing required argument '{}' (pos {})",
                        name(),
                        protocol::str(parameter)?.to_string_lossy(),
                        i + 1
                    ));
                }
                None => {}
            }
        }
        if used < named {
            return Err(self.unexpected(given, kwargs, kwnames)?);
        }
        Ok(())
    }

    /// Which keyword argument is one too many.
    fn unexpected(
        &self,
        given: usize,
        kwargs: Option<&PyDictObject>,
        kwnames: Option<&PyTupleObject>,
    ) -> PyResult<Raised> {
        let names = self.prepare()?;
        let positional_only = self.pos.get() as usize;
        let keys: Vec<Ref> = match (kwnames, kwargs) {
            (Some(kwnames), _) => kwnames.items().iter().map(|k| k.to_ref()).collect(),
            (None, Some(d)) => d.pairs().into_iter().map(|(k, _)| k).collect(),
            _ => Vec::new(),
        };
        let equal = |a: &PyObject, b: &PyObject| match (a.downcast::<Str>(), b.downcast::<Str>()) {
            (Some(a), Some(b)) => a.equals(b),
            _ => false,
        };
        for i in positional_only..given {
            let parameter = names.items()[i - positional_only];
            if keys.iter().any(|k| equal(k, parameter)) {
                return Ok(raise!(
                    TypeError,
                    "argument for {} given by name ('{}') and position ({})",
                    self.name(),
                    protocol::str(parameter)?.to_string_lossy(),
                    i + 1
                ));
            }
        }
        for key in &keys {
            if !key.is_instance::<Str>() {
                return Ok(raise!(TypeError, "keywords must be strings"));
            }
            if !names.items().iter().any(|name| equal(key, name)) {
                let of = if self.function.is_null() {
                    "this function".to_owned()
                } else {
                    self.name()
                };
                return invalid_keyword(&*protocol::str(key)?, &of);
            }
        }
        Ok(raise!(
            TypeError,
            "invalid keyword argument for {}",
            self.name()
        ))
    }
}

export! {
    fn PyArg_VaParse(args: Option<&PyObject>, format: *const c_char, list: &mut VaList) -> c_int {
        yes(tuple_args(args).and_then(|args| parse(args, format, list, false)))
    }
    fn _PyArg_VaParse_SizeT(args: Option<&PyObject>, format: *const c_char, list: &mut VaList) -> c_int {
        yes(tuple_args(args).and_then(|args| parse(args, format, list, true)))
    }
    fn PyArg_VaParseTupleAndKeywords(args: Option<&PyObject>, kwargs: Option<&PyObject>, format: *const c_char, names: *const *const c_char, list: &mut VaList) -> c_int {
        parse_with_dict(args, kwargs, format, names, list, false)
    }
    fn _PyArg_VaParseTupleAndKeywords_SizeT(args: Option<&PyObject>, kwargs: Option<&PyObject>, format: *const c_char, names: *const *const c_char, list: &mut VaList) -> c_int {
        parse_with_dict(args, kwargs, format, names, list, true)
    }
    fn _PyArg_VaParseTupleAndKeywordsFast(args: Option<&PyObject>, kwargs: Option<&PyObject>, parser: &Parser, list: &mut VaList) -> c_int {
        parse_fast(args, kwargs, parser, list)
    }
    fn _PyArg_VaParseTupleAndKeywordsFast_SizeT(args: Option<&PyObject>, kwargs: Option<&PyObject>, parser: &Parser, list: &mut VaList) -> c_int {
        parse_fast(args, kwargs, parser, list)
    }
    fn PyArg_ValidateKeywordArguments(kwargs: Option<&PyObject>) -> c_int {
        match kwargs.and_then(|d| d.downcast::<PyDictObject>()) {
            None => { bad_internal_call(); 0 }
            Some(d) if d.pairs().iter().all(|(key, _)| key.is_instance::<Str>()) => 1,
            Some(_) => { raise!(TypeError, "keywords must be strings"); 0 }
        }
    }
    /// The arguments in parameter order: the caller's array if it is complete, else `to`. Null after an error.
    fn _PyArg_UnpackKeywords(args: *const *mut PyObject, count: isize, kwargs: Option<&PyDictObject>, kwnames: Option<&PyTupleObject>, parser: &Parser,
                             min_positional: c_int, max_positional: c_int, min_keyword: c_int, to: *mut *mut PyObject) -> *const *mut PyObject {
        if kwnames.is_none() && kwargs.is_none() && min_keyword == 0 && (min_positional as isize..=max_positional as isize).contains(&count) && parser.names.get().is_some_and(|n| parser.pos.get() as usize + n.len() == count as usize) {
            return args;
        }
        let named = kwnames.map_or(0, PyTupleObject::len);
        let all = objects(args, count as usize + named);
        let (args, values) = all.split_at(count as usize);
        match parser.unpack(args, kwargs.filter(|d| d.len() > 0), kwnames, values, min_positional as usize, max_positional as usize, min_keyword as usize, to) {
            Ok(()) => to,
            Err(Raised) => ptr::null(),
        }
    }
    /// The same with the surplus positional arguments in a tuple at their place.
    fn _PyArg_UnpackKeywordsWithVararg(args: *const *mut PyObject, count: isize, kwargs: Option<&PyDictObject>, kwnames: Option<&PyTupleObject>, parser: &Parser,
                                       min_positional: c_int, max_positional: c_int, min_keyword: c_int, vararg: c_int, to: *mut *mut PyObject) -> *const *mut PyObject {
        let named = kwnames.map_or(0, PyTupleObject::len);
        let all = objects(args, count as usize + named);
        let (args, values) = all.split_at(count as usize);
        let (vararg, max) = (vararg as usize, max_positional as usize);
        let cut = args.len().min(max);
        let unpack = || {
            if args.len() < min_positional as usize && kwnames.is_none() && kwargs.is_none_or(|d| d.is_empty()) {
                return Err(raise!(TypeError, "{} takes at least {min_positional} positional argument{} ({} given)", parser.name(), plural(min_positional as usize), args.len()));
            }
            let names = parser.prepare()?;
            let len = parser.pos.get() as usize + names.len();
            let mut plain = vec![ptr::null_mut(); len];
            parser.unpack(&args[..cut], kwargs, kwnames, values, min_positional as usize, max, min_keyword as usize, plain.as_mut_ptr())?;
            let rest = tuple::from_borrowed(&args[cut..])?;
            // SAFETY: the caller's array has an entry for each parameter and one for the tuple (C1).
            unsafe {
                for (i, value) in plain.iter().enumerate() {
                    to.add(if i < vararg { i } else { i + 1 }).write(*value);
                }
                to.add(vararg).write(rest.into_raw().cast());
            }
            Ok(())
        };
        match unpack() {
            Ok(()) => to,
            Err(Raised) => ptr::null(),
        }
    }
    fn _PyArg_CheckPositional(name: *const c_char, given: isize, min: isize, max: isize) -> c_int {
        if (min..=max).contains(&given) {
            return 1;
        }
        let (how, n) = if given < min { ("at least ", min) } else { ("at most ", max) };
        let how = if min == max { "" } else { how };
        let s = plural(n as usize);
        match opt_text_of(name) {
            Some(name) => raise!(TypeError, "{name} expected {how}{n} argument{s}, got {given}"),
            None => raise!(TypeError, "unpacked tuple should have {how}{n} element{s}, but has {given}"),
        };
        0
    }
    fn _PyArg_NoKeywords(name: *const c_char, kwargs: Option<&PyObject>) -> c_int {
        match kwargs {
            None => 1,
            Some(kwargs) => match kwargs.downcast::<PyDictObject>() {
                Some(d) if d.is_empty() => 1,
                Some(_) => { raise!(TypeError, "{}() takes no keyword arguments", text_of(name)); 0 }
                None => { bad_internal_call(); 0 }
            },
        }
    }
    fn _PyArg_NoKwnames(name: *const c_char, kwnames: Option<&PyTupleObject>) -> c_int {
        if kwnames.is_none_or(|n| n.is_empty()) {
            return 1;
        }
        raise!(TypeError, "{}() takes no keyword arguments", text_of(name));
        0
    }
    fn _PyArg_NoPositional(name: *const c_char, args: Option<&PyObject>) -> c_int {
        match args.map(|a| a.downcast::<PyTupleObject>()) {
            None => 1,
            Some(Some(args)) if args.is_empty() => 1,
            Some(Some(_)) => { raise!(TypeError, "{}() takes no positional arguments", text_of(name)); 0 }
            Some(None) => { bad_internal_call(); 0 }
        }
    }
    fn _PyArg_BadArgument(function: *const c_char, which: *const c_char, expected: *const c_char, given: &PyObject) {
        let given = if singletons::is_none(given) { "None" } else { given.ty().name() };
        raise!(TypeError, "{}() {} must be {}, not {given}", text_of(function), text_of(which), text_of(expected));
    }
}
