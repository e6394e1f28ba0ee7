//! Operators, comparisons, truth and branches.

use super::*;
use crate::foreign;
use crate::helpers::Helper;
use crate::record::Obs;

fn is_bool(obs: Obs) -> bool {
    std::ptr::eq(obs.ty, &raw const boolean::PyBool_Type)
}

/// The numbers of BINARY_OP's operators.
mod kind {
    pub const ADD: usize = 0;
    pub const AND: usize = 1;
    pub const FLOORDIV: usize = 2;
    pub const LSHIFT: usize = 3;
    pub const MULTIPLY: usize = 5;
    pub const REMAINDER: usize = 6;
    pub const OR: usize = 7;
    pub const POWER: usize = 8;
    pub const RSHIFT: usize = 9;
    pub const SUBTRACT: usize = 10;
    pub const TRUEDIV: usize = 11;
    pub const XOR: usize = 12;
}

/// The truth of an object of which it never changes.
pub(super) fn lasting_truth(object: &PyObject) -> Option<bool> {
    if object.ty().tp_flags.get() & flags::tp::LASTING == 0 {
        return None;
    }
    protocol::truth(object).ok()
}

impl Builder<'_> {
    /// Whether an operand is an int that a machine integer holds, as far as was seen.
    pub(super) fn is_small(&self, n: usize, obs: Obs) -> bool {
        match (&self.peek(n).sym, obs.small()) {
            (Sym::Int(_) | Sym::Bool(_), small) => small.is_some(),
            (_, Some(n)) => n.unsigned_abs() < 1 << 60,
            (_, None) => false,
        }
    }

    /// What was seen as the value of an int operand.
    fn seen(&self, obs: Obs) -> Option<i64> {
        obs.small()
    }

    fn pop_two(&mut self) -> Result<(Slot, Slot), Abort> {
        let right = self.pop()?;
        let left = self.pop()?;
        Ok((left, right))
    }

    /// Replaces the two operands by a result that owns nothing.
    pub(super) fn replace_two(&mut self, sym: Sym) -> Done {
        let (left, right) = self.pop_two()?;
        self.push_sym(sym);
        self.after = true;
        self.release(left);
        self.release(right);
        Ok(())
    }

    pub(super) fn binary(&mut self, i: usize, step: &Step) -> Done {
        let (lo, ro) = (step.obs[0], step.obs[1]);
        let top = self.at_top(1);
        let op = step.oparg() % 13;
        let typed = crate::config::specialise();
        let int = |o: Obs| typed && (o.is_exact::<PyLongObject>() || is_bool(o));
        let float = |o: Obs| typed && o.is_exact::<PyFloatObject>();
        if int(lo) && int(ro) && self.is_small(2, lo) && self.is_small(1, ro) {
            let both_bools = is_bool(lo) && is_bool(ro);
            let (a, b) = (self.seen(lo).unwrap_or(0), self.seen(ro).unwrap_or(0));
            // What was seen must fit too: else the trace would leave here each time.
            let (code, fits) = match op {
                kind::ADD => (TraceOp::IntAdd, a.checked_add(b).is_some()),
                kind::SUBTRACT => (TraceOp::IntSub, a.checked_sub(b).is_some()),
                kind::MULTIPLY => (TraceOp::IntMul, a.checked_mul(b).is_some()),
                kind::FLOORDIV => (TraceOp::IntFloorDiv, b != 0),
                kind::REMAINDER => (TraceOp::IntMod, b != 0),
                kind::AND => (TraceOp::IntAnd, !both_bools),
                kind::OR => (TraceOp::IntOr, !both_bools),
                kind::XOR => (TraceOp::IntXor, !both_bools),
                kind::LSHIFT => (
                    TraceOp::IntShl,
                    (0..62).contains(&b) && a.unsigned_abs() < 1u64 << (62 - b),
                ),
                kind::RSHIFT => (TraceOp::IntShr, b >= 0),
                kind::TRUEDIV => (
                    TraceOp::FloatDiv,
                    b != 0 && a.unsigned_abs() <= 1 << 53 && b.unsigned_abs() <= 1 << 53,
                ),
                _ => (TraceOp::IntAdd, false),
            };
            if fits && code == TraceOp::FloatDiv {
                let a = self.float_at(top - 1, lo, true)?;
                let b = self.float_at(top, ro, true)?;
                let v = self.emit_snap(code, a, b, 0);
                return self.replace_two(Sym::Float(v));
            }
            if fits {
                let a = self.int_at(top - 1, lo)?;
                let b = self.int_at(top, ro)?;
                let v = if code.effect() == Effect::Checked {
                    self.emit_snap(code, a, b, 0)
                } else {
                    self.emit(code, a, b, 0)
                };
                return self.replace_two(Sym::Int(v));
            }
        } else if (float(lo) || float(ro))
            && (float(lo) || int(lo) && self.is_small(2, lo))
            && (float(ro) || int(ro) && self.is_small(1, ro))
        {
            let code = match op {
                kind::ADD => Some(TraceOp::FloatAdd),
                kind::SUBTRACT => Some(TraceOp::FloatSub),
                kind::MULTIPLY => Some(TraceOp::FloatMul),
                kind::TRUEDIV => Some(TraceOp::FloatDiv),
                kind::FLOORDIV => Some(TraceOp::FloatFloorDiv),
                kind::REMAINDER => Some(TraceOp::FloatMod),
                kind::POWER => Some(TraceOp::FloatPow),
                _ => None,
            };
            if let Some(code) = code {
                let a = self.float_at(top - 1, lo, false)?;
                let b = self.float_at(top, ro, false)?;
                let v = if code.effect() == Effect::Checked {
                    self.emit_snap(code, a, b, 0)
                } else {
                    self.emit(code, a, b, 0)
                };
                return self.replace_two(Sym::Float(v));
            }
        }
        if typed && op == kind::MULTIPLY && self.scale(lo, ro)? {
            return Ok(());
        }
        for (n, o) in [(2, lo), (1, ro)] {
            self.guard_class_at(n, o)?;
            self.no_python_operator(o)?;
        }
        // `s += t`: the local that gets the result gives its count up, so that the string can grow in place.
        if op == kind::ADD && lo.is_exact::<Str>() && ro.is_exact::<Str>() {
            return self.concatenate(i);
        }
        if op == kind::ADD && [lo, ro].iter().all(|o| o.is_exact::<PyTupleObject>()) {
            return self.join_tuples();
        }
        let class = self.result_class(op, lo, ro);
        self.helper(Helper::Binary, step.oparg() as u32, 2, class)
    }

    /// A long integer times one that is no object, which then need not become one; whether it is that.
    fn scale(&mut self, lo: Obs, ro: Obs) -> Result<bool, Abort> {
        let number = |s: &Sym| matches!(s, Sym::Int(_) | Sym::Const(_));
        let ints = [lo, ro].map(|o| o.is_exact::<PyLongObject>());
        let (long, n) = match (self.is_small(2, lo), self.is_small(1, ro)) {
            (false, true) if number(&self.peek(1).sym) => (2, 1),
            (true, false) if number(&self.peek(2).sym) => (1, 2),
            _ => return Ok(false),
        };
        if ints != [true, true] {
            return Ok(false);
        }
        let obs = |n: usize| if n == 2 { lo } else { ro };
        self.guard_class_at(long, obs(long))?;
        let (at_long, at_n) = (self.at_top(long), self.at_top(n));
        let object = self.object_at(at_long)?;
        let n = self.int_at(at_n, obs(n))?;
        let v = self.emit_snap(TraceOp::LongScale, object, n, 0);
        self.set_class(v, &raw const int::PyLong_Type);
        let (left, right) = self.pop_two()?;
        self.push(Slot::owned(v));
        self.after = true;
        self.release(left);
        self.release(right);
        Ok(true)
    }

    /// `left + right` of tuples. The right one's items, if it is not made, need not be in a tuple.
    fn join_tuples(&mut self) -> Done {
        let tuple = Some(&raw const tuple::PyTuple_Type);
        let Sym::Made(Maker::Tuple, items) = self.peek(1).sym.clone() else {
            return self.helper(Helper::TupleConcat, 0, 2, tuple);
        };
        let count = items.len();
        // They were on the stack before.
        self.pop()?;
        for item in items {
            self.push(item);
        }
        self.helper(Helper::TupleExtend, 0, count + 1, tuple)
    }

    /// `left + right` of strings: takes the left one over.
    fn concatenate(&mut self, i: usize) -> Done {
        let depth = self.frames.len() - 1;
        let right = self.at_top(1);
        self.object_at(right)?;
        let left = self.at_top(2);
        self.object_at(left)?;
        let target = self
            .steps
            .get(i + 1)
            .filter(|s| s.op == Op::STORE_FAST && s.depth == depth)
            .map(|s| s.oparg());
        let (Some(target), own) = (target, self.peek(2).own) else {
            return self.helper(Helper::Binary, 0, 2, Some(&raw const str_::PyUnicode_Type));
        };
        if own != Own::Local(depth as u16, target as u16) {
            return self.helper(Helper::Binary, 0, 2, Some(&raw const str_::PyUnicode_Type));
        }
        // The local is emptied now, not at the store: nothing between can see it.
        self.take_slot(depth, target);
        let index = self.at_top(2);
        self.before_write();
        let old = std::mem::replace(&mut self.m.frames[depth].locals[target], Slot::NULL);
        self.m.top().stack[index].own = old.own;
        // Others that borrow from the local keep it alive by a count of their own.
        self.m.disinherit(depth, target);
        self.changed();
        // If memory runs out the text is gone and the local stays empty, as in the interpreter.
        let l = std::mem::replace(&mut self.m.top().stack[index], Slot::NULL);
        let snap = self.new_snapshot(2, true);
        let (_, r) = self.pop_two()?;
        let (Sym::Obj(a), b) = (l.sym, r.clone()) else {
            return Err(Abort::Internal);
        };
        let right = match b.sym {
            Sym::Obj(v) => v,
            Sym::Const(k) => self.const_obj(k),
            _ => return Err(Abort::Internal),
        };
        let v = self.m.push_inst(Inst {
            a,
            b: right,
            snap,
            ..Inst::new(TraceOp::StrAppend)
        });
        self.set_class(v, &raw const str_::PyUnicode_Type);
        self.push(Slot::owned(v));
        self.after = true;
        self.release(r);
        Ok(())
    }

    fn result_class(&self, op: usize, lo: Obs, ro: Obs) -> Option<*const PyTypeObject> {
        let int = |o: Obs| o.is_exact::<PyLongObject>() || is_bool(o);
        if int(lo) && int(ro) && !matches!(op, kind::TRUEDIV | kind::POWER) && !is_bool(lo) {
            return Some(&raw const int::PyLong_Type);
        }
        if lo.is_exact::<Str>() && ro.is_exact::<Str>() && op == kind::ADD {
            return Some(&raw const str_::PyUnicode_Type);
        }
        None
    }

    /// Gives up if the operand's class may have operators of Python.
    fn no_python_operator(&self, obs: Obs) -> Done {
        // SAFETY: the recording keeps classes alive.
        if unsafe { (*obs.ty).is_heap_type() } {
            return Err(Abort::Operand);
        }
        Ok(())
    }

    pub(super) fn unary(&mut self, step: &Step) -> Done {
        let obs = step.obs[0];
        let top = self.at_top(1);
        let sym = match step.op {
            Op::UNARY_NOT => {
                let truth = self.truth_at(1, obs)?;
                Sym::Bool(self.emit(TraceOp::Not, truth, NONE, 0))
            }
            Op::UNARY_NEGATIVE
                if crate::config::specialise() && obs.is_exact::<PyFloatObject>() =>
            {
                let a = self.float_at(top, obs, false)?;
                Sym::Float(self.emit(TraceOp::FloatNeg, a, NONE, 0))
            }
            Op::UNARY_NEGATIVE
                if crate::config::specialise()
                    && obs.is_exact::<PyLongObject>()
                    && self.is_small(1, obs) =>
            {
                let a = self.int_at(top, obs)?;
                Sym::Int(self.emit_snap(TraceOp::IntNeg, a, NONE, 0))
            }
            Op::UNARY_INVERT if obs.is_exact::<PyLongObject>() && self.is_small(1, obs) => {
                let a = self.int_at(top, obs)?;
                Sym::Int(self.emit(TraceOp::IntInvert, a, NONE, 0))
            }
            op => {
                self.guard_class_at(1, obs)?;
                self.no_python_operator(obs)?;
                return self.helper(Helper::Unary, op as u32, 1, None);
            }
        };
        let old = self.pop()?;
        self.push_sym(sym);
        self.after = true;
        self.release(old);
        Ok(())
    }

    pub(super) fn compare(&mut self, step: &Step) -> Done {
        const INT: [TraceOp; 6] = [
            TraceOp::IntLt,
            TraceOp::IntLe,
            TraceOp::IntEq,
            TraceOp::IntNe,
            TraceOp::IntGt,
            TraceOp::IntGe,
        ];
        const FLOAT: [TraceOp; 6] = [
            TraceOp::FloatLt,
            TraceOp::FloatLe,
            TraceOp::FloatEq,
            TraceOp::FloatNe,
            TraceOp::FloatGt,
            TraceOp::FloatGe,
        ];
        let (lo, ro) = (step.obs[0], step.obs[1]);
        let top = self.at_top(1);
        let typed = crate::config::specialise();
        let int = |o: Obs| typed && (o.is_exact::<PyLongObject>() || is_bool(o));
        let float = |o: Obs| typed && o.is_exact::<PyFloatObject>();
        if int(lo) && int(ro) && self.is_small(2, lo) && self.is_small(1, ro) {
            let a = self.int_at(top - 1, lo)?;
            let b = self.int_at(top, ro)?;
            let v = self.emit(INT[step.oparg()], a, b, 0);
            return self.replace_two(Sym::Bool(v));
        }
        let fits = |o: Obs| o.small().is_some_and(|n| n.unsigned_abs() <= 1 << 53);
        if (float(lo) || float(ro))
            && (float(lo) || int(lo) && fits(lo))
            && (float(ro) || int(ro) && fits(ro))
        {
            let a = self.float_at(top - 1, lo, true)?;
            let b = self.float_at(top, ro, true)?;
            let v = self.emit(FLOAT[step.oparg()], a, b, 0);
            return self.replace_two(Sym::Bool(v));
        }
        self.guard_class_at(2, lo)?;
        self.guard_class_at(1, ro)?;
        if lo.is_exact::<Str>() && ro.is_exact::<Str>() && (step.oparg() == 2 || step.oparg() == 3)
        {
            let a = self.object_at(top - 1)?;
            let b = self.object_at(top)?;
            let mut v = self.emit(TraceOp::StrEq, a, b, 0);
            if step.oparg() == 3 {
                v = self.emit(TraceOp::Not, v, NONE, 0);
            }
            return self.replace_two(Sym::Bool(v));
        }
        if lo.is_exact::<Str>() && ro.is_exact::<Str>() {
            let a = self.object_at(top - 1)?;
            let b = self.object_at(top)?;
            let v = self.emit(TraceOp::StrOrder, a, b, step.oparg() as u64);
            return self.replace_two(Sym::Bool(v));
        }
        for o in [lo, ro] {
            // SAFETY: the recording keeps classes alive.
            let ty = unsafe { &*o.ty };
            if typeobject::is_python_slot_richcompare(ty) {
                return Err(Abort::Operand);
            }
            if ty.is_heap_type() {
                self.deps.types.push(ty);
            }
        }
        self.helper(Helper::Compare, step.oparg() as u32, 2, None)
    }

    /// An int that was computed or counted, not taken out of an object, and a constant that is the one object of a small int.
    fn int_and_small(&self, number: &Sym, constant: &Sym) -> Option<(Val, i64)> {
        let (Sym::Int(v), Sym::Const(k)) = (number, constant) else {
            return None;
        };
        if !matches!(
            self.insts[*v as usize].op,
            TraceOp::LenTuple
                | TraceOp::LenList
                | TraceOp::LenStr
                | TraceOp::LenDict
                | TraceOp::ConstInt
        ) {
            return None;
        }
        // SAFETY: constants are live.
        let object = unsafe { &*self.const_ptr(*k) };
        let n = int::of(object)?.to_i64()?;
        // Any other int would be made anew here.
        int::from_i64(n)
            .is_ok_and(|small| std::ptr::eq(&**small, object))
            .then_some((*v, n))
    }

    pub(super) fn identity(&mut self, step: &Step) -> Done {
        let top = self.at_top(1);
        let number = |s: &Sym| matches!(s, Sym::Int(_) | Sym::Float(_) | Sym::Made(..));
        let (a, b) = (self.peek(2).sym.clone(), self.peek(1).sym.clone());
        let mut v = None;
        if let (Some(x), Some(y)) = (self.class_at(2), self.class_at(1)) {
            if !std::ptr::eq(x, y) {
                v = Some(self.emit(TraceOp::ConstBool, NONE, NONE, 0));
            }
        }
        let mut v = match v {
            Some(v) => v,
            // Which object an unboxed number would be is not known, but for small ones.
            None if number(&a) || number(&b) => {
                let (x, n) = self
                    .int_and_small(&a, &b)
                    .or_else(|| self.int_and_small(&b, &a))
                    .ok_or(Abort::Operand)?;
                let n = self.const_int(n);
                self.emit(TraceOp::IntEq, x, n, 0)
            }
            None => {
                let a = self.object_at(top - 1)?;
                let b = self.object_at(top)?;
                let known = |m: &Machine, v: Val| m.known_constant(v);
                match (known(&self.m, a), known(&self.m, b)) {
                    (Some(x), Some(y)) => {
                        self.emit(TraceOp::ConstBool, NONE, NONE, u64::from(x == y))
                    }
                    _ => {
                        let different = match (self.class_of(a), self.class_of(b)) {
                            (Some(x), Some(y)) => !std::ptr::eq(x, y),
                            _ => false,
                        };
                        if different {
                            self.emit(TraceOp::ConstBool, NONE, NONE, 0)
                        } else {
                            self.emit(TraceOp::Is, a, b, 0)
                        }
                    }
                }
            }
        };
        if step.oparg() != 0 {
            let inst = self.insts[v as usize];
            v = if inst.op == TraceOp::ConstBool {
                self.emit(TraceOp::ConstBool, NONE, NONE, inst.imm ^ 1)
            } else {
                self.emit(TraceOp::Not, v, NONE, 0)
            };
        }
        self.replace_two(Sym::Bool(v))
    }

    /// The truth of operand `n` (1 is the top), where that runs nothing.
    pub(super) fn truth_at(&mut self, n: usize, obs: Obs) -> Result<Val, Abort> {
        let index = self.at_top(n);
        match self.peek(n).sym.clone() {
            Sym::Bool(v) => return Ok(v),
            Sym::Int(v) => return Ok(self.emit(TraceOp::IntTruth, v, NONE, 0)),
            Sym::Float(v) => return Ok(self.emit(TraceOp::FloatTruth, v, NONE, 0)),
            Sym::Made(maker, items) => {
                let truth = u64::from(maker != Maker::Tuple || !items.is_empty());
                return Ok(self.emit(TraceOp::ConstBool, NONE, NONE, truth));
            }
            Sym::Null | Sym::Kept => return Err(Abort::Internal),
            Sym::Const(k) => {
                // SAFETY: a live object.
                let object = unsafe { &*self.const_ptr(k) };
                if let Some(truth) = lasting_truth(object) {
                    return Ok(self.emit(TraceOp::ConstBool, NONE, NONE, u64::from(truth)));
                }
            }
            Sym::Obj(_) => {}
        }
        if is_bool(obs) {
            return self.bool_at(index, obs);
        }
        if obs.is_exact::<PyLongObject>() && self.is_small(n, obs) {
            let v = self.int_at(index, obs)?;
            return Ok(self.emit(TraceOp::IntTruth, v, NONE, 0));
        }
        if obs.is_exact::<PyFloatObject>() {
            let v = self.float_at(index, obs, false)?;
            return Ok(self.emit(TraceOp::FloatTruth, v, NONE, 0));
        }
        let v = match self.peek(n).sym {
            Sym::Obj(v) => v,
            Sym::Const(k) => self.const_obj(k),
            _ => return Err(Abort::Internal),
        };
        if std::ptr::eq(obs.ty, singletons::none().ty()) {
            self.guard_is(v, &*singletons::none())?;
            return Ok(self.emit(TraceOp::ConstBool, NONE, NONE, 0));
        }
        self.guard_class(v, obs.ty)?;
        let len = [
            (&raw const str_::PyUnicode_Type, TraceOp::LenStr),
            (&raw const list::PyList_Type, TraceOp::LenList),
            (&raw const tuple::PyTuple_Type, TraceOp::LenTuple),
            (&raw const dict::PyDict_Type, TraceOp::LenDict),
        ];
        if let Some((_, op)) = len.iter().find(|(ty, _)| std::ptr::eq(*ty, obs.ty)) {
            let len = self.emit(*op, v, NONE, 0);
            return Ok(self.emit(TraceOp::IntTruth, len, NONE, 0));
        }
        // SAFETY: the recording keeps classes alive; their tables are null or valid.
        let always = unsafe {
            let ty = &*obs.ty;
            number::numbers(ty).is_none_or(|t| t.nb_bool.get().is_none())
                && number::sequences(ty).is_none_or(|t| t.sq_length.get().is_none())
                && ty
                    .tp_as_mapping
                    .get()
                    .as_ref()
                    .is_none_or(|t| t.mp_length.get().is_none())
        };
        if !always {
            // SAFETY: the recording keeps classes alive.
            if !is_sized_natively(unsafe { &*obs.ty }) {
                return Err(Abort::Truth);
            }
            return Ok(self.emit(TraceOp::Truth, v, NONE, 0));
        }
        self.deps.types.push(obs.ty);
        Ok(self.emit(TraceOp::ConstBool, NONE, NONE, 1))
    }

    pub(super) fn jump(&mut self, i: usize, step: &Step) -> Done {
        use Op::*;
        let obs = step.obs[0];
        let (depth, ip) = self.after_step(i);
        if depth != step.depth {
            // The operand's truth is asked by a surrogate.
            return Err(Abort::Truth);
        }
        let jumped = ip != step.next;
        match step.op {
            POP_JUMP_FORWARD_IF_NONE
            | POP_JUMP_FORWARD_IF_NOT_NONE
            | POP_JUMP_BACKWARD_IF_NONE
            | POP_JUMP_BACKWARD_IF_NOT_NONE => {
                let wants_none = matches!(
                    step.op,
                    POP_JUMP_FORWARD_IF_NONE | POP_JUMP_BACKWARD_IF_NONE
                );
                let is_none = wants_none == jumped;
                let none = singletons::none();
                match self.peek(1).sym.clone() {
                    Sym::Obj(v) if is_none => {
                        self.guard_is(v, &*none)?;
                    }
                    Sym::Obj(v) => {
                        let known = self.class_of(v).is_some();
                        if self.class_of(v).is_some_and(|c| std::ptr::eq(c, none.ty())) {
                            return Err(Abort::Operand);
                        }
                        if !known {
                            let k = self.constant(&*none);
                            self.emit_snap(TraceOp::GuardIsNot, v, NONE, u64::from(k));
                        }
                    }
                    Sym::Const(k) => {
                        let none = std::ptr::eq(self.const_ptr(k), none.as_ptr());
                        if none != is_none {
                            return Err(Abort::Operand);
                        }
                    }
                    _ if is_none => return Err(Abort::Operand),
                    _ => {}
                }
                let old = self.pop()?;
                self.after = true;
                self.release(old);
            }
            JUMP_IF_FALSE_OR_POP | JUMP_IF_TRUE_OR_POP => {
                let truth = (step.op == JUMP_IF_TRUE_OR_POP) == jumped;
                let v = self.truth_at(1, obs)?;
                self.guard_truth(v, truth)?;
                if !jumped {
                    let old = self.pop()?;
                    self.after = true;
                    self.release(old);
                }
            }
            _ => {
                let on_true = matches!(
                    step.op,
                    POP_JUMP_FORWARD_IF_TRUE | POP_JUMP_BACKWARD_IF_TRUE
                );
                let truth = on_true == jumped;
                let v = self.truth_at(1, obs)?;
                if let Sym::Bool(_) = self.peek(1).sym {
                    // Where the guard fails the operand is known: it needs no register.
                    let other = self.constant(&*boolean::from(!truth));
                    self.pop()?;
                    self.push_sym(Sym::Const(other));
                }
                self.guard_truth(v, truth)?;
                let old = self.pop()?;
                self.after = true;
                self.release(old);
            }
        }
        Ok(())
    }
}

/// Whether the truth of the class's instances is their length, which they tell without Python.
fn is_sized_natively(ty: &PyTypeObject) -> bool {
    let known = [
        &raw const set::PySet_Type,
        &raw const set::PyFrozenSet_Type,
        &raw const bytes::PyBytes_Type,
        &raw const bytearray::PyByteArray_Type,
        &raw const range::PyRange_Type,
    ];
    known.iter().any(|k| std::ptr::eq(*k, ty))
        || !ty.is_heap_type() && !foreign::is_foreign(ty) && ty.name() == "collections.deque"
}
