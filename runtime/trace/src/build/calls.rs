//! Calls: Python functions are followed into (their frames exist only in recipes), classes are instantiated, builtins are called.

use super::arguments::Given;
use super::*;
use crate::foreign;
use crate::helpers::Helper;
use crate::record::Obs;
use hotpy_objects::flags::tp;

/// `ReturnTo` of the VM.
mod return_to {
    pub const PUSH: u8 = 0;
    pub const INIT: u8 = 2;
}

/// Builtins that look at frames, at counts, or at the tracer itself.
const REFUSED: &[&str] = &[
    "locals",
    "globals",
    "vars",
    "dir",
    "eval",
    "exec",
    "compile",
    "__import__",
    "__build_class__",
    "breakpoint",
    "input",
    "getrefcount",
    "_getframe",
    "_current_frames",
    "settrace",
    "setprofile",
    "setrecursionlimit",
    "_clear_type_cache",
    "get_referrers",
    "get_objects",
    "collect",
];

impl Builder<'_> {
    /// Calls a helper of the runtime with the `n` topmost operands, which are then dropped; pushes the result.
    pub(super) fn helper(
        &mut self,
        helper: Helper,
        aux: u32,
        n: usize,
        class: Option<*const PyTypeObject>,
    ) -> Done {
        self.helper_with(helper, aux, n, &[], class)
    }

    /// The same with more operands after those of the stack.
    pub(super) fn helper_with(
        &mut self,
        helper: Helper,
        aux: u32,
        n: usize,
        extra: &[Val],
        class: Option<*const PyTypeObject>,
    ) -> Done {
        let mut args = self.helper_operands(n)?;
        args.extend_from_slice(extra);
        self.before_write();
        let pushes = helper.gives_value();
        let snap = self.new_snapshot(n as u8, pushes);
        let v = self.m.push_inst(Inst {
            imm: helper as u64 | u64::from(aux) << 32,
            snap,
            ..Inst::new(TraceOp::Call)
        });
        self.m.args.push((v, args));
        if let Some(ty) = class {
            self.set_class(v, ty);
        }
        let mut dropped = Vec::with_capacity(n);
        for _ in 0..n {
            dropped.push(self.pop()?);
        }
        if pushes {
            self.push(Slot::owned(v));
        }
        self.after = true;
        self.unchecked = true;
        self.release_all(dropped);
        Ok(())
    }

    /// The `n` topmost operands as objects.
    pub(super) fn helper_operands(&mut self, n: usize) -> Result<Vec<Val>, Abort> {
        if (1..=n).any(|i| self.is_foreign_at(i)) {
            self.count_operands(n);
        }
        let mut args = Vec::with_capacity(n);
        for i in (1..=n).rev() {
            let index = self.at_top(i);
            args.push(match self.peek(i).sym {
                // An empty slot is passed as nothing.
                Sym::Null => continue,
                _ => self.object_at(index)?,
            });
        }
        Ok(args)
    }

    /// Whether operand `n` (1 is the top) is, as far as is known, a function of C code or an instance of its types.
    fn is_foreign_at(&self, n: usize) -> bool {
        let constant = match self.peek(n).sym {
            Sym::Const(k) => Some(k),
            Sym::Obj(v) => self.known_constant(v),
            _ => None,
        };
        // SAFETY: constants are live objects, and classes known are alive.
        unsafe {
            constant.is_some_and(|k| foreign::is_foreign_callable(&*self.const_ptr(k)))
                || self.class_at(n).is_some_and(|ty| foreign::is_foreign(&*ty))
        }
    }

    /// Operands get the counts that they have in the interpreter, where every slot of every frame counts.
    fn count_operands(&mut self, n: usize) {
        for i in 1..=n {
            if let Sym::Obj(v) = self.peek(i).sym {
                self.m.count_all(v);
            }
        }
    }

    /// Ops that a helper does whole.
    pub(super) fn general(&mut self, step: &Step) -> Done {
        use Op::*;
        let n = step.oparg();
        let list = Some(&raw const list::PyList_Type);
        let text = Some(&raw const str_::PyUnicode_Type);
        for obs in &step.obs {
            let compound = matches!(
                step.op,
                CONTAINS_OP | DELETE_SUBSCR | FORMAT_VALUE | LIST_EXTEND | SET_ADD | MAP_ADD
            );
            if compound {
                // SAFETY: the recording keeps classes alive.
                let heap = !obs.ty.is_null() && unsafe { (*obs.ty).is_heap_type() };
                if heap && !(step.op == CONTAINS_OP && self.is_native_key(*obs)?) {
                    return Err(Abort::Operand);
                }
            }
        }
        match step.op {
            BUILD_LIST if self.gathers_arguments(step) => self.build_tuple(step),
            BUILD_LIST => self.helper(Helper::BuildList, 0, n, list),
            BUILD_MAP if self.gathers_no_names(step) => {
                let k = self.no_names.ok_or(Abort::Internal)?;
                self.push_sym(Sym::Const(k));
                Ok(())
            }
            BUILD_MAP => self.helper(
                Helper::BuildMap,
                0,
                2 * n,
                Some(&raw const dict::PyDict_Type),
            ),
            BUILD_SET => self.helper(Helper::BuildSet, 0, n, Some(&raw const set::PySet_Type)),
            BUILD_SLICE => {
                self.note_bounds(step);
                let mut items = Vec::with_capacity(3);
                for _ in 0..n {
                    let slot = self.pop()?;
                    items.push(match slot.sym {
                        Sym::Made(..) => self.materialise(slot),
                        _ => self.own(slot),
                    });
                }
                items.reverse();
                if n == 2 {
                    let none = self.constant(&*singletons::none());
                    items.push(Slot::free(Sym::Const(none)));
                }
                self.push_sym(Sym::Made(Maker::Slice, items));
                Ok(())
            }
            BUILD_STRING => self.helper(Helper::BuildString, 0, n, text),
            FORMAT_VALUE => {
                for i in 1..=step.obs.len() {
                    self.guard_class_at(i, step.obs[step.obs.len() - i])?;
                }
                let operands = 1 + usize::from(n & 4 != 0);
                // A string is its own text.
                if n & 7 == 0 && step.obs[0].is_exact::<Str>() {
                    return Ok(());
                }
                self.helper(Helper::Format, n as u32, operands, text)
            }
            LIST_EXTEND => {
                // The list stays; only the iterable is dropped.
                if let Sym::Made(Maker::Tuple, _) = self.peek(n + 1).sym {
                    return self.gather();
                }
                let iterable = step.obs[step.obs.len() - 1];
                self.guard_class_at(1, iterable)?;
                let index = self.at_top(n + 1);
                let list = self.object_at(index)?;
                self.helper_with(Helper::ListExtend, 0, 1, &[list], None)
            }
            SET_ADD => {
                self.guard_class_at(1, step.obs[0])?;
                let index = self.at_top(n + 1);
                let set = self.object_at(index)?;
                if memory::is_plain_key(&step.obs[0]) {
                    return self.put_into_set(set);
                }
                self.helper_with(Helper::SetAdd, 0, 1, &[set], None)
            }
            MAP_ADD => {
                self.guard_class_at(2, step.obs[0])?;
                let index = self.at_top(n + 2);
                let map = self.object_at(index)?;
                self.helper_with(Helper::MapAdd, 0, 2, &[map], None)
            }
            DICT_MERGE | DICT_UPDATE => {
                // The dict stays, and, for the message, what is going to be called; only what is added is dropped.
                let added = step.obs[step.obs.len() - 1];
                if !added.is_exact::<PyDictObject>() {
                    return Err(Abort::Operand);
                }
                if self.merges_nothing() {
                    return self.pop().map(drop);
                }
                self.guard_class_at(1, added)?;
                let index = self.at_top(n + 1);
                let d = self.object_at(index)?;
                if step.op == DICT_UPDATE {
                    return self.helper_with(Helper::DictUpdate, 0, 1, &[d], None);
                }
                let callable = self.object_at(index - 2)?;
                self.helper_with(Helper::DictMerge, 0, 1, &[d, callable], None)
            }
            LIST_TO_TUPLE if matches!(self.peek(1).sym, Sym::Made(..)) => Ok(()),
            LIST_TO_TUPLE => self.helper(
                Helper::ListToTuple,
                0,
                1,
                Some(&raw const tuple::PyTuple_Type),
            ),
            BUILD_CONST_KEY_MAP => self.helper(
                Helper::ConstKeyMap,
                0,
                n + 1,
                Some(&raw const dict::PyDict_Type),
            ),
            DELETE_SUBSCR => {
                self.guard_class_at(2, step.obs[0])?;
                self.guard_class_at(1, step.obs[1])?;
                self.helper(Helper::DelItem, 0, 2, None)
            }
            CONTAINS_OP => {
                self.guard_class_at(2, step.obs[0])?;
                self.guard_class_at(1, step.obs[1])?;
                if step.obs.iter().all(|o| o.is_exact::<Str>()) {
                    let top = self.at_top(1);
                    let item = self.object_at(top - 1)?;
                    let text = self.object_at(top)?;
                    let mut v = self.emit(TraceOp::StrIn, item, text, 0);
                    if n != 0 {
                        v = self.emit(TraceOp::Not, v, NONE, 0);
                    }
                    return self.replace_two(Sym::Bool(v));
                }
                let container = step.obs[1];
                let op = match () {
                    _ if !memory::is_plain_key(&step.obs[0]) => None,
                    _ if container.is_exact::<PyDictObject>() => Some(TraceOp::DictHas),
                    _ if container.is_exact::<PySetObject>() => Some(TraceOp::SetHas),
                    _ if std::ptr::eq(container.ty, &raw const set::PyFrozenSet_Type) => {
                        Some(TraceOp::SetHas)
                    }
                    _ => None,
                };
                if let Some(op) = op {
                    let top = self.at_top(1);
                    let item = self.object_at(top - 1)?;
                    let container = self.object_at(top)?;
                    let mut v = self.emit_snap(op, container, item, 0);
                    if n != 0 {
                        v = self.emit(TraceOp::Not, v, NONE, 0);
                    }
                    return self.replace_two(Sym::Bool(v));
                }
                let truth = Some(&raw const boolean::PyBool_Type);
                self.helper(Helper::Contains, n as u32, 2, truth)
            }
            op => Err(Abort::Unsupported(op as u8)),
        }
    }

    /// Bounds of a slice that is at once used on something of which traces take slices: ints are seen to be ints.
    fn note_bounds(&mut self, step: &Step) {
        let used = self.steps.iter().position(|s| std::ptr::eq(s, step));
        let next = used.and_then(|at| self.steps.get(at + 1));
        let taken = next.is_some_and(|s| {
            let of = |obs: &Obs| {
                obs.is_exact::<PyListObject>()
                    || obs.is_exact::<PyTupleObject>()
                    || obs.is_exact::<Str>()
            };
            s.op == Op::BINARY_SUBSCR && s.obs.first().is_some_and(of)
        });
        if !taken || !crate::config::specialise() {
            return;
        }
        let count = step.obs.len();
        for (n, obs) in step.obs.iter().enumerate() {
            let below = count - n;
            let is_int = obs.is_exact::<PyLongObject>() && self.is_small(below, *obs);
            if is_int && matches!(self.peek(below).sym, Sym::Obj(_)) {
                let index = self.at_top(below);
                // What is known of it then is all that is wanted.
                let _ = self.int_at(index, *obs);
            }
        }
    }

    /// MAKE_FUNCTION.
    pub(super) fn make_function(&mut self, step: &Step) -> Done {
        let frame = self.top();
        let (globals, builtins) = (frame.globals, frame.builtins);
        let globals = self.constant(globals.cast());
        let builtins = self.constant(builtins);
        if let (Sym::Const(code), true) = (self.peek(1).sym.clone(), crate::config::defer()) {
            // The function exists in recipes alone, until somebody wants it.
            let cells = match step.oparg() {
                0 => Some(Vec::new()),
                8 => match self.peek(2).sym.clone() {
                    Sym::Made(Maker::Tuple, cells) => Some(cells),
                    _ => None,
                },
                _ => None,
            };
            if let Some(cells) = cells {
                for _ in 0..1 + step.oparg().count_ones() {
                    self.pop()?;
                }
                let mut parts: Vec<Slot> = [code, globals, builtins]
                    .map(|k| Slot::free(Sym::Const(k)))
                    .into();
                parts.extend(cells);
                self.push_sym(Sym::Made(Maker::Function, parts));
                return Ok(());
            }
        }
        let (globals, builtins) = (self.const_obj(globals), self.const_obj(builtins));
        let operands = 1 + (step.oparg() & 15).count_ones() as usize;
        self.helper_with(
            Helper::MakeFunction,
            step.oparg() as u32,
            operands,
            &[globals, builtins],
            Some(&raw const function::PyFunction_Type),
        )
    }

    /// PRECALL takes a bound method apart.
    pub(super) fn precall(&mut self, step: &Step) -> Done {
        let n = step.oparg();
        let (base, callable) = (step.obs[0], step.obs[1]);
        if !base.ty.is_null() || !callable.is_exact::<PyMethodObject>() {
            return Ok(());
        }
        if self.peek(n + 2).sym != Sym::Null {
            // It has never been made.
            return Ok(());
        }
        self.end_loans();
        if let Sym::Made(Maker::Method, items) = &self.peek(n + 1).sym {
            let [func, this] = &items[..] else {
                return Err(Abort::Internal);
            };
            let (func, this) = (func.clone(), this.clone());
            let index = self.at_top(n + 2);
            self.changed();
            self.top().stack[index] = func;
            self.top().stack[index + 1] = this;
            return Ok(());
        }
        let Sym::Obj(v) = self.peek(n + 1).sym else {
            return Err(Abort::Callee);
        };
        self.guard_class(v, callable.ty)?;
        let func = self.emit(TraceOp::MethodFunc, v, NONE, 0);
        let this = self.emit(TraceOp::MethodSelf, v, NONE, 0);
        self.emit(TraceOp::IncRef, func, NONE, 0);
        self.emit(TraceOp::IncRef, this, NONE, 0);
        let index = self.at_top(n + 2);
        self.changed();
        self.top().stack[index] = Slot::owned(func);
        let old = std::mem::replace(&mut self.top().stack[index + 1], Slot::owned(this));
        self.after = true;
        self.release(old);
        Ok(())
    }

    /// The callee as a constant object, guarded to be that.
    pub(super) fn callee(&mut self, n: usize, obs: Obs) -> Result<*mut PyObject, Abort> {
        // It may have become another one since it was seen: signals and other threads have their turn during a recording.
        let same = |object: *mut PyObject| {
            if std::ptr::eq(object, obs.ptr) {
                Ok(object)
            } else {
                Err(Abort::Operand)
            }
        };
        match self.peek(n).sym {
            Sym::Const(k) => same(self.const_ptr(k)),
            Sym::Obj(v) => match self.known_constant(v) {
                Some(k) => same(self.const_ptr(k)),
                None => {
                    self.guard_is(v, obs.ptr)?;
                    Ok(obs.ptr)
                }
            },
            _ => Err(Abort::Callee),
        }
    }

    pub(super) fn call(&mut self, i: usize, step: &Step) -> Done {
        let n = step.oparg();
        let mut with_self = !step.obs[0].ty.is_null();
        let mut at = if with_self { n + 2 } else { n + 1 };
        let mut obs = step.obs[usize::from(!with_self)];
        if !with_self && self.is_super(step) {
            return self.begin_super(i, step);
        }
        if let (Some(method), false) = (step.spread(), with_self) {
            // A bound method that PRECALL has not taken apart yet, because names follow.
            let apart = matches!(
                (&self.peek(n + 2).sym, &self.peek(n + 1).sym),
                (Sym::Const(_), _) | (_, Sym::Made(Maker::Method, _))
            );
            if !apart {
                return Err(Abort::Callee);
            }
            self.precall(step)?;
            (with_self, at, obs) = (true, n + 2, method.function);
        }
        if with_self != (self.peek(n + 2).sym != Sym::Null) {
            return Err(Abort::Callee);
        }
        // The end of `with`: a bound method in the place of a function.
        if let (Sym::Made(Maker::Method, parts), true) = (self.peek(n + 2).sym.clone(), with_self) {
            return self.call_parts(i, step, parts);
        }
        let count = n + usize::from(with_self);
        let names: &[&PyObject] = match step.kwnames() {
            None => &[],
            // SAFETY: KW_NAMES' constant is a tuple.
            Some(k) => unsafe {
                (*((*step.code).const_at(k) as *const PyObject).cast::<PyTupleObject>()).items()
            },
        };
        if obs.is_exact::<PyFunctionObject>() {
            return self.call_function(i, step, at, count, names, obs);
        }
        // SAFETY: the recording keeps classes and builtin callables alive.
        let ty = unsafe { &*obs.ty };
        if ty.is_subclass_flag(tp::TYPE_SUBCLASS) {
            return self.call_class(i, step, at, count, names, obs);
        }
        if crate::helpers::remembers(ty) {
            return self.recall(i, step, at, count, names);
        }
        self.builtin_callee(at, obs)?;
        if !names.is_empty() {
            return self.call_by_name(i, step);
        }
        if let Sym::Const(k) = self.peek(at).sym {
            // SAFETY: a constant of the trace.
            let callee = unsafe { &*self.const_ptr(k) };
            let args = &step.obs[step.obs.len() - count..];
            if self.call_known(builtin_name(callee), callee, count, args)? {
                return Ok(());
            }
        }
        self.helper(Helper::Call, 0, step.oparg() + 2, None)
    }

    /// Sees to it that operand `at` is the builtin function or method that was seen: that very object, or, if it is a method that was bound
    /// anew, one of the same definition.
    pub(super) fn builtin_callee(&mut self, at: usize, obs: Obs) -> Done {
        let is_known = obs.is_exact::<PyCFunctionObject>()
            || obs.is_exact::<PyMethodDescrObject>()
            || obs.is_exact::<PyWrapperDescrObject>();
        if !is_known {
            return Err(Abort::Callee);
        }
        // SAFETY: the recording keeps builtin callables alive.
        let seen = unsafe { &*obs.ptr };
        let bound = match self.peek(at).sym {
            Sym::Obj(v) => self.known_constant(v).is_none().then_some(v),
            _ => None,
        };
        let (Some(v), Some(f)) = (bound, seen.exact::<PyCFunctionObject>()) else {
            // SAFETY: a constant.
            let callee = unsafe { &*self.callee(at, obs)? };
            return if is_refused(callee) {
                Err(Abort::Callee)
            } else {
                Ok(())
            };
        };
        if is_refused(seen) || foreign::is_foreign_callable(seen) {
            return Err(Abort::Callee);
        }
        self.guard_class(v, obs.ty)?;
        self.emit_snap(TraceOp::GuardBuiltin, v, NONE, f.m_ml.get() as u64);
        Ok(())
    }

    /// A function's result that is remembered (`functools.lru_cache`).
    fn recall(
        &mut self,
        i: usize,
        step: &Step,
        at: usize,
        count: usize,
        names: &[&PyObject],
    ) -> Done {
        let plain = |obs: &Obs| {
            // SAFETY: the recording keeps classes alive.
            !obs.ty.is_null() && unsafe { (*obs.ty).tp_flags.get() & tp::PLAIN != 0 }
        };
        let args = &step.obs[step.obs.len() - count..];
        if !names.is_empty() || self.entered(i, step) || !args.iter().all(plain) {
            return Err(Abort::Callee);
        }
        self.callee(at, step.callee())?;
        for (k, obs) in args.iter().enumerate() {
            self.guard_class_at(count - k, *obs)?;
        }
        self.helper(Helper::Recall, 0, step.oparg() + 2, None)
    }

    /// Calls what is no function or class of Python with arguments by name.
    fn call_by_name(&mut self, i: usize, step: &Step) -> Done {
        let k = step.kwnames().ok_or(Abort::Internal)?;
        if self.entered(i, step) {
            return Err(Abort::Surrogate);
        }
        // SAFETY: the trace keeps its code.
        let names = unsafe { (*step.code).const_at(k) as *const PyObject };
        let k = self.constant(names);
        let names = self.const_obj(k);
        self.helper_with(Helper::CallByName, 0, step.oparg() + 2, &[names], None)
    }

    /// Calls a bound method that is not made yet.
    fn call_parts(&mut self, i: usize, step: &Step, parts: Vec<Slot>) -> Done {
        let mut args = Vec::with_capacity(step.oparg() + 2);
        for _ in 0..step.oparg() + 1 {
            args.push(self.pop()?);
        }
        self.pop()?;
        let mut parts = parts.into_iter();
        let (Some(func), Some(this)) = (parts.next(), parts.next()) else {
            return Err(Abort::Internal);
        };
        args.push(this);
        args.reverse();
        let Sym::Const(k) = func.sym else {
            return Err(Abort::Callee);
        };
        let function: *const PyFunctionObject = self.const_ptr(k).cast_const().cast();
        if step.kwnames().is_some() {
            return Err(Abort::Arguments);
        }
        self.inline(i, step, func, function, args, return_to::PUSH)
    }

    /// BEFORE_WITH of an object whose class has both methods as functions of Python.
    pub(super) fn before_with(&mut self, i: usize, step: &Step) -> Done {
        let obs = step.obs[0];
        self.guard_class_at(1, obs)?;
        // SAFETY: the recording keeps classes alive.
        let ty = unsafe { &*obs.ty };
        if !ty.is_heap_type() || typeobject::version_tag(ty) == 0 {
            return Err(Abort::Attribute);
        }
        let method = |name: &Str| {
            typeobject::lookup(ty, name)
                .filter(|f| f.is_exact::<PyFunctionObject>())
                .map(|f| f.as_ptr())
                .ok_or(Abort::Attribute)
        };
        let (enter, exit) = (method(&names::__enter__)?, method(&names::__exit__)?);
        self.deps.types.push(ty);
        self.constant(ty.as_ptr());
        let manager = self.pop()?;
        let Sym::Obj(v) = manager.sym else {
            return Err(Abort::Attribute);
        };
        // One count for the method that waits, one for the call.
        let manager = self.own(manager);
        self.emit(TraceOp::IncRef, v, NONE, 0);
        let exit = self.constant(exit);
        let parts = vec![Slot::free(Sym::Const(exit)), manager];
        self.push_sym(Sym::Made(Maker::Method, parts));
        let k = self.constant(enter);
        let func = Slot::free(Sym::Const(k));
        self.inline(
            i,
            step,
            func,
            enter.cast(),
            vec![Slot::owned(v)],
            return_to::PUSH,
        )
    }

    /// Whether the interpreter entered a frame for this instruction.
    pub(super) fn entered(&self, i: usize, step: &Step) -> bool {
        self.after_step(i).0 > step.depth
    }

    /// Builtins that are done directly. Whether this was one.
    fn call_known(
        &mut self,
        name: &str,
        callee: &PyObject,
        count: usize,
        args: &[Obs],
    ) -> Result<bool, Abort> {
        let is_function = callee.exact::<PyCFunctionObject>().is_some_and(|f| {
            let module = f.m_module.get().and_then(|m| m.downcast::<Str>());
            module.is_some_and(|m| m.equals_text("builtins"))
        });
        let is_method = callee.exact::<PyMethodDescrObject>().is_some_and(|_| {
            args.first().is_some_and(|a| {
                // SAFETY: the recording keeps classes alive; looking a name up runs nothing.
                let ty = unsafe { &*a.ty };
                let name = str_::intern(name);
                name.is_ok_and(|n| typeobject::lookup(ty, &n).is_some_and(|m| m.is(callee)))
            })
        });
        if is_function && name == "len" && count == 1 {
            if let Sym::Made(Maker::Tuple, items) = &self.peek(1).sym {
                let len = items.len() as i64;
                let len = self.const_int(len);
                return self.replace_call(3, Sym::Int(len)).map(|()| true);
            }
            let len = [
                (&raw const str_::PyUnicode_Type, TraceOp::LenStr),
                (&raw const list::PyList_Type, TraceOp::LenList),
                (&raw const tuple::PyTuple_Type, TraceOp::LenTuple),
                (&raw const dict::PyDict_Type, TraceOp::LenDict),
            ];
            if let Some((_, op)) = len.iter().find(|(ty, _)| std::ptr::eq(*ty, args[0].ty)) {
                self.guard_class_at(1, args[0])?;
                let index = self.at_top(1);
                let v = self.object_at(index)?;
                let len = self.emit(*op, v, NONE, 0);
                return self.replace_call(3, Sym::Int(len)).map(|()| true);
            }
        }
        if name == "__new__" && count == 1 && self.makes_plainly(callee)? {
            let Sym::Const(k) = self.peek(1).sym else {
                return Err(Abort::Internal);
            };
            let snap = self.snapshot();
            let object = self.m.push_inst(Inst {
                imm: u64::from(k),
                snap,
                ..Inst::new(TraceOp::NewInstance)
            });
            let class: *const PyTypeObject = self.const_ptr(k).cast_const().cast();
            self.set_class(object, class);
            return self.replace_call_by(3, Slot::owned(object)).map(|()| true);
        }
        if is_function && name == "ord" && count == 1 && args[0].is_exact::<Str>() {
            self.guard_class_at(1, args[0])?;
            let index = self.at_top(1);
            let v = self.object_at(index)?;
            let n = self.emit_snap(TraceOp::StrOrd, v, NONE, 0);
            return self.replace_call(3, Sym::Int(n)).map(|()| true);
        }
        let in_range = |o: &Obs| o.small().is_some_and(|n| (0..0x11_0000).contains(&n));
        if is_function
            && name == "chr"
            && count == 1
            && args[0].is_exact::<PyLongObject>()
            && in_range(&args[0])
        {
            let index = self.at_top(1);
            let n = self.int_at(index, args[0])?;
            let v = self.emit_snap(TraceOp::StrChr, n, NONE, 0);
            self.set_class(v, &raw const str_::PyUnicode_Type);
            let mut dropped = Vec::with_capacity(3);
            for _ in 0..3 {
                dropped.push(self.pop()?);
            }
            self.push(Slot::owned(v));
            self.after = true;
            self.release_all(dropped);
            return Ok(true);
        }
        if is_function && name == "isinstance" && count == 2 {
            if let Sym::Const(k) = self.peek(1).sym {
                // SAFETY: a constant.
                let class = unsafe { &*self.const_ptr(k) };
                if let Some(class) = class.downcast::<PyTypeObject>() {
                    if std::ptr::eq(class.ty(), &raw const typeobject::PyType_Type) {
                        self.guard_class_at(2, args[0])?;
                        // SAFETY: the recording keeps classes alive.
                        let ty = unsafe { &*args[0].ty };
                        // `__class__` may say something else.
                        let plain = ty.tp_getattro.get().map(|f| f as usize)
                            == object::PyBaseObject_Type
                                .tp_getattro
                                .get()
                                .map(|f| f as usize);
                        let yes = typeobject::is_subtype(ty, class);
                        if yes || plain {
                            self.deps.types.push(ty);
                            typeobject::version_tag(ty);
                            let v = self.emit(TraceOp::ConstBool, NONE, NONE, u64::from(yes));
                            return self.replace_call(4, Sym::Bool(v)).map(|()| true);
                        }
                    }
                }
            }
        }
        if is_method
            && name == "get"
            && (count == 2 || count == 3)
            && args[0].is_exact::<PyDictObject>()
        {
            self.guard_class_at(count, args[0])?;
            if memory::is_plain_key(&args[1]) {
                self.guard_class_at(count - 1, args[1])?;
                return self.get_or_default(count).map(|()| true);
            }
            return self
                .helper(Helper::DictGet, 0, count + 1, None)
                .map(|()| true);
        }
        if is_method
            && name == "append"
            && count == 2
            && args[0].is_exact::<PyListObject>()
            && matches!(self.peek(2).sym, Sym::Obj(_))
        {
            self.guard_class_at(2, args[0])?;
            let Sym::Obj(list) = self.peek(2).sym else {
                return Err(Abort::Internal);
            };
            self.push_to_list(list)?;
            let list = self.pop()?;
            let method = self.pop()?;
            let none = self.constant(&*singletons::none());
            self.push_sym(Sym::Const(none));
            self.after = true;
            self.release(list);
            self.release(method);
            return Ok(true);
        }
        Ok(false)
    }

    /// `dict.get`, the arguments (`count` of them with the dict) on top, by a string or an int.
    fn get_or_default(&mut self, count: usize) -> Done {
        let top = self.at_top(1);
        let d = self.object_at(top + 1 - count)?;
        let key = self.object_at(top + 2 - count)?;
        let default = if count == 3 {
            self.object_at(top)?
        } else {
            let none = self.constant(&*singletons::none());
            self.const_obj(none)
        };
        let snap = self.snapshot();
        let found = self.m.push_inst(Inst {
            a: d,
            b: key,
            c: default,
            snap,
            ..Inst::new(TraceOp::DictGet)
        });
        // The dict, which stays, or the trace keeps what was found.
        let borrowed = self.peek(count).own != Own::Owned
            && (count == 2 || matches!(self.peek(1).sym, Sym::Const(_)));
        if !borrowed {
            self.emit(TraceOp::IncRef, found, NONE, 0);
        }
        let mut dropped = Vec::with_capacity(count + 1);
        for _ in 0..count + 1 {
            dropped.push(self.pop()?);
        }
        self.push(if borrowed {
            Slot::heap(found)
        } else {
            Slot::owned(found)
        });
        self.after = true;
        self.release_all(dropped);
        Ok(())
    }

    /// SET_ADD of the string or int on top.
    fn put_into_set(&mut self, set: Val) -> Done {
        let top = self.at_top(1);
        let (op, item) = match self.top().stack[top].sym {
            Sym::Int(n) => (TraceOp::SetPutInt, n),
            _ => (TraceOp::SetPut, self.object_at(top)?),
        };
        let snap = self.snapshot();
        self.m.push_inst(Inst {
            a: set,
            b: item,
            snap,
            ..Inst::new(op)
        });
        let item = self.pop()?;
        self.after = true;
        self.release(item);
        Ok(())
    }

    /// Replaces the `n` slots of a call by a result that owns nothing.
    fn replace_call(&mut self, n: usize, sym: Sym) -> Done {
        self.replace_call_by(n, Slot::free(sym))
    }

    fn replace_call_by(&mut self, n: usize, result: Slot) -> Done {
        let mut dropped = Vec::with_capacity(n);
        for _ in 0..n {
            dropped.push(self.pop()?);
        }
        match result.own {
            Own::None => self.push_sym(result.sym),
            _ => self.push(result),
        }
        self.after = true;
        self.release_all(dropped);
        Ok(())
    }

    fn call_function(
        &mut self,
        i: usize,
        step: &Step,
        at: usize,
        count: usize,
        names: &[&PyObject],
        obs: Obs,
    ) -> Done {
        if !self.entered(i, step) {
            // A generator function, or a tail of the recording.
            return Err(Abort::Callee);
        }
        let function: *const PyFunctionObject = obs.ptr.cast();
        // SAFETY: the recording keeps functions alive.
        let (code, same_globals) =
            unsafe { ((*function).code(), (*function).func_globals.as_ptr()) };
        let mut constant = None;
        let mut deferred = false;
        if let Sym::Made(Maker::Function, parts) = self.peek(at).sym.clone() {
            let its_code = match parts[0].sym {
                Sym::Const(k) => self.const_ptr(k),
                _ => return Err(Abort::Internal),
            };
            if !std::ptr::eq(its_code, code.as_ptr()) {
                return Err(Abort::Operand);
            }
            deferred = names.is_empty() && count == code.co_argcount.get() as usize;
            if !deferred {
                let index = self.at_top(at);
                self.object_at(index)?;
            }
        }
        match self.peek(at).sym {
            // It is not made for a call.
            _ if deferred => {}
            Sym::Const(k) => {
                if !std::ptr::eq(self.const_ptr(k), obs.ptr) {
                    return Err(Abort::Operand);
                }
                constant = Some(function);
            }
            Sym::Obj(v) => match self.known_constant(v) {
                Some(k) if std::ptr::eq(self.const_ptr(k), obs.ptr) => constant = Some(function),
                Some(_) => return Err(Abort::Operand),
                None if names.is_empty() && count == code.co_argcount.get() as usize => {
                    // A closure: another one of the same code will do.
                    self.guard_class(v, obs.ty)?;
                    let k = self.constant(code.as_ptr());
                    let g = self.constant(same_globals);
                    self.emit_snap(
                        TraceOp::GuardCode,
                        v,
                        NONE,
                        u64::from(k) | u64::from(g) << 32,
                    );
                }
                None => {
                    self.guard_is(v, obs.ptr)?;
                    constant = Some(function);
                }
            },
            _ => return Err(Abort::Callee),
        }
        let rest = self.rest_dict(code, names)?;
        let given = self.take_arguments(count, names, rest)?;
        let func = self.pop()?;
        if at == step.oparg() + 1 {
            self.pop()?;
        }
        let (args, unwanted) = self.bind(constant, code, given)?;
        self.enter(step, func, constant, code, args, return_to::PUSH)?;
        if !unwanted.is_empty() {
            self.drop_in_callee(unwanted);
        }
        Ok(())
    }

    /// Takes the `count` topmost operands, of which the last ones are passed by name, from the stack.
    fn take_arguments<'n>(
        &mut self,
        count: usize,
        names: &[&'n PyObject],
        rest: Option<Slot>,
    ) -> Result<Given<'n>, Abort> {
        let mut positional = Vec::with_capacity(count + 1);
        for _ in 0..count {
            positional.push(self.pop()?);
        }
        positional.reverse();
        let values = positional.split_off(count - names.len());
        let named = names.iter().copied().zip(values).collect();
        Ok(Given {
            positional,
            named,
            rest,
        })
    }

    /// Drops what a callee's frame does not take, with that frame at its start.
    pub(super) fn drop_in_callee(&mut self, dropped: Vec<Slot>) {
        self.m.next = 0;
        self.after = true;
        self.changed();
        self.release_all(dropped);
    }

    /// Follows a call of a constant function with these arguments, which are not on the stack any more.
    pub(super) fn inline(
        &mut self,
        i: usize,
        step: &Step,
        func: Slot,
        function: *const PyFunctionObject,
        args: Vec<Slot>,
        return_to: u8,
    ) -> Done {
        self.inline_given(i, step, func, function, Given::at(args), return_to)
    }

    /// The same, with arguments passed by name too.
    pub(super) fn inline_given(
        &mut self,
        i: usize,
        step: &Step,
        func: Slot,
        function: *const PyFunctionObject,
        given: Given<'_>,
        return_to: u8,
    ) -> Done {
        if !self.entered(i, step) {
            return Err(Abort::Callee);
        }
        // SAFETY: a constant.
        let code = unsafe { (*function).code() };
        let (args, unwanted) = self.bind(Some(function), code, given)?;
        self.enter(step, func, Some(function), code, args, return_to)?;
        if !unwanted.is_empty() {
            self.drop_in_callee(unwanted);
        }
        Ok(())
    }

    pub(super) fn enter(
        &mut self,
        step: &Step,
        func: Slot,
        function: Option<*const PyFunctionObject>,
        code: &PyCodeObject,
        mut args: Vec<Slot>,
        return_to: u8,
    ) -> Done {
        for slot in &mut args {
            if let Sym::Made(..) = slot.sym {
                let made = std::mem::replace(slot, Slot::NULL);
                *slot = self.materialise(made);
            }
        }
        self.enter_with(step, func, function, code, args, return_to)
    }

    /// The same, with arguments that may stay what they are: nobody sees which objects the new frame has.
    pub(super) fn enter_with(
        &mut self,
        step: &Step,
        func: Slot,
        function: Option<*const PyFunctionObject>,
        code: &PyCodeObject,
        args: Vec<Slot>,
        return_to: u8,
    ) -> Done {
        use hotpy_code::object::flags::{ASYNC_GENERATOR, COROUTINE, VARARGS, VARKEYWORDS};
        let count = code.co_argcount.get() as usize
            + code.co_kwonlyargcount.get() as usize
            + usize::from(code.has_flag(VARARGS))
            + usize::from(code.has_flag(VARKEYWORDS));
        if code.has_flag(COROUTINE | ASYNC_GENERATOR) || args.len() != count {
            return Err(Abort::Arguments);
        }
        let code_const = self.constant(code.as_ptr());
        // The frame that was entered is the next step's.
        let at = self
            .steps
            .iter()
            .position(|s| std::ptr::eq(s, step))
            .ok_or(Abort::Internal)?;
        let next = self.steps.get(at + 1).ok_or(Abort::Callee)?;
        if !std::ptr::eq(next.code, code) {
            return Err(Abort::Callee);
        }
        let (globals, builtins) = match function {
            // SAFETY: the recording keeps the function alive.
            Some(f) => unsafe { ((*f).func_globals.as_ptr(), (*f).func_builtins.as_ptr()) },
            None => {
                // A closure: its code and globals were guarded; builtins go with globals.
                let last = step.obs.iter().find(|o| o.is_exact::<PyFunctionObject>());
                let f: *const PyFunctionObject = last.ok_or(Abort::Callee)?.ptr.cast();
                // SAFETY: as above.
                unsafe { ((*f).func_globals.as_ptr(), (*f).func_builtins.as_ptr()) }
            }
        };
        let mut locals = args;
        locals.resize(code.co_nlocalsplus.get() as usize, Slot::NULL);
        self.changed();
        self.top().ip = step.next;
        self.m.frames.push(SymFrame {
            code,
            code_const,
            func,
            function,
            globals: globals.cast(),
            builtins,
            locals,
            stack: Vec::new(),
            ip: 0,
            return_to,
            shells: Vec::new(),
            generator: None,
            rows: Default::default(),
        });
        Ok(())
    }

    /// A call without arguments of a class that leaves making and initialising to `object`.
    fn make_bare(&mut self, class: &'static PyTypeObject) -> Done {
        let bare = same_slot!(class, object::PyBaseObject_Type, tp_new)
            && same_slot!(class, object::PyBaseObject_Type, tp_init)
            && same_slot!(class.ty(), typeobject::PyType_Type, tp_call)
            && class.tp_flags.get() & tp::IS_ABSTRACT == 0;
        if !bare {
            return Err(Abort::Callee);
        }
        self.watch(class)?;
        let k = self.constant(class.as_ptr());
        let snap = self.snapshot();
        let object = self.m.push_inst(Inst {
            imm: u64::from(k),
            snap,
            ..Inst::new(TraceOp::NewInstance)
        });
        self.set_class(object, class);
        let dropped = [self.pop()?, self.pop()?];
        self.push(Slot::owned(object));
        self.after = true;
        self.release_all(dropped);
        Ok(())
    }

    fn call_class(
        &mut self,
        i: usize,
        step: &Step,
        at: usize,
        count: usize,
        names: &[&PyObject],
        obs: Obs,
    ) -> Done {
        let callee = self.callee(at, obs)?;
        // SAFETY: a constant of the trace; the recording keeps classes alive.
        let class: &'static PyTypeObject = unsafe { &*callee.cast::<PyTypeObject>() };
        if std::ptr::eq(class, &raw const super_::PySuper_Type) {
            return Err(Abort::Callee);
        }
        if std::ptr::eq(class, &raw const typeobject::PyType_Type) {
            if count != 1 || !names.is_empty() {
                return Err(Abort::Callee);
            }
            // `type(x)` is what is seen of it.
            let seen = step.obs[step.obs.len() - 1];
            self.guard_class_at(1, seen)?;
            let k = self.constant(seen.ty.cast());
            return self.replace_call(step.oparg() + 2, Sym::Const(k));
        }
        if !class.is_heap_type() {
            if self.entered(i, step) {
                return Err(Abort::Surrogate);
            }
            for n in 1..=count {
                let seen = step.obs[step.obs.len() - n];
                // SAFETY: the recording keeps classes alive.
                if unsafe { (*seen.ty).is_heap_type() } {
                    return Err(Abort::Arguments);
                }
                self.guard_class_at(n, seen)?;
            }
            let known = [
                &raw const range::PyRange_Type,
                &raw const str_::PyUnicode_Type,
                &raw const list::PyList_Type,
                &raw const tuple::PyTuple_Type,
                &raw const dict::PyDict_Type,
                &raw const set::PySet_Type,
                &raw const float::PyFloat_Type,
                &raw const enumerate::PyEnum_Type,
                &raw const iterators::PyZip_Type,
                &raw const iterators::PyMap_Type,
                &raw const iterators::PyFilter_Type,
                &raw const boolean::PyBool_Type,
            ];
            if !names.is_empty() {
                return self.call_by_name(i, step);
            }
            let plain = raising::is_plainly_made(class).then_some(class as *const PyTypeObject);
            let result = known.iter().find(|ty| std::ptr::eq(**ty, class)).copied();
            let result = result.or(plain);
            return self.helper(Helper::Call, 0, step.oparg() + 2, result);
        }
        // An exception that keeps its arguments as they are.
        if names.is_empty() && raising::is_plainly_made(class) {
            if self.entered(i, step) {
                return Err(Abort::Surrogate);
            }
            self.watch(class)?;
            return self.helper(Helper::Call, 0, step.oparg() + 2, Some(class));
        }
        if names.is_empty() && count == 0 && at == 1 && !self.entered(i, step) {
            return self.make_bare(class);
        }
        if self.enters_type_call(i) {
            return self.enter_type_call(i, step, count, names, callee);
        }
        // A class of Python whose `__new__` is object's and whose `__init__` is a function: made, then initialised.
        let new = |ty: &PyTypeObject| ty.tp_new.get().map(|f| f as usize);
        let is_exception = new(class) == new(&exceptions::Exception);
        let is_empty = hotpy_vm::calls::made_empty(class);
        let plain = class.ty().tp_call.get().map(|f| f as usize)
            == typeobject::PyType_Type.tp_call.get().map(|f| f as usize)
            && (is_exception || is_empty || new(class) == new(&object::PyBaseObject_Type))
            && class.tp_flags.get() & tp::IS_ABSTRACT == 0
            && typeobject::is_python_slot_init(class)
            && typeobject::version_tag(class) != 0;
        if !plain || at != count + 1 || is_exception && !names.is_empty() {
            return Err(Abort::Callee);
        }
        let init = typeobject::lookup(class, &names::__init__)
            .filter(|f| f.is_exact::<PyFunctionObject>())
            .ok_or(Abort::Callee)?
            .as_ptr();
        self.deps.types.push(class);
        let k = self.constant(callee);
        let f = self.constant(init);
        let init: *const PyFunctionObject = init.cast();
        // SAFETY: a constant.
        let rest = self.rest_dict(unsafe { (*init).code() }, names)?;
        // The object is made first: the state is still that before the call, so nothing of it may be lost if memory runs out.
        let object = if is_exception || is_empty {
            let mut args = vec![self.const_obj(k)];
            if is_exception {
                args.append(&mut self.helper_operands(count)?);
            }
            let snap = self.new_snapshot(0, false);
            let object = self.m.push_inst(Inst {
                imm: Helper::NewNative as u64,
                snap,
                ..Inst::new(TraceOp::Call)
            });
            self.m.args.push((object, args));
            object
        } else {
            let snap = self.snapshot();
            self.m.push_inst(Inst {
                imm: u64::from(k),
                snap,
                ..Inst::new(TraceOp::NewInstance)
            })
        };
        self.set_class(object, class);
        let mut given = self.take_arguments(count, names, rest)?;
        let class_slot = self.pop()?;
        let empty = self.pop()?;
        if empty.sym != Sym::Null {
            return Err(Abort::Callee);
        }
        // The class's own reference on the stack goes; it is a constant, alive anyway.
        if class_slot.own == Own::Owned {
            if let Sym::Obj(v) = class_slot.sym {
                self.emit(TraceOp::DecRefPlain, v, NONE, 0);
            }
        }
        self.push(Slot::owned(object));
        // `self`: a count of its own.
        self.emit(TraceOp::IncRef, object, NONE, 0);
        given.positional.insert(0, Slot::owned(object));
        let func = Slot::free(Sym::Const(f));
        self.inline_given(i, step, func, init, given, return_to::INIT)
    }

    pub(super) fn return_value(&mut self, i: usize) -> Done {
        let depth = self.frames.len() - 1;
        if depth == 0 {
            return Err(Abort::LeavesLoop);
        }
        if self.top().generator.is_some() {
            return self.end_generator(i);
        }
        let return_to = self.top().return_to;
        if !surrogates::is_known_return(return_to) {
            return Err(Abort::Surrogate);
        }
        if return_to == surrogates::BRANCH {
            self.settle_answer(i)?;
        }
        if return_to == return_to::INIT {
            match self.peek(1).sym {
                Sym::Const(k) if singletons::is_none(unsafe_object(self.const_ptr(k))) => {}
                Sym::Obj(v) => {
                    self.guard_is(v, &*singletons::none())?;
                }
                _ => return Err(Abort::Operand),
            }
        }
        let result = self.pop()?;
        let locals = self.top().locals.len();
        // On the caller's stack the result is seen by what follows.
        self.changed();
        let mut dropped = Vec::new();
        match return_to {
            return_to::INIT | surrogates::DISCARD => dropped.push(result),
            _ => self.m.frames[depth - 1].stack.push(result),
        }
        for index in 0..locals {
            let old = self.set_local(depth, index, Slot::NULL);
            if old.sym != Sym::Null {
                dropped.push(old);
            }
        }
        let frame = self.m.frames.pop().ok_or(Abort::Internal)?;
        dropped.push(frame.func);
        let ip = self.top().ip;
        self.m.next = ip;
        self.returned(i, return_to, &mut dropped)?;
        self.after = true;
        self.changed();
        self.release_all(dropped);
        Ok(())
    }
}

/// The name of a builtin function or method descriptor.
/// Whether this is a builtin that traces do not call.
pub fn is_refused(callee: &PyObject) -> bool {
    (callee.is_exact::<PyCFunctionObject>() || callee.is_exact::<PyMethodDescrObject>())
        && REFUSED.contains(&builtin_name(callee))
}

pub(super) fn builtin_name(callee: &PyObject) -> &str {
    // SAFETY: the callers have seen its type; a builtin's definition is live.
    let name = unsafe {
        match callee.exact::<PyCFunctionObject>() {
            Some(f) => std::ffi::CStr::from_ptr((*f.m_ml.get()).ml_name.get()),
            None if !callee.is_exact::<PyMethodDescrObject>() => return "",
            None => {
                let d = callee.cast::<PyMethodDescrObject>();
                std::ffi::CStr::from_ptr((*d.d_method.get()).ml_name.get())
            }
        }
    };
    name.to_str().unwrap_or("")
}

fn unsafe_object(p: *mut PyObject) -> &'static PyObject {
    // SAFETY: constants are kept alive by the machine.
    unsafe { &*p }
}
