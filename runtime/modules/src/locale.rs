//! `_locale`: the C library's locale and message catalogues.

use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{Downcast, fast, noargs, one};
use hotpy_objects::*;
use std::ffi::{CStr, CString};

static ERROR: TypeCell = TypeCell::EMPTY;

unsafe extern "C" {
    fn gettext(message: *const c_char) -> *const c_char;
    fn dgettext(domain: *const c_char, message: *const c_char) -> *const c_char;
    fn dcgettext(domain: *const c_char, message: *const c_char, category: c_int) -> *const c_char;
    fn textdomain(domain: *const c_char) -> *const c_char;
    fn bindtextdomain(domain: *const c_char, dir: *const c_char) -> *const c_char;
    fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *const c_char;
    fn wcscoll(a: *const libc::wchar_t, b: *const libc::wchar_t) -> c_int;
    fn wcsxfrm(to: *mut libc::wchar_t, from: *const libc::wchar_t, n: usize) -> usize;
}

/// Text in the locale's encoding.
fn decoded(raw: *const c_char) -> PyResult {
    if raw.is_null() {
        return text("");
    }
    // SAFETY: a C string of the library's.
    let raw = unsafe { CStr::from_ptr(raw) }.to_bytes();
    if raw.is_ascii() {
        return Ok(str_::from_ascii(raw)?.into_object());
    }
    let encoding = crate::io::textio::locale_encoding();
    Ok(str_::decode(raw, Some(&encoding), Some("surrogateescape"))?.into_object())
}

fn c_string(function: &str, argument: &str, o: &PyObject) -> PyResult<CString> {
    let text = str_arg(function, argument, o)?;
    CString::new(text.to_utf8()?).map_err(|_| raise!(ValueError, "embedded null character"))
}

fn opt_c_string(function: &str, argument: &str, o: &PyObject) -> PyResult<Option<CString>> {
    match not_none(Some(o)) {
        None => Ok(None),
        Some(o) if !o.is_instance::<Str>() => {
            Err(bad_argument(function, argument, "str or None", o))
        }
        Some(o) => c_string(function, argument, o).map(Some),
    }
}

fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(std::ptr::null(), |t| t.as_ptr())
}

fn failed(message: &str) -> Raised {
    match text(message) {
        Ok(message) => errors::raise_value(ERROR.get(), Some(&message)),
        Err(raised) => raised,
    }
}

extern "C" fn setlocale(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("setlocale", args.len(), 1, 2)?;
    let category = int_arg(args[0])?;
    let name = match args.get(1) {
        Some(name) => opt_c_string("setlocale", "argument 2", name)?,
        None => None,
    };
    // SAFETY: a C string, or null to ask.
    let result = unsafe { libc::setlocale(category, pointer(&name)) };
    if result.is_null() {
        return Err(failed(match name {
            Some(_) => "unsupported locale setting",
            None => "locale query failed",
        }));
    }
    decoded(result)
}

/// A list of group sizes; it ends with 0 if the last one repeats.
fn grouping(raw: *const c_char) -> PyResult {
    let mut sizes = Vec::new();
    if !raw.is_null() {
        // SAFETY: a C string.
        for &size in unsafe { CStr::from_ptr(raw) }.to_bytes() {
            sizes.push(int(size as i64)?);
            if size == c_char::MAX as u8 {
                return list(sizes);
            }
        }
        if !sizes.is_empty() {
            sizes.push(int(0)?);
        }
    }
    list(sizes)
}

extern "C" fn localeconv(_: &PyObject) -> PyResult {
    let result = dict::new()?;
    // SAFETY: the structure is valid until the next call; GIL held.
    let l = unsafe { &*libc::localeconv() };
    let copied = |raw: *const c_char| -> PyResult { decoded(raw) };
    let put = |name: &str, raw: *const c_char| result.set_text(name, &*copied(raw)?);
    put("int_curr_symbol", l.int_curr_symbol)?;
    put("currency_symbol", l.currency_symbol)?;
    put("mon_decimal_point", l.mon_decimal_point)?;
    put("mon_thousands_sep", l.mon_thousands_sep)?;
    result.set_text("mon_grouping", &*grouping(l.mon_grouping)?)?;
    put("positive_sign", l.positive_sign)?;
    put("negative_sign", l.negative_sign)?;
    for (name, value) in [
        ("int_frac_digits", l.int_frac_digits),
        ("frac_digits", l.frac_digits),
        ("p_cs_precedes", l.p_cs_precedes),
        ("p_sep_by_space", l.p_sep_by_space),
        ("n_cs_precedes", l.n_cs_precedes),
        ("n_sep_by_space", l.n_sep_by_space),
        ("p_sign_posn", l.p_sign_posn),
        ("n_sign_posn", l.n_sign_posn),
    ] {
        result.set_text(name, &*int(value as i64)?)?;
    }
    put("decimal_point", l.decimal_point)?;
    put("thousands_sep", l.thousands_sep)?;
    result.set_text("grouping", &*grouping(l.grouping)?)?;
    Ok(result.into_object())
}

/// Wide characters with a null at the end. ValueError for a null inside.
fn wide(text: &Str) -> PyResult<Vec<libc::wchar_t>> {
    let mut wide: Vec<libc::wchar_t> = text.code_points().map(|c| c as libc::wchar_t).collect();
    if wide.contains(&0) {
        return Err(raise!(ValueError, "embedded null character"));
    }
    wide.push(0);
    Ok(wide)
}

extern "C" fn strcoll(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("strcoll", args.len(), 2, 2)?;
    let a = wide(str_arg("strcoll", "argument 1", args[0])?)?;
    let b = wide(str_arg("strcoll", "argument 2", args[1])?)?;
    // SAFETY: both end with null.
    int(unsafe { wcscoll(a.as_ptr(), b.as_ptr()) } as i64)
}

extern "C" fn strxfrm(_: &PyObject, string: &PyObject) -> PyResult {
    let from = wide(str_arg("strxfrm", "argument", string)?)?;
    let mut to: Vec<libc::wchar_t> = vec![0; from.len()];
    loop {
        crate::posix::path::set_errno(0);
        // SAFETY: room for as many as told; the text ends with null.
        let n = unsafe { wcsxfrm(to.as_mut_ptr(), from.as_ptr(), to.len()) };
        let error = crate::posix::path::errno();
        if error != 0 && error != libc::ERANGE {
            return Err(errors::raise_errno(None, None));
        }
        if n < to.len() {
            let points: Vec<u32> = to[..n].iter().map(|&c| c as u32).collect();
            return Ok(str_::from_code_points(&points)?.into_object());
        }
        to.resize(n + 1, 0);
    }
}

extern "C" fn nl_langinfo(_: &PyObject, key: &PyObject) -> PyResult {
    let key = int_arg(key)?;
    if !CONSTANTS.iter().any(|(name, value)| {
        *value == key as i64 && !name.starts_with("LC_") && *name != "CHAR_MAX"
    }) {
        return Err(raise!(ValueError, "unsupported langinfo constant"));
    }
    // SAFETY: a known key.
    decoded(unsafe { libc::nl_langinfo(key) })
}

extern "C" fn getencoding(_: &PyObject) -> PyResult {
    text(&crate::io::textio::encoding_of_locale())
}

extern "C" fn get_text(_: &PyObject, message: &PyObject) -> PyResult {
    let message = c_string("gettext", "argument", message)?;
    // SAFETY: C strings.
    decoded(unsafe { gettext(message.as_ptr()) })
}

extern "C" fn get_domain_text(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("dgettext", args.len(), 2, 2)?;
    let domain = opt_c_string("dgettext", "argument 1", args[0])?;
    let message = c_string("dgettext", "argument 2", args[1])?;
    // SAFETY: C strings.
    decoded(unsafe { dgettext(pointer(&domain), message.as_ptr()) })
}

extern "C" fn get_category_text(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("dcgettext", args.len(), 3, 3)?;
    let domain = opt_c_string("dcgettext", "argument 1", args[0])?;
    let message = c_string("dcgettext", "argument 2", args[1])?;
    let category = int_arg(args[2])?;
    // SAFETY: C strings.
    decoded(unsafe { dcgettext(pointer(&domain), message.as_ptr(), category) })
}

extern "C" fn set_text_domain(_: &PyObject, domain: &PyObject) -> PyResult {
    let domain = opt_c_string("textdomain", "argument", domain)?;
    // SAFETY: a C string or null.
    let result = unsafe { textdomain(pointer(&domain)) };
    if result.is_null() {
        Err(errors::raise_errno(None, None))
    } else {
        decoded(result)
    }
}

fn text_or_errno(result: *const c_char) -> PyResult {
    if result.is_null() {
        Err(errors::raise_errno(None, None))
    } else {
        decoded(result)
    }
}

extern "C" fn bind_text_domain(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("bindtextdomain", args.len(), 2, 2)?;
    let domain = c_string("bindtextdomain", "argument 1", args[0])?;
    if domain.as_bytes().is_empty() {
        return Err(failed("domain must be a non-empty string"));
    }
    let dir = match not_none(Some(args[1])) {
        Some(dir) => Some(crate::posix::path::narrow(&*crate::posix::path::fspath(
            dir,
        )?)?),
        None => None,
    };
    // SAFETY: C strings or null.
    text_or_errno(unsafe { bindtextdomain(domain.as_ptr(), pointer(&dir)) })
}

extern "C" fn bind_codeset(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("bind_textdomain_codeset", args.len(), 2, 2)?;
    let domain = c_string("bind_textdomain_codeset", "argument 1", args[0])?;
    let codeset = opt_c_string("bind_textdomain_codeset", "argument 2", args[1])?;
    // SAFETY: C strings or null.
    let result = unsafe { bind_textdomain_codeset(domain.as_ptr(), pointer(&codeset)) };
    if result.is_null() {
        none()
    } else {
        decoded(result)
    }
}

static_table! {
static METHODS: [PyMethodDef] = [
    fast::<PyObject>(c"setlocale", setlocale, c"setlocale($module, category, locale=<unrepresentable>, /)\n--\n\nSets a locale, or tells it."),
    noargs::<PyObject>(c"localeconv", localeconv, c"localeconv($module, /)\n--\n\nHow numbers and money are written."),
    fast::<PyObject>(c"strcoll", strcoll, c"strcoll($module, os1, os2, /)\n--\n\nCompares by the locale."),
    one::<PyObject>(c"strxfrm", strxfrm, c"strxfrm($module, string, /)\n--\n\nA key for comparison by the locale."),
    one::<PyObject>(c"nl_langinfo", nl_langinfo, c"nl_langinfo($module, key, /)\n--\n\nA fact about the locale."),
    noargs::<PyObject>(c"getencoding", getencoding, c"getencoding($module, /)\n--\n\nThe locale's encoding."),
    one::<PyObject>(c"gettext", get_text, c"gettext($module, msg, /)\n--\n\nA message's translation."),
    fast::<PyObject>(c"dgettext", get_domain_text, c"dgettext($module, domain, msg, /)\n--\n\nA message's translation in a domain."),
    fast::<PyObject>(c"dcgettext", get_category_text, c"dcgettext($module, domain, msg, category, /)\n--\n\nA message's translation in a domain and category."),
    one::<PyObject>(c"textdomain", set_text_domain, c"textdomain($module, domain, /)\n--\n\nSets the domain of messages."),
    fast::<PyObject>(c"bindtextdomain", bind_text_domain, c"bindtextdomain($module, domain, dir, /)\n--\n\nWhere a domain's catalogues are."),
    fast::<PyObject>(c"bind_textdomain_codeset", bind_codeset, c"bind_textdomain_codeset($module, domain, codeset, /)\n--\n\nThe encoding of a domain's messages."),
    PyMethodDef::END,
];
}

/// Constants of the C library.
const CONSTANTS: &[(&str, i64)] = &[
    ("ABDAY_1", 131072),
    ("ABDAY_2", 131073),
    ("ABDAY_3", 131074),
    ("ABDAY_4", 131075),
    ("ABDAY_5", 131076),
    ("ABDAY_6", 131077),
    ("ABDAY_7", 131078),
    ("ABMON_1", 131086),
    ("ABMON_10", 131095),
    ("ABMON_11", 131096),
    ("ABMON_12", 131097),
    ("ABMON_2", 131087),
    ("ABMON_3", 131088),
    ("ABMON_4", 131089),
    ("ABMON_5", 131090),
    ("ABMON_6", 131091),
    ("ABMON_7", 131092),
    ("ABMON_8", 131093),
    ("ABMON_9", 131094),
    ("ALT_DIGITS", 131119),
    ("AM_STR", 131110),
    ("CHAR_MAX", 127),
    ("CODESET", 14),
    ("CRNCYSTR", 262159),
    ("DAY_1", 131079),
    ("DAY_2", 131080),
    ("DAY_3", 131081),
    ("DAY_4", 131082),
    ("DAY_5", 131083),
    ("DAY_6", 131084),
    ("DAY_7", 131085),
    ("D_FMT", 131113),
    ("D_T_FMT", 131112),
    ("ERA", 131116),
    ("ERA_D_FMT", 131118),
    ("ERA_D_T_FMT", 131120),
    ("ERA_T_FMT", 131121),
    ("LC_ALL", 6),
    ("LC_COLLATE", 3),
    ("LC_CTYPE", 0),
    ("LC_MESSAGES", 5),
    ("LC_MONETARY", 4),
    ("LC_NUMERIC", 1),
    ("LC_TIME", 2),
    ("MON_1", 131098),
    ("MON_10", 131107),
    ("MON_11", 131108),
    ("MON_12", 131109),
    ("MON_2", 131099),
    ("MON_3", 131100),
    ("MON_4", 131101),
    ("MON_5", 131102),
    ("MON_6", 131103),
    ("MON_7", 131104),
    ("MON_8", 131105),
    ("MON_9", 131106),
    ("NOEXPR", 327681),
    ("PM_STR", 131111),
    ("RADIXCHAR", 65536),
    ("THOUSEP", 65537),
    ("T_FMT", 131114),
    ("T_FMT_AMPM", 131115),
    ("YESEXPR", 327680),
    ("_DATE_FMT", 131180),
];

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let module = module::with_methods(
        "_locale",
        "The C library's locale. Programs use locale.",
        METHODS,
    )?;
    for (name, value) in CONSTANTS {
        add_int(&module, name, *value)?;
    }
    let error = ERROR.once(|| {
        let bases = tuple::from_owned(vec![Ref::new(&*exceptions::Exception).into_object()])?;
        let body = dict::new()?;
        body.set_text("__module__", &*text("locale")?)?;
        let name = str_::new("Error")?;
        typeobject::new_type(&typeobject::PyType_Type, &name, &bases, &body, None)
    })?;
    module.add("Error", error)?;
    Ok(module)
}
