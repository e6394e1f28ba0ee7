//! CALL_FUNCTION_EX: `f(*items, **named)`, the items being a list or tuple of as many as were seen, and the names those that were seen. What is
//! neither a function nor a bound method of Python gets them as they are.

use super::arguments::Given;
use super::*;
use crate::helpers::Helper;
use hotpy_code::object::flags::VARKEYWORDS;
use hotpy_objects::flags::tp;

impl Builder<'_> {
    pub(super) fn call_spread(&mut self, i: usize, step: &Step) -> Done {
        let spread = step.spread().ok_or(Abort::Arguments)?;
        if !self.entered(i, step) {
            return self.call_spread_natively(step);
        }
        if !spread.function.is_exact::<PyFunctionObject>() {
            return Err(Abort::Callee);
        }
        // All that may fail comes first: the operands are still where the interpreter has them.
        let named = step.oparg() & 1;
        let (function, this) = self.spread_callee(step)?;
        let items = self.spread_items(step)?;
        let names = self.spread_names(step)?;
        // SAFETY: a constant.
        let code = unsafe { (*function).code() };
        if code.has_flag(VARKEYWORDS) && !names.is_empty() {
            return Err(Abort::Arguments);
        }
        let rest = self.rest_dict(code, &[])?;
        let mut dropped = Vec::new();
        if named != 0 {
            dropped.push(self.pop()?);
        }
        let names = names
            .into_iter()
            .map(|(name, v)| (name, self.own(Slot::heap(v))))
            .collect();
        let mut given = self.pop()?;
        let callable = self.pop()?;
        if self.pop()?.sym != Sym::Null {
            return Err(Abort::Callee);
        }
        let mut args = Vec::with_capacity(items.len() + 1);
        args.extend(this.map(|v| self.own(Slot::heap(v))));
        match &mut given.sym {
            // A tuple that is not made gives its items away.
            Sym::Made(Maker::Tuple, parts) => args.append(parts),
            _ => {
                for v in items {
                    args.push(self.own(Slot::heap(v)));
                }
                dropped.push(given);
            }
        }
        match (callable.sym.clone(), this) {
            // So does a bound method.
            (Sym::Made(Maker::Method, parts), None) => {
                args.insert(0, parts.into_iter().nth(1).ok_or(Abort::Internal)?);
            }
            _ => dropped.push(callable),
        }
        let k = self.constant(function.cast());
        let func = Slot::free(Sym::Const(k));
        let given = Given {
            positional: args,
            named: names,
            rest,
        };
        self.inline_given(i, step, func, function, given, PUSH)?;
        // What the frame does not take goes, with the frame at its start.
        self.drop_in_callee(dropped);
        Ok(())
    }

    /// A builtin function, method or class.
    fn call_spread_natively(&mut self, step: &Step) -> Done {
        let named = step.oparg() & 1;
        let (callable, given) = (step.obs[1], step.obs[2]);
        // SAFETY: the recording keeps classes alive.
        let is_class = unsafe { (*callable.ty).is_subclass_flag(tp::TYPE_SUBCLASS) };
        if is_class {
            // SAFETY: a constant that is a class.
            let class: &PyTypeObject = unsafe { &*self.callee(2 + named, callable)?.cast() };
            let special = class.is(&typeobject::PyType_Type) || class.is(&super_::PySuper_Type);
            if class.is_heap_type() || special {
                return Err(Abort::Callee);
            }
        } else {
            self.builtin_callee(2 + named, callable)?;
        }
        if !given.is_exact::<PyTupleObject>() && !given.is_exact::<PyListObject>() {
            return Err(Abort::Arguments);
        }
        self.guard_class_at(1 + named, given)?;
        if named != 0 {
            if !step.obs[3].is_exact::<PyDictObject>() {
                return Err(Abort::Arguments);
            }
            self.guard_class_at(1, step.obs[3])?;
        }
        self.helper(Helper::CallSpread, 0, 3 + named, None)
    }

    /// The arguments by name, borrowed from the dict on top, which must have these names and no others.
    fn spread_names(&mut self, step: &Step) -> Result<Vec<(&'static PyObject, Val)>, Abort> {
        if step.oparg() & 1 == 0 {
            return Ok(Vec::new());
        }
        if self.is_no_names(1) {
            return Ok(Vec::new());
        }
        self.guard_class_at(1, step.obs[3])?;
        let index = self.at_top(1);
        let d = self.object_at(index)?;
        let names = step.passed_names();
        let len = self.emit(TraceOp::LenDict, d, NONE, 0);
        let count = self.const_int(names.len() as i64);
        let same = self.emit(TraceOp::IntEq, len, count, 0);
        self.guard_truth(same, true)?;
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            let k = self.constant(name.ptr);
            let key = self.const_obj(k);
            let v = self.emit_snap(TraceOp::DictItem, d, key, 0);
            // SAFETY: the trace keeps its constants.
            found.push((unsafe { &*name.ptr.cast_const() }, v));
        }
        Ok(found)
    }

    /// The function that is called, guarded to be that one; and what a bound method that exists is bound to.
    fn spread_callee(
        &mut self,
        step: &Step,
    ) -> Result<(*const PyFunctionObject, Option<Val>), Abort> {
        let callable = step.obs[1];
        let at = 2 + (step.oparg() & 1);
        let function = step.spread().ok_or(Abort::Arguments)?.function;
        if callable.is_exact::<PyFunctionObject>() {
            return Ok((self.callee(at, callable)?.cast_const().cast(), None));
        }
        if !callable.is_exact::<PyMethodObject>() {
            return Err(Abort::Callee);
        }
        if let Sym::Made(Maker::Method, parts) = &self.peek(at).sym {
            let Sym::Const(k) = parts[0].sym else {
                return Err(Abort::Callee);
            };
            let own: *const PyFunctionObject = self.const_ptr(k).cast_const().cast();
            if !std::ptr::eq(own.cast(), function.ptr) {
                return Err(Abort::Operand);
            }
            return Ok((own, None));
        }
        self.guard_class_at(at, callable)?;
        let index = self.at_top(at);
        let method = self.object_at(index)?;
        let func = self.emit(TraceOp::MethodFunc, method, NONE, 0);
        self.guard_is(func, function.ptr)?;
        let this = self.emit(TraceOp::MethodSelf, method, NONE, 0);
        Ok((function.ptr.cast_const().cast(), Some(this)))
    }

    /// The items, borrowed; none if they are parts of a tuple that is not made.
    fn spread_items(&mut self, step: &Step) -> Result<Vec<Val>, Abort> {
        let (given, count) = (step.obs[2], step.spread().map_or(0, |s| s.count));
        let place = 1 + (step.oparg() & 1);
        if let Sym::Made(Maker::Tuple, _) = self.peek(place).sym {
            return Ok(Vec::new());
        }
        let (len, at) = if given.is_exact::<PyTupleObject>() || self.is_stepped_as_tuple(given)? {
            (TraceOp::GuardTupleLen, TraceOp::TupleAt)
        } else if given.is_exact::<PyListObject>() {
            (TraceOp::GuardListLen, TraceOp::ListAt)
        } else {
            return Err(Abort::Arguments);
        };
        self.guard_class_at(place, given)?;
        let index = self.at_top(place);
        let v = self.object_at(index)?;
        self.emit_snap(len, v, NONE, count as u64);
        Ok((0..count)
            .map(|k| self.emit(at, v, NONE, k as u64))
            .collect())
    }
}

/// `ReturnTo::Push` of the VM.
const PUSH: u8 = 0;
