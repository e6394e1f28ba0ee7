//! Instructions that enter a frame of low-level Python (or of a special method): its locals are the instruction's operands, or constants.
//! What such code asks about classes is answered while the trace is made.

use super::calls::builtin_name;
use super::machine::Shell;
use super::*;
use crate::helpers::Helper;
use hotpy_vm::interp::evaluate;

/// `ReturnTo` of the VM.
const PUSH: u8 = 0;
pub const DISCARD: u8 = 1;
const INIT: u8 = 2;
pub const BRANCH: u8 = 6;
pub const NEXT: u8 = 7;
pub const FOUND: u8 = 9;
const FOUND_VALUE: u8 = 10;

/// Whether a return of this kind is followed.
pub fn is_known_return(return_to: u8) -> bool {
    matches!(
        return_to,
        PUSH | DISCARD | INIT | BRANCH | NEXT | FOUND | FOUND_VALUE
    )
}

/// Whether which function of Python a builtin enters depends on its operands' classes alone. A look-up by name that goes to `__getattr__`, or to a
/// descriptor that an object's own attribute would hide, depends on what the object has.
fn finds_by_class(callee: &PyObject, args: &[crate::record::Obs]) -> bool {
    if !matches!(
        builtin_name(callee),
        "getattr" | "hasattr" | "__getattribute__"
    ) {
        return true;
    }
    let [.., object, name] = args.get(..2).unwrap_or(args) else {
        return true;
    };
    if !name.is_exact::<Str>() {
        return true;
    }
    // SAFETY: the recording keeps classes, and the texts that calls are given.
    let found = unsafe { typeobject::lookup(&*object.ty, (*name.ptr).cast()) };
    found.is_some_and(|descr| descr.ty().tp_descr_set.get().is_some())
}

impl<'a> Builder<'a> {
    /// Whether the instruction has entered a frame in another way than by calling a function or class, or resuming a generator.
    pub(super) fn enters_surrogate(&self, i: usize, step: &Step) -> bool {
        use Op::*;
        if !self.entered(i, step) {
            return false;
        }
        let is_generator = |n: usize| step.obs.get(n).is_some_and(|o| o.is_exact::<PyGenObject>());
        // A `map` enters its function at once, or a surrogate.
        let maps = || {
            let function = step.mapped().map(|[function, _]| function);
            let function = function.filter(|f| f.is_exact::<PyFunctionObject>());
            let next = self.steps.get(i + 1).map(|s| s.code);
            function.zip(next).is_some_and(|(f, code)| {
                // SAFETY: the recording keeps functions alive.
                let own = unsafe { (*f.ptr.cast::<PyFunctionObject>()).code() };
                std::ptr::eq(own, code)
            })
        };
        match step.op {
            CALL => {
                let at = usize::from(step.obs[0].ty.is_null());
                // SAFETY: the recording keeps classes alive.
                let is_class =
                    unsafe { (*step.obs[at].ty).is_subclass_flag(flags::tp::TYPE_SUBCLASS) };
                // A bound method that is called with names.
                let is_method = step.spread().is_some();
                // A builtin class that fills what it makes enters low-level Python; other classes do as `type.__call__` does.
                // SAFETY: as above; the next step's code is kept.
                let fills = is_class
                    && unsafe { !(*step.callee().ptr.cast::<PyTypeObject>()).is_heap_type() }
                    && self
                        .steps
                        .get(i + 1)
                        .is_some_and(|s| unsafe { (*s.code).is_hidden() });
                (!is_class || fills) && !is_method && !step.obs[at].is_exact::<PyFunctionObject>()
            }
            FOR_ITER | S_NEXT | SEND => !is_generator(0) && !maps(),
            LOAD_ATTR | LOAD_METHOD | STORE_ATTR | UNPACK_SEQUENCE | UNPACK_EX | BEFORE_WITH
            | S_TAIL_CALL | S_SPECIAL | KW_NAMES | CALL_FUNCTION_EX => false,
            // They leave one of their operands on the stack.
            LIST_EXTEND | SET_ADD | MAP_ADD => false,
            S_NEXT_OR_RAISE | S_SEND_OR_RAISE => !is_generator(0),
            _ => true,
        }
    }

    /// Follows into the frame that the instruction entered.
    pub(super) fn enter_surrogate(&mut self, i: usize, step: &'a Step) -> Done {
        use crate::record::Origin;
        let next = self.steps.get(i + 1).ok_or(Abort::Surrogate)?;
        let entry = next.entry().ok_or(Abort::Surrogate)?;
        if next.depth != step.depth + 1 || !is_known_return(entry.return_to) {
            return Err(Abort::Surrogate);
        }
        if entry.locals.iter().any(|l| matches!(l, Origin::Unknown)) {
            return Err(Abort::Surrogate);
        }
        if step.op == Op::BINARY_SUBSCR {
            // SAFETY: the recording keeps classes alive.
            let ty = unsafe { &*step.obs[0].ty };
            if ty.is_subclass_flag(flags::tp::DICT_SUBCLASS)
                && !typeobject::is_python_slot_subscript(ty)
            {
                // `__missing__`: which keys there are decides whether it is called.
                return Err(Abort::Surrogate);
            }
        }
        // A `__getattr__` is asked because an attribute is not there, of which nothing is known here.
        let asked = step.obs.iter().filter(|o| !o.ty.is_null()).any(|o| {
            // SAFETY: the recording keeps classes alive.
            let hook = unsafe { typeobject::lookup(&*o.ty, &names::__getattr__) };
            hook.is_some_and(|h| std::ptr::eq(h.as_ptr(), entry.func.cast()))
        });
        if asked && step.op == Op::CALL {
            return Err(Abort::Surrogate);
        }
        let count = step.obs.len();
        // Which frame is entered depends on the operands' classes, and on which of a few objects they are.
        for (k, &obs) in step.obs.iter().enumerate() {
            let n = count - k;
            if obs.ty.is_null() != (self.peek(n).sym == Sym::Null) {
                return Err(Abort::Surrogate);
            }
            if !obs.ty.is_null() {
                self.guard_operand(n, obs)?;
            }
            // A builtin that enters a function of Python has found it by a name: `getattr(object, name)` a property's.
            // SAFETY: the recording keeps the code.
            if step.op == Op::CALL && obs.is_exact::<Str>() && !unsafe { (*next.code).is_hidden() }
            {
                self.guard_name(n, obs)?;
            }
        }
        if step.op == Op::CALL {
            let at = usize::from(step.obs[0].ty.is_null());
            let obs = step.callee();
            // SAFETY: the recording keeps classes alive.
            let is_builtin = obs.is_exact::<PyCFunctionObject>();
            // SAFETY: the recording keeps builtin callables alive.
            if is_builtin && !finds_by_class(unsafe { &*obs.ptr }, &step.obs[at + 1..]) {
                return Err(Abort::Surrogate);
            }
            if is_builtin {
                self.builtin_callee(count - at, obs)?;
            } else if !unsafe { (*obs.ty).is_heap_type() } {
                let callee = self.callee(count - at, obs)?;
                // SAFETY: a constant.
                if is_refused(unsafe { &*callee }) {
                    return Err(Abort::Callee);
                }
            }
        }
        let kept = matches!(entry.return_to, BRANCH | NEXT | FOUND);
        let mut operands: Vec<Option<Slot>> = Vec::with_capacity(count);
        if kept {
            for n in (1..=count).rev() {
                let slot = self.peek(n).clone();
                let slot = match slot.sym {
                    Sym::Made(..) => return Err(Abort::Surrogate),
                    _ if slot.own == Own::Owned => Slot {
                        own: Own::Heap,
                        ..slot
                    },
                    _ => slot,
                };
                operands.push(Some(slot));
            }
        } else {
            for _ in 0..count {
                operands.push(Some(self.pop()?));
            }
            operands.reverse();
        }
        let mut locals = Vec::with_capacity(entry.locals.len());
        for origin in &entry.locals {
            locals.push(match *origin {
                Origin::Operand(k) => {
                    let slot = operands[k].take().ok_or(Abort::Internal)?;
                    match slot.sym {
                        Sym::Made(..) => self.materialise(slot),
                        _ => slot,
                    }
                }
                Origin::Constant(object) => {
                    let k = self.constant(object);
                    Slot::free(Sym::Const(k))
                }
                _ => Slot::NULL,
            });
        }
        let func = self.constant(entry.func.cast());
        let code_const = self.constant(next.code.cast());
        self.changed();
        self.top().ip = step.next;
        // SAFETY: the constant keeps the function alive, which keeps its namespaces.
        let (globals, builtins) = unsafe {
            (
                (*entry.func).func_globals.as_ptr(),
                (*entry.func).func_builtins.as_ptr(),
            )
        };
        self.m.frames.push(SymFrame {
            code: next.code,
            code_const,
            func: Slot::free(Sym::Const(func)),
            function: Some(entry.func),
            globals: globals.cast_const().cast(),
            builtins,
            locals,
            stack: Vec::new(),
            ip: 0,
            return_to: entry.return_to,
            shells: Vec::new(),
            generator: None,
            rows: Default::default(),
        });
        // What the frame does not take goes, with the frame at its start.
        self.m.next = 0;
        self.after = true;
        self.changed();
        if !kept {
            for slot in operands.into_iter().flatten() {
                self.release(slot);
            }
        }
        Ok(())
    }

    /// Has the trace leave unless the operand is the text that was seen, which is interned.
    fn guard_name(&mut self, n: usize, obs: crate::record::Obs) -> Done {
        // SAFETY: the recording keeps the texts that calls are given.
        let text: &Str = unsafe { (*obs.ptr).cast() };
        match self.peek(n).sym {
            Sym::Const(k) if std::ptr::eq(self.const_ptr(k), obs.ptr) => Ok(()),
            Sym::Obj(v) if str_::is_interned(text) => self.guard_is(v, obs.ptr).map(|_| ()),
            _ => Err(Abort::Operand),
        }
    }

    /// Has the trace leave unless the operand is of the class that was seen; or, if it is None or a truth value, is that.
    fn guard_operand(&mut self, n: usize, obs: crate::record::Obs) -> Done {
        self.guard_class_at(n, obs)?;
        // SAFETY: the recording keeps classes alive.
        let ty = unsafe { &*obs.ty };
        if ty.is_heap_type() {
            if typeobject::version_tag(ty) == 0 {
                return Err(Abort::Surrogate);
            }
            self.deps.types.push(ty);
            self.constant(ty.as_ptr());
        }
        let is_truth = std::ptr::eq(ty, &raw const boolean::PyBool_Type);
        match self.peek(n).sym {
            Sym::Bool(v) => self.guard_truth(v, obs.small() != Some(0))?,
            Sym::Obj(v) if is_truth || std::ptr::eq(ty, singletons::none().ty()) => {
                self.guard_is(v, obs.ptr)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The caller's state after a return of this kind; the result is on its stack.
    pub(super) fn returned(&mut self, i: usize, return_to: u8, dropped: &mut Vec<Slot>) -> Done {
        match return_to {
            FOUND => {
                let result = self.pop()?;
                let iterator = self.pop()?;
                dropped.push(iterator);
                self.push(result);
            }
            FOUND_VALUE => {}
            BRANCH => return self.branch(i, dropped),
            _ => return Ok(()),
        }
        let found = self.constant(&*boolean::from(true));
        self.push_sym(Sym::Const(found));
        Ok(())
    }

    /// The truth value on top is about to go back to the jump that asked for it: it is the one that was seen.
    pub(super) fn settle_answer(&mut self, i: usize) -> Done {
        let obs = *self.steps[i].obs.last().ok_or(Abort::Truth)?;
        let index = self.at_top(1);
        let truth = obs.small().ok_or(Abort::Truth)? != 0;
        if obs.is_exact::<PyLongObject>() {
            // A length: a negative one is an error.
            let n = self.int_at(index, obs)?;
            let zero = self.const_int(0);
            let op = if truth {
                TraceOp::IntGt
            } else {
                TraceOp::IntEq
            };
            let is_so = self.emit(op, n, zero, 0);
            self.guard_truth(is_so, true)?;
        } else if let Sym::Const(_) = self.peek(1).sym {
            return Ok(());
        } else {
            let v = self.bool_at(index, obs)?;
            self.guard_truth(v, truth)?;
        }
        let k = self.constant(&*boolean::from(truth));
        let old = self.pop()?;
        self.push_sym(Sym::Const(k));
        if let (Sym::Obj(v), Own::Owned) = (old.sym, old.own) {
            self.emit(TraceOp::DecRefPlain, v, NONE, 0);
        }
        Ok(())
    }

    /// `$length`: what `__len__` has answered, an int.
    pub(super) fn length(&mut self, step: &Step) -> Done {
        let obs = step.obs[0];
        if !obs.is_exact::<PyLongObject>() || obs.small().is_none_or(|n| n < 0) {
            return Err(Abort::Operand);
        }
        let index = self.at_top(1);
        let n = self.int_at(index, obs)?;
        let zero = self.const_int(0);
        let fits = self.emit(TraceOp::IntGe, n, zero, 0);
        self.guard_truth(fits, true)?;
        let old = self.pop()?;
        self.push_sym(Sym::Int(n));
        self.after = true;
        self.release(old);
        Ok(())
    }

    /// `$native_new` of a builtin class, without arguments.
    pub(super) fn native_new(&mut self, step: &Step) -> Done {
        let Sym::Const(k) = self.peek(3).sym else {
            return Err(Abort::Operand);
        };
        let class = self.const_ptr(k);
        // SAFETY: a constant.
        let class = unsafe { (*class).downcast::<PyTypeObject>() };
        let class = class.filter(|c| !c.is_heap_type()).ok_or(Abort::Callee)?;
        let class: *const PyTypeObject = class;
        match &self.peek(2).sym {
            Sym::Made(Maker::Tuple, items) if items.is_empty() => {}
            Sym::Const(args) if self.is_empty_tuple(*args) => {}
            _ => return Err(Abort::Arguments),
        }
        self.perform(step, Some(class))
    }

    fn is_empty_tuple(&self, k: Const) -> bool {
        // SAFETY: a constant.
        let object = unsafe { &*self.const_ptr(k) };
        object
            .exact::<PyTupleObject>()
            .is_some_and(PyTupleObject::is_empty)
    }

    /// `$native_call` of a builtin that has entered no frame.
    pub(super) fn native_call(&mut self, step: &Step) -> Done {
        let n = step.oparg();
        let obs = step.obs[0];
        // SAFETY: the recording keeps classes and builtin callables alive.
        if unsafe { (*obs.ty).is_heap_type() } {
            return Err(Abort::Callee);
        }
        let callee = self.callee(n + 1, obs)?;
        // SAFETY: a constant.
        let class = unsafe { (*callee).downcast::<PyTypeObject>() };
        for k in 1..=n {
            self.guard_class_at(n + 1 - k, step.obs[k])?;
        }
        let known = [&*tuple::PyTuple_Type, &*set::PyFrozenSet_Type];
        let class = class.filter(|c| known.iter().any(|k| k.is(*c)));
        self.helper(Helper::Call, 0, n + 1, class.map(std::ptr::from_ref))
    }

    /// `$native_init` of an object whose class leaves that to `object`: nothing is done, as its `__new__` has taken the arguments.
    pub(super) fn native_init(&mut self) -> Done {
        let Sym::Obj(v) = self.peek(3).sym else {
            return Err(Abort::Operand);
        };
        // SAFETY: classes that are known are constants.
        let class: &'static PyTypeObject = unsafe { &*self.class_of(v).ok_or(Abort::Operand)? };
        if !same_slot!(class, object::PyBaseObject_Type, tp_init)
            || !typeobject::is_python_slot_new(class)
        {
            return Err(Abort::Operand);
        }
        self.watch(class)?;
        let mut dropped = Vec::with_capacity(3);
        for _ in 0..3 {
            dropped.push(self.pop()?);
        }
        self.after = true;
        self.release_all(dropped);
        Ok(())
    }

    /// A truth value, on top, has come back to the conditional jump (or `not`) that asked for it.
    fn branch(&mut self, i: usize, dropped: &mut Vec<Slot>) -> Done {
        let answer = self.pop()?;
        let asked = self.pop()?;
        let truth = match answer.sym {
            Sym::Const(k) => {
                let object = self.const_ptr(k);
                // SAFETY: a constant.
                let object = unsafe { &*object };
                match (boolean::is_true(object), boolean::is_false(object)) {
                    (true, _) => true,
                    (_, true) => false,
                    _ => return Err(Abort::Truth),
                }
            }
            _ => return Err(Abort::Truth),
        };
        let frame = self.top();
        let at = frame.ip - 1;
        // SAFETY: the trace keeps its code; the caller stands at an instruction of it.
        let unit = unsafe { *(*frame.code).first_instr().add(at as usize) };
        let op = Op::from_u8(unit as u8).map_or(Op::NOP, Op::base);
        dropped.push(asked);
        match op {
            Op::UNARY_NOT => {
                let k = self.constant(&*boolean::from(!truth));
                self.push_sym(Sym::Const(k));
            }
            Op::POP_JUMP_FORWARD_IF_FALSE
            | Op::POP_JUMP_FORWARD_IF_TRUE
            | Op::POP_JUMP_BACKWARD_IF_FALSE
            | Op::POP_JUMP_BACKWARD_IF_TRUE => self.m.next = self.after_step(i).1,
            _ => return Err(Abort::Truth),
        }
        Ok(())
    }

    /// An op that only asks about classes: answered now, the classes being watched.
    pub(super) fn question(&mut self, step: &Step) -> Done {
        let count = step.obs.len();
        let mut operands = Vec::with_capacity(count);
        for n in (1..=count).rev() {
            let Sym::Const(k) = self.peek(n).sym else {
                return Err(Abort::Operand);
            };
            operands.push(self.const_ptr(k));
        }
        let mut live: Vec<&PyObject> = Vec::with_capacity(count);
        for object in operands {
            // SAFETY: a constant.
            let object = unsafe { &*object };
            if let Some(ty) = object.downcast::<PyTypeObject>() {
                if ty.is_heap_type() {
                    if typeobject::version_tag(ty) == 0 {
                        return Err(Abort::Operand);
                    }
                    self.deps.types.push(ty);
                }
            }
            live.push(object);
        }
        let results = evaluate(step.op, step.oparg(), &live).ok_or(Abort::Operand)?;
        for _ in 0..count {
            self.pop()?;
        }
        for result in results {
            let k = self.constant(&*result);
            self.push_sym(Sym::Const(k));
        }
        Ok(())
    }

    /// `$native_op` of a number with an object of Python, of which numbers know nothing; or by a class of Python.
    pub(super) fn native_op(&mut self, step: &Step) -> Done {
        let (Sym::Const(owner), Sym::Const(op)) = (&self.peek(4).sym, &self.peek(1).sym) else {
            return Err(Abort::Operand);
        };
        let (owner, op) = (*owner, *op);
        let numbers = [
            &raw const int::PyLong_Type,
            &raw const float::PyFloat_Type,
            &raw const boolean::PyBool_Type,
        ];
        let owner: *const PyTypeObject = self.const_ptr(owner).cast_const().cast();
        let other = step.obs[2];
        self.guard_class_at(2, other)?;
        // SAFETY: the recording keeps classes alive.
        let unknown = unsafe {
            let ty = &*other.ty;
            ty.is_heap_type()
                && !numbers.iter().any(|n| typeobject::is_subtype(ty, &**n))
                && !typeobject::is_subtype(ty, &complex::PyComplex_Type)
        };
        let by_number = unknown && numbers.iter().any(|n| std::ptr::eq(*n, owner));
        if !by_number {
            // Or the class's operator is one of Python, of which native code knows nothing.
            // SAFETY: constants.
            let (class, op) = unsafe { (&*owner, &*self.const_ptr(op)) };
            if !class.is_heap_type() || typeobject::version_tag(class) == 0 {
                return Err(Abort::Operand);
            }
            let answers = evaluate(Op::S_PYTHON_OP, 0, &[class, op]).ok_or(Abort::Operand)?;
            if !answers.first().is_some_and(|a| boolean::is_true(a)) {
                return Err(Abort::Operand);
            }
            self.deps.types.push(class);
        }
        let mut dropped = Vec::with_capacity(4);
        for _ in 0..4 {
            dropped.push(self.pop()?);
        }
        let answer = self.constant(&*singletons::not_implemented());
        self.push_sym(Sym::Const(answer));
        self.after = true;
        self.release_all(dropped);
        Ok(())
    }

    /// `$special`: a method of Python stays in its parts.
    pub(super) fn special(&mut self, step: &Step) -> Done {
        let (obs, name) = (step.obs[0], step.obs[1]);
        let Sym::Const(k) = self.peek(1).sym else {
            return Err(Abort::Attribute);
        };
        self.guard_class_at(2, obs)?;
        // SAFETY: the recording keeps classes alive; the name is a constant.
        let (ty, text) = unsafe { (&*obs.ty, &*self.const_ptr(k)) };
        let text = text.downcast::<Str>().ok_or(Abort::Attribute)?;
        let _ = name;
        if ty.is_heap_type() {
            if typeobject::version_tag(ty) == 0 {
                return Err(Abort::Attribute);
            }
            self.deps.types.push(ty);
            self.constant(ty.as_ptr());
        }
        let none = self.constant(&*singletons::none());
        let found = typeobject::lookup(ty, text);
        match found {
            Some(f) if f.is_exact::<PyFunctionObject>() => {
                let f = self.constant(f);
                self.pop()?;
                let object = self.pop()?;
                let object = match object.sym {
                    Sym::Made(..) => self.materialise(object),
                    _ => object,
                };
                let parts = vec![Slot::free(Sym::Const(f)), object];
                self.push_sym(Sym::Made(Maker::Method, parts));
                let truth = self.constant(&*boolean::from(true));
                self.push_sym(Sym::Const(truth));
                Ok(())
            }
            Some(_) => Err(Abort::Attribute),
            None => {
                self.pop()?;
                let object = self.pop()?;
                self.push_sym(Sym::Const(none));
                let truth = self.constant(&*boolean::from(false));
                self.push_sym(Sym::Const(truth));
                self.after = true;
                self.release(object);
                Ok(())
            }
        }
    }

    /// `$tail_call` of a function: its frame takes the place of this one.
    pub(super) fn tail_call(&mut self, i: usize, step: &'a Step) -> Done {
        let n = step.oparg();
        let with_self = !step.obs[0].ty.is_null();
        let at = if with_self { n + 2 } else { n + 1 };
        let obs = step.obs[usize::from(!with_self)];
        let depth = self.frames.len() - 1;
        let next = self.steps.get(i + 1).ok_or(Abort::Callee)?;
        if with_self
            || !obs.is_exact::<PyFunctionObject>()
            || next.depth != step.depth
            || depth == 0
        {
            return Err(Abort::Callee);
        }
        let function: *const PyFunctionObject = self.callee(at, obs)?.cast_const().cast();
        // SAFETY: a constant.
        let code = unsafe { (*function).code() };
        if !std::ptr::eq(next.code, code) || code.co_argcount.get() as usize != n {
            return Err(Abort::Callee);
        }
        let mut args = Vec::with_capacity(n);
        for _ in 0..n {
            let slot = self.pop()?;
            args.push(match slot.sym {
                Sym::Made(..) => self.materialise(slot),
                _ => self.outlasting(depth, slot),
            });
        }
        args.reverse();
        let func = self.pop()?;
        self.pop()?;
        let (return_to, ip) = (self.top().return_to, self.m.frames[depth - 1].ip);
        let mut shells = std::mem::take(&mut self.top().shells);
        shells.extend(self.shell());
        let dropped = self.leave_frame(depth, 0)?;
        self.enter(step, func, Some(function), code, args, return_to)?;
        self.top().shells = shells;
        // The caller's place is what it was; the frame is new.
        self.m.frames[depth - 1].ip = ip;
        self.m.next = 0;
        self.after = true;
        self.changed();
        self.release_all(dropped);
        Ok(())
    }

    /// A value that goes on when the frame at `depth` goes: what a local of it has borrowed itself is borrowed from there.
    fn outlasting(&mut self, depth: usize, slot: Slot) -> Slot {
        let own = match slot.own {
            Own::Local(d, i) if usize::from(d) == depth => {
                let local = self.frames[depth].locals.get(usize::from(i));
                match local.filter(|local| local.sym == slot.sym) {
                    Some(local) => local.own,
                    None => slot.own,
                }
            }
            own => own,
        };
        match own {
            Own::Local(d, _) if usize::from(d) < depth => Slot { own, ..slot },
            _ => self.own(slot),
        }
    }

    /// The running frame, which is about to call in its own place, as a frame that only returns: at a return that no handler is around.
    /// Code without such a one goes at once.
    fn shell(&mut self) -> Option<Shell> {
        let (func, code_const, code) = {
            let frame = self.top();
            (frame.func.sym.clone(), frame.code_const, frame.code)
        };
        let Sym::Const(func) = func else {
            return None;
        };
        // SAFETY: the trace keeps its code; all within the code.
        unsafe {
            let code = &*code;
            if !code.exception_table().is_empty() {
                return None;
            }
            let first = code.first_instr();
            let mut at = 0;
            while at < code.units() {
                let op = Op::from_u8(*first.add(at) as u8).map_or(Op::NOP, Op::base);
                if op == Op::RETURN_VALUE && at > 0 {
                    return Some(Shell {
                        code: code_const,
                        func,
                        ip: at as u32,
                        slots: code.co_nlocalsplus.get() as usize,
                    });
                }
                at += 1 + op.caches();
            }
            None
        }
    }
}
