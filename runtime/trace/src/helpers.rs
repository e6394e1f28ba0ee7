//! What traces call in the runtime: operations that are not worth being taken apart. Operands are borrowed; none runs Python unless an
//! object inside a container does.

use hotpy_objects::flags::tp;
use hotpy_objects::*;
use hotpy_vm::asking::steps_python;
use smallvec::SmallVec;

macro_rules! helpers {
    ($($name:ident $text:literal;)*) => {
        /// A helper's number.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Helper { $($name,)* }
        impl Helper {
            const ALL: &'static [Helper] = &[$(Helper::$name,)*];
            pub fn name(self) -> &'static str { match self { $(Helper::$name => $text,)* } }
        }
    };
}

helpers! {
    Binary "binary";
    Unary "unary";
    Compare "compare";
    Contains "contains";
    GetItem "get_item";
    SetItem "set_item";
    DelItem "del_item";
    GetAttr "get_attr";
    SetAttr "set_attr";
    GetIter "get_iter";
    Call "call";
    BuildTuple "build_tuple";
    BuildList "build_list";
    BuildMap "build_map";
    BuildSet "build_set";
    BuildString "build_string";
    Format "format";
    ListExtend "list_extend";
    SetAdd "set_add";
    MapAdd "map_add";
    ListToTuple "list_to_tuple";
    ConstKeyMap "const_key_map";
    MakeFunction "make_function";
    MakeCell "make_cell";
    MakeGenerator "make_generator";
    DictGet "dict_get";
    TupleConcat "tuple_concat";
    TupleExtend "tuple_extend";
    Raise "raise";
    NewNative "new_native";
    CallByName "call_by_name";
    CallSpread "call_spread";
    DictMerge "dict_merge";
    DictUpdate "dict_update";
    Recall "recall";
    Perform "perform";
    PerformWhole "perform_whole";
}

impl Helper {
    pub fn from_number(n: u8) -> Helper {
        Helper::ALL[n as usize]
    }
    /// Whether there is a result to be pushed.
    pub fn gives_value(self) -> bool {
        !matches!(
            self,
            Helper::SetItem
                | Helper::SetAttr
                | Helper::DelItem
                | Helper::ListExtend
                | Helper::SetAdd
                | Helper::MapAdd
                | Helper::DictMerge
                | Helper::DictUpdate
                | Helper::PerformWhole
        )
    }
}

const OPERATORS: [number::BinaryOp; 13] = {
    use number::BinaryOp::*;
    [
        Add,
        And,
        FloorDivide,
        Lshift,
        MatMul,
        Multiply,
        Remainder,
        Or,
        Power,
        Rshift,
        Subtract,
        TrueDivide,
        Xor,
    ]
};

fn nothing(done: PyResult<()>) -> PyResult {
    done.map(|()| singletons::none())
}

/// Runs a helper.
pub fn run(helper: Helper, aux: u32, args: &[&PyObject]) -> PyResult {
    match helper {
        Helper::Binary => {
            let op = OPERATORS[aux as usize % 13];
            if let (Some(a), Some(b)) = (
                args[0].exact::<PyLongObject>(),
                args[1].exact::<PyLongObject>(),
            ) {
                let quick = match aux % 13 {
                    0 => Some(int::add(a, b)),
                    5 => Some(int::mul(a, b)),
                    10 => Some(int::sub(a, b)),
                    _ => None,
                };
                if let Some(result) = quick {
                    return result.map(Ref::into_object);
                }
            }
            if aux >= 13 {
                number::inplace(op, args[0], args[1])
            } else {
                number::binary(op, args[0], args[1])
            }
        }
        Helper::Unary => match hotpy_isa::Op::from_u8(aux as u8) {
            Some(hotpy_isa::Op::UNARY_NEGATIVE) => number::negative(args[0]),
            Some(hotpy_isa::Op::UNARY_POSITIVE) => number::positive(args[0]),
            _ => number::invert(args[0]),
        },
        Helper::Compare => protocol::compare(args[0], args[1], aux as c_int),
        Helper::Contains => {
            protocol::contains(args[1], args[0]).map(|found| boolean::from(found != (aux != 0)))
        }
        Helper::GetItem => {
            if let Some(d) = args[0].exact::<PyDictObject>() {
                return match d.get_item(args[1])? {
                    Some(value) => Ok(value),
                    None => {
                        errors::raise_key_error(args[1]);
                        Err(Raised)
                    }
                };
            }
            protocol::getitem(args[0], args[1])
        }
        Helper::SetItem => nothing(match args[1].exact::<PyDictObject>() {
            Some(d) => d.set_item(args[2], args[0]),
            None => protocol::setitem(args[1], args[2], args[0]),
        }),
        // Method, dict, key, perhaps a default.
        Helper::DictGet => {
            // SAFETY: the trace has guarded the class.
            let d: &PyDictObject = unsafe { args[1].cast() };
            Ok(match d.get_item(args[2])? {
                Some(value) => value,
                None => args.get(3).map_or_else(singletons::none, |v| v.to_ref()),
            })
        }
        // The class, which the trace knows, then the arguments.
        Helper::NewNative => {
            // SAFETY: the trace passes a class.
            let class: &PyTypeObject = unsafe { args[0].cast() };
            let new = class.tp_new.get().ok_or(Raised)?;
            new(class, &*tuple::from_borrowed(&args[1..])?, None)
        }
        // The exception, or its class; perhaps its cause.
        Helper::Raise => {
            hotpy_vm::interp::raise(
                args.first().map(|e| e.to_ref()),
                args.get(1).map(|c| c.to_ref()),
            );
            Err(Raised)
        }
        // Two tuples.
        Helper::TupleConcat => {
            // SAFETY: the trace has guarded the classes.
            let (a, b): (&PyTupleObject, &PyTupleObject) =
                unsafe { (args[0].cast(), args[1].cast()) };
            if a.is_empty() {
                return Ok(args[1].to_ref());
            }
            tuple::extended(a, b.items()).map(Ref::into_object)
        }
        // A tuple, and the items of one that is not made.
        Helper::TupleExtend => {
            // SAFETY: the trace has guarded the class.
            tuple::extended(unsafe { args[0].cast() }, &args[1..]).map(Ref::into_object)
        }
        Helper::DelItem => nothing(protocol::delitem(args[0], args[1])),
        Helper::GetAttr => {
            // SAFETY: the name is a string constant.
            protocol::getattr(args[0], unsafe { args[1].cast() })
        }
        // The value, the object, the name.
        Helper::SetAttr => {
            // SAFETY: the name is a string constant.
            let name = unsafe { args[2].cast() };
            nothing(protocol::setattr(args[1], name, Some(args[0])))
        }
        Helper::GetIter => protocol::iter(args[0]),
        Helper::Call => call::vectorcall(args[0], &args[1..], None),
        // The callable, its arguments, the names of the last ones.
        Helper::CallByName => {
            let (names, args) = args.split_last().ok_or(Raised)?;
            // SAFETY: the trace passes a tuple.
            let names = unsafe { names.cast::<PyTupleObject>() };
            call::vectorcall(args[0], &args[1..], Some(names))
        }
        // The callable, a list or tuple, perhaps a dict.
        Helper::CallSpread => {
            // SAFETY: the trace has guarded the classes.
            let named = args.get(2).map(|d| unsafe { d.cast::<PyDictObject>() });
            match args[1].exact::<PyTupleObject>() {
                Some(items) => call::call_ex(args[0], items, named),
                None => {
                    // SAFETY: as above.
                    let items = unsafe { args[1].cast::<PyListObject>() };
                    call::call_ex(args[0], &*tuple::from_borrowed(items.items())?, named)
                }
            }
        }
        // What is added, the dict, what is going to be called.
        Helper::DictMerge => {
            // SAFETY: the compiler has a dict there.
            let d = unsafe { args[1].cast::<PyDictObject>() };
            nothing(hotpy_vm::interp::merge_natively(d, args[0], args[2]))
        }
        // An op of low-level Python, with its operands.
        Helper::Perform | Helper::PerformWhole => {
            let op = hotpy_isa::Op::from_u8(aux as u8).unwrap_or(hotpy_isa::Op::NOP);
            hotpy_vm::interp::perform(op, (aux >> 16) as usize, args)
        }
        Helper::DictUpdate => {
            // SAFETY: as above; the trace has guarded the class of what is added.
            let (d, other) = unsafe { (args[1].cast::<PyDictObject>(), args[0].cast()) };
            nothing(d.merge_dict(other, dict::Existing::Replace))
        }
        // An error that is none: it has to be called.
        Helper::Recall => {
            let begun =
                task::calls_of(args[0].ty()).and_then(|calls| calls(args[0], &args[1..], None));
            match begun {
                Some(task::Begun::Done(result)) => result,
                _ => Err(Raised),
            }
        }
        Helper::BuildTuple => tuple::from_borrowed(args).map(Ref::into_object),
        Helper::BuildList => list::from_borrowed(args).map(Ref::into_object),
        Helper::BuildMap => {
            let d = dict::with_capacity(args.len() / 2)?;
            for pair in args.chunks_exact(2) {
                d.set_item(pair[0], pair[1])?;
            }
            Ok(d.into_object())
        }
        Helper::BuildSet => {
            let new = set::new()?;
            for item in args {
                new.add(item)?;
            }
            Ok(new.into_object())
        }
        Helper::BuildString => {
            // SAFETY: a reference is a pointer, and so is a `Ref`; these are only looked at.
            let items = unsafe { std::slice::from_raw_parts(args.as_ptr().cast(), args.len()) };
            str_::join(&str_::empty(), items).map(Ref::into_object)
        }
        Helper::Format => {
            hotpy_vm::interp::format_value_natively(args[0], args.get(1).copied(), aux as usize & 3)
        }
        Helper::SetAdd => {
            // SAFETY: the compiler has a set there.
            nothing(
                unsafe { args[1].cast::<PySetObject>() }
                    .add(args[0])
                    .map(drop),
            )
        }
        Helper::MapAdd => {
            // SAFETY: the compiler has a dict there.
            nothing(unsafe { args[2].cast::<PyDictObject>() }.set_item(args[0], args[1]))
        }
        Helper::ListToTuple => {
            // SAFETY: the compiler has a list there.
            tuple::from_borrowed(unsafe { args[0].cast::<PyListObject>() }.items())
                .map(Ref::into_object)
        }
        Helper::ConstKeyMap => {
            let (keys, values) = args.split_last().ok_or(Raised)?;
            // SAFETY: the compiler has a tuple there.
            let keys = unsafe { keys.cast::<PyTupleObject>() };
            let texts = keys.items().iter().all(|key| key.is_exact::<Str>());
            let d = match texts {
                true => dict::with_str_capacity(values.len())?,
                false => dict::with_capacity(values.len())?,
            };
            for (key, value) in keys.items().iter().zip(values) {
                d.set_item(key, value)?;
            }
            Ok(d.into_object())
        }
        Helper::MakeFunction => make_function(aux, args),
        Helper::MakeCell => cell::new(args.first().map(|a| a.to_ref())).map(Ref::into_object),
        Helper::MakeGenerator => {
            // SAFETY: the trace passes a generator function, and those of its frame's slots that `aux` has a bit for.
            unsafe {
                let function = args[0].cast::<PyFunctionObject>();
                let count = function.code().co_nlocalsplus.get() as usize;
                let mut given = args[1..].iter();
                let locals = (0..count).map(|n| {
                    let filled = aux >> n & 1 != 0;
                    filled.then(|| given.next()).flatten().map(|v| v.to_ref())
                });
                hotpy_vm::eval::new_generator(function, locals).map(Ref::into_object)
            }
        }
        Helper::ListExtend => {
            // SAFETY: the compiler has a list there.
            nothing(hotpy_vm::interp::list_extend_natively(
                unsafe { args[1].cast() },
                args[0],
            ))
        }
    }
}

/// Whether instances of the type are functions that remember results, and give them without calling anything.
pub fn remembers(ty: &PyTypeObject) -> bool {
    !ty.is_heap_type()
        && task::calls_of(ty).is_some()
        && ty.name() == "functools._lru_cache_wrapper"
}

/// Takes the exception that is set as an instance, if nothing of Python makes that.
pub fn fetch_exception(ts: &PyThreadState) -> Option<Ref> {
    let class = ts.curexc_type.get()?.downcast::<PyTypeObject>()?;
    let made = ts.curexc_value.get().is_some_and(|v| v.ty().is(class));
    if !made && class.is_heap_type() {
        return None;
    }
    errors::fetch_instance()
}

/// MAKE_FUNCTION: the operands of the instruction, then globals, builtins.
fn make_function(flags: u32, args: &[&PyObject]) -> PyResult {
    let count = args.len() - 2;
    // SAFETY: the compiler has a code object on top; globals are a dict.
    let (code, globals) = unsafe {
        (
            args[count - 1].cast::<PyCodeObject>(),
            args[count].cast::<PyDictObject>(),
        )
    };
    let f = function::new_with_builtins(code, globals, args[count + 1], None)?;
    let mut given = args[..count - 1].iter();
    let fields = [
        &f.func_defaults,
        &f.func_kwdefaults,
        &f.func_annotations,
        &f.func_closure,
    ];
    for (bit, field) in fields.iter().enumerate() {
        if flags >> bit & 1 != 0 {
            field.set(given.next().map(|a| a.to_ref()));
        }
    }
    Ok(f.into_object())
}

/// The dict that an instance has at an offset (0: a managed one), if it is there already.
///
/// # Safety
/// The instance's type says so.
#[inline(always)]
pub unsafe fn dict_at(object: &PyObject, offset: u64) -> Option<&PyDictObject> {
    // SAFETY: passed on.
    unsafe {
        match offset {
            0 => dict::managed_dict_unchecked(object),
            _ => {
                let place = object.as_ptr().cast::<u8>().add(offset as usize);
                (*place.cast::<*const PyDictObject>()).as_ref()
            }
        }
    }
}

/// The hash of a string or an int.
#[inline(always)]
fn hash_of(key: &PyObject) -> Option<isize> {
    if let Some(n) = key.exact::<PyLongObject>() {
        return Some(int::hash(n));
    }
    dict::hash_of(key).ok()
}

/// A function without defaults, of code, globals, builtins and its closure's cells. Raises MemoryError.
pub fn new_function(parts: &[&PyObject]) -> PyResult {
    // SAFETY: the trace passes these.
    let (code, globals): (&PyCodeObject, &PyDictObject) =
        unsafe { (parts[0].cast(), parts[1].cast()) };
    let f = function::new_with_builtins(code, globals, parts[2], None)?;
    if parts.len() > 3 {
        let cells = tuple::from_borrowed(&parts[3..])?;
        f.func_closure.set(Some(cells.into_object()));
    }
    Ok(f.into_object())
}

/// What a dict has under a string or an int, borrowed; `None` if only Python may know.
#[inline]
pub fn dict_get<'a>(d: &'a PyDictObject, key: &PyObject) -> Option<Option<&'a PyObject>> {
    d.get_quietly(key, hash_of(key)?)
}

/// Ends a running generator; what its first `count` slots still have is dropped after that. May run Python.
///
/// # Safety
/// Nobody executes its frame any more, whose other slots are empty; the caller keeps it alive.
pub unsafe fn end_generator(ts: &PyThreadState, generator: &PyGenObject, count: usize) {
    // SAFETY: passed on.
    unsafe {
        let frame = generator.frame();
        let mut left: SmallVec<[*mut PyObject; 8]> = SmallVec::new();
        for n in 0..count {
            left.push(frame.local_ptr(n).replace(std::ptr::null_mut()));
        }
        hotpy_vm::eval::end_generator(ts, generator);
        for object in left {
            drop(Ref::from_owned_opt(object));
        }
    }
}

/// Whether a set has a string or an int; `None` if only Python may know.
#[inline]
pub fn set_has(set: &PySetObject, key: &PyObject) -> Option<bool> {
    set.contains_quietly(key, hash_of(key)?)
}

/// Puts a string or an int into a set; `None` if Python may have to be asked first.
#[inline]
pub fn set_put(set: &PySetObject, key: &PyObject) -> Option<PyResult<()>> {
    set.add_quietly(key, hash_of(key)?)
}

/// Whether `tp_iternext` of this builtin class runs no Python, or an iterator tells whether it may.
pub fn is_safe_iterator(ty: *const PyTypeObject) -> bool {
    // SAFETY: a live class.
    let ty = unsafe { &*ty };
    !ty.is_heap_type()
        && ty.tp_flags.get() & (tp::CORE | tp::TASKS) != 0
        && ty.tp_iternext.get().is_some()
}

/// The next item of an iterator of such a class, if nothing of Python can run for it.
pub fn next(iterator: &PyObject) -> Next {
    if steps_python(iterator) {
        return Next::Refused;
    }
    let Some(next) = iterator.ty().tp_iternext.get() else {
        return Next::Refused;
    };
    match next(iterator) {
        Some(item) => Next::Item(item),
        None if errors::occurred().is_none() => Next::End,
        None if errors::matches(&exceptions::StopIteration) => {
            errors::clear();
            Next::End
        }
        None => Next::Raised,
    }
}

/// Whether iterators of this class tell whether they are at their end, and ask nobody else.
pub fn tells_end(ty: *const PyTypeObject) -> bool {
    let tell = [
        &raw const dict::PyDictIterKey_Type,
        &raw const dict::PyDictIterValue_Type,
        &raw const str_::iter::PyUnicodeIter_Type,
        &raw const str_::iter::_PyUnicodeASCIIIter_Type,
        &raw const bytes::PyBytesIter_Type,
        &raw const list::PyListRevIter_Type,
        &raw const set::PySetIter_Type,
    ];
    tell.iter().any(|one| std::ptr::eq(*one, ty))
}

/// Nothing, unless a step would find nothing more and the iterator is one of those that tell: what it lets go of then, if that may run anything.
fn source_at_end(iterator: &PyObject) -> Option<Option<&PyObject>> {
    let ty = iterator.ty() as *const PyTypeObject;
    let is = |one: *const PyTypeObject| std::ptr::eq(ty, one);
    if is(&raw const dict::PyDictIterItem_Type)
        || is(&raw const dict::PyDictIterKey_Type)
        || is(&raw const dict::PyDictIterValue_Type)
    {
        // SAFETY: the type was checked; so below.
        let it = unsafe { iterator.cast::<dict::dictiterobject>() };
        return it.is_at_end().then(|| it.di_dict.get().map(|d| &**d));
    }
    if is(&raw const str_::iter::PyUnicodeIter_Type)
        || is(&raw const str_::iter::_PyUnicodeASCIIIter_Type)
    {
        // SAFETY: as above.
        return str_::iter::is_at_end(unsafe { iterator.cast() }).then_some(None);
    }
    if is(&raw const bytes::PyBytesIter_Type) {
        // SAFETY: as above.
        return bytes::is_at_end(unsafe { iterator.cast() }).then_some(None);
    }
    if is(&raw const list::PyListRevIter_Type) {
        // SAFETY: as above.
        let it: &list::listiterobject = unsafe { iterator.cast() };
        let seq = it.it_seq.get();
        let at = it.it_index.get();
        let ended = seq.is_none_or(|s| !(0..s.len() as isize).contains(&at));
        return ended.then(|| seq.map(|s| &**s));
    }
    if let Some(it) = iterator.exact::<list::listiterobject>() {
        let seq = it.it_seq.get();
        let ended = seq.is_none_or(|s| it.it_index.get() as usize >= s.len());
        return ended.then(|| seq.map(|s| &**s));
    }
    if let Some(it) = iterator.exact::<tuple::tupleiterobject>() {
        let seq = it.it_seq.get();
        let ended = seq.is_none_or(|s| it.it_index.get() as usize >= s.len());
        return ended.then(|| seq.map(|s| &**s));
    }
    if let Some(it) = iterator.exact::<range::rangeiterobject>() {
        return (it.index.get() >= it.len.get()).then_some(None);
    }
    if let Some(it) = iterator.exact::<set::setiterobject>() {
        return it.is_at_end().then(|| it.si_set.get().map(|s| &**s));
    }
    inner(iterator).and_then(source_at_end)
}

/// The iterator that tells an `enumerate` or `zip` of its end: of a `zip`'s the first one that ends is the last one that is asked.
fn inner(iterator: &PyObject) -> Option<&PyObject> {
    if let Some(e) = iterator.exact::<enumobject>() {
        return e.en_sit.get();
    }
    let zip = iterator.exact::<iterators::zipobject>()?;
    let sources = zip.ittuple.get().map_or(&[][..], |t| t.items());
    sources.first().copied().filter(|_| zip.strict.get() == 0)
}

/// Whether an iterator is at its end, as those tell that are known here. If anybody else has it (`shared`, or by its count), it is then
/// asked once more, as it would have been; it must let go of nothing that may run something.
pub fn is_at_end(iterator: &PyObject, shared: bool) -> bool {
    let Some(source) = source_at_end(iterator) else {
        return false;
    };
    let mut alone = !shared;
    let mut one = Some(iterator);
    while let Some(it) = one {
        alone &= it.ob_refcnt.get() == 1;
        one = inner(it);
    }
    if alone {
        return true;
    }
    if source.is_some_and(|s| s.ob_refcnt.get() == 1) {
        return false;
    }
    let next = iterator.ty().tp_iternext.get();
    next.is_none_or(|next| next(iterator).is_none())
}

/// Whether an iterator of this class steps through a list, a tuple, a string or a range, which runs nothing.
fn is_plain_iterator(iterator: &PyObject) -> bool {
    let plain = [
        &raw const list::PyListIter_Type,
        &raw const tuple::PyTupleIter_Type,
        &raw const range::PyRangeIter_Type,
        &raw const str_::iter::PyUnicodeIter_Type,
        &raw const str_::iter::_PyUnicodeASCIIIter_Type,
    ];
    let ty: *const PyTypeObject = iterator.ty();
    plain.iter().any(|p| std::ptr::eq(*p, ty))
}

/// The two iterators of a `zip` that has two, if both are plain and it is not strict.
fn zipped(iterator: &PyObject) -> Option<[&PyObject; 2]> {
    let zip = iterator.exact::<iterators::zipobject>()?;
    let sources = zip.ittuple.get()?.items();
    let two = <[&PyObject; 2]>::try_from(sources).ok()?;
    (zip.strict.get() == 0 && two.iter().all(|s| is_plain_iterator(s))).then_some(two)
}

/// Whether [`next_pair`] or [`next_numbered`] knows how this `zip` or `enumerate` steps.
pub fn gives_pairs(iterator: &PyObject) -> bool {
    let numbered = iterator.exact::<enumobject>();
    zipped(iterator).is_some()
        || numbered.is_some_and(|e| e.en_sit.get().is_some_and(is_plain_iterator))
}

/// The next item of a plain iterator; at its end it is not asked.
#[inline]
fn next_plain(iterator: &PyObject) -> Result<Ref, Next> {
    if let Some(it) = iterator.exact::<list::listiterobject>() {
        let index = it.it_index.get() as usize;
        let item = it.it_seq.get().and_then(|l| l.items().get(index).copied());
        let item = item.ok_or(Next::Refused)?.to_ref();
        it.it_index.set(index as isize + 1);
        return Ok(item);
    }
    if let Some(it) = iterator.exact::<tuple::tupleiterobject>() {
        let index = it.it_index.get() as usize;
        let item = it.it_seq.get().and_then(|t| t.items().get(index).copied());
        let item = item.ok_or(Next::Refused)?.to_ref();
        it.it_index.set(index as isize + 1);
        return Ok(item);
    }
    if !is_plain_iterator(iterator) || source_at_end(iterator).is_some() {
        return Err(Next::Refused);
    }
    let next = iterator.ty().tp_iternext.get().ok_or(Next::Refused)?;
    next(iterator).ok_or(Next::Raised)
}

/// The next number and item of an `enumerate` of a plain iterator.
#[inline]
pub fn next_numbered(iterator: &PyObject) -> Result<(i64, Ref), Next> {
    let numbered = iterator.exact::<enumobject>().ok_or(Next::Refused)?;
    let index = numbered.en_index.get();
    if index == isize::MAX {
        return Err(Next::Refused);
    }
    let item = next_plain(numbered.en_sit.get().ok_or(Next::Refused)?)?;
    numbered.en_index.set(index + 1);
    Ok((index as i64, item))
}

/// The next key and value of an iterator over a dict's items; the next pair of a `zip` of two plain iterators.
pub fn next_pair(iterator: &PyObject) -> Result<(Ref, Ref), Next> {
    if let Some([first, second]) = zipped(iterator) {
        if source_at_end(second).is_some() {
            return Err(Next::Refused);
        }
        let item = next_plain(first)?;
        return Ok((item, next_plain(second)?));
    }
    if !iterator.ty().is(&*dict::PyDictIterItem_Type) {
        return Err(Next::Refused);
    }
    // SAFETY: the type was checked.
    let items: &dict::dictiterobject = unsafe { iterator.cast() };
    items.step_entry().ok_or_else(|| match errors::occurred() {
        Some(_) => Next::Raised,
        None => Next::End,
    })
}

/// What [`next`] found.
pub enum Next {
    Item(Ref),
    End,
    /// Python may run: the interpreter must do it.
    Refused,
    Raised,
}

/// A slice of a list (`kind` 0), tuple (1), string (2), or of a tuple as a list (3), backwards if bit 8 is set; None's bounds are beyond the ends.
pub fn slice(kind: u64, container: &PyObject, start: isize, stop: isize) -> PyResult {
    let step = if kind >> 8 != 0 { -1 } else { 1 };
    // SAFETY: the trace has guarded the class.
    unsafe {
        if kind & 0xff == 2 {
            let text = container.cast::<Str>();
            let (start, _, count) = slice::adjust(start, stop, step, text.len());
            let start = start as usize;
            if step == 1 || count <= 1 {
                return text.substring(start, start + count).map(Ref::into_object);
            }
            let points: Vec<u32> = (0..count).map(|n| text.char_at(start - n)).collect();
            return str_::from_code_points(&points).map(Ref::into_object);
        }
        let items = if kind & 0xff == 0 {
            container.cast::<PyListObject>().items()
        } else {
            container.cast::<PyTupleObject>().items()
        };
        let (start, _, count) = slice::adjust(start, stop, step, items.len());
        let start = start as usize;
        let mut turned: SmallVec<[&PyObject; 16]> = SmallVec::new();
        let chosen = if count == 0 {
            &[]
        } else if step == 1 {
            &items[start..start + count]
        } else {
            if turned.try_reserve_exact(count).is_err() {
                return Err(errors::no_memory());
            }
            turned.extend(items[start + 1 - count..=start].iter().rev().copied());
            &turned[..]
        };
        if matches!(kind & 0xff, 0 | 3) {
            list::from_borrowed(chosen).map(Ref::into_object)
        } else if count == items.len() && step == 1 {
            Ok(container.to_ref())
        } else {
            tuple::from_borrowed(chosen).map(Ref::into_object)
        }
    }
}

/// `list[start:stop] = value`.
pub fn set_slice(
    list: &PyListObject,
    start: isize,
    stop: isize,
    value: &PyListObject,
) -> PyResult<()> {
    let (start, stop, count) = slice::adjust(start, stop, 1, list.len());
    let end = if count == 0 { start } else { stop };
    let mut items = Vec::new();
    if items.try_reserve_exact(value.len()).is_err() {
        return Err(errors::no_memory());
    }
    items.extend(value.items().iter().map(|i| i.to_ref()));
    list.splice_owned(start as usize, end as usize, items)
}

/// Whether one string comes before (or whatever the comparison's number says) another.
pub fn str_order(comparison: u64, a: &Str, b: &Str) -> bool {
    let order = if let (str_::Units::One(&[x]), str_::Units::One(&[y])) = (a.units(), b.units()) {
        x.cmp(&y)
    } else {
        a.order(b)
    };
    match comparison {
        0 => order.is_lt(),
        1 => order.is_le(),
        2 => order.is_eq(),
        3 => order.is_ne(),
        4 => order.is_gt(),
        _ => order.is_ge(),
    }
}

/// Whether `item` occurs in `text`.
pub fn str_in(item: &Str, text: &Str) -> bool {
    match (item.units(), text.units()) {
        (str_::Units::One(&[c]), str_::Units::One(all)) => all.contains(&c),
        (item, text) => str_::find(text, item).is_some(),
    }
}
