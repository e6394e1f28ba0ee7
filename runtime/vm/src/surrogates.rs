//! Surrogates at run time: loading and verifying their blobs, their functions and constants, entering them.
//!
//! The baked blob (`hotpy_surrogates::BLOB`) is loaded once, before any bytecode runs. A surrogate is an ordinary function object whose
//! code is flagged as hidden; its globals are empty. A function's number is its place in the baked blob; further blobs
//! (`-X surrogates-blob=FILE`) are appended, and the numbers in their code are rewritten accordingly.
//!
//! Which surrogate a compound op enters is found once, at loading ([`Known`]): by what its file declares it to replace. A blob that is damaged, or was
//! made for another op table, is refused as a whole.

use crate::builtin_calls;
use crate::calls::{Outcome, enter_function, own};
use crate::config::SURROGATES_SHOWN;
use crate::interp;
use hotpy_code::CodeObject;
use hotpy_code::blob::{self, Replaces};
use hotpy_isa::constants::{Constant, Kind};
use hotpy_isa::{Imm, encoding};
use hotpy_objects::code::private::{HIDDEN, UNCHARGED};
use hotpy_objects::*;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;

macro_rules! known {
    ($($variant:ident $kind:ident $text:literal,)*) => {
        /// The surrogates that the interpreter enters itself.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Known { $(#[doc = $text] $variant,)* }
        const KNOWN: &[Wanted] = &[$(Wanted::$kind($text),)*];
    };
}

/// How a surrogate is found.
enum Wanted {
    /// By what it replaces, as its file says.
    Replaces(&'static str),
    /// By its name: it is a part of what another one replaces.
    Part(&'static str),
}

known! {
    Binary Replaces "BINARY_OP",
    Inplace Replaces "BINARY_OP +=",
    BinaryRest Part "binary_rest",
    Compare Replaces "COMPARE_OP",
    CompareRest Part "compare_rest",
    Truth Replaces "UNARY_NOT",
    Contains Replaces "CONTAINS_OP",
    ContainsRest Part "contains_rest",
    GetIter Replaces "GET_ITER",
    GetAttr Part "getattr_hooks",
    GenericGetAttr Replaces "LOAD_ATTR",
    SetAttr Replaces "STORE_ATTR",
    DelAttr Replaces "DELETE_ATTR",
    GetItem Replaces "BINARY_SUBSCR",
    SetItem Replaces "STORE_SUBSCR",
    DelItem Replaces "DELETE_SUBSCR",
    With Replaces "BEFORE_WITH",
    AsyncWith Replaces "BEFORE_ASYNC_WITH",
    Unpack Replaces "UNPACK_SEQUENCE",
    UnpackStar Replaces "UNPACK_EX",
    ListExtend Replaces "LIST_EXTEND",
    ListAdd Part "list_iadd",
    SetUpdate Replaces "SET_UPDATE",
    CallEx Replaces "CALL_FUNCTION_EX",
    Send Replaces "SEND",
    Unary Replaces "UNARY_NEGATIVE",
    TypeCall Replaces "slot type.__call__",
    BuildClassFrom Part "build_class_from",
    Given Part "given",
    NewClass Replaces "builtin type.__new__",
    MapNext Replaces "slot map.__next__",
    FilterNext Replaces "slot filter.__next__",
    ZipNext Replaces "slot zip.__next__",
    EnumerateNext Replaces "slot enumerate.__next__",
    SequenceNext Replaces "slot SequenceIteratorType.__next__",
    NextOrRaise Part "builtin_next",
    NextDefault Part "builtin_next_default",
    GetAttrDefault Part "builtin_getattr_default",
    Collect Replaces "builtin list",
    CollectSteps Part "collect_steps_as",
    JoinSteps Part "str_join_steps",
    MakeDict Replaces "builtin dict",
    MergeRest Part "merge_rest",
    SumFrom Part "sum_from",
    AnyFrom Part "any_from",
    AllFrom Part "all_from",
    MinFirst Part "min_first",
    MinOn Part "min_on",
    MinFrom Part "min_from",
    MaxFirst Part "max_first",
    MaxOn Part "max_on",
    MaxFrom Part "max_from",
    ReduceFrom Part "reduce_from",
    SortFrom Part "sort_from",
    SortedByKey Part "sorted_by_key",
    Repr Replaces "slot object.__repr__",
    Str Replaces "slot object.__str__",
    Format Replaces "builtin format",
    Replay Part "replay",
    InstanceByHook Part "instance_by_hook",
    SubclassByHook Part "subclass_by_hook",
    RunTask Part "run_task",
    PutEach Part "put_each",
    SumAll Part "sum_all",
    AskCall Part "ask_call",
    AskTruth Part "ask_truth",
    AskAdd Part "ask_add",
    AskResume Part "ask_resume",
    AskThrow Part "ask_throw",
    AskThrowInside Part "ask_throw_inside",
    AskGoOn Part "ask_go_on",
}

struct Table {
    /// All functions, each owned for ever; by number.
    functions: Vec<*mut PyFunctionObject>,
    names: Vec<String>,
    /// By [`Known`].
    known: Vec<*mut PyFunctionObject>,
    /// By number of the surrogate: what a RecursionError on entering it adds to the message.
    places: Vec<&'static str>,
    /// By number of [`Constant`].
    constants: Vec<*mut PyObject>,
}

// SAFETY: written once; objects are used under the GIL only.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}

static TABLE: OnceLock<Table> = OnceLock::new();

/// Whether the surrogates are there: from start-up's first bytecode on.
#[inline]
pub fn is_loaded() -> bool {
    TABLE.get().is_some()
}

/// Loads the baked blob and the files given; to be called once, when `builtins` is complete and before bytecode runs.
/// The text of the error says which blob is refused, and why.
pub fn load(builtins: &PyDictObject, files: &[String]) -> Result<(), String> {
    let baked = blob::read_baked(hotpy_surrogates::BLOB).map_err(|e| e.to_string())?;
    let mut loader = Loader {
        builtins,
        functions: Vec::new(),
        names: Vec::new(),
        places: Vec::new(),
        replaced: Vec::new(),
    };
    loader.append(baked)?;
    for file in files {
        let data = std::fs::read(file).map_err(|e| format!("{file}: {e}"))?;
        let extra = blob::read(&data).map_err(|e| format!("{file}: {e}"))?;
        loader.append(extra).map_err(|e| format!("{file}: {e}"))?;
    }
    let replaced = loader.replaced.iter();
    let replaced: Vec<_> = replaced.map(|(r, n)| (r.to_string(), *n)).collect();
    let mut known = Vec::with_capacity(KNOWN.len());
    for wanted in KNOWN {
        let (text, number) = match *wanted {
            Wanted::Part(name) => (name, loader.number(name)),
            // The newest one.
            Wanted::Replaces(target) => {
                let found = replaced.iter().rfind(|(text, _)| text == target);
                (target, found.map(|(_, number)| *number))
            }
        };
        known.push(
            number
                .map(|n| loader.functions[n])
                .ok_or_else(|| format!("no surrogate for '{text}'"))?,
        );
    }
    let mut constants = Vec::with_capacity(Constant::all().len());
    for &constant in Constant::all() {
        match constant_object(constant, builtins) {
            Some(object) => constants.push(object.into_raw()),
            None => return Err(format!("no constant '{}'", constant.name())),
        }
    }
    let _ = TABLE.set(Table {
        functions: loader.functions,
        names: loader.names,
        known,
        places: loader.places,
        constants,
    });
    builtin_calls::register(builtins, &loader.replaced);
    Ok(())
}

struct Loader<'a> {
    builtins: &'a PyDictObject,
    functions: Vec<*mut PyFunctionObject>,
    names: Vec<String>,
    places: Vec<&'static str>,
    /// What is replaced, and by which surrogate.
    replaced: Vec<(Replaces, usize)>,
}

impl Loader<'_> {
    /// The newest surrogate of a name: a file's go before the baked ones.
    fn number(&self, name: &str) -> Option<usize> {
        self.names.iter().rposition(|n| n == name)
    }

    fn append(&mut self, blob: blob::Blob) -> Result<(), String> {
        let first = self.functions.len();
        let own = blob.surrogates.len();
        let mut numbers: Vec<usize> = (first..first + own).collect();
        for name in &blob.imports {
            numbers.push(
                self.number(name)
                    .ok_or_else(|| format!("no surrogate '{name}'"))?,
            );
        }
        for surrogate in &blob.surrogates {
            let moved;
            let code: &CodeObject = if first == 0 {
                &surrogate.code
            } else {
                moved = renumbered(&surrogate.code, &numbers)?;
                &moved
            };
            let function = self.function(code, surrogate.recursion).map_err(|Raised| {
                errors::clear();
                format!("surrogate '{}' cannot be made", surrogate.name)
            })?;
            let number = self.functions.len();
            self.functions.push(function.into_raw());
            self.names.push(surrogate.name.clone());
            self.places.push(surrogate.place.clone().leak());
            let replaced = surrogate.replaces.iter().map(|r| (r.clone(), number));
            self.replaced.extend(replaced);
        }
        Ok(())
    }

    fn function(&self, code: &CodeObject, recursion: u32) -> PyResult<Ref<PyFunctionObject>> {
        let code = code::from_compiled(code)?;
        if recursion == 0 {
            code.co_flags.set(code.co_flags.get() | UNCHARGED);
        }
        if SURROGATES_SHOWN.load(Relaxed) {
            code.co_flags.set(code.co_flags.get() & !HIDDEN);
        }
        let globals = dict::new()?;
        function::new_with_builtins(&code, &globals, self.builtins, None)
    }
}

/// The code with its surrogates' numbers replaced.
fn renumbered(code: &CodeObject, numbers: &[usize]) -> Result<CodeObject, String> {
    let mut moved = code.clone();
    for d in encoding::instructions(&code.code).flatten() {
        if d.op.info().dollar.is_none_or(|o| o.imm != Imm::Surrogate) {
            continue;
        }
        let number = numbers
            .get(d.arg as usize)
            .copied()
            .and_then(|n| u8::try_from(n).ok());
        match number {
            Some(n) if d.start == d.at => moved.code[2 * d.at + 1] = n,
            _ => return Err("too many surrogates".to_owned()),
        }
    }
    Ok(moved)
}

/// The object of a constant.
fn constant_object(constant: Constant, builtins: &PyDictObject) -> Option<Ref> {
    use Constant::*;
    let of = |ty: &PyTypeObject| Some(Ref::new(ty).into_object());
    match constant {
        NotImplemented => Some(singletons::not_implemented()),
        Ellipsis => builtins.get_text("Ellipsis"),
        FunctionType => of(&function::PyFunction_Type),
        MethodType => of(&method::PyMethod_Type),
        BuiltinType => of(&cfunction::PyCFunction_Type),
        MethodDescriptorType => of(&descr::PyMethodDescr_Type),
        ClassMethodDescriptorType => of(&descr::PyClassMethodDescr_Type),
        WrapperDescriptorType => of(&descr::PyWrapperDescr_Type),
        MethodWrapperType => of(&descr::_PyMethodWrapper_Type),
        MemberDescriptorType => of(&descr::PyMemberDescr_Type),
        GetSetDescriptorType => of(&descr::PyGetSetDescr_Type),
        PropertyType => of(&property::PyProperty_Type),
        ModuleType => of(&module::PyModule_Type),
        CodeType => of(&code::PyCode_Type),
        CellType => of(&cell::PyCell_Type),
        GeneratorType => of(&generator::PyGen_Type),
        CoroutineType => of(&generator::PyCoro_Type),
        AsyncGeneratorType => of(&generator::PyAsyncGen_Type),
        MappingProxyType => of(&mappingproxy::PyDictProxy_Type),
        GenericAliasType => of(&generic_alias::Py_GenericAliasType),
        UnionType => of(&union_::_PyUnion_Type),
        NoneType => of(singletons::none().ty()),
        NotImplementedType => of(singletons::not_implemented().ty()),
        SequenceIteratorType => of(&iterators::PySeqIter_Type),
        CallableIteratorType => of(&iterators::PyCallIter_Type),
        named => {
            debug_assert!(named.kind() != Kind::Object);
            builtins.get_text(named.name())
        }
    }
}

fn table() -> PyResult<&'static Table> {
    TABLE
        .get()
        .ok_or_else(|| raise!(SystemError, "the surrogates have not been loaded"))
}

/// The constant with this number.
pub fn constant(number: usize) -> PyResult {
    match table()?.constants.get(number) {
        // SAFETY: the table owns its objects.
        Some(&object) => Ok(unsafe { (*object).to_ref() }),
        None => Err(raise!(
            SystemError,
            "low-level Python: no constant {number}"
        )),
    }
}

/// The function of the surrogate with this number.
pub fn function(number: usize) -> PyResult<Ref<PyFunctionObject>> {
    match table()?.functions.get(number) {
        // SAFETY: the table owns its objects.
        Some(&object) => Ok(unsafe { Ref::new(&*object) }),
        None => Err(raise!(
            SystemError,
            "low-level Python: no surrogate {number}"
        )),
    }
}

/// What a RecursionError on entering a surrogate's frame adds to its message.
#[cold]
pub fn recursion_place(frame: &hotpy_objects::frame::Frame) -> &'static str {
    let function = frame.f_func.as_ptr();
    let number = TABLE
        .get()
        .and_then(|t| Some((t, t.functions.iter().position(|&f| f == function)?)));
    number.map_or("", |(table, n)| table.places[n])
}

/// The function of a surrogate that the interpreter knows.
pub fn known(which: Known) -> PyResult<Ref<PyFunctionObject>> {
    // SAFETY: the table owns its objects.
    Ok(unsafe { Ref::new(&*table()?.known[which as usize]) })
}

/// The names of all surrogates, by number; a file's repeat those of the baked ones that they replace.
pub fn names() -> &'static [String] {
    TABLE.get().map_or(&[], |table| &table.names)
}

/// The function of the surrogate of this name; a file's goes before a baked one.
pub fn by_name(name: &str) -> Option<Ref<PyFunctionObject>> {
    let number = TABLE.get()?.names.iter().rposition(|n| n == name)?;
    function(number).ok()
}

/// A frame for a surrogate with borrowed arguments, to be entered.
pub fn enter(ts: &PyThreadState, which: Known, args: &[&PyObject]) -> Outcome {
    let Ok(table) = table() else {
        return Outcome::Raised;
    };
    enter_raw(ts, table.known[which as usize], args)
}

/// The same for the surrogate with this number.
pub fn enter_number(ts: &PyThreadState, number: usize, args: &[&PyObject]) -> Outcome {
    match table() {
        Ok(table) => enter_raw(ts, table.functions[number], args),
        Err(Raised) => Outcome::Raised,
    }
}

fn enter_raw(ts: &PyThreadState, function: *mut PyFunctionObject, args: &[&PyObject]) -> Outcome {
    let mut owned = own(args);
    // SAFETY: the table owns its functions; the arguments' references are new.
    unsafe {
        let function = Ref::new(&*function);
        match enter_function(ts, function, owned.as_mut_ptr(), args.len(), None) {
            Some(frame) => Outcome::Enter(frame),
            None => Outcome::Raised,
        }
    }
}

/// Runs a surrogate to its end, for native callers.
pub fn run(name: &'static str, args: &[&PyObject]) -> PyResult {
    let Some(function) = by_name(name) else {
        return Err(raise!(SystemError, "no surrogate '{name}'"));
    };
    let ts = tstate();
    let mut owned = own(args);
    // SAFETY: as in `enter`.
    unsafe {
        match enter_function(ts, function, owned.as_mut_ptr(), args.len(), None) {
            Some(frame) => interp::run(ts, frame, None),
            None => Err(Raised),
        }
    }
}
