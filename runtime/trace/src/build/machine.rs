//! The symbolic machine: frames whose slots are values of the trace, and the emission of instructions.
//!
//! Who owns what: a slot owns its reference (`Own::Owned`), or borrows: from a local of some frame of the trace (`Own::Local`), or
//! from the heap (`Own::Heap`: good until anything may write there). Borrowed values become owned (`incref`) just before what they are
//! borrowed from may go. Machine numbers, constants and the truth values need no owner.

use super::raising::SymCaught;
use super::{Deps, Obj};
use crate::abort::Abort;
use crate::record::Obs;
use ahash::AHashMap;
use hotpy_objects::*;
use hotpy_trace_ir::*;
use std::cell::Cell;

/// What a slot holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Sym {
    Null,
    /// A generator's local that nobody has looked at: it is in the generator's frame.
    Kept,
    Obj(Val),
    Int(Val),
    Float(Val),
    Bool(Val),
    Const(Const),
    /// An object that is not made yet; what it is made of is owned or needs no owner.
    Made(Maker, Vec<Slot>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Own {
    /// Nothing to own.
    None,
    Owned,
    /// Of a generator's local: it is in the generator's frame, which owns it.
    Kept,
    /// Borrowed from this frame's local, or from a tuple that it keeps. Beyond the locals: from the stack.
    Local(u16, u16),
    Heap,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Slot {
    pub sym: Sym,
    pub own: Own,
}

impl Slot {
    pub const NULL: Slot = Slot {
        sym: Sym::Null,
        own: Own::None,
    };
    pub fn owned(v: Val) -> Slot {
        Slot {
            sym: Sym::Obj(v),
            own: Own::Owned,
        }
    }
    pub fn heap(v: Val) -> Slot {
        Slot {
            sym: Sym::Obj(v),
            own: Own::Heap,
        }
    }
    pub fn free(sym: Sym) -> Slot {
        Slot {
            sym,
            own: Own::None,
        }
    }
}

/// A frame of the trace.
#[derive(Clone, Debug)]
pub struct SymFrame {
    pub code: *const PyCodeObject,
    pub code_const: Const,
    /// The function; nothing for the outermost frame.
    pub func: Slot,
    /// The function object, where it is a constant.
    pub function: Option<*const PyFunctionObject>,
    pub globals: *const PyDictObject,
    pub builtins: *const PyObject,
    pub locals: Vec<Slot>,
    pub stack: Vec<Slot>,
    /// Where the frame goes on when its callee has returned.
    pub ip: u32,
    pub return_to: u8,
    /// Surrogates that called in their own place, one after the other, and at last this frame: the first one has the frame's `return_to`.
    pub shells: Vec<Shell>,
    /// The generator that owns the frame.
    pub generator: Option<Val>,
    /// Locals and stack in the last snapshot.
    pub rows: Cell<[Row; 2]>,
}

/// A frame that does nothing any more but return.
#[derive(Clone, Copy, Debug)]
pub struct Shell {
    pub code: Const,
    pub func: Const,
    /// A return.
    pub ip: u32,
    pub slots: usize,
}

/// `ReturnTo::Push` of the VM.
const PUSH: u8 = 0;

/// The class of what is made.
fn maker_class(maker: Maker) -> *const PyTypeObject {
    match maker {
        Maker::Tuple => &raw const tuple::PyTuple_Type,
        Maker::Slice => &raw const slice::PySlice_Type,
        Maker::Method => &raw const method::PyMethod_Type,
        Maker::Cell => &raw const cell::PyCell_Type,
        Maker::Function => &raw const function::PyFunction_Type,
    }
}

/// The machine.
pub struct Machine {
    pub frames: Vec<SymFrame>,
    /// Exceptions whose tracebacks are still to be made.
    pub caught: Vec<SymCaught>,
    pub insts: Vec<Inst>,
    pub args: Vec<(Val, Vec<Val>)>,
    pub snaps: Vec<Snapshot>,
    pub recipes: Recipes,
    pub consts: Vec<Obj>,
    const_of: AHashMap<usize, Const>,
    pure: AHashMap<(TraceOp, Val, Val, u64), Val>,
    /// The newest copy of a value (`-X no-register`).
    homes: AHashMap<Val, Val>,
    /// Classes of objects, and of values that will be objects of exactly this class.
    classes: AHashMap<Val, usize>,
    /// Object to machine value.
    unboxed: AHashMap<Val, Val>,
    /// Truth of conditions that were guarded.
    truths: AHashMap<Val, bool>,
    /// Objects known to be a certain constant.
    known: AHashMap<Val, Const>,
    /// Attributes in inline values that are known, by object and index: until something runs.
    fields: AHashMap<(Val, usize), Val>,
    /// Something may borrow from the stack.
    lends: bool,
    /// What the current instruction has popped that was borrowed from the stack.
    lent: Vec<Own>,
    /// The instruction that is being translated: start, own unit, next.
    pub ip: u32,
    pub at: u32,
    pub next: u32,
    /// Whether what the current instruction does is done.
    pub after: bool,
    snap_here: Option<(SnapId, bool)>,
    /// Something may have run: assumptions must be looked at before the next instruction.
    pub unchecked: bool,
    pub deps: Deps,
}

/// What is left of the machine when a trace is done.
pub struct Parts {
    pub insts: Vec<Inst>,
    pub args: Vec<(Val, Vec<Val>)>,
    pub snaps: Vec<Snapshot>,
    pub recipes: Recipes,
    pub consts: Vec<Obj>,
    pub deps: Deps,
}

impl Machine {
    pub fn new() -> Machine {
        Machine {
            frames: Vec::new(),
            caught: Vec::new(),
            insts: Vec::new(),
            args: Vec::new(),
            snaps: Vec::new(),
            recipes: Recipes::default(),
            consts: Vec::new(),
            const_of: AHashMap::new(),
            pure: AHashMap::new(),
            homes: AHashMap::new(),
            classes: AHashMap::new(),
            unboxed: AHashMap::new(),
            truths: AHashMap::new(),
            known: AHashMap::new(),
            fields: AHashMap::new(),
            lends: false,
            lent: Vec::new(),
            ip: 0,
            at: 0,
            next: 0,
            after: false,
            snap_here: None,
            unchecked: false,
            deps: Deps::default(),
        }
    }

    /// What a trace is made of; everything else goes.
    pub fn into_parts(self) -> Parts {
        Parts {
            insts: self.insts,
            args: self.args,
            snaps: self.snaps,
            recipes: self.recipes,
            consts: self.consts,
            deps: self.deps,
        }
    }

    pub fn top(&mut self) -> &mut SymFrame {
        self.frames.last_mut().expect("a machine has a frame")
    }

    // ---- constants

    /// The number of a constant object, which the trace keeps alive.
    pub fn constant(&mut self, object: *const PyObject) -> Const {
        let key = object as usize;
        if let Some(&k) = self.const_of.get(&key) {
            if let Obj::Watched(_) = self.consts[k as usize] {
                self.consts[k as usize] = Obj::new(object);
            }
            return k;
        }
        let k = self.consts.len() as Const;
        self.consts.push(Obj::new(object));
        self.const_of.insert(key, k);
        k
    }

    /// The number of a global's value, which the global keeps alive.
    pub fn watched_constant(&mut self, object: *const PyObject) -> Const {
        if self.const_of.contains_key(&(object as usize)) {
            return self.const_of[&(object as usize)];
        }
        let k = self.constant(object);
        self.consts[k as usize] = Obj::Watched(object.cast_mut());
        k
    }

    pub fn const_ptr(&self, k: Const) -> *mut PyObject {
        self.consts[k as usize].ptr()
    }

    // ---- emission

    pub fn push_inst(&mut self, mut inst: Inst) -> Val {
        if !self.homes.is_empty() {
            for v in [&mut inst.a, &mut inst.b, &mut inst.c] {
                *v = self.homes.get(v).copied().unwrap_or(*v);
            }
        }
        let op = inst.op;
        if op.effect() == Effect::Calls || op == TraceOp::LoopStart || passes::coalesce::drops(op) {
            self.fields.clear();
        }
        let v = self.insts.len() as Val;
        self.insts.push(inst);
        v
    }

    /// What is known to be in an object's inline values.
    pub fn field(&self, object: Val, index: usize) -> Option<Val> {
        let known = self.fields.get(&(object, index)).copied();
        known.filter(|_| crate::config::coalesce())
    }

    /// Notes what is in an object's inline values now.
    pub fn set_field(&mut self, object: Val, index: usize, value: Val) {
        self.fields.insert((object, index), value);
    }

    /// Notes that the object, which may be known by other names too, has got a new value there.
    pub fn stored_field(&mut self, object: Val, index: usize, value: Val) {
        self.fields.retain(|(_, other), _| *other != index);
        self.set_field(object, index, value);
    }

    /// A local's value is copied to the stack, or the other way, unless registers are assigned: who uses it uses the copy.
    pub fn copied(&mut self, slot: &Slot) {
        if crate::config::register() {
            return;
        }
        let (op, v) = match slot.sym {
            Sym::Obj(v) => (TraceOp::CopyObj, v),
            Sym::Int(v) => (TraceOp::CopyInt, v),
            Sym::Float(v) => (TraceOp::CopyFloat, v),
            Sym::Bool(v) => (TraceOp::CopyBool, v),
            Sym::Null | Sym::Kept | Sym::Const(_) | Sym::Made(..) => return,
        };
        let copy = self.push_inst(Inst {
            a: v,
            ..Inst::new(op)
        });
        self.homes.insert(v, copy);
    }

    /// Emits without a snapshot; equal pure instructions become one.
    pub fn emit(&mut self, op: TraceOp, a: Val, b: Val, imm: u64) -> Val {
        if op.effect() == Effect::Pure && crate::config::coalesce() {
            if let Some(&v) = self.pure.get(&(op, a, b, imm)) {
                return v;
            }
        }
        let v = self.push_inst(Inst {
            a,
            b,
            imm,
            ..Inst::new(op)
        });
        if op.effect() == Effect::Pure {
            self.pure.insert((op, a, b, imm), v);
        }
        v
    }

    /// Emits with a snapshot of the state here.
    pub fn emit_snap(&mut self, op: TraceOp, a: Val, b: Val, imm: u64) -> Val {
        if op.effect() == Effect::Checked && crate::config::coalesce() {
            if let Some(&v) = self.pure.get(&(op, a, b, imm)) {
                return v;
            }
        }
        let snap = self.snapshot();
        let v = self.push_inst(Inst {
            a,
            b,
            imm,
            snap,
            ..Inst::new(op)
        });
        if op.effect() == Effect::Checked {
            self.pure.insert((op, a, b, imm), v);
        }
        v
    }

    pub fn const_int(&mut self, n: i64) -> Val {
        self.emit(TraceOp::ConstInt, NONE, NONE, n as u64)
    }

    pub fn const_float(&mut self, x: f64) -> Val {
        self.emit(TraceOp::ConstFloat, NONE, NONE, x.to_bits())
    }

    pub fn const_obj(&mut self, k: Const) -> Val {
        let v = self.emit(TraceOp::Const, NONE, NONE, u64::from(k));
        self.known.insert(v, k);
        // SAFETY: the constant is alive.
        let ty = unsafe { (*self.const_ptr(k)).ty() as *const PyTypeObject };
        self.classes.insert(v, ty as usize);
        v
    }

    /// The machine integer, if the value is a constant.
    pub fn int_constant(&self, v: Val) -> Option<i64> {
        let i = &self.insts[v as usize];
        (i.op == TraceOp::ConstInt).then_some(i.imm as i64)
    }

    // ---- facts

    pub fn set_class(&mut self, v: Val, ty: *const PyTypeObject) {
        self.classes.insert(v, ty as usize);
    }

    pub fn class_of(&self, v: Val) -> Option<*const PyTypeObject> {
        self.classes.get(&v).map(|&t| t as *const PyTypeObject)
    }

    pub fn known_constant(&self, v: Val) -> Option<Const> {
        self.known.get(&v).copied()
    }

    pub fn set_unboxed(&mut self, object: Val, number: Val) {
        self.unboxed.insert(object, number);
    }

    pub fn unboxed_of(&self, v: Val) -> Option<Val> {
        self.unboxed.get(&v).copied()
    }

    /// Has the trace leave unless the object's class is `ty`.
    pub fn guard_class(&mut self, v: Val, ty: *const PyTypeObject) -> Result<(), Abort> {
        if let Some(known) = self.class_of(v) {
            return if std::ptr::eq(known, ty) {
                Ok(())
            } else {
                // The recording saw another class than what is known here: cannot be on this path.
                Err(Abort::Operand)
            };
        }
        let k = self.constant(ty.cast());
        self.emit_snap(TraceOp::GuardType, v, NONE, u64::from(k));
        self.set_class(v, ty);
        Ok(())
    }

    /// Has the trace leave unless the object is that one.
    pub fn guard_is(&mut self, v: Val, object: *const PyObject) -> Result<Const, Abort> {
        let k = self.constant(object);
        match self.known_constant(v) {
            Some(known) if known == k => return Ok(k),
            Some(_) => return Err(Abort::Operand),
            None => {}
        }
        self.emit_snap(TraceOp::GuardIs, v, NONE, u64::from(k));
        self.known.insert(v, k);
        // SAFETY: a live object.
        let ty = unsafe { (*object).ty() as *const PyTypeObject };
        self.set_class(v, ty);
        Ok(k)
    }

    /// Has the trace leave unless the condition is so.
    pub fn guard_truth(&mut self, v: Val, truth: bool) -> Result<(), Abort> {
        let inst = self.insts[v as usize];
        if inst.op == TraceOp::ConstBool {
            return if (inst.imm != 0) == truth {
                Ok(())
            } else {
                Err(Abort::Operand)
            };
        }
        match self.truths.get(&v) {
            Some(&known) if known == truth => return Ok(()),
            Some(_) => return Err(Abort::Operand),
            None => {}
        }
        if inst.op == TraceOp::Not {
            self.guard_truth(inst.a, !truth)?;
        } else {
            let op = if truth {
                TraceOp::GuardTrue
            } else {
                TraceOp::GuardFalse
            };
            self.emit_snap(op, v, NONE, 0);
        }
        self.truths.insert(v, truth);
        Ok(())
    }

    // ---- snapshots

    fn recipe(slot: &Slot, made: &mut Vec<Making>) -> Recipe {
        match &slot.sym {
            Sym::Null => Recipe::Null,
            Sym::Kept => Recipe::Kept,
            Sym::Obj(v) => match slot.own {
                Own::Owned => Recipe::Owned(*v),
                Own::Kept => Recipe::Kept,
                _ => Recipe::Borrowed(*v),
            },
            Sym::Int(v) => Recipe::Int(*v),
            Sym::Float(v) => Recipe::Float(*v),
            Sym::Bool(v) => Recipe::Bool(*v),
            Sym::Const(k) => Recipe::Const(*k),
            Sym::Made(maker, items) => {
                let items = items.iter().map(|i| Machine::recipe(i, made)).collect();
                let maker = *maker;
                let making = Making { maker, items };
                // One snapshot after the other has it.
                let recent = made.len().saturating_sub(8);
                let known = made[recent..].iter().position(|m| *m == making);
                let number = known.map_or(made.len(), |n| recent + n);
                if known.is_none() {
                    made.push(making);
                }
                Recipe::Made(number as u32)
            }
        }
    }

    /// The state has changed: the next snapshot is a new one.
    pub fn changed(&mut self) {
        self.snap_here = None;
    }

    /// The state before the current instruction, or, if that is done, before the next.
    pub fn snapshot(&mut self) -> SnapId {
        if let Some((snap, after)) = self.snap_here {
            if after == self.after {
                return snap;
            }
        }
        let snap = self.new_snapshot(0, false);
        self.snap_here = Some((snap, self.after));
        snap
    }

    /// A snapshot of its own, for a call that drops `pops` operands.
    pub fn new_snapshot(&mut self, pops: u8, pushes: bool) -> SnapId {
        let last = self.frames.len() - 1;
        let mut recipes = std::mem::take(&mut self.recipes);
        let mut frames = Vec::with_capacity(last + 1);
        // Where the machine's frames are among the recipe's.
        let mut places = Vec::with_capacity(last + 1);
        for n in 0..=last {
            let f = &self.frames[n];
            let (ip, prev) = if n < last {
                (f.ip, f.ip as i32 - 1)
            } else if self.after {
                (self.next, self.next as i32 - 1)
            } else {
                (self.ip, self.at as i32)
            };
            let mut return_to = f.return_to;
            for shell in &f.shells {
                let empty = std::iter::repeat_n((Recipe::Null, NONE), shell.slots);
                frames.push(FrameRecipe {
                    code: shell.code,
                    func: Recipe::Const(shell.func),
                    generator: NONE,
                    ip: shell.ip,
                    prev: shell.ip as i32 - 1,
                    return_to: std::mem::replace(&mut return_to, PUSH),
                    shell: true,
                    locals: recipes.row(Row::default(), empty),
                    stack: Row::default(),
                });
            }
            places.push(frames.len() as u32);
            frames.push(FrameRecipe {
                return_to,
                ..self.frame_recipe(f, ip, prev, &mut recipes)
            });
        }
        let caught = self.caught.iter().map(|c| Caught {
            exception: c.exception,
            frame: places[c.depth],
            prev: c.at as i32,
            open: c.open,
            gone: c
                .gone
                .iter()
                .map(|(f, at)| self.frame_recipe(f, *at, *at as i32, &mut recipes))
                .collect(),
        });
        let caught = caught.collect();
        self.recipes = recipes;
        self.snaps.push(Snapshot {
            frames,
            caught,
            pops,
            pushes,
        });
        self.snaps.len() as SnapId - 1
    }

    fn frame_recipe(&self, f: &SymFrame, ip: u32, prev: i32, recipes: &mut Recipes) -> FrameRecipe {
        let mut made = std::mem::take(&mut recipes.made);
        let mut row = |before: Row, slots: &[Slot]| {
            let items = slots.iter().map(|slot| {
                let class = match slot.sym {
                    Sym::Obj(v) => self
                        .class_of(v)
                        .and_then(|ty| self.const_of.get(&(ty as usize)).copied()),
                    _ => None,
                };
                (Machine::recipe(slot, &mut made), class.unwrap_or(NONE))
            });
            recipes.row(before, items)
        };
        let [locals, stack] = f.rows.get();
        let (locals, stack) = (row(locals, &f.locals), row(stack, &f.stack));
        f.rows.set([locals, stack]);
        let func = Machine::recipe(&f.func, &mut made);
        recipes.made = made;
        FrameRecipe {
            code: f.code_const,
            func,
            generator: f.generator.unwrap_or(NONE),
            ip,
            prev,
            return_to: f.return_to,
            shell: false,
            locals,
            stack,
        }
    }

    // ---- the stack

    pub fn push(&mut self, slot: Slot) {
        self.changed();
        self.top().stack.push(slot);
    }

    pub fn push_sym(&mut self, sym: Sym) {
        let number = matches!(sym, Sym::Int(_) | Sym::Float(_) | Sym::Made(..));
        if number && !crate::config::defer() {
            let made = self.materialise(Slot::free(sym));
            return self.push(made);
        }
        self.push(Slot::free(sym));
    }

    pub fn pop(&mut self) -> Result<Slot, Abort> {
        self.changed();
        let slot = self.top().stack.pop().ok_or(Abort::Internal)?;
        if self.lends {
            let from = self.on_stack(self.top_slots());
            if self.is_lent(slot.own) {
                self.lent.push(slot.own);
            } else if slot.own == Own::Owned {
                if self.lent.contains(&from) {
                    return Err(Abort::Operand);
                }
                self.promote(|own| own == from);
            }
        }
        Ok(slot)
    }

    /// How many slots the innermost frame has on its stack.
    fn top_slots(&self) -> usize {
        self.frames[self.frames.len() - 1].stack.len()
    }

    /// Borrowed from the innermost frame's stack at `index`.
    fn on_stack(&self, index: usize) -> Own {
        let depth = self.frames.len() - 1;
        let first = self.frames[depth].locals.len();
        Own::Local(depth as u16, (first + index) as u16)
    }

    fn is_lent(&self, own: Own) -> bool {
        match own {
            Own::Local(depth, index) => self
                .frames
                .get(usize::from(depth))
                .is_some_and(|f| usize::from(index) >= f.locals.len()),
            _ => false,
        }
    }

    /// A copy of the innermost frame's stack slot `index`, which owns its value: borrowed from there.
    pub fn lend(&mut self, index: usize) -> Slot {
        self.lends = true;
        Slot {
            own: self.on_stack(index),
            ..self.top().stack[index].clone()
        }
    }

    /// Slots of the exit's state borrow from the stack.
    pub fn set_lends(&mut self) {
        self.lends = true;
    }

    /// A new instruction.
    pub fn forget_popped(&mut self) {
        self.lent.clear();
    }

    /// Everything that borrows from a stack gets a count of its own.
    pub fn end_loans(&mut self) {
        if !std::mem::take(&mut self.lends) {
            return;
        }
        let locals: Vec<usize> = self.frames.iter().map(|f| f.locals.len()).collect();
        self.promote(|own| match own {
            Own::Local(depth, index) => locals
                .get(usize::from(depth))
                .is_some_and(|n| usize::from(index) >= *n),
            _ => false,
        });
    }

    /// Index of the operand `n` below the end (1 is the top).
    pub fn at_top(&self, n: usize) -> usize {
        self.frames[self.frames.len() - 1].stack.len() - n
    }

    pub fn peek(&self, n: usize) -> &Slot {
        &self.frames[self.frames.len() - 1].stack[self.at_top(n)]
    }

    // ---- ownership

    pub fn each_slot(&mut self, f: &mut dyn FnMut(&mut Slot)) {
        fn visit(slot: &mut Slot, f: &mut dyn FnMut(&mut Slot)) {
            f(slot);
            if let Sym::Made(_, items) = &mut slot.sym {
                items.iter_mut().for_each(|item| visit(item, f));
            }
        }
        let gone = self.caught.iter_mut().flat_map(|c| &mut c.gone);
        for frame in self.frames.iter_mut().chain(gone.map(|(frame, _)| frame)) {
            visit(&mut frame.func, f);
            frame.locals.iter_mut().for_each(|slot| visit(slot, f));
            frame.stack.iter_mut().for_each(|slot| visit(slot, f));
        }
    }

    /// Makes owned whatever borrows as `which` says.
    fn promote(&mut self, which: impl Fn(Own) -> bool) {
        let mut found = Vec::new();
        self.each_slot(&mut |slot| {
            if let (Sym::Obj(v), true) = (&slot.sym, which(slot.own)) {
                found.push(*v);
                slot.own = Own::Owned;
            }
        });
        if !found.is_empty() {
            self.changed();
        }
        for v in found {
            self.emit(TraceOp::IncRef, v, NONE, 0);
        }
    }

    /// Every slot with this object that borrows it gets a count of its own, as all have in the interpreter.
    pub fn count_all(&mut self, v: Val) {
        let mut counts = 0;
        self.each_slot(&mut |slot| {
            if slot.sym == Sym::Obj(v) && matches!(slot.own, Own::Local(..) | Own::Heap) {
                slot.own = Own::Owned;
                counts += 1;
            }
        });
        if counts > 0 {
            self.changed();
        }
        for _ in 0..counts {
            self.emit(TraceOp::IncRef, v, NONE, 0);
        }
    }

    /// Before anything that may write to the heap.
    pub fn before_write(&mut self) {
        self.promote(|own| own == Own::Heap);
    }

    /// Makes one slot's value owned, and an object. The slot is not (or no more) part of the state.
    pub fn own(&mut self, slot: Slot) -> Slot {
        match (&slot.sym, slot.own) {
            (Sym::Obj(v), Own::Local(..) | Own::Heap) => {
                self.emit(TraceOp::IncRef, *v, NONE, 0);
                Slot::owned(*v)
            }
            _ => slot,
        }
    }

    /// Whether dropping an object of this class runs nothing.
    pub fn is_plain(ty: *const PyTypeObject) -> bool {
        let plain = [
            &raw const int::PyLong_Type,
            &raw const float::PyFloat_Type,
            &raw const boolean::PyBool_Type,
            &raw const str_::PyUnicode_Type,
            &raw const bytes::PyBytes_Type,
            &raw const range::PyRange_Type,
            &raw const range::PyRangeIter_Type,
            &raw const complex::PyComplex_Type,
            singletons::none().ty(),
        ];
        plain.iter().any(|p| std::ptr::eq(*p, ty))
    }

    /// Drops values that are not part of the state any more, in this order.
    pub fn release_all(&mut self, dropped: impl IntoIterator<Item = Slot>) {
        for slot in dropped {
            self.release(slot);
        }
    }

    /// Drops an owned value that is not part of the state any more. What the current instruction does must be done.
    pub fn release(&mut self, slot: Slot) {
        match slot.sym {
            Sym::Made(_, items) => {
                for item in items {
                    self.release(item);
                }
            }
            Sym::Obj(v) if slot.own == Own::Owned && self.is_caught(v) => self.release_caught(v),
            Sym::Obj(v) if slot.own == Own::Owned => {
                if self.class_of(v).is_some_and(Machine::is_plain) {
                    self.emit(TraceOp::DecRefPlain, v, NONE, 0);
                } else {
                    debug_assert!(self.after, "a drop before the instruction is done");
                    self.before_write();
                    self.emit_snap(TraceOp::DecRef, v, NONE, 0);
                    self.unchecked = true;
                }
            }
            _ => {}
        }
    }

    fn is_caught(&self, v: Val) -> bool {
        self.caught.iter().any(|c| c.exception == v)
    }

    /// Drops an owned value that is an exception whose traceback is not made yet. With its last owner goes what the traceback would have.
    fn release_caught(&mut self, v: Val) {
        let last = self.caught.iter().rposition(|c| c.exception == v);
        let Some(k) = last else { return };
        let mut owned = self.caught[k].open;
        self.each_slot(&mut |slot| owned |= slot.sym == Sym::Obj(v) && slot.own == Own::Owned);
        if owned {
            // Not its last count.
            self.emit(TraceOp::DecRefPlain, v, NONE, 0);
            return;
        }
        debug_assert!(self.after, "a drop before the instruction is done");
        self.before_write();
        self.emit_snap(TraceOp::GuardLast, v, NONE, 0);
        let caught = self.caught.remove(k);
        self.changed();
        self.emit_snap(TraceOp::DecRef, v, NONE, 0);
        self.unchecked = true;
        for (frame, _) in caught.gone {
            for slot in frame.locals {
                self.release(slot);
            }
            self.release(frame.func);
        }
    }

    /// Puts a value into a local; what was there is dropped, or goes to whoever borrows it.
    pub fn set_local(&mut self, depth: usize, index: usize, slot: Slot) -> Slot {
        self.changed();
        let old = std::mem::replace(&mut self.frames[depth].locals[index], slot);
        self.bequeath(depth, index, old)
    }

    /// A local's value is going: those who borrow it inherit. What is left to be released.
    pub fn bequeath(&mut self, depth: usize, index: usize, old: Slot) -> Slot {
        let from = Own::Local(depth as u16, index as u16);
        match old.sym {
            Sym::Obj(_) => self.bequeath_one(from, old, &[]),
            Sym::Made(maker, items) => {
                let parts: Vec<Sym> = items.iter().map(|i| i.sym.clone()).collect();
                let items = items
                    .into_iter()
                    .map(|i| self.bequeath_one(from, i, &parts));
                Slot::free(Sym::Made(maker, items.collect()))
            }
            _ => old,
        }
    }

    /// `parts`: if it is part of something that is not made, all parts of that.
    fn bequeath_one(&mut self, from: Own, old: Slot, parts: &[Sym]) -> Slot {
        let Sym::Obj(v) = old.sym else {
            return old;
        };
        let mut heir = false;
        let mut counted = Vec::new();
        let own = old.own;
        self.each_slot(&mut |slot| {
            let Sym::Obj(held) = slot.sym else { return };
            // Other parts have their turns.
            if slot.own != from || held != v && parts.contains(&slot.sym) {
                return;
            }
            // One inherits the count; others, and items of a tuple, get their own, unless the tuple is borrowed itself.
            if own != Own::Owned && (held == v || parts.is_empty()) {
                slot.own = own;
                return;
            }
            slot.own = Own::Owned;
            if held != v || std::mem::replace(&mut heir, true) {
                counted.push(held);
            }
        });
        if heir || !counted.is_empty() || own != Own::Owned {
            self.changed();
        }
        for held in counted {
            self.emit(TraceOp::IncRef, held, NONE, 0);
        }
        if heir { Slot::NULL } else { old }
    }

    // ---- representation

    /// The operand on the stack as an object, made if need be; the slot then holds the object.
    pub fn object_at(&mut self, index: usize) -> Result<Val, Abort> {
        let slot = self.top().stack[index].clone();
        Ok(match slot.sym {
            Sym::Obj(v) => v,
            Sym::Null => return Err(Abort::Internal),
            Sym::Const(k) => self.const_obj(k),
            Sym::Bool(v) => self.emit(TraceOp::BoxBool, v, NONE, 0),
            _ => {
                let made = self.materialise(slot);
                let Sym::Obj(v) = made.sym else {
                    return Err(Abort::Internal);
                };
                self.changed();
                self.top().stack[index] = made;
                v
            }
        })
    }

    /// A slot that is no part of the state, as an object that is owned (or a constant).
    pub fn materialise(&mut self, slot: Slot) -> Slot {
        match slot.sym {
            Sym::Int(v) => {
                let object = self.emit(TraceOp::BoxInt, v, NONE, 0);
                self.set_class(object, &raw const int::PyLong_Type);
                self.set_unboxed(object, v);
                Slot::owned(object)
            }
            Sym::Float(v) => {
                let object = self.emit(TraceOp::BoxFloat, v, NONE, 0);
                self.set_class(object, &raw const float::PyFloat_Type);
                self.set_unboxed(object, v);
                Slot::owned(object)
            }
            Sym::Made(maker, items) => {
                let mut values = Vec::with_capacity(items.len());
                let given = items.into_iter().filter(|item| item.sym != Sym::Null);
                for (n, item) in given.enumerate() {
                    let item = match item.sym {
                        // Code and namespaces are only borrowed.
                        Sym::Const(k) if maker == Maker::Function && n < 3 => self.const_obj(k),
                        _ => self.owned_object(item),
                    };
                    values.push(item);
                }
                let op = match maker {
                    Maker::Tuple => TraceOp::NewTuple,
                    Maker::Slice => TraceOp::NewSlice,
                    Maker::Method => TraceOp::NewMethod,
                    Maker::Cell if values.is_empty() => TraceOp::NewEmptyCell,
                    Maker::Cell => TraceOp::NewCell,
                    Maker::Function => TraceOp::NewFunction,
                };
                let mut inst = Inst::new(op);
                let many = matches!(maker, Maker::Tuple | Maker::Function);
                if !many {
                    let mut operands = values.drain(..);
                    inst.a = operands.next().unwrap_or(NONE);
                    inst.b = operands.next().unwrap_or(NONE);
                    inst.c = operands.next().unwrap_or(NONE);
                }
                let v = self.push_inst(inst);
                if many {
                    self.args.push((v, values));
                }
                self.set_class(v, maker_class(maker));
                Slot::owned(v)
            }
            _ => self.own(slot),
        }
    }

    /// As [`materialise`], but constants and truth values too get a count; the value.
    pub fn owned_object(&mut self, slot: Slot) -> Val {
        match slot.sym {
            Sym::Const(k) => {
                let v = self.const_obj(k);
                self.emit(TraceOp::IncRef, v, NONE, 0);
                v
            }
            Sym::Bool(b) => {
                let v = self.emit(TraceOp::BoxBool, b, NONE, 0);
                self.set_class(v, &raw const boolean::PyBool_Type);
                self.emit(TraceOp::IncRef, v, NONE, 0);
                v
            }
            _ => match self.materialise(slot).sym {
                Sym::Obj(v) => v,
                other => unreachable!("materialised as {other:?}"),
            },
        }
    }

    /// An operand as a machine integer (bools count), if the recorder saw an int of at most two digits.
    pub fn int_at(&mut self, index: usize, obs: Obs) -> Result<Val, Abort> {
        let sym = self.top().stack[index].sym.clone();
        match sym {
            Sym::Int(v) => Ok(v),
            Sym::Bool(v) => Ok(self.emit(TraceOp::BoolToInt, v, NONE, 0)),
            Sym::Const(k) => {
                // SAFETY: a live object.
                let object = unsafe { &*self.const_ptr(k) };
                let value = int::of(object)
                    .and_then(|i| i.double())
                    .ok_or(Abort::Operand)?;
                Ok(self.const_int(value))
            }
            Sym::Obj(v) => {
                if let Some(n) = self.unboxed_of(v) {
                    return match self.insts[n as usize].op.ty() {
                        Ty::Int => Ok(n),
                        Ty::Bool => Ok(self.emit(TraceOp::BoolToInt, n, NONE, 0)),
                        _ => Err(Abort::Operand),
                    };
                }
                if obs.is_exact::<PyLongObject>() {
                    if self.class_of(v).is_some_and(|c| !std::ptr::eq(c, obs.ty)) {
                        return Err(Abort::Operand);
                    }
                    let n = self.emit_snap(TraceOp::UnboxInt, v, NONE, 0);
                    self.set_class(v, obs.ty);
                    self.set_unboxed(v, n);
                    return Ok(n);
                }
                let b = self.bool_at(index, obs)?;
                Ok(self.emit(TraceOp::BoolToInt, b, NONE, 0))
            }
            _ => Err(Abort::Operand),
        }
    }

    /// An operand as a truth value, if it is a bool.
    pub fn bool_at(&mut self, index: usize, obs: Obs) -> Result<Val, Abort> {
        let sym = self.top().stack[index].sym.clone();
        match sym {
            Sym::Bool(v) => Ok(v),
            Sym::Const(k) => {
                // SAFETY: a live object.
                let object = unsafe { &*self.const_ptr(k) };
                if !boolean::is_true(object) && !boolean::is_false(object) {
                    return Err(Abort::Operand);
                }
                Ok(self.emit(
                    TraceOp::ConstBool,
                    NONE,
                    NONE,
                    u64::from(boolean::is_true(object)),
                ))
            }
            Sym::Obj(v) if std::ptr::eq(obs.ty, &raw const boolean::PyBool_Type) => {
                if let Some(b) = self.unboxed_of(v) {
                    return Ok(b);
                }
                if self.class_of(v).is_some_and(|c| !std::ptr::eq(c, obs.ty)) {
                    return Err(Abort::Operand);
                }
                let b = self.emit_snap(TraceOp::UnboxBool, v, NONE, 0);
                self.set_class(v, obs.ty);
                self.set_unboxed(v, b);
                Ok(b)
            }
            _ => Err(Abort::Operand),
        }
    }

    /// An operand as a machine float; ints are converted.
    pub fn float_at(&mut self, index: usize, obs: Obs, exact: bool) -> Result<Val, Abort> {
        let sym = self.top().stack[index].sym.clone();
        match sym {
            Sym::Float(v) => return Ok(v),
            Sym::Const(k) => {
                // SAFETY: a live object.
                let object = unsafe { &*self.const_ptr(k) };
                if let Some(x) = object.exact::<PyFloatObject>() {
                    return Ok(self.const_float(x.value()));
                }
            }
            Sym::Obj(v) if obs.is_exact::<PyFloatObject>() => {
                if let Some(x) = self.unboxed_of(v) {
                    return if self.insts[x as usize].op.ty() == Ty::Float {
                        Ok(x)
                    } else {
                        Err(Abort::Operand)
                    };
                }
                if self.class_of(v).is_some_and(|c| !std::ptr::eq(c, obs.ty)) {
                    return Err(Abort::Operand);
                }
                let x = self.emit_snap(TraceOp::UnboxFloat, v, NONE, 0);
                self.set_class(v, obs.ty);
                self.set_unboxed(v, x);
                return Ok(x);
            }
            _ => {}
        }
        let n = self.int_at(index, obs)?;
        if let Some(value) = self.int_constant(n) {
            if value.unsigned_abs() <= 1 << 53 {
                return Ok(self.const_float(value as f64));
            }
        }
        Ok(if exact {
            self.emit_snap(TraceOp::IntToFloatExact, n, NONE, 0)
        } else {
            self.emit(TraceOp::IntToFloat, n, NONE, 0)
        })
    }

    /// The class an operand has, as far as the machine knows.
    pub fn class_at(&self, n: usize) -> Option<*const PyTypeObject> {
        match &self.peek(n).sym {
            Sym::Null | Sym::Kept => None,
            Sym::Obj(v) => self.class_of(*v),
            Sym::Int(_) => Some(&raw const int::PyLong_Type),
            Sym::Float(_) => Some(&raw const float::PyFloat_Type),
            Sym::Bool(_) => Some(&raw const boolean::PyBool_Type),
            // SAFETY: a live object.
            Sym::Const(k) => Some(unsafe { (*self.const_ptr(*k)).ty() }),
            Sym::Made(maker, _) => Some(maker_class(*maker)),
        }
    }

    /// Has the trace leave unless operand `n` (1 is the top) has the class that was seen.
    pub fn guard_class_at(&mut self, n: usize, obs: Obs) -> Result<(), Abort> {
        if obs.ty.is_null() {
            return Err(Abort::Internal);
        }
        match self.class_at(n) {
            Some(known) if std::ptr::eq(known, obs.ty) => Ok(()),
            Some(_) => Err(Abort::Operand),
            None => {
                let Sym::Obj(v) = self.peek(n).sym else {
                    return Err(Abort::Internal);
                };
                self.guard_class(v, obs.ty)
            }
        }
    }
}

impl Machine {
    /// A value that is in a register when the trace starts; one for each register.
    pub fn emit_input(&mut self, op: TraceOp, register: u64) -> Val {
        let same = |i: &Inst| i.op == op && i.imm == register;
        if let Some(v) = self.insts.iter().position(same) {
            return v as Val;
        }
        self.push_inst(Inst {
            imm: register,
            ..Inst::new(op)
        })
    }
}

impl Machine {
    /// A constant that is a number, as a machine number.
    pub fn number_of(&mut self, k: Const) -> Option<Sym> {
        // SAFETY: a live object.
        let object = unsafe { &*self.const_ptr(k) };
        if let Some(x) = object.exact::<PyFloatObject>() {
            return Some(Sym::Float(self.const_float(x.value())));
        }
        if let Some(n) = object.exact::<PyLongObject>() {
            return n.double().map(|n| Sym::Int(self.const_int(n)));
        }
        if boolean::is_true(object) || boolean::is_false(object) {
            let truth = u64::from(boolean::is_true(object));
            return Some(Sym::Bool(self.emit(TraceOp::ConstBool, NONE, NONE, truth)));
        }
        None
    }
}

impl Machine {
    /// Everything that borrows from a frame's locals gets a count of its own.
    pub fn disinherit_frame(&mut self, depth: usize) {
        self.promote(|own| matches!(own, Own::Local(d, _) if d as usize == depth));
    }

    /// Everything that borrows from a local gets a count of its own; the local's own count has been given away.
    pub fn disinherit(&mut self, depth: usize, index: usize) {
        let from = Own::Local(depth as u16, index as u16);
        self.promote(|own| own == from);
    }
}
