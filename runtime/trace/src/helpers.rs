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
    Raise "raise";
    NewException "new_exception";
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
        Helper::NewException => {
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
            let items: SmallVec<[Ref; 8]> = args.iter().map(|a| a.to_ref()).collect();
            str_::join(&str_::empty(), &items).map(Ref::into_object)
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
            let d = dict::with_capacity(values.len())?;
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
                hotpy_vm::eval::new_generator(tstate(), function, locals).map(Ref::into_object)
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

/// What a dict has under a string or an int, borrowed; `None` if only Python may know.
#[inline]
pub fn dict_get<'a>(d: &'a PyDictObject, key: &PyObject) -> Option<Option<&'a PyObject>> {
    d.get_quietly(key, dict::hash_of(key).ok()?)
}

/// Whether a set has a string or an int; `None` if only Python may know.
#[inline]
pub fn set_has(set: &PySetObject, key: &PyObject) -> Option<bool> {
    set.contains_quietly(key, dict::hash_of(key).ok()?)
}

/// Puts a string or an int into a set; `None` if Python may have to be asked first.
#[inline]
pub fn set_put(set: &PySetObject, key: &PyObject) -> Option<PyResult<()>> {
    set.add_quietly(key, dict::hash_of(key).ok()?)
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
        None if errors::occurred().is_some() => Next::Raised,
        None => Next::End,
    }
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

/// The next key and value of an iterator over a dict's items.
pub fn next_pair(iterator: &PyObject) -> Result<(Ref, Ref), Next> {
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
