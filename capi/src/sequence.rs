//! `abstract.h`, sequences, mappings, iterators, items.

use crate::support::*;
use hotpy_objects::number::{self, BinaryOp};

fn sequence_table(o: &PyObject) -> Option<&PySequenceMethods> {
    // SAFETY: a type's table lives as long as the type.
    unsafe { o.ty().tp_as_sequence.get().as_ref() }
}

fn mapping_table(o: &PyObject) -> Option<&PyMappingMethods> {
    // SAFETY: as above.
    unsafe { o.ty().tp_as_mapping.get().as_ref() }
}

fn is_mapping(o: &PyObject) -> bool {
    mapping_table(o).is_some_and(|t| t.mp_subscript.get().is_some())
}

export! {
    // ---- items ----

    fn PyObject_GetItem(o: Option<&PyObject>, key: Option<&PyObject>) -> PyResult { protocol::getitem(given(o)?, given(key)?) }
    fn PyObject_SetItem(o: Option<&PyObject>, key: Option<&PyObject>, value: Option<&PyObject>) -> c_int {
        let set = || protocol::setitem(given(o)?, given(key)?, given(value)?);
        status(set())
    }
    fn PyObject_DelItem(o: Option<&PyObject>, key: Option<&PyObject>) -> c_int {
        let delete = || protocol::delitem(given(o)?, given(key)?);
        status(delete())
    }
    fn PyObject_DelItemString(o: Option<&PyObject>, key: *const c_char) -> c_int {
        let delete = || protocol::delitem(given(o)?, &*str_of(key)?);
        status(delete())
    }

    // ---- sequences ----

    fn PySequence_Check(o: &PyObject) -> c_int { protocol::is_sequence(o) as c_int }
    fn PySequence_Size(o: Option<&PyObject>) -> isize {
        let size = || {
            let o = given(o)?;
            match sequence_table(o).and_then(|t| t.sq_length.get()) {
                Some(length) => Ok(length(o)),
                None if mapping_table(o).is_some_and(|t| t.mp_length.get().is_some()) => {
                    Err(raise!(TypeError, "{} is not a sequence", o.ty().name()))
                }
                None => Err(raise!(TypeError, "object of type '{}' has no len()", o.ty().name())),
            }
        };
        size().unwrap_or(-1)
    }
    fn PySequence_Length(o: Option<&PyObject>) -> isize { PySequence_Size(o) }
    fn PySequence_Concat(a: Option<&PyObject>, b: Option<&PyObject>) -> PyResult { number::concat(given(a)?, given(b)?, false) }
    fn PySequence_InPlaceConcat(a: Option<&PyObject>, b: Option<&PyObject>) -> PyResult { number::concat(given(a)?, given(b)?, true) }
    fn PySequence_Repeat(o: Option<&PyObject>, count: isize) -> PyResult { repeat(given(o)?, count, false) }
    fn PySequence_InPlaceRepeat(o: Option<&PyObject>, count: isize) -> PyResult { repeat(given(o)?, count, true) }
    fn PySequence_GetItem(o: Option<&PyObject>, index: isize) -> PyResult {
        let o = given(o)?;
        if let Some(item) = sequence_table(o).and_then(|t| t.sq_item.get()) {
            return item(o, adjusted(o, index)?);
        }
        Err(not_a_sequence(o, "'{}' object does not support indexing"))
    }
    fn PySequence_SetItem(o: Option<&PyObject>, index: isize, value: Option<&PyObject>) -> c_int {
        assign(o, index, value, "'{}' object does not support item assignment")
    }
    fn PySequence_DelItem(o: Option<&PyObject>, index: isize) -> c_int {
        assign(o, index, None, "'{}' object doesn't support item deletion")
    }
    fn PySequence_GetSlice(o: Option<&PyObject>, start: isize, stop: isize) -> PyResult {
        let o = given(o)?;
        if is_mapping(o) {
            return protocol::getitem(o, &*range_slice(start, stop)?);
        }
        Err(raise!(TypeError, "'{}' object is unsliceable", o.ty().name()))
    }
    fn PySequence_SetSlice(o: Option<&PyObject>, start: isize, stop: isize, value: Option<&PyObject>) -> c_int {
        let set = || {
            let o = given(o)?;
            if mapping_table(o).is_none_or(|t| t.mp_ass_subscript.get().is_none()) {
                return Err(raise!(TypeError, "'{}' object doesn't support slice assignment", o.ty().name()));
            }
            let key = range_slice(start, stop)?;
            match value {
                Some(value) => protocol::setitem(o, &key, value),
                None => protocol::delitem(o, &key),
            }
        };
        status(set())
    }
    fn PySequence_DelSlice(o: Option<&PyObject>, start: isize, stop: isize) -> c_int {
        PySequence_SetSlice(o, start, stop, None)
    }
    fn PySequence_Contains(o: &PyObject, item: &PyObject) -> c_int { truth_status(protocol::contains(o, item)) }
    fn PySequence_In(o: &PyObject, item: &PyObject) -> c_int { truth_status(protocol::contains(o, item)) }
    fn PySequence_Count(o: Option<&PyObject>, item: Option<&PyObject>) -> isize {
        let count = || {
            let (o, item) = (iterable(given(o)?)?, given(item)?);
            let mut count = 0;
            protocol::for_each(o, &mut |each| {
                count += protocol::eq(&each, item)? as usize;
                Ok(true)
            })?;
            Ok(count)
        };
        size_status(count())
    }
    fn PySequence_Index(o: Option<&PyObject>, item: Option<&PyObject>) -> isize {
        let index = || {
            let (o, item) = (iterable(given(o)?)?, given(item)?);
            let (mut at, mut hit) = (0, false);
            protocol::for_each(o, &mut |each| {
                hit = protocol::eq(&each, item)?;
                at += !hit as usize;
                Ok(!hit)
            })?;
            if hit { Ok(at) } else { Err(raise!(ValueError, "sequence.index(x): x not in sequence")) }
        };
        size_status(index())
    }
    fn PySequence_List(o: Option<&PyObject>) -> PyResult { Ok(list::from_iterable(given(o)?)?.into_object()) }
    fn PySequence_Tuple(o: Option<&PyObject>) -> PyResult {
        let o = given(o)?;
        if o.is_exact::<PyTupleObject>() {
            return Ok(o.to_ref());
        }
        Ok(tuple::from_iterable(o)?.into_object())
    }
    fn PySequence_Fast(o: Option<&PyObject>, message: *const c_char) -> PyResult {
        let o = given(o)?;
        if o.is_exact::<PyListObject>() || o.is_exact::<PyTupleObject>() {
            return Ok(o.to_ref());
        }
        match protocol::iter(o) {
            Ok(_) => {}
            Err(raised) => {
                if errors::matches(&exceptions::TypeError) {
                    return Err(errors::raise_text(&exceptions::TypeError, &text_of(message)));
                }
                return Err(raised);
            }
        }
        Ok(list::from_iterable(o)?.into_object())
    }
    fn _PySequence_IterSearch(o: &PyObject, item: &PyObject, operation: c_int) -> isize {
        match operation {
            1 => PySequence_Count(Some(o), Some(item)),
            2 => PySequence_Index(Some(o), Some(item)),
            _ => PySequence_Contains(o, item) as isize,
        }
    }
    /// A null-terminated array of the bytes objects' texts, each a block of its own.
    fn _PySequence_BytesToCharpArray(o: &PyObject) -> *mut *mut c_char {
        chars_array(o).unwrap_or(ptr::null_mut())
    }
    fn _Py_FreeCharPArray(array: *mut *mut c_char) {
        // SAFETY: an array of `_PySequence_BytesToCharpArray`.
        unsafe {
            let mut at = array;
            while !(*at).is_null() {
                mem::free((*at).cast());
                at = at.add(1);
            }
            mem::free(array.cast());
        }
    }

    // ---- mappings ----

    fn PyMapping_Check(o: Option<&PyObject>) -> c_int { o.is_some_and(is_mapping) as c_int }
    fn PyMapping_Size(o: Option<&PyObject>) -> isize {
        let size = || {
            let o = given(o)?;
            match mapping_table(o).and_then(|t| t.mp_length.get()) {
                Some(length) => Ok(length(o)),
                None if sequence_table(o).is_some_and(|t| t.sq_length.get().is_some()) => {
                    Err(raise!(TypeError, "{} is not a mapping", o.ty().name()))
                }
                None => Err(raise!(TypeError, "object of type '{}' has no len()", o.ty().name())),
            }
        };
        size().unwrap_or(-1)
    }
    fn PyMapping_Length(o: Option<&PyObject>) -> isize { PyMapping_Size(o) }
    fn PyMapping_GetItemString(o: Option<&PyObject>, key: *const c_char) -> PyResult {
        protocol::getitem(given(o)?, &*str_of(key)?)
    }
    fn PyMapping_SetItemString(o: Option<&PyObject>, key: *const c_char, value: Option<&PyObject>) -> c_int {
        let set = || protocol::setitem(given(o)?, &*str_of(key)?, given(value)?);
        status(set())
    }
    fn PyMapping_HasKey(o: &PyObject, key: &PyObject) -> c_int {
        let has = protocol::getitem(o, key).is_ok();
        errors::clear();
        has as c_int
    }
    fn PyMapping_HasKeyString(o: &PyObject, key: *const c_char) -> c_int {
        let has = str_of(key).and_then(|key| protocol::getitem(o, &key)).is_ok();
        errors::clear();
        has as c_int
    }
    fn PyMapping_Keys(o: Option<&PyObject>) -> PyResult { method_as_list(given(o)?, "keys") }
    fn PyMapping_Values(o: Option<&PyObject>) -> PyResult { method_as_list(given(o)?, "values") }
    fn PyMapping_Items(o: Option<&PyObject>) -> PyResult { method_as_list(given(o)?, "items") }

    // ---- iterators ----

    fn PyObject_GetIter(o: &PyObject) -> PyResult { protocol::iter(o) }
    fn PyIter_Check(o: &PyObject) -> c_int { protocol::is_iterator(o) as c_int }
    fn PyIter_Next(o: &PyObject) -> Option<Ref> { protocol::next(o).unwrap_or(None) }
    /// 1: yielded, 0: returned, -1: raised.
    fn PyIter_Send(iter: &PyObject, value: &PyObject, result: *mut *mut PyObject) -> c_int {
        // SAFETY: a type's table lives as long as the type.
        if let Some(send) = unsafe { iter.ty().tp_as_async.get().as_ref() }.and_then(|t| t.am_send.get()) {
            return send(iter, value, result);
        }
        let answer = if singletons::is_none(value) && protocol::is_iterator(iter) {
            match iter.ty().tp_iternext.get() {
                Some(next) => next(iter).ok_or(Raised),
                None => Err(Raised),
            }
        } else {
            call::call_method(iter, &names::send, &[value])
        };
        match answer {
            Ok(value) => {
                put(result, Some(value));
                1
            }
            Err(Raised) => match generator::stop_iteration_value() {
                Ok(value) => {
                    put(result, Some(value));
                    0
                }
                Err(Raised) => {
                    put(result, None);
                    -1
                }
            },
        }
    }
    fn PySeqIter_New(o: &PyObject) -> PyResult { iterators::sequence_iter(o) }
    fn PyCallIter_New(f: &PyObject, sentinel: &PyObject) -> PyResult { iterators::callable_iter(f, sentinel) }

    // ---- converters of argument parsing ----

    fn _PyEval_SliceIndex(o: &PyObject, to: *mut isize) -> c_int {
        if singletons::is_none(o) { 1 } else { slice_index(o, to, "slice indices must be integers or None or have an __index__ method") }
    }
    fn _PyEval_SliceIndexNotNone(o: &PyObject, to: *mut isize) -> c_int {
        slice_index(o, to, "slice indices must be integers or have an __index__ method")
    }
    fn _Py_convert_optional_to_ssize_t(o: &PyObject, to: *mut isize) -> c_int {
        if singletons::is_none(o) {
            return 1;
        }
        if !number::has_index(o) {
            raise!(TypeError, "argument should be integer or None, not {}", o.ty().name());
            return 0;
        }
        match number::index_isize(o, Some(&exceptions::OverflowError)) {
            // SAFETY: a converter's target (C1).
            Ok(value) => unsafe { *to = value; 1 },
            Err(Raised) => 0,
        }
    }
}

fn slice_index(o: &PyObject, to: *mut isize, message: &str) -> c_int {
    if !number::has_index(o) {
        raise!(TypeError, "{message}");
        return 0;
    }
    match number::index_isize(o, None) {
        // SAFETY: a converter's target (C1).
        Ok(value) => unsafe {
            *to = value;
            1
        },
        Err(Raised) => 0,
    }
}

fn not_a_sequence(o: &PyObject, message: &str) -> Raised {
    if is_mapping(o) {
        return raise!(TypeError, "{} is not a sequence", o.ty().name());
    }
    let text = message.replace("{}", o.ty().name());
    errors::raise_text(&exceptions::TypeError, &text)
}

/// A negative index counts from the end.
fn adjusted(o: &PyObject, index: isize) -> PyResult<isize> {
    if index >= 0 {
        return Ok(index);
    }
    match sequence_table(o).and_then(|t| t.sq_length.get()) {
        Some(length) => match length(o) {
            -1 => Err(Raised),
            n => Ok(index + n),
        },
        None => Ok(index),
    }
}

fn assign(o: Option<&PyObject>, index: isize, value: Option<&PyObject>, message: &str) -> c_int {
    let assign = || {
        let o = given(o)?;
        match sequence_table(o).and_then(|t| t.sq_ass_item.get()) {
            Some(set) => Ok(set(o, adjusted(o, index)?, value)),
            None => Err(not_a_sequence(o, message)),
        }
    };
    assign().unwrap_or(-1)
}

fn range_slice(start: isize, stop: isize) -> PyResult<Ref<PySliceObject>> {
    slice::new(
        &*int::from_i64(start as i64)?,
        &*int::from_i64(stop as i64)?,
        &singletons::_Py_NoneStruct,
    )
}

fn repeat(o: &PyObject, count: isize, inplace: bool) -> PyResult {
    if let Some(table) = sequence_table(o) {
        let own = if inplace {
            table.sq_inplace_repeat.get()
        } else {
            None
        };
        if let Some(f) = own.or(table.sq_repeat.get()) {
            return f(o, count);
        }
    }
    if protocol::is_sequence(o) {
        let count = int::from_i64(count as i64)?;
        return if inplace {
            number::inplace(BinaryOp::Multiply, o, &count)
        } else {
            number::binary(BinaryOp::Multiply, o, &count)
        };
    }
    Err(raise!(
        TypeError,
        "'{}' object can't be repeated",
        o.ty().name()
    ))
}

/// TypeError "argument of type 'X' is not iterable".
fn iterable(o: &PyObject) -> PyResult<&PyObject> {
    match protocol::iter(o) {
        Ok(_) => Ok(o),
        Err(raised) => {
            if errors::matches(&exceptions::TypeError) {
                return Err(raise!(
                    TypeError,
                    "argument of type '{}' is not iterable",
                    o.ty().name()
                ));
            }
            Err(raised)
        }
    }
}

fn method_as_list(o: &PyObject, method: &str) -> PyResult {
    if let Some(d) = o.exact::<PyDictObject>() {
        let items: PyResult<Vec<Ref>> = d
            .pairs()
            .into_iter()
            .map(|(key, value)| match method {
                "keys" => Ok(key),
                "values" => Ok(value),
                _ => Ok(tuple::from_array([key, value])?.into_object()),
            })
            .collect();
        return Ok(list::from_owned(items?)?.into_object());
    }
    let answer = call::call_method(o, &*str_::intern(method)?, &[])?;
    match protocol::iter(&answer) {
        Ok(iterator) => Ok(list::from_iterable(&iterator)?.into_object()),
        Err(raised) => {
            if errors::matches(&exceptions::TypeError) {
                return Err(raise!(
                    TypeError,
                    "{}.{method}() returned a non-iterable (type {})",
                    o.ty().name(),
                    answer.ty().name()
                ));
            }
            Err(raised)
        }
    }
}

fn chars_array(o: &PyObject) -> PyResult<*mut *mut c_char> {
    let count = PySequence_Size(Some(o));
    if count < 0 {
        return Err(Raised);
    }
    if count > isize::MAX / 8 - 1 {
        return Err(errors::no_memory());
    }
    let mut texts = growing::Growing::new();
    for i in 0..count {
        let item = PySequence_GetItem(Some(o), i)?;
        let Some(data) = item.downcast::<PyBytesObject>() else {
            return Err(raise!(
                TypeError,
                "expected bytes, {} found",
                item.ty().name()
            ));
        };
        if data.as_slice().contains(&0) {
            return Err(raise!(ValueError, "embedded null byte"));
        }
        texts.try_push(growing::copied(data.as_slice())?)?;
    }
    let texts = texts.finish()?;
    let array = mem::alloc((texts.len() + 1) * 8).cast::<*mut c_char>();
    if array.is_null() {
        return Err(errors::no_memory());
    }
    for (i, text) in texts.iter().enumerate() {
        let block = mem::alloc(text.len() + 1);
        // SAFETY: the array and the blocks have room.
        unsafe {
            array.add(i).write(block.cast());
            array.add(i + 1).write(ptr::null_mut());
            if block.is_null() {
                _Py_FreeCharPArray(array);
                return Err(errors::no_memory());
            }
            ptr::copy_nonoverlapping(text.as_ptr(), block, text.len());
            block.add(text.len()).write(0);
        }
    }
    if texts.is_empty() {
        // SAFETY: there is room for the end.
        unsafe { array.write(ptr::null_mut()) };
    }
    Ok(array)
}
