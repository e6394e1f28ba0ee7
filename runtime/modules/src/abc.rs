//! `_abc`: abstract base classes: registration, and checks of classes and instances with their caches.
//!
//! Caches and the registry refer weakly, keyed by address; an entry counts only while its reference leads to that class.
//! Registering anything makes all negative caches stale (a global counter is their version).

use crate::config::Protected;
use crate::support::*;
use hotpy_objects::cfunction::check_count;
use hotpy_objects::def::{Downcast, fast, noargs, one};
use hotpy_objects::flags::tp;
use hotpy_objects::task::{self, Begun};
use hotpy_objects::*;
use smallvec::SmallVec;
use std::cell::RefCell;
use std::collections::HashMap;

static COUNTER: Protected<u64> = Protected::new(0);

/// Classes, held weakly. The references to dead ones are dropped whenever the entries have doubled since, and where somebody looks.
#[derive(Default)]
struct WeakClasses {
    entries: RefCell<HashMap<usize, Ref<PyWeakReference>>>,
    /// How many entries there may be before the dead ones are dropped.
    room: Cell<usize>,
}

impl WeakClasses {
    const LEAST_ROOM: usize = 32;

    fn contains(&self, class: &PyObject) -> bool {
        let key = class.as_ptr() as usize;
        let reference = self.entries.borrow().get(&key).cloned();
        reference
            .and_then(|r| weakref::target(&r))
            .is_some_and(|target| target.is(class))
    }

    fn add(&self, class: &PyObject) -> PyResult<()> {
        let reference = weakref::new_ref(class, None)?;
        let (old, len) = {
            let mut entries = self.entries.borrow_mut();
            let old = entries.insert(class.as_ptr() as usize, reference);
            (old, entries.len())
        };
        drop(old);
        if len > self.room.get().max(Self::LEAST_ROOM) {
            self.drop_dead();
        }
        Ok(())
    }

    fn drop_dead(&self) {
        let mut dead = Vec::new();
        let mut entries = self.entries.borrow_mut();
        entries.retain(|_, reference| {
            let lives = weakref::target(reference).is_some();
            if !lives {
                dead.push(reference.clone());
            }
            lives
        });
        self.room.set(2 * entries.len());
        drop(entries);
        drop(dead);
    }

    fn clear(&self) {
        let old = self.entries.take();
        drop(old);
    }

    fn live(&self) -> Vec<Ref> {
        let all: Vec<_> = self.entries.borrow().values().cloned().collect();
        all.iter().filter_map(|r| weakref::target(r)).collect()
    }

    fn references(&self) -> PyResult {
        self.drop_dead();
        let result = set::new()?;
        let all: Vec<_> = self.entries.borrow().values().cloned().collect();
        for reference in all {
            result.add(&reference)?;
        }
        Ok(result.into_object())
    }
}

/// A class's `_abc_impl`.
#[derive(Default)]
struct Data {
    registry: WeakClasses,
    cache: WeakClasses,
    negative: WeakClasses,
    negative_version: Cell<u64>,
}

impl Body for Data {}

static DataType: PyTypeObject = native_type::<Data>(c"_abc._abc_data");

fn data_of(class: &PyObject) -> PyResult<Ref<Native<Data>>> {
    let data = attr(class, "_abc_impl")?;
    if !data.ty().is(&*DataType) {
        return Err(raise!(TypeError, "_abc_impl is set to a wrong type"));
    }
    // SAFETY: the type was checked.
    Ok(unsafe { data.cast() })
}

fn is_class(o: &PyObject) -> bool {
    o.ty().is_subclass_flag(tp::TYPE_SUBCLASS)
}

fn is_abstract(value: &PyObject) -> PyResult<bool> {
    match protocol::getattr_opt(value, &names::__isabstractmethod__)? {
        Some(flag) => protocol::truth(&flag),
        None => Ok(false),
    }
}

/// Names that are still abstract: new ones, and inherited ones that are not overridden.
fn abstract_names(class: &PyObject) -> PyResult<Ref<PySetObject>> {
    let names = set::new()?;
    let namespace = protocol::getattr(class, &names::__dict__)?;
    for pair in protocol::collect(&*method(&namespace, "items", &[])?)? {
        let Some(pair) = pair.downcast::<PyTupleObject>().filter(|p| p.len() == 2) else {
            continue;
        };
        let (key, value) = (pair.items()[0].to_ref(), pair.items()[1].to_ref());
        if is_abstract(&value)? {
            names.add(&key)?;
        }
    }
    let bases = protocol::getattr(class, &names::__bases__)?;
    for base in protocol::collect(&bases)? {
        let Some(inherited) = protocol::getattr_opt(&base, &names::__abstractmethods__)? else {
            continue;
        };
        for key in protocol::collect(&inherited)? {
            let Some(name) = key.downcast::<Str>() else {
                continue;
            };
            if let Some(value) = protocol::getattr_opt(class, name)?
                && is_abstract(&value)?
            {
                names.add(&key)?;
            }
        }
    }
    set::new_frozen(&names.items()?)
}

extern "C" fn abc_init(_: &PyObject, class: &PyObject) -> PyResult {
    let names = abstract_names(class)?;
    protocol::setattr(class, &names::__abstractmethods__, Some(&names))?;
    let data = new_native(&DataType, Data::default())?;
    protocol::setattr(class, &*str_::intern("_abc_impl")?, Some(data.object()))?;
    // collections.abc marks its sequences and mappings for pattern matching.
    if is_class(class) {
        // SAFETY: it is a type.
        let ty: &PyTypeObject = unsafe { class.cast() };
        let key = str_::intern("__abc_tpflags__")?;
        if let Some(flags) = ty.dict().get_str(&key) {
            let bits = i64_arg(&flags)? as u64 & (tp::SEQUENCE | tp::MAPPING);
            if bits == tp::SEQUENCE | tp::MAPPING {
                return Err(raise!(
                    TypeError,
                    "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"
                ));
            }
            ty.tp_flags.set(ty.tp_flags.get() | bits);
            ty.dict().del_item(&key)?;
        }
    }
    none()
}

/// Gives a class and its subclasses the flags for pattern matching.
fn spread_flags(ty: &PyTypeObject, bits: u64) -> PyResult<()> {
    const BOTH: u64 = tp::SEQUENCE | tp::MAPPING;
    if ty.tp_flags.get() & tp::IMMUTABLETYPE != 0
        || ty.tp_flags.get() & BOTH == bits
        || !ty.is_heap_type()
    {
        return Ok(());
    }
    ty.tp_flags.set(ty.tp_flags.get() & !BOTH | bits);
    for subclass in protocol::collect(&*method(ty, "__subclasses__", &[])?)? {
        // SAFETY: subclasses are types.
        spread_flags(unsafe { PyObject::cast(&subclass) }, bits)?;
    }
    Ok(())
}

extern "C" fn abc_register(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("_abc_register", args.len(), 2, 2)?;
    let (class, subclass) = (args[0], args[1]);
    if !is_class(subclass) {
        return Err(raise!(TypeError, "Can only register classes"));
    }
    if protocol::is_subclass(subclass, class)? {
        return Ok(subclass.to_ref());
    }
    if protocol::is_subclass(class, subclass)? {
        return Err(raise!(
            RuntimeError,
            "Refusing to create an inheritance cycle"
        ));
    }
    data_of(class)?.registry.add(subclass)?;
    COUNTER.set(COUNTER.get() + 1);
    if is_class(class) {
        // SAFETY: both are types.
        let bits =
            unsafe { class.cast::<PyTypeObject>() }.tp_flags.get() & (tp::SEQUENCE | tp::MAPPING);
        if bits != 0 {
            spread_flags(unsafe { subclass.cast() }, bits)?;
        }
    }
    Ok(subclass.to_ref())
}

extern "C" fn abc_instancecheck(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("_abc_instancecheck", args.len(), 2, 2)?;
    if let Some(known) = known(args[0], args[1]) {
        return boolean(known);
    }
    task::run(instancecheck(args[0], args[1]))
}

/// The name of a class's `Data`.
static IMPL: Global = Global::EMPTY;

/// A builtin, and the surrogate `call_then`, that go on with what `__subclasshook__` of Python has answered.
static GO_ON: Global = Global::EMPTY;
static CALL_THEN: Global = Global::EMPTY;

/// The class of an object, if nothing else than that is its `__class__`.
fn class_of(instance: &PyObject) -> Option<&PyTypeObject> {
    let ty = instance.ty();
    let plain = typeobject::lookup(&object::PyBaseObject_Type, &names::__class__)?;
    let asks_class = instance.is_instance::<PyTypeObject>()
        || ty.is_heap_type() && !same_slot!(ty, object::PyBaseObject_Type, tp_getattro)
        || !typeobject::lookup(ty, &names::__class__).is_some_and(|c| c.is(plain));
    (!asks_class).then_some(ty)
}

/// A class's own `Data`, if nothing is asked for it.
fn own_data(of: &PyTypeObject) -> Option<Ref<Native<Data>>> {
    if !same_slot!(of.ty(), typeobject::PyType_Type, tp_getattro) {
        return None;
    }
    let name = IMPL.get()?;
    let data = of.dict().get_str(name.exact::<Str>()?)?;
    if !data.ty().is(&*DataType) {
        return None;
    }
    // SAFETY: the type was checked.
    Some(unsafe { data.cast() })
}

/// What is known already of an instance of a class whose own `__class__` is no one else's, without asking anything.
fn known(class: &PyObject, instance: &PyObject) -> Option<bool> {
    let (of, ty) = (class.downcast::<PyTypeObject>()?, class_of(instance)?);
    let data = own_data(of)?;
    if data.cache.contains(ty) {
        return Some(true);
    }
    let is_up_to_date = data.negative_version.get() == COUNTER.get();
    (is_up_to_date && data.negative.contains(ty)).then_some(false)
}

/// What is not known of such an instance is asked of `__subclasscheck__`: the function that the metaclass has, if nothing is asked to find it.
fn ask_class(class: &PyObject, instance: &PyObject) -> Option<Begun> {
    let (of, ty) = (class.downcast::<PyTypeObject>()?, class_of(instance)?);
    own_data(of)?;
    let check = typeobject::lookup(of.ty(), &names::__subclasscheck__)?;
    if !check.is_exact::<PyFunctionObject>()
        || typeobject::lookup(of, &names::__subclasscheck__).is_some()
    {
        return None;
    }
    let args = [class.to_ref(), ty.to_ref()];
    Some(Begun::Args(check.to_ref(), SmallVec::from_iter(args)))
}

/// `_abc_subclasscheck` up to `__subclasshook__`, where that is a function of Python, or says nothing. `None`: by the task.
fn ask_hook(class: &PyObject, subclass: &PyObject) -> Option<Begun> {
    let of = class.downcast::<PyTypeObject>()?;
    subclass.downcast::<PyTypeObject>()?;
    let data = own_data(of)?;
    if let Some(known) = data.known(subclass) {
        return Some(Begun::Done(boolean(known)));
    }
    let hook = typeobject::lookup(of, &names::__subclasshook__)?;
    if !hook.ty().is(&classmethod::PyClassMethod_Type) {
        return None;
    }
    // SAFETY: the type was checked.
    let hook: &classmethod::classmethod = unsafe { hook.cast() };
    let hook = hook.cm_callable.get()?;
    if !hook.is_exact::<PyFunctionObject>() {
        return None;
    }
    let args = [
        hook.to_ref(),
        class.to_ref(),
        subclass.to_ref(),
        GO_ON.get()?,
    ];
    Some(Begun::Args(CALL_THEN.get()?, SmallVec::from_iter(args)))
}

/// Goes on: `[class, subclass, answer]`.
fn go_on(args: &[&PyObject]) -> Option<Begun> {
    let &[class, subclass, answer] = args else {
        return None;
    };
    let settled = data_of(class).and_then(|data| data.settle(class, subclass, answer));
    match settled {
        Ok(Some(known)) => return Some(Begun::Done(boolean(known))),
        Ok(None) => {}
        Err(raised) => return Some(Begun::Done(Err(raised))),
    }
    let (class, subclass) = (class.to_ref(), subclass.to_ref());
    Some(Begun::Task(Box::pin(async move {
        let data = data_of(&class)?;
        derives(&data, &class, &subclass).await.map(Some)
    })))
}

extern "C" fn abc_go_on(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("_abc_go_on", args.len(), 3, 3)?;
    let data = data_of(args[0])?;
    match data.settle(args[0], args[1], args[2])? {
        Some(known) => boolean(known),
        None => task::run(derives(&data, args[0], args[1])),
    }
}

static_table! {
static GO_ON_DEF: [PyMethodDef] = [
    fast::<PyObject>(c"_abc_go_on", abc_go_on, c""),
    PyMethodDef::END,
];
}

impl Data {
    /// What the caches say of a class.
    fn known(&self, subclass: &PyObject) -> Option<bool> {
        if self.cache.contains(subclass) {
            return Some(true);
        }
        if self.negative_version.get() < COUNTER.get() {
            self.negative.clear();
            self.negative_version.set(COUNTER.get());
        } else if self.negative.contains(subclass) {
            return Some(false);
        }
        None
    }

    /// What `__subclasshook__` has answered, and whose base and registered class it is itself; nothing if those do not tell.
    fn settle(
        &self,
        class: &PyObject,
        subclass: &PyObject,
        hook: &PyObject,
    ) -> PyResult<Option<bool>> {
        if boolean::is_false(hook) {
            self.negative.add(subclass)?;
            return Ok(Some(false));
        }
        let is_true = boolean::is_true(hook);
        if !is_true && !singletons::is_not_implemented(hook) {
            return Err(raise!(
                AssertionError,
                "__subclasshook__ must return either False, True, or NotImplemented"
            ));
        }
        let of = subclass.downcast::<PyTypeObject>();
        let mro = of.and_then(|of| of.tp_mro.cloned());
        let derives = mro
            .as_deref()
            .and_then(|m| m.downcast::<PyTupleObject>())
            .is_some_and(|mro| mro.items().iter().any(|base| base.is(class)));
        if is_true || derives {
            self.cache.add(subclass)?;
            return Ok(Some(true));
        }
        // The registry itself is looked up as fast as a cache.
        Ok(self.registry.contains(subclass).then_some(true))
    }
}

/// `instance.__class__`: `[instance]`.
const CLASS_OF: task::Native = |a| protocol::getattr(a[0], &names::__class__).map(Some);
/// `issubclass(class, base)`: `[class, base]`.
const IS_SUBCLASS: task::Native = |a| boolean(protocol::is_subclass(a[0], a[1])?).map(Some);
/// A method of a class: `[class, name]`.
const METHOD: task::Native = |a| {
    // SAFETY: the second operand is a name.
    protocol::getattr(a[0], unsafe { a[1].cast() }).map(Some)
};

async fn call_method(class: &PyObject, name: &Str, args: Vec<Ref>) -> PyResult {
    let method = task::attempt(METHOD, &[class, name]).await?.ok_or(Raised)?;
    task::call(&method, args).await
}

async fn instancecheck(class: &PyObject, instance: &PyObject) -> PyResult {
    let data = data_of(class)?;
    let subclass = task::attempt(CLASS_OF, &[instance]).await?.ok_or(Raised)?;
    if data.cache.contains(&subclass) {
        return boolean(true);
    }
    let subtype = instance.ty();
    let check = |of: &PyObject| call_method(class, &names::__subclasscheck__, vec![of.to_ref()]);
    if subclass.is(subtype) {
        if data.negative_version.get() == COUNTER.get() && data.negative.contains(&subclass) {
            return boolean(false);
        }
        return check(&subclass).await;
    }
    let first = check(&subclass).await?;
    if task::truth(&first).await? {
        Ok(first)
    } else {
        check(subtype).await
    }
}

extern "C" fn abc_subclasscheck(_: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    let args = args.slice(count);
    check_count("_abc_subclasscheck", args.len(), 2, 2)?;
    task::run(subclasscheck(args[0], args[1]))
}

async fn subclasscheck(class: &PyObject, subclass: &PyObject) -> PyResult {
    if !is_class(subclass) {
        return Err(raise!(TypeError, "issubclass() arg 1 must be a class"));
    }
    let data = data_of(class)?;
    if let Some(known) = data.known(subclass) {
        return boolean(known);
    }
    let given = vec![subclass.to_ref()];
    let hook = call_method(class, &names::__subclasshook__, given).await?;
    match data.settle(class, subclass, &hook)? {
        Some(known) => boolean(known),
        None => derives(&data, class, subclass).await,
    }
}

/// Whether a class derives from one that is registered, or that is derived itself.
async fn derives(data: &Data, class: &PyObject, subclass: &PyObject) -> PyResult {
    let yes = || -> PyResult {
        data.cache.add(subclass)?;
        boolean(true)
    };
    let is_subclass = async |of: &PyObject| -> PyResult<bool> {
        let answer = task::attempt(IS_SUBCLASS, &[subclass, of]).await?;
        Ok(answer.is_some_and(|a| boolean::is_true(&a)))
    };
    for registered in data.registry.live() {
        if is_subclass(&registered).await? {
            return yes();
        }
    }
    let subclasses = str_::intern("__subclasses__")?;
    let subclasses = call_method(class, &subclasses, Vec::new()).await?;
    let Some(subclasses) = subclasses.downcast::<PyListObject>() else {
        return Err(raise!(TypeError, "__subclasses__() must return a list"));
    };
    let mut i = 0;
    while let Some(derived) = subclasses.get(i) {
        if is_subclass(&derived).await? {
            return yes();
        }
        i += 1;
    }
    data.negative.add(subclass)?;
    boolean(false)
}

extern "C" fn get_cache_token(_: &PyObject) -> PyResult {
    uint(COUNTER.get())
}

extern "C" fn get_dump(_: &PyObject, class: &PyObject) -> PyResult {
    let data = data_of(class)?;
    tuple(vec![
        data.registry.references()?,
        data.cache.references()?,
        data.negative.references()?,
        uint(data.negative_version.get())?,
    ])
}

extern "C" fn reset_registry(_: &PyObject, class: &PyObject) -> PyResult {
    data_of(class)?.registry.clear();
    none()
}

extern "C" fn reset_caches(_: &PyObject, class: &PyObject) -> PyResult {
    let data = data_of(class)?;
    data.cache.clear();
    data.negative.clear();
    data.registry.drop_dead();
    none()
}

static_table! {
static METHODS: [PyMethodDef] = [
    one::<PyObject>(c"_abc_init", abc_init, c"_abc_init($module, self, /)\n--\n\nSets an abstract class up."),
    fast::<PyObject>(c"_abc_register", abc_register, c"_abc_register($module, self, subclass, /)\n--\n\nMakes a class a virtual subclass."),
    fast::<PyObject>(c"_abc_instancecheck", abc_instancecheck, c"_abc_instancecheck($module, self, instance, /)\n--\n\nWhat isinstance() asks."),
    fast::<PyObject>(c"_abc_subclasscheck", abc_subclasscheck, c"_abc_subclasscheck($module, self, subclass, /)\n--\n\nWhat issubclass() asks."),
    noargs::<PyObject>(c"get_cache_token", get_cache_token, c"get_cache_token($module, /)\n--\n\nChanges with every registration."),
    one::<PyObject>(c"_get_dump", get_dump, c"_get_dump($module, self, /)\n--\n\nThe caches, for debugging."),
    one::<PyObject>(c"_reset_registry", reset_registry, c"_reset_registry($module, self, /)\n--\n\nFor tests."),
    one::<PyObject>(c"_reset_caches", reset_caches, c"_reset_caches($module, self, /)\n--\n\nFor tests."),
    PyMethodDef::END,
];
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    typeobject::ready(&DataType)?;
    IMPL.set(Some(str_::intern("_abc_impl")?.into_object()));
    GO_ON.set(Some(
        cfunction::new(&GO_ON_DEF[0], Some(&singletons::none()), None)?.into_object(),
    ));
    task::register_method(&GO_ON_DEF[0], |_, args, _| go_on(args));
    CALL_THEN.set(hotpy_vm::surrogates::by_name("call_then").map(Ref::into_object));
    let module = module::with_methods("_abc", "The core of abc.", METHODS)?;
    for name in ["_get_dump", "_reset_registry", "_reset_caches"] {
        if let Some(function) = module.dict().get_text(name) {
            hotpy_vm::builtin_calls::mark_asking(&function);
        }
    }
    task::register_named(&module, "_abc_instancecheck", |_, args, names| {
        let ([class, instance], None) = (args, names) else {
            return None;
        };
        if let Some(known) = known(class, instance) {
            return Some(Begun::Done(boolean(known)));
        }
        if let Some(begun) = ask_class(class, instance) {
            return Some(begun);
        }
        if !class.is_instance::<PyTypeObject>() {
            return Some(Begun::Attempt);
        }
        let (class, instance) = (class.to_ref(), instance.to_ref());
        Some(Begun::Task(Box::pin(async move {
            instancecheck(&class, &instance).await.map(Some)
        })))
    })?;
    task::register_named(&module, "_abc_subclasscheck", |_, args, names| {
        let ([class, subclass], None) = (args, names) else {
            return None;
        };
        if let Some(begun) = ask_hook(class, subclass) {
            return Some(begun);
        }
        let (class, subclass) = (class.to_ref(), subclass.to_ref());
        Some(Begun::Task(Box::pin(async move {
            subclasscheck(&class, &subclass).await.map(Some)
        })))
    })?;
    Ok(module)
}
