//! `PyInterpreterState`: what each interpreter of the process has of its own. Types, interned strings, the collector and the GIL are shared.
//!
//! Named fields are where CPython has them; where CPython keeps its free lists and the classes of syntax trees, ours lie.

use crate::abi::*;

/// C: `PyInterpreterState`. All zero bits are a new interpreter.
#[repr(C)]
pub struct PyInterpreterState {
    /// The one made before.
    pub next: Cell<*mut PyInterpreterState>,
    gap_1: Cell<u64>,
    /// Its newest thread state; the list is under the lock of `hotpy_vm::state`.
    pub threads_head: Cell<*mut PyThreadState>,
    /// Threads started by `_thread` that have not ended.
    pub threads_count: Cell<isize>,
    /// The native stack of new threads, 0 for the system's default.
    pub threads_stacksize: Cell<usize>,
    gap_2: Cell<u64>,
    pub id: Cell<i64>,
    /// How many ID objects keep it, if `requires_idref`.
    pub id_refcount: Cell<i64>,
    pub requires_idref: Cell<c_int>,
    gap_3: [Cell<u32>; 4],
    /// It is being ended.
    pub finalizing: Cell<c_int>,
    gap_4: Cell<u64>,
    /// 0 for the default.
    pub recursion_limit: Cell<c_int>,
    gap_5: [Cell<u32>; 199],
    /// Single-phase modules by their definition's number.
    pub modules_by_index: Slot<PyListObject>,
    gap_6: [Cell<u64>; 2],
    /// `importlib._bootstrap`.
    pub importlib: Slot<PyObject>,
    pub override_frozen_modules: Cell<c_int>,
    /// Search functions, asked in turn.
    pub codec_search_path: Slot<PyListObject>,
    /// Normalised name to codec tuple.
    pub codec_search_cache: Slot<PyDictObject>,
    /// Handlers by name; the builtin ones come in when they are asked for.
    pub codec_error_registry: Slot<PyDictObject>,
    gap_7: Cell<u64>,
    /// `PyConfig`, of which C code asks for the last part.
    pub config: [Cell<u64>; 52],
    /// Threads and forks are refused.
    pub config_isolated_interpreter: Cell<c_int>,
    gap_8: Cell<c_int>,
    /// What extension modules are opened with, 0 for the default.
    pub dlopenflags: Cell<c_int>,
    /// For C code (`PyInterpreterState_GetDict`).
    pub dict: Slot<PyDictObject>,
    /// What `builtins` had at first; put back at the end.
    pub builtins_copy: Slot<PyDictObject>,
    gap_9: Cell<u64>,
    /// What evaluates frames in place of the interpreter (PEP 523).
    pub eval_frame: Cell<Option<EvalFrame>>,
    gap_11: [Cell<u64>; 256],
    pub before_forkers: Slot<PyListObject>,
    pub after_forkers_parent: Slot<PyListObject>,
    pub after_forkers_child: Slot<PyListObject>,
    pub warnings_filters: Slot<PyObject>,
    pub warnings_once_registry: Slot<PyObject>,
    pub warnings_default_action: Slot<PyObject>,
    pub warnings_filters_version: Cell<i64>,
    /// `atexit`'s own.
    pub atexit: Cell<*mut c_void>,
    gap_10: Cell<u64>,
    /// Those of Python code; a list that the collector does not know.
    pub audit_hooks: Slot<PyListObject>,
    // ---- ours ----
    pub sys: Slot<PyModuleObject>,
    pub builtins: Slot<PyModuleObject>,
    rest: [Cell<u64>; 13_022],
}

/// C: `_PyFrameEvalFunction`. A frame, and whether the exception that is set is thrown into it.
pub type EvalFrame =
    unsafe extern "C" fn(&PyThreadState, &'static crate::frame::Frame, c_int) -> PyResult;

const _: () = assert!(size_of::<PyInterpreterState>() == 107_752);

/// The interpreter of the GIL's holder; the main one if nobody holds it.
#[inline(always)]
pub fn interpreter() -> &'static PyInterpreterState {
    // SAFETY: a thread state's interpreter outlives it (U1).
    match unsafe { _PyRuntime.tstate_current.get().as_ref() } {
        // SAFETY: as above.
        Some(ts) => unsafe { &*ts.interp.get() },
        None => &_PyRuntime.main_interpreter,
    }
}

impl PyInterpreterState {
    #[inline(always)]
    pub fn is_main(&self) -> bool {
        std::ptr::eq(self, &_PyRuntime.main_interpreter)
    }

    pub fn as_ptr(&self) -> *mut PyInterpreterState {
        (self as *const PyInterpreterState).cast_mut()
    }

    /// Drops the objects that it holds; those that others need last, last.
    pub fn clear(&self) {
        self.audit_hooks.take();
        self.dict.take();
        self.before_forkers.take();
        self.after_forkers_parent.take();
        self.after_forkers_child.take();
        self.modules_by_index.take();
        self.importlib.take();
        self.warnings_filters.take();
        self.warnings_once_registry.take();
        self.warnings_default_action.take();
        self.codec_search_path.take();
        self.codec_search_cache.take();
        self.codec_error_registry.take();
        self.builtins_copy.take();
        self.sys.take();
        self.builtins.take();
    }
}
