//! `_thread._local`: attributes that every thread has of its own.

use crate::support::*;
use hotpy_objects::def::Downcast;
use hotpy_objects::*;
use std::cell::RefCell;
use std::collections::HashMap;

/// `_thread._local`: one attribute dict per thread, by the thread state's number. The instance's `__dict__` slot holds the running thread's.
#[derive(Default)]
pub struct Local {
    dicts: RefCell<HashMap<u64, Ref>>,
    args: Held,
    kwargs: Held,
}

/// Every object, so that a thread's dicts go when it ends.
struct All(Cell<Vec<*const Native<Local>>>);

// SAFETY: U1.
unsafe impl Sync for All {}

static ALL: All = All(Cell::new(Vec::new()));

impl Drop for Local {
    fn drop(&mut self) {
        let this: *const Local = self;
        let mut all = ALL.0.take();
        // SAFETY: an object is on the list as long as it lives.
        all.retain(|&each| !std::ptr::eq(unsafe { &raw const (*each).body }, this));
        ALL.0.set(all);
    }
}

/// The thread has ended: drops its dicts.
pub fn forget(ts: &PyThreadState) {
    let all = ALL.0.take();
    let mut dicts = Vec::new();
    for &each in &all {
        // SAFETY: as above; nothing runs Python before the list is put back.
        let local = unsafe { &*each };
        if let Ok(mut own) = local.dicts.try_borrow_mut() {
            dicts.extend(own.remove(&ts.id.get()));
        }
        if let (Some(shown), Some(dict)) = (local.dict.get(), dicts.last())
            && shown.is(&**dict)
        {
            dicts.extend(local.dict.take());
        }
    }
    ALL.0.set(all);
    drop(dicts);
}

fn number() -> u64 {
    tstate().id.get()
}

impl Body for Local {
    fn visit(&self, visit: &mut dyn FnMut(&PyObject) -> c_int) -> c_int {
        if let Ok(dicts) = self.dicts.try_borrow() {
            for dict in dicts.values() {
                let answer = visit(dict);
                if answer != 0 {
                    return answer;
                }
            }
        }
        visit_all(&[&self.args, &self.kwargs], visit)
    }
    fn clear(&self) {
        drop(std::mem::take(&mut *self.dicts.borrow_mut()));
        self.args.take();
        self.kwargs.take();
    }
}

pub static LocalType: PyTypeObject = PyTypeObject {
    tp_new: Cell::new(Some(local_new)),
    tp_getattro: slot_getattr(),
    tp_setattro: Cell::new(Some(local_setattro)),
    tp_dictoffset: dict_offset::<Local>(),
    tp_weaklistoffset: weak_offset::<Local>(),
    tp_flags: BASE_FLAGS,
    tp_doc: Cell::new(c"_local()\n--\n\nAttributes that every thread has of its own.".as_ptr()),
    ..native_type::<Local>(c"_thread._local")
};

const fn slot_getattr() -> Cell<Option<getattrofunc>> {
    Cell::new(Some(local_getattro))
}

extern "C" fn local_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    let plain_init = ty.tp_init.get().map(|f| f as usize)
        == object::PyBaseObject_Type.tp_init.get().map(|f| f as usize);
    if plain_init {
        let any = args_tuple(args).len() > 0
            || kwargs
                .and_then(|k| k.downcast::<PyDictObject>())
                .is_some_and(|d| d.len() > 0);
        if any {
            return Err(raise!(
                TypeError,
                "Initialization arguments are not supported"
            ));
        }
    }
    let local = new_native(ty, Local::default())?;
    local.args.set(Some(args.to_ref()));
    local.kwargs.set(kwargs.map(|k| k.to_ref()));
    let own = dict::new()?.into_object();
    local.dicts.borrow_mut().insert(number(), own.clone());
    local.dict.set(Some(own));
    let mut all = ALL.0.take();
    all.push(&*local);
    ALL.0.set(all);
    Ok(local.into_object())
}

/// Puts the running thread's dict into the instance; the first time in a thread `__init__` runs.
fn enter_local(this: &PyObject) -> PyResult<()> {
    // SAFETY: slots of the local type are called with its instances.
    let local = unsafe { this.cast::<Native<Local>>() };
    let me = number();
    let known = local.dicts.borrow().get(&me).cloned();
    if let Some(own) = known {
        if !local.dict.get().is_some_and(|d| d.is(&*own)) {
            local.dict.set(Some(own));
        }
        return Ok(());
    }
    let own = dict::new()?.into_object();
    local.dicts.borrow_mut().insert(me, own.clone());
    local.dict.set(Some(own));
    if let Some(init) = this.ty().tp_init.get() {
        let args = local.args.get();
        let kwargs = local.kwargs.get();
        if let Some(args) = args {
            // That the thread has a dict now cannot be repeated.
            if attempt::apart(|| init(this, &args, kwargs.as_deref())) < 0 {
                local.dicts.borrow_mut().remove(&me);
                return Err(Raised);
            }
        }
    }
    Ok(())
}

extern "C" fn local_getattro(this: &PyObject, name: &PyObject) -> PyResult {
    enter_local(this)?;
    let Some(name) = name.downcast::<Str>() else {
        return Err(raise!(
            TypeError,
            "attribute name must be string, not '{}'",
            name.ty().name()
        ));
    };
    if name.equals(&names::__dict__) {
        // SAFETY: as above.
        return Ok(unsafe { this.cast::<Native<Local>>() }
            .dict
            .cloned()
            .unwrap_or_else(singletons::none));
    }
    match protocol::generic_getattr(this, name, false)? {
        Some(value) => Ok(value),
        None => Err(raise!(SystemError, "attribute look-up without an answer")),
    }
}

extern "C" fn local_setattro(this: &PyObject, name: &PyObject, value: Option<&PyObject>) -> c_int {
    def::status((|| {
        enter_local(this)?;
        let Some(name) = name.downcast::<Str>() else {
            return Err(raise!(
                TypeError,
                "attribute name must be string, not '{}'",
                name.ty().name()
            ));
        };
        if name.equals(&names::__dict__) {
            return Err(raise!(
                AttributeError,
                "'{}' object attribute '__dict__' is read-only",
                this.ty().name()
            ));
        }
        protocol::generic_setattr(this, name, value)
    })())
}
