//! Further interpreters in the process: their making and ending, the references that keep them, and `InterpreterID`.
//!
//! What an interpreter has of its own are the fields of `PyInterpreterState` (M5).

use crate::support::*;
use crate::{finish, run, start};
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::slot;
use hotpy_objects::flags::cmp::{EQ, NE};
use hotpy_objects::flags::tp;
use hotpy_objects::*;
use hotpy_vm::state;

/// Makes an interpreter with a thread state for the caller, which becomes the current one. `None` after a failure, which has been printed.
pub fn create(isolated: bool) -> PyResult<Option<&'static PyThreadState>> {
    crate::sys::audit("cpython.PyInterpreterState_New", &[])?;
    let interp = state::create_interpreter();
    interp.config_isolated_interpreter.set(isolated as c_int);
    let ts = state::create(interp);
    if state::of_this_thread().is_none() {
        state::bind(ts);
    }
    let before = state::swap(Some(ts));
    if start::start_another().is_ok() {
        return Ok(Some(ts));
    }
    if errors::occurred().is_some() {
        run::print_error();
    }
    state::clear(ts);
    interp.clear();
    state::swap(before);
    // SAFETY: nobody has got to know of it.
    unsafe { state::delete_interpreter(interp.as_ptr()) };
    Ok(None)
}

/// The interpreter of that number. RuntimeError.
pub fn by_id(id: i64) -> PyResult<&'static PyInterpreterState> {
    find(id).ok_or_else(|| raise!(RuntimeError, "unrecognized interpreter ID {id}"))
}

fn find(id: i64) -> Option<&'static PyInterpreterState> {
    state::interpreters()
        .into_iter()
        .find(|interp| interp.id.get() == id)
}

/// One ID object more keeps it.
pub fn keep(interp: &PyInterpreterState) {
    interp.id_refcount.set(interp.id_refcount.get() + 1);
}

/// One less; the last one ends it, if it is one that IDs keep.
pub fn let_go(interp: &'static PyInterpreterState) {
    let left = interp.id_refcount.get() - 1;
    interp.id_refcount.set(left);
    if left != 0 || interp.requires_idref.get() == 0 || interp.finalizing.get() != 0 {
        return;
    }
    // SAFETY: states on the list are live.
    if let Some(ts) = unsafe { interp.threads_head.get().as_ref() } {
        let before = state::swap(Some(ts));
        finish::finish_another();
        state::swap(before);
    }
}

/// `__main__` of an interpreter. RuntimeError.
pub fn main_module(interp: &PyInterpreterState) -> PyResult {
    let Some(sys) = interp.sys.cloned() else {
        return Err(raise!(RuntimeError, "interpreter not initialized"));
    };
    match sys.dict().get_str(&names::modules) {
        Some(modules) => protocol::getitem(&modules, &*text("__main__")?),
        None => Err(raise!(RuntimeError, "interpreter not initialized")),
    }
}

// ---- InterpreterID ----

/// C: `interpid`: a number that keeps the interpreter.
#[repr(C)]
pub struct InterpreterId {
    ob_base: PyObject,
    id: Cell<i64>,
}

object_structs!(InterpreterId);

/// An ID object; `force`: even if there is no such interpreter. RuntimeError.
pub fn new_id(ty: &PyTypeObject, id: i64, force: bool) -> PyResult {
    match find(id) {
        Some(interp) => keep(interp),
        None if force => {}
        None => return by_id(id).map(|_| singletons::none()),
    }
    let alloc = ty.tp_alloc.get().unwrap_or(mem::generic_alloc);
    let object = alloc(ty, 0)?;
    // SAFETY: instances of the type have this layout.
    unsafe { PyObject::cast::<InterpreterId>(&object) }
        .id
        .set(id);
    Ok(object)
}

/// The ID object of an interpreter.
pub fn id_object(interp: &PyInterpreterState) -> PyResult {
    new_id(&_PyInterpreterID_Type, interp.id.get(), false)
}

/// The number that an ID, or an int, stands for. TypeError, ValueError, OverflowError.
pub fn id_of(o: &PyObject) -> PyResult<i64> {
    if typeobject::is_subtype(o.ty(), &_PyInterpreterID_Type) {
        // SAFETY: the type was checked.
        return Ok(unsafe { o.cast::<InterpreterId>() }.id.get());
    }
    if !number::has_index(o) {
        return Err(raise!(
            TypeError,
            "interpreter ID must be an int, got {}",
            o.ty().name()
        ));
    }
    let number = number::index(o)?;
    match number.to_i64() {
        Some(id) if id >= 0 => Ok(id),
        None if !number.is_negative() => Err(raise!(OverflowError, "int too big to convert")),
        _ => Err(raise!(
            ValueError,
            "interpreter ID must be a non-negative int, got {}",
            protocol::repr(o)?.to_string_lossy()
        )),
    }
}

extern "C" fn id_new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    static PARAMS: Params = Params {
        function: "InterpreterID.__init__",
        names: &["id", "force"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let a = PARAMS.bind_tuple(args_tuple(args), kwargs)?;
    let Some(id) = a[0] else {
        return Err(raise!(
            TypeError,
            "InterpreterID.__init__() missing required argument 'id' (pos 1)"
        ));
    };
    new_id(ty, id_of(id)?, bool_arg(a[1], false)?)
}

/// # Safety
/// The object's count has just become zero.
unsafe extern "C" fn id_dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete.
    unsafe {
        let id = (*this.cast::<InterpreterId>()).id.get();
        mem::free_instance(this);
        if let Some(interp) = find(id) {
            let_go(interp);
        }
    }
}

extern "C" fn id_int(this: &InterpreterId) -> PyResult {
    int(this.id.get())
}

extern "C" fn id_repr(this: &InterpreterId) -> PyResult {
    text(&format!("{}({})", this.ty().name(), this.id.get()))
}

extern "C" fn id_str(this: &InterpreterId) -> PyResult {
    text(&this.id.get().to_string())
}

extern "C" fn id_hash(this: &PyObject) -> isize {
    // SAFETY: U3.
    let this: &InterpreterId = unsafe { this.cast() };
    int(this.id.get())
        .and_then(|n| protocol::hash(&n))
        .unwrap_or(-1)
}

/// Equal to numbers too; in no order.
extern "C" fn id_compare(this: &InterpreterId, other: &PyObject, op: c_int) -> PyResult {
    let not_implemented = || Ok(singletons::not_implemented());
    if op != EQ && op != NE {
        return not_implemented();
    }
    if typeobject::is_subtype(other.ty(), &_PyInterpreterID_Type) {
        // SAFETY: the type was checked.
        let same = unsafe { other.cast::<InterpreterId>() }.id == this.id;
        return boolean(same == (op == EQ));
    }
    if !number::is_number(other) {
        return not_implemented();
    }
    protocol::compare(&*int(this.id.get())?, other, op)
}

static NUMBER: PyNumberMethods = PyNumberMethods {
    nb_int: slot::unary(id_int),
    nb_index: slot::unary(id_int),
    ..PyNumberMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static _PyInterpreterID_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(id_dealloc)),
    tp_repr: slot::unary(id_repr),
    tp_as_number: def::table(&NUMBER),
    tp_hash: Cell::new(Some(id_hash)),
    tp_str: slot::unary(id_str),
    tp_flags: Cell::new(tp::DEFAULT | tp::BASETYPE),
    tp_doc: Cell::new(c"The number of an interpreter, which it keeps.".as_ptr()),
    tp_richcompare: slot::compare(id_compare),
    tp_new: Cell::new(Some(id_new)),
    ..PyTypeObject::new::<InterpreterId>(c"InterpreterID")
};
