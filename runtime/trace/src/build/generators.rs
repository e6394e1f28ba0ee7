//! Generators: made, resumed, delegated to, at a yield, at their end.

use super::*;
use crate::helpers::Helper;
use crate::record::Obs;

/// `ReturnTo` of the VM.
pub const FOR_ITER: u8 = 3;
pub const FOUND_GENERATOR: u8 = 8;
pub const CALL: u8 = 5;
const SEND: u8 = 4;
const PUSH: u8 = 0;

impl Builder<'_> {
    /// The generator `n` below the stack's end is resumed: its frame's slots move into the trace.
    pub(super) fn resume(&mut self, step: &Step, obs: Obs, n: usize, return_to: u8) -> Done {
        let gen_frame = step.generator().ok_or(Abort::Iterator)?;
        let count = gen_frame.slots;
        if self.class_at(n).is_some_and(|ty| !std::ptr::eq(ty, obs.ty)) {
            return Err(Abort::Operand);
        }
        let index = self.at_top(n);
        let v = self.object_at(index)?;
        let code = self.constant(gen_frame.code.cast());
        let globals = self.constant(gen_frame.globals.cast());
        if code > 0xffff || globals > 0xffff || count > 32 || gen_frame.ip > 0xff_ffff {
            return Err(Abort::Iterator);
        }
        self.before_write();
        // The generator must stay alive as long as its frame is in the trace: its slot owns it.
        let slot = self.top().stack[index].clone();
        if slot.own == Own::Heap {
            let owned = self.own(slot);
            self.changed();
            self.top().stack[index] = owned;
        }
        self.emit_snap(
            TraceOp::GuardGen,
            v,
            NONE,
            u64::from(code)
                | u64::from(gen_frame.ip) << 16
                | (count as u64) << 40
                | u64::from(gen_frame.is_new) << 56,
        );
        self.set_class(v, obs.ty);
        self.emit_snap(
            TraceOp::GuardGenSlots,
            v,
            NONE,
            gen_frame.filled | u64::from(globals) << 32,
        );
        self.emit(TraceOp::GenResume, v, NONE, 0);
        // SAFETY: the recording keeps the code.
        let nlocals = unsafe { (*gen_frame.code).co_nlocalsplus.get() } as usize;
        let mut frame = SymFrame {
            code: gen_frame.code,
            code_const: code,
            func: Slot::NULL,
            function: None,
            globals: gen_frame.globals,
            builtins: gen_frame.builtins,
            locals: Vec::new(),
            stack: Vec::new(),
            ip: 0,
            return_to,
            shells: Vec::new(),
            generator: Some(v),
            rows: Default::default(),
        };
        for n in 0..count {
            let slot = match gen_frame.filled >> n & 1 {
                0 => Slot::NULL,
                // With most of them there is nothing to do.
                _ => Slot::free(Sym::Kept),
            };
            if n < nlocals {
                frame.locals.push(slot);
            } else {
                frame.stack.push(slot);
            }
        }
        // What is sent in.
        let none = self.constant(&*singletons::none());
        let mut sent = Slot::free(Sym::Const(none));
        if n == 2 {
            let given = self.pop()?;
            sent = match given.sym {
                Sym::Made(..) => self.materialise(given),
                _ => self.own(given),
            };
            if return_to == SEND && sent.sym != Sym::Const(none) {
                return Err(Abort::Operand);
            }
        }
        frame.stack.push(sent);
        self.top().ip = step.next;
        self.changed();
        self.m.frames.push(frame);
        Ok(())
    }

    /// Gets slots out of a generator's frame that the instruction is about, if the frame is one: locals that it only reads stay there.
    pub(super) fn fetch(&mut self, step: &Step) {
        use Op::*;
        let depth = self.frames.len() - 1;
        if self.m.frames[depth].generator.is_none() {
            return;
        }
        match step.op {
            LOAD_FAST | LOAD_DEREF | STORE_DEREF | LOAD_CLOSURE => {
                self.look_at_slot(depth, step.oparg());
            }
            STORE_FAST | DELETE_FAST | MAKE_CELL => self.take_slot(depth, step.oparg()),
            _ => {}
        }
        // Who only delegates leaves the stack alone.
        let end = self.slots_at(depth);
        match step.op {
            RESUME | NOP | CACHE | JUMP_BACKWARD_NO_INTERRUPT | YIELD_VALUE => {}
            SEND if end > 1 => self.look_at_slot(depth, end - 2),
            _ => {
                let first = self.m.frames[depth].locals.len();
                (first..end).for_each(|index| self.take_slot(depth, index));
            }
        }
    }

    /// How many slots the frame has.
    fn slots_at(&self, depth: usize) -> usize {
        let frame = &self.m.frames[depth];
        frame.locals.len() + frame.stack.len()
    }

    /// A slot of a generator's frame is to be read: it stays where it is.
    fn look_at_slot(&mut self, depth: usize, index: usize) {
        let frame = &mut self.m.frames[depth];
        let Some(generator) = frame.generator else {
            return;
        };
        if slot_at(frame, index).sym == Sym::Kept {
            let v = self.emit(TraceOp::GenPeek, generator, NONE, index as u64);
            // The same one, in the same place: no other state.
            *slot_at(&mut self.m.frames[depth], index) = Slot {
                sym: Sym::Obj(v),
                own: Own::Kept,
            };
        }
    }

    /// A slot of a generator's frame is to be changed: it comes out of there.
    pub(super) fn take_slot(&mut self, depth: usize, index: usize) {
        let frame = &mut self.m.frames[depth];
        let Some(generator) = frame.generator else {
            return;
        };
        let slot = slot_at(frame, index);
        let seen = match (&slot.sym, slot.own) {
            (Sym::Kept, _) => None,
            (Sym::Obj(v), Own::Kept) => Some(*v),
            _ => return,
        };
        let taken = self.emit(TraceOp::GenTake, generator, NONE, index as u64);
        self.changed();
        let slot = Slot::owned(seen.unwrap_or(taken));
        *slot_at(&mut self.m.frames[depth], index) = slot;
    }

    /// YIELD_VALUE: the slots move back into the generator's frame.
    pub(super) fn yield_value(&mut self) -> Done {
        let depth = self.frames.len() - 1;
        let Some(generator) = self.top().generator.filter(|_| depth > 0) else {
            return Err(Abort::LeavesLoop);
        };
        let return_to = self.top().return_to;
        if !matches!(return_to, FOR_ITER | FOUND_GENERATOR | SEND | CALL) {
            return Err(Abort::Iterator);
        }
        let mut value = self.pop()?;
        if let Sym::Made(..) = value.sym {
            value = self.materialise(value);
        }
        if matches!(value.own, Own::Local(d, _) if d as usize == depth) {
            value = self.own(value);
        }
        self.m.disinherit_frame(depth);
        let frame = self.m.frames.pop().ok_or(Abort::Internal)?;
        let count = frame.locals.len() + frame.stack.len();
        for (n, slot) in frame.locals.into_iter().chain(frame.stack).enumerate() {
            if slot.sym != Sym::Null && slot.sym != Sym::Kept && slot.own != Own::Kept {
                let v = self.owned_object(slot);
                self.emit(TraceOp::GenPut, generator, v, n as u64);
            }
        }
        let at = self.m.at;
        self.emit(
            TraceOp::GenSuspend,
            generator,
            NONE,
            u64::from(at) | (count as u64) << 32,
        );
        let mut iterator = Slot::NULL;
        if matches!(return_to, FOUND_GENERATOR | CALL) {
            iterator = self.pop()?;
        }
        self.push(value);
        if return_to == FOUND_GENERATOR {
            let truth = self.constant(&*boolean::from(true));
            self.push_sym(Sym::Const(truth));
        }
        self.m.next = self.top().ip;
        self.after = true;
        self.changed();
        self.release(iterator);
        Ok(())
    }

    /// SEND: `yield from`, of a generator.
    pub(super) fn send(&mut self, i: usize, step: &Step) -> Done {
        let obs = step.obs[0];
        if self.after_step(i).0 != step.depth + 1 || !obs.is_exact::<PyGenObject>() {
            return Err(Abort::Iterator);
        }
        self.resume(step, obs, 2, SEND)
    }

    /// RETURN_GENERATOR: the frame's slots move into a new generator, which is the call's value.
    pub(super) fn return_generator(&mut self) -> Done {
        use hotpy_code::object::flags::GENERATOR;
        let depth = self.frames.len() - 1;
        let frame = self.top();
        let count = frame.locals.len();
        // SAFETY: the trace keeps its code.
        let is_generator = unsafe { (*frame.code).has_flag(GENERATOR) };
        if depth == 0
            || frame.generator.is_some()
            || frame.return_to != PUSH
            || !frame.stack.is_empty()
            || !is_generator
            || count > 32
        {
            return Err(Abort::Callee);
        }
        let func = match frame.func.sym {
            Sym::Obj(v) => v,
            Sym::Const(k) => self.const_obj(k),
            Sym::Made(..) => {
                let func = std::mem::replace(&mut self.top().func, Slot::NULL);
                let func = self.materialise(func);
                self.changed();
                self.top().func = func.clone();
                let Sym::Obj(v) = func.sym else {
                    return Err(Abort::Internal);
                };
                v
            }
            _ => return Err(Abort::Internal),
        };
        let mut args = vec![func];
        let mut filled = 0u32;
        for n in 0..count {
            let slot = self.m.frames[depth].locals[n].clone();
            args.push(match slot.sym {
                Sym::Null => continue,
                Sym::Obj(v) => v,
                Sym::Const(k) => self.const_obj(k),
                Sym::Bool(v) => self.emit(TraceOp::BoxBool, v, NONE, 0),
                _ => {
                    let made = self.materialise(slot);
                    let Sym::Obj(v) = made.sym else {
                        return Err(Abort::Internal);
                    };
                    self.changed();
                    self.m.frames[depth].locals[n] = made;
                    v
                }
            });
            filled |= 1 << n;
        }
        self.before_write();
        let snap = self.new_snapshot(0, true);
        let generator = self.m.push_inst(Inst {
            imm: Helper::MakeGenerator as u64 | u64::from(filled) << 32,
            snap,
            ..Inst::new(TraceOp::Call)
        });
        self.m.args.push((generator, args));
        self.set_class(generator, &raw const generator::PyGen_Type);
        self.m.frames[depth - 1].stack.push(Slot::owned(generator));
        let dropped = self.leave_frame(depth, 0)?;
        let ip = self.top().ip;
        self.m.next = ip;
        self.after = true;
        self.unchecked = true;
        self.release_all(dropped);
        Ok(())
    }

    /// How many of the first locals of a generator's frame that is to be left are in its frame still, and nobody borrows from them.
    fn untouched(&mut self, depth: usize) -> usize {
        let mut borrowed = Vec::new();
        self.m.each_slot(&mut |slot| match slot.own {
            Own::Local(d, index) if d as usize == depth => borrowed.push(index as usize),
            _ => {}
        });
        let locals = self.m.frames[depth].locals.iter().enumerate();
        locals
            .take_while(|(n, slot)| {
                let kept = matches!(slot.sym, Sym::Kept | Sym::Null) || slot.own == Own::Kept;
                kept && !borrowed.contains(n)
            })
            .count()
    }

    /// Takes the innermost frame away: what it owned, to be released. Its locals before `first` stay where they are.
    pub(super) fn leave_frame(&mut self, depth: usize, first: usize) -> Result<Vec<Slot>, Abort> {
        let mut dropped = Vec::new();
        for index in first..self.m.frames[depth].locals.len() {
            self.take_slot(depth, index);
            let old = self.set_local(depth, index, Slot::NULL);
            if old.sym != Sym::Null {
                dropped.push(old);
            }
        }
        let frame = self.m.frames.pop().ok_or(Abort::Internal)?;
        dropped.push(frame.func);
        self.changed();
        Ok(dropped)
    }

    /// RETURN_VALUE of a generator.
    pub(super) fn end_generator(&mut self, i: usize) -> Done {
        let depth = self.frames.len() - 1;
        let return_to = self.top().return_to;
        let Some(generator) = self.top().generator.filter(|_| depth > 0) else {
            return Err(Abort::Internal);
        };
        let result = self.pop()?;
        // A caller that is a generator itself may have only looked at this one.
        let last = self.slots_at(depth - 1) - 1;
        self.take_slot(depth - 1, last);
        let caller = &mut self.m.frames[depth - 1].stack;
        let iterator = caller.pop().ok_or(Abort::Internal)?;
        let mut last = vec![iterator];
        match return_to {
            // The result may be borrowed from a local, which gives it up when the frame is left.
            SEND => caller.push(result),
            FOR_ITER => last.push(result),
            FOUND_GENERATOR => {
                last.push(result);
                let none = self.constant(&*singletons::none());
                let found = self.constant(&*boolean::from(false));
                let caller = &mut self.m.frames[depth - 1].stack;
                caller.push(Slot::free(Sym::Const(none)));
                caller.push(Slot::free(Sym::Const(found)));
            }
            // The frame that has asked is left, too.
            CALL => last.push(result),
            _ => return Err(Abort::Iterator),
        }
        let left = self.untouched(depth);
        let mut dropped = self.leave_frame(depth, left)?;
        self.m.next = self.after_step(i).1;
        self.after = true;
        self.changed();
        self.before_write();
        self.emit_snap(TraceOp::GenEnd, generator, NONE, left as u64);
        self.unchecked = true;
        last.reverse();
        dropped.append(&mut last);
        if return_to == CALL {
            return self.end_step(i, dropped);
        }
        self.release_all(dropped);
        Ok(())
    }
}
