//! `unicodeobject.h`: making strings, their characters, comparison, methods, interning.

use crate::support::*;
use hotpy_objects::str_::{self, Units, unicode_data};

/// The method of `str` itself, whatever a subclass may define.
fn method(this: &PyObject, name: &str, args: &[&PyObject]) -> PyResult {
    let name = str_::intern(name)?;
    let Some(f) = typeobject::lookup(&str_::PyUnicode_Type, &name) else {
        return Err(bad_internal_call());
    };
    let mut all = vec![this];
    all.extend_from_slice(args);
    call::call(f, &all)
}

fn must_be_str(o: &PyObject) -> PyResult<&Str> {
    o.downcast::<Str>()
        .ok_or_else(|| raise!(TypeError, "must be str, not {}", o.ty().name()))
}

fn size_arg(n: isize) -> PyResult {
    Ok(int::from_i64(n as i64)?.into_object())
}

/// Code units at a pointer, `kind` bytes each.
fn units_at<'a>(kind: c_int, data: *const c_void, length: isize) -> Option<Units<'a>> {
    let length = if data.is_null() {
        0
    } else {
        length.max(0) as usize
    };
    if length == 0 {
        return Some(Units::One(&[]));
    }
    // SAFETY: so many characters of that width lie there (C1).
    unsafe {
        Some(match kind {
            1 => Units::One(std::slice::from_raw_parts(data.cast(), length)),
            2 => Units::Two(std::slice::from_raw_parts(data.cast(), length)),
            4 => Units::Four(std::slice::from_raw_parts(data.cast(), length)),
            _ => return None,
        })
    }
}

/// A string that C code writes afterwards, as it could once. DeprecationWarning.
fn without_text(function: &str, length: isize) -> PyResult<Ref<Str>> {
    errors::warn(
        &exceptions::DeprecationWarning,
        &format!("{function}(NULL, size) is deprecated; use PyUnicode_New() instead"),
        1,
    )?;
    str_::legacy::new(length as usize)
}

export! {
    // ---- making ----

    /// Without content yet; the caller fills it before anybody else sees it.
    fn PyUnicode_New(length: isize, max_char: u32) -> PyResult<Ref<Str>> {
        if length == 0 {
            return Ok(str_::empty());
        }
        if max_char > str_::MAX_CHAR {
            return Err(raise!(SystemError, "invalid maximum character passed to PyUnicode_New"));
        }
        if length < 0 {
            return Err(raise!(SystemError, "Negative size passed to PyUnicode_New"));
        }
        str_::alloc(length as usize, max_char)
    }
    fn PyUnicode_FromString(text: *const c_char) -> PyResult<Ref<Str>> { str_of(text) }
    fn PyUnicode_FromStringAndSize(text: *const c_char, length: isize) -> PyResult<Ref<Str>> {
        if length < 0 {
            return Err(raise!(SystemError, "Negative size passed to PyUnicode_FromStringAndSize"));
        }
        if text.is_null() && length > 0 {
            return without_text("PyUnicode_FromStringAndSize", length);
        }
        str_::decode(slice_of(text, length), None, None)
    }
    fn PyUnicode_FromKindAndData(kind: c_int, data: *const c_void, length: isize) -> PyResult<Ref<Str>> {
        if length < 0 {
            return Err(raise!(ValueError, "size must be positive"));
        }
        match units_at(kind, data, length) {
            Some(units) => str_::from_units(units),
            None => Err(raise!(SystemError, "invalid kind")),
        }
    }
    fn PyUnicode_FromObject(o: &PyObject) -> PyResult<Ref<Str>> {
        match o.downcast::<Str>() {
            Some(text) => str_::to_exact(text),
            None => Err(raise!(TypeError, "Can't convert '{}' object to str implicitly", o.ty().name())),
        }
    }
    fn PyUnicode_FromOrdinal(c: c_int) -> PyResult<Ref<Str>> {
        if !(0..=0x10ffff).contains(&c) {
            return Err(raise!(ValueError, "chr() arg not in range(0x110000)"));
        }
        str_::from_char(c as u32)
    }
    fn PyUnicode_FromWideChar(text: *const libc::wchar_t, length: isize) -> PyResult<Ref<Str>> {
        if text.is_null() && length != 0 {
            return Err(bad_internal_call());
        }
        // SAFETY: a null-terminated wide string (C1).
        let length = if length == -1 { unsafe { libc::wcslen(text) as isize } } else { length };
        match units_at(4, text.cast(), length) {
            Some(Units::Four(text)) => {
                str_::legacy::check(text)?;
                str_::from_code_points(text)
            }
            _ => Ok(str_::empty()),
        }
    }
    fn PyUnicode_FromUnicode(text: *const libc::wchar_t, length: isize) -> PyResult<Ref<Str>> {
        if text.is_null() && length > 0 {
            return without_text("PyUnicode_FromUnicode", length);
        }
        if length < 0 {
            return Err(bad_internal_call());
        }
        PyUnicode_FromWideChar(text, length)
    }
    fn _PyUnicode_Copy(text: &Str) -> PyResult<Ref<Str>> {
        if text.is_empty() {
            return Ok(str_::empty());
        }
        let new = str_::alloc(text.len(), text.max_class())?;
        // SAFETY: the new object has room for the same characters.
        unsafe { str_::copy_units(text.units(), new.data_ptr(), new.kind()) };
        Ok(new)
    }
    fn _PyUnicode_FromASCII(text: *const c_char, length: isize) -> PyResult<Ref<Str>> { str_::from_latin1(slice_of(text, length)) }
    fn _PyUnicode_FromId(id: &crate::object::Identifier) -> *mut PyObject {
        id.name().map_or(ptr::null_mut(), |name| PyObject::as_ptr(name))
    }
    fn PyUnicode_Resize(place: *mut *mut Str, length: isize) -> c_int { status(resize(place, length)) }
    fn _PyUnicode_Ready(text: &Str) -> c_int { status(str_::legacy::ready(text)) }

    // ---- characters ----

    fn PyUnicode_GetLength(o: &PyObject) -> isize { text_arg(o).map_or(-1, |t| t.len() as isize) }
    fn PyUnicode_GetSize(o: &PyObject) -> isize { text_arg(o).map_or(-1, |t| t.len() as isize) }
    fn PyUnicode_ReadChar(o: &PyObject, index: isize) -> u32 {
        match text_arg(o) {
            Ok(text) if (0..text.len() as isize).contains(&index) => text.char_at(index as usize),
            Ok(_) => { raise!(IndexError, "string index out of range"); u32::MAX }
            Err(Raised) => u32::MAX,
        }
    }
    fn PyUnicode_WriteChar(o: &PyObject, index: isize, c: u32) -> c_int { status(write_char(o, index, c)) }
    fn PyUnicode_Fill(o: &Str, start: isize, length: isize, c: u32) -> isize {
        if start < 0 {
            raise!(IndexError, "string index out of range");
            return -1;
        }
        if c > o.max_class() {
            raise!(ValueError, "fill character is bigger than the string maximum character");
            return -1;
        }
        let length = length.min(o.len() as isize - start).max(0);
        for i in start..start + length {
            set_char(o, i as usize, c);
        }
        length
    }
    fn _PyUnicode_FastFill(o: &Str, start: isize, length: isize, c: u32) {
        for i in start..start + length {
            set_char(o, i as usize, c);
        }
    }
    fn PyUnicode_CopyCharacters(to: &PyObject, to_start: isize, from: &PyObject, from_start: isize, count: isize) -> isize {
        let (Some(to), Some(from)) = (to.downcast::<Str>(), from.downcast::<Str>()) else {
            bad_internal_call();
            return -1;
        };
        size_status(copy_characters(to, to_start, from, from_start, count).map(|n| n as usize))
    }
    fn _PyUnicode_FastCopyCharacters(to: &Str, to_start: isize, from: &Str, from_start: isize, count: isize) {
        if count > 0 {
            let units = from.units().slice(from_start as usize, (from_start + count) as usize);
            // SAFETY: the caller knows that the characters fit (C1).
            unsafe { str_::copy_units(units, to.data_ptr().add(to_start as usize * to.kind()), to.kind()) };
        }
    }
    fn _PyUnicode_FindMaxChar(o: &Str, start: isize, end: isize) -> u32 {
        if start == 0 && end == o.len() as isize {
            return o.max_class();
        }
        o.units().slice(start as usize, end as usize).max_class()
    }
    fn PyUnicode_Substring(o: &PyObject, start: isize, end: isize) -> PyResult<Ref<Str>> {
        let text = text_arg(o)?;
        if start < 0 || end < 0 {
            return Err(raise!(IndexError, "string index out of range"));
        }
        let end = (end as usize).min(text.len());
        let start = (start as usize).min(end);
        text.substring(start, end)
    }
    fn PyUnicode_AsUCS4(o: &PyObject, buffer: *mut u32, length: isize, copy_null: c_int) -> *mut u32 {
        let Ok(text) = text_arg(o) else { return ptr::null_mut() };
        let room = text.len() + (copy_null != 0) as usize;
        if (length as usize) < room {
            raise!(SystemError, "string is longer than the buffer");
            return ptr::null_mut();
        }
        copy_ucs4(text, buffer, copy_null != 0);
        buffer
    }
    fn PyUnicode_AsUCS4Copy(o: &PyObject) -> *mut u32 {
        let Ok(text) = text_arg(o) else { return ptr::null_mut() };
        let block = domains::malloc(domains::MEMORY, (text.len() + 1) * 4).cast::<u32>();
        if block.is_null() {
            errors::no_memory();
            return block;
        }
        copy_ucs4(text, block, true);
        block
    }
    fn PyUnicode_AsWideChar(o: &PyObject, buffer: *mut libc::wchar_t, length: isize) -> isize {
        let Ok(text) = text_arg(o) else { return -1 };
        if buffer.is_null() {
            return text.len() as isize + 1;
        }
        let count = text.len().min(length.max(0) as usize);
        for (i, c) in text.code_points().take(count).enumerate() {
            // SAFETY: the caller's buffer has room for `length` (C1).
            unsafe { buffer.add(i).write(c as libc::wchar_t) };
        }
        if (count as isize) < length {
            // SAFETY: as above.
            unsafe { buffer.add(count).write(0) };
        }
        count as isize
    }
    fn PyUnicode_AsWideCharString(o: Option<&PyObject>, length: *mut isize) -> *mut libc::wchar_t {
        let Some(o) = o else {
            bad_internal_call();
            return ptr::null_mut();
        };
        let Ok(text) = text_arg(o) else { return ptr::null_mut() };
        if length.is_null() && text.code_points().any(|c| c == 0) {
            raise!(ValueError, "embedded null character");
            return ptr::null_mut();
        }
        let block = domains::malloc(domains::MEMORY, (text.len() + 1) * 4).cast::<u32>();
        if block.is_null() {
            errors::no_memory();
            return ptr::null_mut();
        }
        copy_ucs4(text, block, true);
        if !length.is_null() {
            // SAFETY: a result pointer (C1).
            unsafe { *length = text.len() as isize };
        }
        block.cast()
    }

    // ---- comparison ----

    fn PyUnicode_Compare(a: &PyObject, b: &PyObject) -> c_int {
        match (a.downcast::<Str>(), b.downcast::<Str>()) {
            (Some(a), Some(b)) => a.order(b) as c_int,
            _ => {
                raise!(TypeError, "Can't compare {} and {}", a.ty().name(), b.ty().name());
                -1
            }
        }
    }
    fn PyUnicode_CompareWithASCIIString(a: &Str, b: *const c_char) -> c_int {
        a.units().iter().cmp(bytes_of(b).iter().map(|&c| c as u32)) as c_int
    }
    fn _PyUnicode_EqualToASCIIString(a: &Str, b: *const c_char) -> c_int {
        match a.units() {
            Units::One(text) => (text == bytes_of(b)) as c_int,
            _ => 0,
        }
    }
    fn _PyUnicode_EqualToASCIIId(a: &Str, id: &crate::object::Identifier) -> c_int {
        id.name().is_ok_and(|b| a.equals(b)) as c_int
    }
    fn _PyUnicode_EQ(a: &Str, b: &Str) -> c_int { a.equals(b) as c_int }
    fn _PyUnicode_Equal(a: &Str, b: &Str) -> c_int { a.equals(b) as c_int }
    fn PyUnicode_RichCompare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult {
        if !a.is_instance::<Str>() || !b.is_instance::<Str>() {
            return Ok(singletons::not_implemented());
        }
        match str_::PyUnicode_Type.tp_richcompare.get() {
            Some(compare) => compare(a, b, op),
            None => Ok(singletons::not_implemented()),
        }
    }
    fn PyUnicode_Contains(a: &PyObject, b: &PyObject) -> c_int {
        let contains = || {
            let b = b.downcast::<Str>().ok_or_else(|| {
                raise!(TypeError, "'in <string>' requires string as left operand, not {}", b.ty().name())
            })?;
            Ok(str_::find(must_be_str(a)?.units(), b.units()).is_some())
        };
        truth_status(contains())
    }
    fn PyUnicode_IsIdentifier(o: &Str) -> c_int { str_::is_identifier(o) as c_int }

    // ---- methods ----

    fn PyUnicode_Concat(a: &PyObject, b: &PyObject) -> PyResult<Ref<Str>> {
        let a = must_be_str(a)?;
        match b.downcast::<Str>() {
            Some(b) => str_::concat(a, b),
            None => Err(raise!(TypeError, "can only concatenate str (not \"{}\") to str", b.ty().name())),
        }
    }
    fn PyUnicode_Append(place: *mut *mut PyObject, more: Option<&PyObject>) { append(place, more) }
    fn PyUnicode_AppendAndDel(place: *mut *mut PyObject, more: Option<Ref>) { append(place, more.as_deref()) }
    fn PyUnicode_Join(separator: Option<&PyObject>, items: &PyObject) -> PyResult {
        match separator {
            Some(separator) => method(must_be_str(separator)?, "join", &[items]),
            None => method(&*str_::new(" ")?, "join", &[items]),
        }
    }
    fn _PyUnicode_JoinArray(separator: &Str, items: *const *mut PyObject, count: isize) -> PyResult {
        method(separator, "join", &[&*tuple::from_borrowed(objects(items, count as usize))?])
    }
    fn PyUnicode_Split(o: &PyObject, separator: Option<&PyObject>, max: isize) -> PyResult {
        method(must_be_str(o)?, "split", &[separator.unwrap_or(&singletons::_Py_NoneStruct), &*size_arg(max)?])
    }
    fn PyUnicode_RSplit(o: &PyObject, separator: Option<&PyObject>, max: isize) -> PyResult {
        method(must_be_str(o)?, "rsplit", &[separator.unwrap_or(&singletons::_Py_NoneStruct), &*size_arg(max)?])
    }
    fn PyUnicode_Splitlines(o: &PyObject, keep: c_int) -> PyResult {
        method(must_be_str(o)?, "splitlines", &[&*boolean::from(keep != 0)])
    }
    fn PyUnicode_Partition(o: &PyObject, separator: &PyObject) -> PyResult { method(must_be_str(o)?, "partition", &[separator]) }
    fn PyUnicode_RPartition(o: &PyObject, separator: &PyObject) -> PyResult { method(must_be_str(o)?, "rpartition", &[separator]) }
    fn PyUnicode_Replace(o: &PyObject, old: &PyObject, new: &PyObject, max: isize) -> PyResult {
        method(must_be_str(o)?, "replace", &[must_be_str(old)?, must_be_str(new)?, &*size_arg(max)?])
    }
    fn PyUnicode_Translate(o: &PyObject, table: &PyObject, _errors: *const c_char) -> PyResult {
        method(must_be_str(o)?, "translate", &[table])
    }
    fn PyUnicode_Format(format: &PyObject, args: &PyObject) -> PyResult<Ref<Str>> {
        str_::percent_format(must_be_str(format)?, args)
    }
    fn PyUnicode_Count(o: &PyObject, part: &PyObject, start: isize, end: isize) -> isize {
        let count = method(o, "count", &[part, &*size_arg(start).unwrap_or_else(|_| singletons::none()), &*size_arg(end).unwrap_or_else(|_| singletons::none())]);
        count.map_or(-1, |n| crate::long::PyLong_AsSsize_t(Some(&n)))
    }
    /// The index, -1 for none, -2 for an error.
    fn PyUnicode_Find(o: &PyObject, part: &PyObject, start: isize, end: isize, direction: c_int) -> isize {
        let find = || -> PyResult<isize> {
            let found = method(must_be_str(o)?, if direction > 0 { "find" } else { "rfind" }, &[must_be_str(part)?, &*size_arg(start)?, &*size_arg(end)?])?;
            Ok(crate::long::PyLong_AsSsize_t(Some(&found)))
        };
        find().unwrap_or(-2)
    }
    fn PyUnicode_FindChar(o: &PyObject, c: u32, start: isize, end: isize, direction: c_int) -> isize {
        let Some(text) = o.downcast::<Str>() else {
            bad_argument();
            return -2;
        };
        let length = text.len() as isize;
        let from_end = |at: isize| if at < 0 { (at + length).max(0) } else { at };
        let (start, end) = (from_end(start), from_end(end.min(length)));
        if start >= end {
            return -1;
        }
        let end = end as usize;
        let units = text.units().slice(start as usize, end);
        let at = if direction > 0 { units.iter().position(|u| u == c) } else { units.iter().rposition(|u| u == c) };
        at.map_or(-1, |at| start + at as isize)
    }
    fn PyUnicode_Tailmatch(o: &PyObject, part: &PyObject, start: isize, end: isize, direction: c_int) -> isize {
        let matches = || -> PyResult<bool> {
            let name = if direction > 0 { "endswith" } else { "startswith" };
            protocol::truth(&*method(must_be_str(o)?, name, &[must_be_str(part)?, &*size_arg(start)?, &*size_arg(end)?])?)
        };
        truth_status(matches()) as isize
    }
    fn _PyUnicode_XStrip(o: &Str, kind: c_int, chars: &PyObject) -> PyResult {
        method(o, ["lstrip", "rstrip", "strip"][kind as usize % 3], &[chars])
    }

    // ---- interning ----

    fn PyUnicode_InternInPlace(place: *mut *mut Str) {
        // SAFETY: the place owns a reference, and takes the one that comes back.
        unsafe {
            if (*place).is_null() {
                return;
            }
            let mut text = Ref::from_owned(*place);
            str_::intern_in_place(&mut text);
            *place = text.into_raw();
        }
    }
    fn PyUnicode_InternImmortal(place: *mut *mut Str) { PyUnicode_InternInPlace(place) }
    fn PyUnicode_InternFromString(text: *const c_char) -> PyResult<Ref<Str>> { name_of(text) }

    // ---- properties of characters ----

    fn _PyUnicode_IsAlpha(c: u32) -> c_int { unicode_data::is(c, unicode_data::ALPHA) as c_int }
    fn _PyUnicode_IsWhitespace(c: u32) -> c_int { unicode_data::is(c, unicode_data::SPACE) as c_int }
    fn _PyUnicode_IsLinebreak(c: u32) -> c_int { unicode_data::is(c, unicode_data::LINEBREAK) as c_int }
    fn _PyUnicode_IsDecimalDigit(c: u32) -> c_int { unicode_data::decimal(c).is_some() as c_int }
    fn _PyUnicode_IsDigit(c: u32) -> c_int { unicode_data::digit(c).is_some() as c_int }
    fn _PyUnicode_IsNumeric(c: u32) -> c_int { unicode_data::is(c, unicode_data::NUMERIC) as c_int }
    fn _PyUnicode_IsLowercase(c: u32) -> c_int { unicode_data::is(c, unicode_data::LOWER) as c_int }
    fn _PyUnicode_IsUppercase(c: u32) -> c_int { unicode_data::is(c, unicode_data::UPPER) as c_int }
    fn _PyUnicode_IsTitlecase(c: u32) -> c_int { unicode_data::is(c, unicode_data::TITLE) as c_int }
    fn _PyUnicode_IsPrintable(c: u32) -> c_int { unicode_data::is(c, unicode_data::PRINTABLE) as c_int }
    fn _PyUnicode_IsXidStart(c: u32) -> c_int { unicode_data::is(c, unicode_data::XID_START) as c_int }
    fn _PyUnicode_IsXidContinue(c: u32) -> c_int { unicode_data::is(c, unicode_data::XID_CONTINUE) as c_int }
    fn _PyUnicode_IsCased(c: u32) -> c_int { unicode_data::is(c, unicode_data::CASED) as c_int }
    fn _PyUnicode_IsCaseIgnorable(c: u32) -> c_int { unicode_data::is(c, unicode_data::CASE_IGNORABLE) as c_int }
    fn _PyUnicode_ToLowercase(c: u32) -> u32 { unicode_data::simple_lower(c) }
    fn _PyUnicode_ToUppercase(c: u32) -> u32 { unicode_data::simple_upper(c) }
    fn _PyUnicode_ToTitlecase(c: u32) -> u32 { unicode_data::simple_title(c) }
    fn _PyUnicode_ToLowerFull(c: u32, to: *mut u32) -> c_int { mapped(unicode_data::lower(c).as_slice(), to) }
    fn _PyUnicode_ToUpperFull(c: u32, to: *mut u32) -> c_int { mapped(unicode_data::upper(c).as_slice(), to) }
    fn _PyUnicode_ToTitleFull(c: u32, to: *mut u32) -> c_int { mapped(unicode_data::title(c).as_slice(), to) }
    fn _PyUnicode_ToFoldedFull(c: u32, to: *mut u32) -> c_int { mapped(unicode_data::fold(c).as_slice(), to) }
    fn _PyUnicode_ToDecimalDigit(c: u32) -> c_int { unicode_data::decimal(c).map_or(-1, |n| n as c_int) }
    fn _PyUnicode_ToDigit(c: u32) -> c_int { unicode_data::digit(c).map_or(-1, |n| n as c_int) }
    fn _PyUnicode_ToNumeric(c: u32) -> f64 { crate::numeric::value(c) }
}

/// Up to three characters; how many.
fn mapped(characters: &[u32], to: *mut u32) -> c_int {
    // SAFETY: the caller has room for three (C1).
    unsafe { ptr::copy_nonoverlapping(characters.as_ptr(), to, characters.len()) };
    characters.len() as c_int
}

fn copy_ucs4(text: &Str, to: *mut u32, null: bool) {
    // SAFETY: the callers have room for the characters, and for the null if there is to be one.
    unsafe {
        str_::copy_units(text.units(), to.cast(), 4);
        if null {
            to.add(text.len()).write(0);
        }
    }
}

fn set_char(text: &Str, index: usize, c: u32) {
    let data = text.data_ptr();
    // SAFETY: the callers have checked the index, and that the character fits.
    unsafe {
        match text.kind() {
            1 => data.add(index).write(c as u8),
            2 => data.cast::<u16>().add(index).write(c as u16),
            _ => data.cast::<u32>().add(index).write(c),
        }
    }
}

/// Whether a string may still be written to: one owner, not hashed, not interned.
fn check_modifiable(text: &Str) -> PyResult<()> {
    if text.ob_base.ob_refcnt.get() != 1
        || text.hash.get() != -1
        || str_::is_interned(text)
        || !text.is_exact_str()
    {
        return Err(raise!(SystemError, "Cannot modify a string currently used"));
    }
    Ok(())
}

fn write_char(o: &PyObject, index: isize, c: u32) -> PyResult<()> {
    let text = text_arg(o)?;
    if !(0..text.len() as isize).contains(&index) {
        return Err(raise!(IndexError, "string index out of range"));
    }
    check_modifiable(text)?;
    if c > text.max_class() {
        return Err(raise!(ValueError, "character out of range"));
    }
    set_char(text, index as usize, c);
    Ok(())
}

fn copy_characters(
    to: &Str,
    to_start: isize,
    from: &Str,
    from_start: isize,
    count: isize,
) -> PyResult<isize> {
    if from_start < 0
        || from_start as usize > from.len()
        || to_start < 0
        || to_start as usize > to.len()
    {
        return Err(raise!(IndexError, "string index out of range"));
    }
    if count < 0 {
        return Err(raise!(SystemError, "how_many cannot be negative"));
    }
    let count = count.min(from.len() as isize - from_start);
    if to_start + count > to.len() as isize {
        return Err(raise!(
            SystemError,
            "Cannot write {count} characters at {to_start} in a string of {} characters",
            to.len()
        ));
    }
    if count == 0 {
        return Ok(0);
    }
    check_modifiable(to)?;
    let units = from
        .units()
        .slice(from_start as usize, (from_start + count) as usize);
    if units.max_class() > to.max_class() {
        return Err(raise!(
            SystemError,
            "Cannot copy {} characters into a string of {} characters",
            if from.is_ascii() { "ASCII" } else { "wider" },
            if to.is_ascii() { "ASCII" } else { "narrower" }
        ));
    }
    // SAFETY: checked above.
    unsafe {
        str_::copy_units(
            units,
            to.data_ptr().add(to_start as usize * to.kind()),
            to.kind(),
        )
    };
    Ok(count)
}

/// The place's string with another length; a new object.
fn resize(place: *mut *mut Str, length: isize) -> PyResult<()> {
    // SAFETY: the place owns a reference (C1).
    unsafe {
        let Some(old) = place.as_ref().and_then(|p| p.as_ref()) else {
            return Err(bad_internal_call());
        };
        if length < 0 {
            return Err(bad_internal_call());
        }
        if old.len() as isize == length {
            return Ok(());
        }
        let new = if length == 0 {
            str_::empty()
        } else {
            let new = str_::alloc(length as usize, old.max_class())?;
            let kept = old.len().min(length as usize);
            str_::copy_units(old.units().slice(0, kept), new.data_ptr(), new.kind());
            new
        };
        drop(Ref::from_owned(*place));
        *place = new.into_raw();
    }
    Ok(())
}

/// Replaces the place's string by its concatenation with more; by null, if that fails.
fn append(place: *mut *mut PyObject, more: Option<&PyObject>) {
    // SAFETY: the place owns a reference, or is null (C1).
    unsafe {
        let left = Ref::from_owned_opt(std::mem::replace(&mut *place, ptr::null_mut()));
        let (Some(left), Some(more)) = (left, more) else {
            if errors::occurred().is_none() {
                bad_internal_call();
            }
            return;
        };
        let joined = match (left.downcast::<Str>().is_some(), more.downcast::<Str>()) {
            (true, Some(more)) => str_::append(left.cast(), more),
            _ => Err(bad_internal_call()),
        };
        if let Ok(joined) = joined {
            *place = joined.into_raw().cast();
        }
    }
}
