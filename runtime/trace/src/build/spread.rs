//! CALL_FUNCTION_EX: `f(*items)` of a function or bound method, the items being a list or tuple of as many as were seen.

use super::*;

impl Builder<'_> {
    pub(super) fn call_spread(&mut self, i: usize, step: &Step) -> Done {
        let spread = step.spread().ok_or(Abort::Arguments)?;
        if !self.entered(i, step) || !spread.function.is_exact::<PyFunctionObject>() {
            return Err(Abort::Callee);
        }
        // All that may fail comes first: the operands are still where the interpreter has them.
        let (function, this) = self.spread_callee(step)?;
        let items = self.spread_items(step)?;
        let given = self.pop()?;
        let callable = self.pop()?;
        if self.pop()?.sym != Sym::Null {
            return Err(Abort::Callee);
        }
        let mut args = Vec::with_capacity(items.len() + 1);
        args.extend(this.map(|v| self.own(Slot::heap(v))));
        let (mut given, mut dropped) = (given, vec![callable]);
        match &mut given.sym {
            // A tuple that is not made gives its items away.
            Sym::Made(Maker::Tuple, parts) => args.append(parts),
            _ => {
                for v in items {
                    args.push(self.own(Slot::heap(v)));
                }
                dropped.insert(0, given);
            }
        }
        if let (Sym::Made(Maker::Method, _), None) = (&dropped[dropped.len() - 1].sym, this) {
            // So does a bound method.
            let Some(Slot {
                sym: Sym::Made(_, parts),
                ..
            }) = dropped.pop()
            else {
                return Err(Abort::Internal);
            };
            args.insert(0, parts.into_iter().nth(1).ok_or(Abort::Internal)?);
        }
        let k = self.constant(function.cast());
        let func = Slot::free(Sym::Const(k));
        self.inline(i, step, func, function, args, PUSH)?;
        // What the frame does not take goes, with the frame at its start.
        self.m.next = 0;
        self.after = true;
        self.changed();
        for slot in dropped {
            self.release(slot);
        }
        Ok(())
    }

    /// The function that is called, guarded to be that one; and what a bound method that exists is bound to.
    fn spread_callee(
        &mut self,
        step: &Step,
    ) -> Result<(*const PyFunctionObject, Option<Val>), Abort> {
        let callable = step.obs[1];
        let function = step.spread().ok_or(Abort::Arguments)?.function;
        if callable.is_exact::<PyFunctionObject>() {
            return Ok((self.callee(2, callable)?.cast_const().cast(), None));
        }
        if !callable.is_exact::<PyMethodObject>() {
            return Err(Abort::Callee);
        }
        if let Sym::Made(Maker::Method, parts) = &self.peek(2).sym {
            let Sym::Const(k) = parts[0].sym else {
                return Err(Abort::Callee);
            };
            let own: *const PyFunctionObject = self.const_ptr(k).cast_const().cast();
            if !std::ptr::eq(own.cast(), function.ptr) {
                return Err(Abort::Operand);
            }
            return Ok((own, None));
        }
        self.guard_class_at(2, callable)?;
        let index = self.at_top(2);
        let method = self.object_at(index)?;
        let func = self.emit(TraceOp::MethodFunc, method, NONE, 0);
        self.guard_is(func, function.ptr)?;
        let this = self.emit(TraceOp::MethodSelf, method, NONE, 0);
        Ok((function.ptr.cast_const().cast(), Some(this)))
    }

    /// The items, borrowed; none if they are parts of a tuple that is not made.
    fn spread_items(&mut self, step: &Step) -> Result<Vec<Val>, Abort> {
        let (given, count) = (step.obs[2], step.spread().map_or(0, |s| s.count));
        if let Sym::Made(Maker::Tuple, _) = self.peek(1).sym {
            return Ok(Vec::new());
        }
        let (len, at) = if given.is_exact::<PyTupleObject>() {
            (TraceOp::GuardTupleLen, TraceOp::TupleAt)
        } else if given.is_exact::<PyListObject>() {
            (TraceOp::GuardListLen, TraceOp::ListAt)
        } else {
            return Err(Abort::Arguments);
        };
        self.guard_class_at(1, given)?;
        let index = self.at_top(1);
        let v = self.object_at(index)?;
        self.emit_snap(len, v, NONE, count as u64);
        Ok((0..count)
            .map(|k| self.emit(at, v, NONE, k as u64))
            .collect())
    }
}

/// `ReturnTo::Push` of the VM.
const PUSH: u8 = 0;
