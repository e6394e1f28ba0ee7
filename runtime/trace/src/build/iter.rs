//! Iteration: GET_ITER, FOR_ITER, unpacking.

use super::*;
use crate::helpers::Helper;
use crate::record::Obs;
use hotpy_vm::fields::{Field, Holds};

/// The operations for a step, and for the end, of an iterator that traces know.
fn steps_of(ty: *const PyTypeObject) -> Option<(TraceOp, TraceOp)> {
    if std::ptr::eq(ty, &raw const range::PyRangeIter_Type) {
        Some((TraceOp::RangeNext, TraceOp::RangeEnd))
    } else if std::ptr::eq(ty, &raw const list::PyListIter_Type) {
        Some((TraceOp::ListNext, TraceOp::ListIterEnd))
    } else if std::ptr::eq(ty, &raw const tuple::PyTupleIter_Type) {
        Some((TraceOp::TupleNext, TraceOp::TupleIterEnd))
    } else {
        None
    }
}

/// The same, or those for iterators that tell whether they are at their end.
fn telling_steps_of(ty: *const PyTypeObject) -> Option<(TraceOp, TraceOp)> {
    let tells = crate::helpers::tells_end(ty);
    steps_of(ty).or(tells.then_some((TraceOp::IterNext, TraceOp::IterEnd)))
}

/// Whether a field is the index of an iterator over a class's `__getitem__`.
fn is_index(field: Option<Field>, ty: *const PyTypeObject) -> bool {
    field == Some(Field::SequenceIndex) && std::ptr::eq(ty, &raw const iterators::PySeqIter_Type)
}

/// The same, or those for any iterator that tells whether its step may run Python.
fn any_steps_of(ty: *const PyTypeObject) -> Option<(TraceOp, TraceOp)> {
    let any = crate::helpers::is_safe_iterator(ty);
    steps_of(ty).or(any.then_some((TraceOp::IterNext, TraceOp::IterEnd)))
}

/// How traces read a field.
#[derive(Clone, Copy, Debug)]
pub enum Read {
    /// A reference at an offset, which may not be there.
    Reference(usize),
    /// Whether there is one.
    Filled(usize),
    /// Whether the number at an offset is not 0.
    Number(usize),
}

impl Read {
    pub fn offset(self) -> usize {
        match self {
            Read::Reference(at) | Read::Filled(at) | Read::Number(at) => at,
        }
    }
}

/// Whether what is at an offset of the object is not 0.
///
/// # Safety
/// The object has a field of that size there.
pub unsafe fn is_filled(object: &PyObject, at: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe { *object.as_ptr().byte_add(at).cast::<usize>() != 0 }
}

impl Read {
    fn of(holds: Holds) -> Option<Read> {
        match holds {
            Holds::Object(at) | Holds::Maybe(at) => Some(Read::Reference(at)),
            Holds::Filled(at) => Some(Read::Filled(at)),
            _ => None,
        }
    }

    /// A field of builtin iterators, of the type that `is` says.
    fn of_builtin(field: Field, is: impl Fn(&PyTypeObject) -> bool) -> Option<Read> {
        use std::mem::offset_of;
        let (ty, read): (&PyTypeObject, Read) = match field {
            Field::FilterFunc => (
                &iterators::PyFilter_Type,
                Read::Reference(offset_of!(iterators::filterobject, func)),
            ),
            Field::FilterIterator => (
                &iterators::PyFilter_Type,
                Read::Reference(offset_of!(iterators::filterobject, it)),
            ),
            Field::MapFunc => (
                &iterators::PyMap_Type,
                Read::Reference(offset_of!(iterators::mapobject, func)),
            ),
            Field::MapIterators => (
                &iterators::PyMap_Type,
                Read::Reference(offset_of!(iterators::mapobject, iters)),
            ),
            Field::ZipIterators => (
                &iterators::PyZip_Type,
                Read::Reference(offset_of!(iterators::zipobject, ittuple)),
            ),
            // The last field, with nothing behind it.
            Field::ZipStrict => (
                &iterators::PyZip_Type,
                Read::Number(offset_of!(iterators::zipobject, strict)),
            ),
            Field::Sequence => (
                &iterators::PySeqIter_Type,
                Read::Reference(offset_of!(iterators::seqiterobject, it_seq)),
            ),
            Field::EnumIterator => (
                &enumerate::PyEnum_Type,
                Read::Reference(offset_of!(enumobject, en_sit)),
            ),
            _ => return None,
        };
        is(ty).then_some(read)
    }

    /// How a field of objects of a class is read, if it is one of those that are read directly.
    pub fn for_class(number: usize, ty: &PyTypeObject) -> Option<Read> {
        if let Some(place) = hotpy_vm::fields::place(number) {
            let has = place.types.iter().any(|t| typeobject::is_subtype(ty, t));
            return has.then(|| Read::of(place.holds)).flatten();
        }
        Read::of_builtin(Field::from_number(number as u32)?, |of| ty.is(of))
    }
}

impl Builder<'_> {
    /// Whether it is of a class made from `tuple` (a named tuple) that is gone through as one; the class is watched then.
    pub(super) fn is_stepped_as_tuple(&mut self, obs: Obs) -> Result<bool, Abort> {
        // SAFETY: the recording keeps classes alive.
        let ty: &'static PyTypeObject = unsafe { &*obs.ty };
        let is = ty.is_heap_type()
            && ty.is_subclass_flag(flags::tp::TUPLE_SUBCLASS)
            && same_slot!(ty, tuple::PyTuple_Type, tp_iter);
        if is {
            self.watch(ty)?;
        }
        Ok(is)
    }

    /// The class of the iterators over instances of a class of Python, if making one runs nothing: it inherits that from a builtin class (of which
    /// it may be unknown), or has a `__getitem__` of Python and nothing else. The class is watched then.
    fn made_natively(&mut self, obs: Obs) -> Result<Option<*const PyTypeObject>, Abort> {
        // SAFETY: the recording keeps classes alive.
        let ty: &'static PyTypeObject = unsafe { &*obs.ty };
        let class = if same_slot!(ty, list::PyList_Type, tp_iter) {
            Some(&raw const list::PyListIter_Type)
        } else if same_slot!(ty, tuple::PyTuple_Type, tp_iter) {
            Some(&raw const tuple::PyTupleIter_Type)
        } else if ty.tp_iter.get().is_none() && typeobject::is_python_slot_item(ty) {
            Some(&raw const iterators::PySeqIter_Type)
        } else {
            let others = [&dict::PyDict_Type, &set::PySet_Type, &str_::PyUnicode_Type];
            let inherits = others.iter().any(|base| {
                let own = base.tp_iter.get().map(|f| f as usize);
                ty.tp_iter.get().map(|f| f as usize) == own
            });
            inherits.then_some(std::ptr::null())
        };
        if class.is_some() {
            self.watch(ty)?;
        }
        Ok(class)
    }

    pub(super) fn get_iter(&mut self, step: &Step) -> Done {
        let obs = step.obs[0];
        // SAFETY: the recording keeps classes alive.
        if unsafe { (*obs.ty).is_heap_type() } {
            let class = self.made_natively(obs)?.ok_or(Abort::Iterator)?;
            self.guard_class_at(1, obs)?;
            let class = Some(class).filter(|class| !class.is_null());
            return self.helper(Helper::GetIter, 0, 1, class);
        }
        self.guard_class_at(1, obs)?;
        // SAFETY: as above.
        let iter = unsafe { (*obs.ty).tp_iter.get().map(|f| f as usize) };
        let own = enumerate::PyEnum_Type.tp_iter.get().map(|f| f as usize);
        if obs.is_exact::<PyGenObject>() || iter == own {
            // It is its own iterator.
            return Ok(());
        }
        let class = [
            (
                &raw const list::PyList_Type,
                &raw const list::PyListIter_Type,
            ),
            (
                &raw const tuple::PyTuple_Type,
                &raw const tuple::PyTupleIter_Type,
            ),
        ]
        .iter()
        .find(|(ty, _)| std::ptr::eq(*ty, obs.ty))
        .map(|(_, it)| *it);
        self.helper(Helper::GetIter, 0, 1, class)
    }

    pub(super) fn for_iter(&mut self, i: usize, step: &Step) -> Done {
        let obs = step.obs[0];
        let (depth, ip) = self.after_step(i);
        if depth == step.depth + 1 && obs.is_exact::<PyGenObject>() {
            return self.resume(step, obs, 1, generators::FOR_ITER);
        }
        if let (Some(mapped), true) = (step.mapped(), depth == step.depth + 1) {
            return self.map_step(step, mapped, surrogates::NEXT);
        }
        if depth != step.depth {
            return Err(Abort::Iterator);
        }
        let ended = ip != step.next;
        let known = steps_of(obs.ty);
        if known.is_none() && !crate::helpers::is_safe_iterator(obs.ty) {
            return Err(Abort::Iterator);
        }
        self.guard_class_at(1, obs)?;
        let index = self.at_top(1);
        let v = self.object_at(index)?;
        let Some((next, end)) = known else {
            if ended {
                let shared = u64::from(self.peek(1).own != Own::Owned);
                self.emit_snap(TraceOp::IterEnd, v, NONE, shared);
                let old = self.pop()?;
                self.after = true;
                self.release(old);
                return Ok(());
            }
            // The operation may replace the iterator: its slot must own it.
            let slot = self.top().stack[index].clone();
            if slot.own != Own::Owned {
                let owned = self.own(slot);
                self.changed();
                self.top().stack[index] = owned;
            }
            let items = std::ptr::eq(obs.ty, &raw const dict::PyDictIterItem_Type);
            if items || step.is_paired() {
                let first = if obs.is_exact::<enumobject>() {
                    let number = self.emit_snap(TraceOp::NumberNext, v, NONE, 0);
                    Slot::free(Sym::Int(number))
                } else {
                    Slot::owned(self.emit_snap(TraceOp::PairNext, v, NONE, 0))
                };
                let second = self.emit(TraceOp::PairSecond, NONE, NONE, 0);
                let pair = vec![first, Slot::owned(second)];
                self.push_sym(Sym::Made(Maker::Tuple, pair));
                return Ok(());
            }
            let item = self.emit_snap(TraceOp::IterNext, v, NONE, 0);
            self.push(Slot::owned(item));
            return Ok(());
        };
        if ended {
            let shared = u64::from(self.peek(1).own != Own::Owned);
            self.emit_snap(end, v, NONE, shared);
            let old = self.pop()?;
            self.after = true;
            self.release(old);
            return Ok(());
        }
        let item = self.emit_snap(next, v, NONE, 0);
        if next == TraceOp::RangeNext {
            self.push_sym(Sym::Int(item));
        } else {
            self.push(Slot::heap(item));
        }
        Ok(())
    }

    /// `$next`: the iterator's place gets the item; then whether there was one.
    pub(super) fn next(&mut self, i: usize, step: &Step) -> Done {
        let obs = step.obs[0];
        if self.after_step(i).0 > step.depth && obs.is_exact::<PyGenObject>() {
            return self.resume(step, obs, 1, generators::FOUND_GENERATOR);
        }
        if let (Some(mapped), true) = (step.mapped(), self.after_step(i).0 > step.depth) {
            return self.map_step(step, mapped, surrogates::FOUND);
        }
        // What was found is told by the branch that follows it.
        let ended = self.found_nothing(i).ok_or(Abort::Iterator)?;
        let (v, next, end) = match step.mapped() {
            // Its function is not asked for what there is not.
            Some([_, source]) if ended => {
                let (_, end) = telling_steps_of(source.ty).ok_or(Abort::Iterator)?;
                (self.map_source(step, source)?, TraceOp::Move, end)
            }
            Some(_) => return Err(Abort::Iterator),
            None => {
                let (next, end) = any_steps_of(obs.ty).ok_or(Abort::Iterator)?;
                (self.stepped(obs, next)?, next, end)
            }
        };
        let none = self.constant(&*singletons::none());
        let truth = self.constant(&*boolean::from(!ended));
        if ended {
            let shared = u64::from(step.mapped().is_some() || self.peek(1).own != Own::Owned);
            self.emit_snap(end, v, NONE, shared);
            let old = self.pop()?;
            self.push_sym(Sym::Const(none));
            self.push_sym(Sym::Const(truth));
            self.after = true;
            self.release(old);
            return Ok(());
        }
        let item = self.emit_snap(next, v, NONE, 0);
        let old = self.pop()?;
        self.push_found(next, item, &old);
        self.push_sym(Sym::Const(truth));
        self.after = true;
        self.release(old);
        Ok(())
    }

    /// `$next_or_raise`.
    pub(super) fn next_or_raise(&mut self, i: usize, step: &Step) -> Done {
        let obs = step.obs[0];
        let depth = self.after_step(i).0;
        if depth > step.depth && obs.is_exact::<PyGenObject>() {
            return self.resume(step, obs, 1, generators::CALL);
        }
        let ended = depth < step.depth;
        let (next, end) = any_steps_of(obs.ty).ok_or(Abort::Iterator)?;
        let v = self.stepped(obs, next)?;
        if ended {
            let shared = u64::from(self.peek(1).own != Own::Owned);
            self.emit_snap(end, v, NONE, shared);
            return self.end_step(i, Vec::new());
        }
        let item = self.emit_snap(next, v, NONE, 0);
        let old = self.pop()?;
        self.push_found(next, item, &old);
        self.after = true;
        self.release(old);
        Ok(())
    }

    /// The iterator on top, of the class that was seen.
    fn stepped(&mut self, obs: Obs, next: TraceOp) -> Result<Val, Abort> {
        self.guard_class_at(1, obs)?;
        let index = self.at_top(1);
        let v = self.object_at(index)?;
        if next == TraceOp::IterNext {
            // The operation may replace the iterator: its slot must own it.
            let slot = self.top().stack[index].clone();
            if slot.own != Own::Owned {
                let owned = self.own(slot);
                self.changed();
                self.top().stack[index] = owned;
            }
        }
        Ok(v)
    }

    /// `$send_or_raise` of a generator.
    pub(super) fn send_or_raise(&mut self, i: usize, step: &Step) -> Done {
        let obs = step.obs[0];
        if self.after_step(i).0 > step.depth && obs.is_exact::<PyGenObject>() {
            return self.resume(step, obs, 2, generators::CALL);
        }
        Err(Abort::Iterator)
    }

    /// `raise StopIteration` in a frame that was asked for the next item.
    pub(super) fn raise_stop(&mut self, i: usize, step: &Step) -> Done {
        let stop = self.callee(1, step.obs[0])?;
        if !std::ptr::eq(stop, exceptions::StopIteration.as_ptr()) {
            return Err(Abort::Raised);
        }
        self.end_step(i, Vec::new())
    }

    /// The frame of low-level Python that makes a step of an iterator is left by the end of that.
    pub(super) fn end_step(&mut self, i: usize, mut dropped: Vec<Slot>) -> Done {
        let depth = self.frames.len() - 1;
        let return_to = self.top().return_to;
        let asked = matches!(return_to, surrogates::NEXT | surrogates::FOUND);
        if depth == 0 || !asked || self.after_step(i).0 != depth - 1 {
            return Err(Abort::Iterator);
        }
        while !self.top().stack.is_empty() {
            let slot = self.pop()?;
            dropped.push(slot);
        }
        dropped.extend(self.leave_frame(depth, 0)?);
        dropped.push(self.pop()?);
        if return_to == surrogates::FOUND {
            let none = self.constant(&*singletons::none());
            let found = self.constant(&*boolean::from(false));
            self.push_sym(Sym::Const(none));
            self.push_sym(Sym::Const(found));
        }
        self.m.next = self.after_step(i).1;
        self.after = true;
        self.changed();
        self.release_all(dropped);
        Ok(())
    }

    /// Pushes what a step of the iterator `of` has given.
    fn push_found(&mut self, next: TraceOp, item: Val, of: &Slot) {
        if next == TraceOp::RangeNext {
            self.push_sym(Sym::Int(item));
        } else if next == TraceOp::IterNext {
            self.push(Slot::owned(item));
        } else if of.own == Own::Owned {
            self.emit(TraceOp::IncRef, item, NONE, 0);
            self.push(Slot::owned(item));
        } else {
            self.push(Slot::heap(item));
        }
    }

    /// `$load_field`.
    pub(super) fn load_field(&mut self, step: &Step) -> Done {
        let obs = step.obs[0];
        self.guard_class_at(1, obs)?;
        if is_index(Field::from_number(step.oparg() as u32), obs.ty) {
            let index = self.at_top(1);
            let v = self.object_at(index)?;
            let at = self.emit_snap(TraceOp::SeqIndex, v, NONE, 0);
            let old = self.pop()?;
            self.push_sym(Sym::Int(at));
            self.after = true;
            self.release(old);
            return Ok(());
        }
        // SAFETY: the recording keeps classes alive.
        let Some(read) = Read::for_class(step.oparg(), unsafe { &*obs.ty }) else {
            return self.perform(step, None);
        };
        let index = self.at_top(1);
        let v = self.object_at(index)?;
        let constant = |object: Ref| (object, None::<Val>);
        let (object, value) = match (read, step.is_filled()) {
            (Read::Reference(at), true) => {
                let value = self.emit_snap(TraceOp::SlotLoad, v, NONE, at as u64);
                (singletons::none(), Some(value))
            }
            (Read::Filled(at), true) => {
                self.emit_snap(TraceOp::SlotLoad, v, NONE, at as u64);
                constant(boolean::from(true))
            }
            (Read::Number(_), true) => return self.perform(step, None),
            (read, false) => {
                let at = read.offset() as u64;
                self.emit_snap(TraceOp::GuardNoDict, v, NONE, at);
                constant(match read {
                    Read::Reference(_) => singletons::none(),
                    _ => boolean::from(false),
                })
            }
        };
        let old = self.pop()?;
        match value {
            Some(value) => self.push_found(TraceOp::SlotLoad, value, &old),
            None => {
                let k = self.constant(&*object);
                self.push_sym(Sym::Const(k));
            }
        }
        self.after = true;
        self.release(old);
        Ok(())
    }

    /// `$store_field` of an iterator over a class's `__getitem__`: its index, or None for what it asks, which it lets go of.
    fn move_sequence(&mut self, step: &Step, value: Obs, obs: Obs) -> Done {
        self.guard_class_at(1, obs)?;
        let index = self.at_top(1);
        let v = self.object_at(index)?;
        if is_index(Field::from_number(step.oparg() as u32), obs.ty) {
            let index = self.at_top(2);
            let n = self.int_at(index, value)?;
            self.emit(TraceOp::SeqPut, v, n, 0);
            let (it, n) = (self.pop()?, self.pop()?);
            self.after = true;
            self.release(it);
            self.release(n);
            return Ok(());
        }
        let it = self.pop()?;
        if !matches!(self.pop()?.sym, Sym::Const(_)) {
            return Err(Abort::Operand);
        }
        self.after = true;
        self.before_write();
        self.emit_snap(TraceOp::SeqEnd, v, NONE, 0);
        self.unchecked = true;
        self.release(it);
        Ok(())
    }

    /// `$store_field`.
    pub(super) fn store_field(&mut self, step: &Step) -> Done {
        let (value, obs) = (step.obs[0], step.obs[1]);
        if std::ptr::eq(obs.ty, &raw const iterators::PySeqIter_Type) {
            return self.move_sequence(step, value, obs);
        }
        let holds = hotpy_vm::fields::place(step.oparg()).map(|place| place.holds);
        let is_none = std::ptr::eq(value.ty, singletons::none().ty());
        let at = match holds {
            Some(Holds::Object(at)) => at,
            Some(Holds::Maybe(at)) if !is_none => at,
            _ => return self.perform(step, None),
        };
        self.guard_class_at(2, value)?;
        self.guard_class_at(1, obs)?;
        let index = self.at_top(1);
        let v = self.object_at(index)?;
        let object = self.pop()?;
        let value = self.pop()?;
        let value = self.owned_object(value);
        self.after = true;
        self.before_write();
        let snap = self.snapshot();
        self.m.push_inst(Inst {
            a: v,
            b: value,
            imm: at as u64,
            snap,
            ..Inst::new(TraceOp::SlotStore)
        });
        self.unchecked = true;
        self.release(object);
        Ok(())
    }

    /// An op of low-level Python that enters no frame, done whole by the interpreter's own code; its value, if it has one, is pushed.
    pub(super) fn perform(&mut self, step: &Step, class: Option<*const PyTypeObject>) -> Done {
        let count = step.obs.len();
        for (k, &obs) in step.obs.iter().enumerate() {
            if obs.ty.is_null() {
                return Err(Abort::Operand);
            }
            self.guard_class_at(count - k, obs)?;
        }
        let aux = step.op as u32 | (step.oparg() as u32) << 16;
        let pushes = step.op.info().stack(step.oparg() as u32, false).1 > 0;
        let helper = if pushes {
            Helper::Perform
        } else {
            Helper::PerformWhole
        };
        self.helper(helper, aux, count, class)
    }

    /// `$sort_step`: a pair to compare, or None; and whether there is one.
    pub(super) fn sort_step(&mut self, step: &Step) -> Done {
        self.perform(step, None)?;
        let Sym::Obj(v) = self.peek(1).sym else {
            return Err(Abort::Internal);
        };
        let none = self.constant(&*singletons::none());
        let none = self.const_obj(none);
        let is_none = self.emit(TraceOp::Is, v, none, 0);
        let found = self.emit(TraceOp::Not, is_none, NONE, 0);
        self.push_sym(Sym::Bool(found));
        Ok(())
    }

    /// `$tuple_is`.
    pub(super) fn tuple_is(&mut self, step: &Step) -> Done {
        let obs = step.obs[0];
        if !obs.is_exact::<PyTupleObject>() {
            return Err(Abort::Operand);
        }
        self.guard_class_at(1, obs)?;
        let index = self.at_top(1);
        let v = self.object_at(index)?;
        let len = self.emit(TraceOp::LenTuple, v, NONE, 0);
        let wanted = self.const_int(step.oparg() as i64);
        let is_so = self.emit(TraceOp::IntEq, len, wanted, 0);
        let old = self.pop()?;
        self.push_sym(Sym::Bool(is_so));
        self.after = true;
        self.release(old);
        Ok(())
    }

    /// The one iterator of the `map` on top.
    fn map_source(&mut self, step: &Step, source: Obs) -> Result<Val, Abort> {
        use std::mem::offset_of;
        self.guard_class_at(1, step.obs[0])?;
        let index = self.at_top(1);
        let map = self.object_at(index)?;
        let at = offset_of!(iterators::mapobject, iters) as u64;
        let iters = self.emit_snap(TraceOp::SlotLoad, map, NONE, at);
        self.emit_snap(TraceOp::GuardTupleLen, iters, NONE, 1);
        let it = self.emit(TraceOp::TupleAt, iters, NONE, 0);
        self.guard_class(it, source.ty)?;
        Ok(it)
    }

    /// The step of a `map` on top, whose function is entered with the item.
    fn map_step(&mut self, step: &Step, [function, source]: [Obs; 2], return_to: u8) -> Done {
        let (next, _) = telling_steps_of(source.ty).ok_or(Abort::Iterator)?;
        if !function.is_exact::<PyFunctionObject>() {
            return Err(Abort::Iterator);
        }
        let it = self.map_source(step, source)?;
        let index = self.at_top(1);
        let map = self.object_at(index)?;
        let at = std::mem::offset_of!(iterators::mapobject, func) as u64;
        let func = self.emit_snap(TraceOp::SlotLoad, map, NONE, at);
        let k = self.guard_is(func, function.ptr)?;
        let item = self.emit_snap(next, it, NONE, 0);
        let item = match next {
            TraceOp::RangeNext => Slot::free(Sym::Int(item)),
            TraceOp::IterNext => Slot::owned(item),
            _ => self.own(Slot::heap(item)),
        };
        // SAFETY: a constant.
        let code = unsafe { (*function.ptr.cast::<PyFunctionObject>()).code() };
        let func = Slot::free(Sym::Const(k));
        let constant = Some(function.ptr.cast::<PyFunctionObject>().cast_const());
        let (args, _) = self.bind(constant, code, arguments::Given::at(vec![item]))?;
        self.enter(step, func, constant, code, args, return_to)
    }

    /// Whether the `$next` of step `i` found nothing: the conditional jump behind it shows its truth value.
    fn found_nothing(&self, i: usize) -> Option<bool> {
        let depth = self.steps[i].depth;
        self.steps[i + 1..].iter().take(4).find_map(|s| {
            let jumps = matches!(
                s.op,
                Op::POP_JUMP_FORWARD_IF_FALSE | Op::POP_JUMP_FORWARD_IF_TRUE
            );
            let seen = s.obs.first()?;
            (jumps && s.depth == depth && std::ptr::eq(seen.ty, &raw const boolean::PyBool_Type))
                .then_some(seen.small() == Some(0))
        })
    }

    /// Ops of low-level Python that only look.
    pub(super) fn atomic(&mut self, step: &Step) -> Done {
        let obs = step.obs[0];
        match step.op {
            Op::S_LIST_APPEND => {
                self.guard_class_at(2, obs)?;
                if !obs.is_exact::<PyListObject>() {
                    return Err(Abort::Operand);
                }
                let index = self.at_top(2);
                let list = self.object_at(index)?;
                self.push_to_list(list)?;
                let old = self.pop()?;
                self.after = true;
                self.release(old);
                Ok(())
            }
            Op::S_TRUTH => {
                let truth = self.truth_at(1, obs)?;
                let old = self.pop()?;
                self.push_sym(Sym::Bool(truth));
                self.after = true;
                self.release(old);
                Ok(())
            }
            Op::S_TUPLE_GET => {
                self.guard_class_at(1, obs)?;
                if !obs.is_exact::<PyTupleObject>() {
                    return Err(Abort::Operand);
                }
                let index = self.at_top(1);
                let tuple = self.object_at(index)?;
                let k = self.const_int(step.oparg() as i64);
                let item = self.emit_snap(TraceOp::TupleItem, tuple, k, 0);
                let old = self.pop()?;
                if old.own == Own::Owned {
                    self.emit(TraceOp::IncRef, item, NONE, 0);
                    self.push(Slot::owned(item));
                } else {
                    self.push(Slot::heap(item));
                }
                self.after = true;
                self.release(old);
                Ok(())
            }
            Op::S_TYPE | Op::S_IS_ITERATOR => {
                self.guard_class_at(1, obs)?;
                // SAFETY: the recording keeps classes alive.
                let ty: &'static PyTypeObject = unsafe { &*obs.ty };
                let k = if step.op == Op::S_TYPE {
                    self.constant(obs.ty.cast())
                } else {
                    if ty.is_heap_type() {
                        self.watch(ty)?;
                    }
                    let none = protocol::_PyObject_NextNotImplemented as *const () as usize;
                    let next = ty.tp_iternext.get().map(|f| f as usize);
                    self.constant(&*boolean::from(next.is_some_and(|f| f != none)))
                };
                let old = self.pop()?;
                self.push_sym(Sym::Const(k));
                self.after = true;
                self.release(old);
                Ok(())
            }
            op => Err(Abort::Unsupported(op as u8)),
        }
    }

    pub(super) fn unpack(&mut self, step: &Step) -> Done {
        let obs = step.obs[0];
        let n = step.oparg();
        if let Sym::Made(Maker::Tuple, items) = self.peek(1).sym.clone() {
            if items.len() != n {
                return Err(Abort::Operand);
            }
            self.pop()?;
            for item in items.into_iter().rev() {
                self.push(item);
            }
            return Ok(());
        }
        let (len, at) = if obs.is_exact::<PyTupleObject>() || self.is_stepped_as_tuple(obs)? {
            (TraceOp::GuardTupleLen, TraceOp::TupleAt)
        } else if obs.is_exact::<PyListObject>() {
            (TraceOp::GuardListLen, TraceOp::ListAt)
        } else {
            return Err(Abort::Operand);
        };
        self.guard_class_at(1, obs)?;
        let index = self.at_top(1);
        let v = self.object_at(index)?;
        self.emit_snap(len, v, NONE, n as u64);
        let items: Vec<Val> = (0..n).map(|k| self.emit(at, v, NONE, k as u64)).collect();
        let old = self.pop()?;
        for item in items.into_iter().rev() {
            self.push_item(item, &old, at == TraceOp::TupleAt);
        }
        self.after = true;
        self.release(old);
        Ok(())
    }

    /// UNPACK_EX of a list or tuple: `a, *b, c = s`.
    pub(super) fn unpack_star(&mut self, step: &Step) -> Done {
        let obs = step.obs[0];
        let (before, behind) = (step.oparg() & 0xff, step.oparg() >> 8);
        let (len, item, kind) = if obs.is_exact::<PyTupleObject>() {
            (TraceOp::LenTuple, TraceOp::TupleItem, 3)
        } else if obs.is_exact::<PyListObject>() {
            (TraceOp::LenList, TraceOp::ListItem, 0)
        } else {
            return Err(Abort::Operand);
        };
        self.guard_class_at(1, obs)?;
        let index = self.at_top(1);
        let v = self.object_at(index)?;
        let len = self.emit(len, v, NONE, 0);
        let least = self.const_int((before + behind) as i64);
        let enough = self.emit(TraceOp::IntGe, len, least, 0);
        self.guard_truth(enough, true)?;
        let mut slots = Vec::with_capacity(before + behind + 1);
        let at = |b: &mut Self, k: i64| {
            let k = b.const_int(k);
            Slot::heap(b.emit_snap(item, v, k, 0))
        };
        for k in 0..before {
            slots.push(at(self, k as i64));
        }
        let start = self.const_int(before as i64);
        let stop = if behind == 0 {
            self.const_int(i64::MAX)
        } else {
            self.const_int(-(behind as i64))
        };
        for k in 0..behind {
            slots.push(at(self, k as i64 - behind as i64));
        }
        let snap = self.snapshot();
        let rest = self.m.push_inst(Inst {
            a: v,
            b: start,
            c: stop,
            imm: kind,
            snap,
            ..Inst::new(TraceOp::SliceGet)
        });
        self.set_class(rest, &raw const list::PyList_Type);
        slots.insert(before, Slot::owned(rest));
        let old = self.pop()?;
        let owned = old.own == Own::Owned;
        for slot in slots.into_iter().rev() {
            let slot = if owned { self.own(slot) } else { slot };
            self.push(slot);
        }
        self.after = true;
        self.release(old);
        Ok(())
    }

    /// MATCH_SEQUENCE, MATCH_MAPPING: the class tells.
    pub(super) fn match_kind(&mut self, step: &Step) -> Done {
        let obs = step.obs[0];
        self.guard_class_at(1, obs)?;
        let flag = match step.op {
            Op::MATCH_SEQUENCE => flags::tp::SEQUENCE,
            _ => flags::tp::MAPPING,
        };
        // SAFETY: the recording keeps classes alive.
        let ty = unsafe { &*obs.ty };
        if ty.is_heap_type() {
            // `abc.register` may set the flag.
            return Err(Abort::Operand);
        }
        let truth = self.constant(&*boolean::from(ty.is_subclass_flag(flag)));
        self.push_sym(Sym::Const(truth));
        Ok(())
    }

    /// GET_LEN of a builtin container, which stays.
    pub(super) fn get_len(&mut self, step: &Step) -> Done {
        let obs = step.obs[0];
        let len = [
            (&raw const str_::PyUnicode_Type, TraceOp::LenStr),
            (&raw const list::PyList_Type, TraceOp::LenList),
            (&raw const tuple::PyTuple_Type, TraceOp::LenTuple),
            (&raw const dict::PyDict_Type, TraceOp::LenDict),
        ];
        let (_, op) = len
            .iter()
            .find(|(ty, _)| std::ptr::eq(*ty, obs.ty))
            .ok_or(Abort::Operand)?;
        self.guard_class_at(1, obs)?;
        let index = self.at_top(1);
        let v = self.object_at(index)?;
        let len = self.emit(*op, v, NONE, 0);
        self.push_sym(Sym::Int(len));
        Ok(())
    }

    pub(super) fn build_tuple(&mut self, step: &Step) -> Done {
        let n = step.oparg();
        if n == 0 {
            return self.helper(
                Helper::BuildTuple,
                0,
                0,
                Some(&raw const tuple::PyTuple_Type),
            );
        }
        let mut items = Vec::with_capacity(n);
        for _ in 0..n {
            let slot = self.pop()?;
            // Items own their values; tuples in tuples are made.
            items.push(match slot.sym {
                Sym::Made(..) => self.materialise(slot),
                _ => self.own(slot),
            });
        }
        items.reverse();
        self.push_sym(Sym::Made(Maker::Tuple, items));
        Ok(())
    }

    pub(super) fn list_append(&mut self, step: &Step) -> Done {
        let index = self.at_top(step.oparg() + 1);
        let Sym::Obj(list) = self.top().stack[index].sym else {
            return Err(Abort::Internal);
        };
        self.push_to_list(list)
    }

    /// Appends the value on top, which is popped, to a list.
    pub(super) fn push_to_list(&mut self, list: Val) -> Done {
        // Where memory runs out the value is on the stack still; what it got a count for is dropped (`imm`).
        let snap = self.snapshot();
        let item = self.pop()?;
        let counted = !matches!((&item.sym, item.own), (Sym::Obj(_), Own::Owned));
        let item = self.owned_object(item);
        self.m.push_inst(Inst {
            a: list,
            b: item,
            imm: u64::from(counted),
            snap,
            ..Inst::new(TraceOp::ListPush)
        });
        Ok(())
    }
}
