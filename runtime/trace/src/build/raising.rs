//! Exceptions that are raised and caught within the trace.
//!
//! The exception is a real object, and handled ones are really in the `exc_info` chain; its traceback exists in snapshots only
//! ([`SymCaught`]), with the frames that it left. Who asks for a traceback makes the state real first (`frame::force`). When the
//! exception is dropped and nobody else has it (`guard.last`), the traceback has never been made, and those frames' values go.

use super::*;
use crate::helpers::Helper;
use crate::record::Obs;
use hotpy_objects::flags::tp;

/// An exception that has been caught in the trace.
#[derive(Clone, Debug)]
pub struct SymCaught {
    pub exception: Val,
    /// Index of the frame that handles it, and where that stood.
    pub depth: usize,
    pub at: u32,
    /// The frames that it left, outermost first, and where they stood. Their stacks are empty.
    pub gone: Vec<(SymFrame, u32)>,
    /// It is in the `exc_info` chain: between PUSH_EXC_INFO and POP_EXCEPT.
    pub open: bool,
}

/// How a side trace starts that does not start before the exit's instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The instruction is executed again.
    Again,
    /// The call has raised, contrary to what was expected.
    Raised,
    /// The call has not raised, contrary to what was expected; its result is in this register.
    Completed(u16),
}

/// Whether instances of an exception class are made by native code that only keeps the arguments.
pub fn is_plainly_made(class: &PyTypeObject) -> bool {
    let plain = &exceptions::Exception;
    class.is_subclass_flag(tp::BASE_EXC_SUBCLASS)
        && std::ptr::eq(class.ty(), &raw const typeobject::PyType_Type)
        && class.tp_new.get().map(|f| f as usize) == plain.tp_new.get().map(|f| f as usize)
        && class.tp_init.get().map(|f| f as usize) == plain.tp_init.get().map(|f| f as usize)
}

impl<'a> Builder<'a> {
    /// Whether step `i` raised an exception that was caught.
    pub(super) fn raised(&self, i: usize) -> bool {
        self.steps.get(i + 1).map_or(self.end_landed, |s| s.landed)
    }

    /// The instruction raises, as it did when it was recorded.
    pub(super) fn raise(&mut self, i: usize, step: &'a Step) -> Done {
        use Op::*;
        let native = |obs: &Obs| {
            // SAFETY: the recording keeps classes alive.
            !obs.ty.is_null() && unsafe { !(*obs.ty).is_heap_type() }
        };
        let mut same = None;
        let n = match step.op {
            RAISE_VARARGS => {
                same = self.raised_operands(step)?;
                self.call_raises(Helper::Raise, 0, step.oparg())?
            }
            BINARY_SUBSCR if step.obs.iter().all(native) => {
                self.guard_classes(step)?;
                self.call_raises(Helper::GetItem, 0, 2)?
            }
            DELETE_SUBSCR if step.obs.iter().all(native) => {
                self.guard_classes(step)?;
                self.call_raises(Helper::DelItem, 0, 2)?
            }
            STORE_SUBSCR if step.obs[1..].iter().all(native) => {
                self.guard_class_at(2, step.obs[1])?;
                self.guard_class_at(1, step.obs[2])?;
                self.call_raises(Helper::SetItem, 0, 3)?
            }
            BINARY_OP if step.obs.iter().all(native) => {
                self.guard_classes(step)?;
                self.call_raises(Helper::Binary, step.oparg() as u32, 2)?
            }
            LOAD_ATTR => {
                let obs = step.obs[0];
                // SAFETY: the recording keeps classes alive, the trace its code.
                let (ty, name): (&'static PyTypeObject, &Str) = unsafe {
                    let name = (*step.code).name_at(step.oparg());
                    (&*obs.ty, &*(name as *const Str))
                };
                // Nothing of Python is asked for it: the instance has it or not.
                let own = typeobject::lookup(ty, name)
                    .is_none_or(|found| found.is_exact::<PyMemberDescrObject>());
                if !same_slot!(ty, object::PyBaseObject_Type, tp_getattro) || !own {
                    return Err(Abort::Raised);
                }
                self.watch(ty)?;
                self.guard_class_at(1, obs)?;
                let k = self.constant(name.as_ptr());
                let name = self.const_obj(k);
                self.call_raises_with(Helper::GetAttr, 0, 1, &[name])?
            }
            CALL if step.kwnames().is_none() => {
                let at = usize::from(step.obs[0].ty.is_null());
                let obs = step.obs[at];
                // SAFETY: the recording keeps classes alive.
                let is_class = unsafe { (*obs.ty).is_subclass_flag(tp::TYPE_SUBCLASS) };
                let known = obs.is_exact::<PyCFunctionObject>()
                    || obs.is_exact::<PyMethodDescrObject>()
                    || is_class;
                if !known || !step.obs[at + 1..].iter().all(native) {
                    return Err(Abort::Raised);
                }
                let n = step.oparg() + 2;
                if (step.obs[0].ty.is_null()) != (self.peek(n).sym == Sym::Null) {
                    return Err(Abort::Callee);
                }
                let callee = self.callee(n - at, obs)?;
                // SAFETY: a constant.
                let known = unsafe { &*callee };
                if known
                    .downcast::<PyTypeObject>()
                    .is_some_and(PyTypeObject::is_heap_type)
                    || is_refused(known)
                {
                    return Err(Abort::Callee);
                }
                for k in at + 1..step.obs.len() {
                    self.guard_class_at(step.obs.len() - k, step.obs[k])?;
                }
                self.call_raises(Helper::Call, 0, n)?
            }
            _ => return Err(Abort::Raised),
        };
        let (depth, ip) = self.after_step(i);
        self.land(same.unwrap_or(n), depth, ip)
    }

    fn guard_classes(&mut self, step: &Step) -> Done {
        let count = step.obs.len();
        for (k, &obs) in step.obs.iter().enumerate() {
            self.guard_class_at(count - k, obs)?;
        }
        Ok(())
    }

    /// The operands of RAISE_VARARGS: exceptions, or classes that make them natively. The exception, if it is there already.
    fn raised_operands(&mut self, step: &Step) -> Result<Option<Val>, Abort> {
        let count = step.oparg();
        let mut first = None;
        for (k, &obs) in step.obs.iter().enumerate() {
            let n = count - k;
            // SAFETY: the recording keeps classes alive.
            let ty = unsafe { &*obs.ty };
            let is_none = k == 1 && std::ptr::eq(ty, singletons::none().ty());
            if ty.is_subclass_flag(tp::BASE_EXC_SUBCLASS) || is_none {
                self.guard_class_at(n, obs)?;
                if let (Sym::Obj(v), 0) = (&self.peek(n).sym, k) {
                    first = Some(*v);
                }
            } else if ty.is_subclass_flag(tp::TYPE_SUBCLASS) {
                let class = self.callee(n, obs)?;
                // SAFETY: a constant that is a class.
                let class: &'static PyTypeObject = unsafe { &*class.cast() };
                if !is_plainly_made(class) {
                    return Err(Abort::Raised);
                }
                if class.is_heap_type() {
                    self.watch(class)?;
                }
            } else {
                return Err(Abort::Raised);
            }
        }
        Ok(first)
    }

    /// Has the tree become invalid when the class changes.
    pub(super) fn watch(&mut self, class: &'static PyTypeObject) -> Done {
        if typeobject::version_tag(class) == 0 {
            return Err(Abort::Operand);
        }
        self.deps.types.push(class);
        self.constant(class.as_ptr());
        Ok(())
    }

    /// Calls a helper with the `n` topmost operands, which raises. The exception.
    fn call_raises(&mut self, helper: Helper, aux: u32, n: usize) -> Result<Val, Abort> {
        self.call_raises_with(helper, aux, n, &[])
    }

    /// The same with more operands after those of the stack.
    fn call_raises_with(
        &mut self,
        helper: Helper,
        aux: u32,
        n: usize,
        extra: &[Val],
    ) -> Result<Val, Abort> {
        let mut args = self.helper_operands(n)?;
        args.extend_from_slice(extra);
        self.before_write();
        let snap = self.new_snapshot(n as u8, helper.gives_value());
        let v = self.m.push_inst(Inst {
            imm: helper as u64 | u64::from(aux) << 32,
            snap,
            ..Inst::new(TraceOp::CallRaises)
        });
        self.m.args.push((v, args));
        Ok(self.m.push_inst(Inst {
            snap,
            ..Inst::new(TraceOp::ExcFetch)
        }))
    }

    /// Goes to the handler at `ip` of frame `target` with an exception, which has a count of its own.
    fn land(&mut self, exception: Val, target: usize, ip: u32) -> Done {
        let top = self.frames.len() - 1;
        self.m.end_loans();
        let mut dropped = Vec::new();
        let mut gone = Vec::new();
        let mut at = self.m.at;
        for depth in (target + 1..=top).rev() {
            self.m.disinherit_frame(depth);
            let mut frame = self.m.frames.pop().ok_or(Abort::Internal)?;
            if frame.generator.is_some() {
                return Err(Abort::Raised);
            }
            dropped.extend(frame.stack.drain(..).rev());
            // SAFETY: the trace keeps its code.
            if unsafe { (*frame.code).is_hidden() } {
                dropped.append(&mut frame.locals);
                dropped.push(frame.func);
            } else {
                gone.insert(0, (frame, at));
            }
            at = self.top().ip - 1;
        }
        let frame = self.top();
        // SAFETY: the trace keeps its code.
        let code = unsafe { &*frame.code };
        let handler = hotpy_vm::interp::handler_at(code, at).ok_or(Abort::Internal)?;
        if handler.target != ip || frame.stack.len() < handler.depth as usize {
            return Err(Abort::Internal);
        }
        dropped.extend(frame.stack.drain(handler.depth as usize..).rev());
        if handler.lasti {
            let n = int::from_i64(i64::from(at)).map_err(|_| Abort::Internal)?;
            let k = self.constant(n.as_ptr().cast());
            self.push_sym(Sym::Const(k));
        }
        self.push(Slot::owned(exception));
        let (depth, open) = (target, false);
        self.m.caught.push(SymCaught {
            exception,
            depth,
            at,
            gone,
            open,
        });
        self.m.next = ip;
        self.after = true;
        self.unchecked = true;
        self.changed();
        self.release_all(dropped);
        Ok(())
    }

    /// What a side trace from a call's exit starts with: the call is done. It goes on at `ip` of frame `depth`.
    pub(super) fn begin(
        &mut self,
        outcome: Outcome,
        call: (u8, bool),
        depth: usize,
        ip: u32,
    ) -> Done {
        match outcome {
            Outcome::Again => Ok(()),
            Outcome::Raised => {
                let snap = self.new_snapshot(call.0, call.1);
                let exception = self.m.push_inst(Inst {
                    snap,
                    ..Inst::new(TraceOp::ExcFetch)
                });
                self.land(exception, depth, ip)
            }
            Outcome::Completed(register) => {
                let result = self.m.emit_input(TraceOp::InObj, u64::from(register));
                let mut dropped = Vec::new();
                for _ in 0..call.0 {
                    dropped.push(self.pop()?);
                }
                if call.1 {
                    self.push(Slot::owned(result));
                } else {
                    self.emit(TraceOp::DecRefPlain, result, NONE, 0);
                }
                self.m.next = ip;
                self.after = true;
                self.unchecked = true;
                self.release_all(dropped);
                Ok(())
            }
        }
    }

    /// PUSH_EXC_INFO.
    pub(super) fn push_exc_info(&mut self, step: &Step) -> Done {
        self.guard_class_at(1, step.obs[0])?;
        let slot = self.pop()?;
        let Sym::Obj(v) = slot.sym else {
            return Err(Abort::Internal);
        };
        let known = self.m.caught.iter().rposition(|c| c.exception == v);
        let known = known.ok_or(Abort::Internal)?;
        let previous = self.emit(TraceOp::ExcPush, v, NONE, 0);
        self.m.caught[known].open = true;
        self.push(Slot::owned(previous));
        self.push(slot);
        Ok(())
    }

    /// POP_EXCEPT.
    pub(super) fn pop_except(&mut self) -> Done {
        let previous = self.pop()?;
        let previous = self.owned_object(previous);
        let mut handled = self.emit(TraceOp::ExcPop, previous, NONE, 0);
        if let Some(caught) = self.m.caught.iter_mut().rev().find(|c| c.open) {
            caught.open = false;
            handled = caught.exception;
        }
        self.after = true;
        self.changed();
        self.release(Slot::owned(handled));
        Ok(())
    }

    /// CHECK_EXC_MATCH: the exception's class tells.
    pub(super) fn exc_match(&mut self, step: &Step) -> Done {
        let (exception, against) = (step.obs[0], step.obs[1]);
        self.guard_class_at(2, exception)?;
        let classes: Vec<*mut PyObject> = match &self.peek(1).sym {
            Sym::Made(Maker::Tuple, items) => items
                .iter()
                .map(|item| match item.sym {
                    Sym::Const(k) => Ok(self.const_ptr(k)),
                    _ => Err(Abort::Operand),
                })
                .collect::<Result<_, _>>()?,
            // Not a tuple that may be another one next time.
            // SAFETY: the recording keeps classes alive.
            _ if unsafe { (*against.ty).is_subclass_flag(tp::TYPE_SUBCLASS) } => {
                vec![self.callee(1, against)?]
            }
            _ => return Err(Abort::Operand),
        };
        // SAFETY: the recording keeps classes alive.
        let class: &'static PyTypeObject = unsafe { &*exception.ty };
        if class.is_heap_type() {
            self.watch(class)?;
        }
        let mut matches = false;
        for one in classes {
            // SAFETY: constants.
            let one = unsafe { &*one };
            let one = one.downcast::<PyTypeObject>().ok_or(Abort::Operand)?;
            if !one.is_subclass_flag(tp::BASE_EXC_SUBCLASS) {
                return Err(Abort::Operand);
            }
            matches |= typeobject::is_subtype(class, one);
        }
        let against = self.pop()?;
        let truth = self.constant(&*boolean::from(matches));
        self.push_sym(Sym::Const(truth));
        self.after = true;
        self.release(against);
        Ok(())
    }
}
