//! From a recording to a trace: the recorded instructions are executed symbolically, once for a preamble and once more for the loop's
//! body, which starts with all that the preamble found out. So guards and computations that do not change are only in the preamble,
//! numbers stay unboxed from one round to the next, and frames, tuples and boxes exist in recipes alone.

mod arguments;
mod arith;
mod attrs;
mod calls;
mod classes;
mod generators;
pub mod iter;
mod known;
mod machine;
mod memory;
mod raising;
mod spread;
mod surrogates;

use crate::abort::Abort;
use crate::lower::{self, NO_REGISTER};
use crate::recipes::{NO_CLASS, PackedCaught, Snaps, Source, Word};
use crate::record::{Finish, Recording, Step};
pub use calls::is_refused;
pub use classes::class_cell;
use hotpy_isa::Op;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use hotpy_trace_ir::*;
pub use known::is_known;
use machine::Parts;
pub use machine::{Machine, Own, Slot, Sym, SymFrame};
pub use raising::Outcome;
use raising::SymCaught;

/// A constant object.
#[derive(Clone, Debug)]
pub enum Obj {
    /// Kept alive.
    Held(Ref),
    /// The value of a global: alive as long as the global has it, and when that changes the tree becomes invalid first.
    Watched(*mut PyObject),
}

impl Obj {
    pub fn new(object: *const PyObject) -> Obj {
        // SAFETY: constants are live objects when they are made.
        Obj::Held(unsafe { (*object).to_ref() })
    }
    pub fn ptr(&self) -> *mut PyObject {
        match self {
            Obj::Held(object) => object.as_ptr(),
            Obj::Watched(object) => *object,
        }
    }
}

/// What a trace assumes of the world, to be watched.
#[derive(Default, Debug)]
pub struct Deps {
    pub types: Vec<*const PyTypeObject>,
    /// Dict, key as in its table or as looked up, the value that it must have (null: none).
    pub globals: Vec<(*const PyDictObject, *const Str, *mut PyObject)>,
}

/// What a slot holds at the loop's head, for whoever jumps there.
#[derive(Clone, Debug, PartialEq)]
pub enum HeadSlot {
    Null,
    Const(Const),
    /// Always the same value.
    Same(Val),
    /// A value that changes; the class that an object must have.
    Phi(Val, Ty, Option<Const>),
}

/// A finished trace, with its objects.
pub struct Built {
    pub trace: Trace,
    pub consts: Vec<Obj>,
    pub deps: Deps,
    /// The loop's head (root traces).
    pub head: Vec<HeadSlot>,
    /// Which slots must be empty at the start (root traces).
    pub nulls: Vec<bool>,
    /// The deepest chain of frames.
    pub depth: usize,
    /// Words of the data stack for frames that exits make.
    pub frame_words: usize,
    /// Snapshots from this number on lie in the loop.
    pub loop_snaps: usize,
    /// What the interpreter would need for it (`payoff`).
    pub worth: u32,
}

/// The translator: the machine and the recording it works on.
pub struct Builder<'a> {
    m: Machine,
    steps: &'a [Step],
    end: (usize, u32),
    /// The last step raised, and `end` is the handler.
    end_landed: bool,
    max_depth: usize,
    loop_snaps: usize,
    /// `super()` has been called, and is at once asked for an attribute: start and own unit of the call.
    asked_super: Option<(u32, u32)>,
    /// An empty dict, for surrogates that call with no names.
    no_names: Option<Const>,
}

impl std::ops::Deref for Builder<'_> {
    type Target = Machine;
    fn deref(&self) -> &Machine {
        &self.m
    }
}

impl std::ops::DerefMut for Builder<'_> {
    fn deref_mut(&mut self) -> &mut Machine {
        &mut self.m
    }
}

type Done = Result<(), Abort>;

impl<'a> Builder<'a> {
    fn new(rec: &'a Recording) -> Builder<'a> {
        let mut steps = &rec.steps[..];
        let (mut end, mut end_landed) = (rec.end, rec.end_landed);
        // An instruction that raised, or that entered a frame which is not followed, is not part of the trace.
        if let (Finish::Stop(why), Some(last)) = (rec.finish, steps.last()) {
            let entered = end.0 > last.depth;
            if why == Abort::Raised
                || why == Abort::FrameChange
                || why == Abort::Surrogate
                || entered
            {
                end = (last.depth, last.ip);
                end_landed = last.landed;
                steps = &steps[..steps.len() - 1];
            }
        }
        Builder {
            m: Machine::new(),
            steps,
            end,
            end_landed,
            max_depth: 0,
            loop_snaps: 0,
            asked_super: None,
            no_names: None,
        }
    }

    /// Where the program went after step `i`: depth and instruction.
    fn after_step(&self, i: usize) -> (usize, u32) {
        match self.steps.get(i + 1) {
            Some(next) => (next.depth, next.ip),
            None => self.end,
        }
    }

    fn run_steps(&mut self) -> Done {
        for i in 0..self.steps.len() {
            self.one_step(i)?;
        }
        Ok(())
    }

    fn one_step(&mut self, i: usize) -> Done {
        let step = &self.steps[i];
        if self.m.frames.len() != step.depth + 1 || !std::ptr::eq(self.m.top().code, step.code) {
            return Err(Abort::Internal);
        }
        let (depth, ip) = self.after_step(i);
        (self.m.ip, self.m.at) = self.asked_super.unwrap_or((step.ip, step.at));
        self.m.next = if depth == step.depth { ip } else { step.next };
        self.m.after = false;
        self.m.changed();
        self.m.forget_popped();
        if std::mem::take(&mut self.m.unchecked) {
            self.m.emit_snap(TraceOp::GuardValid, NONE, NONE, 0);
        }
        self.fetch(step);
        self.translate(i, step).inspect_err(|why| {
            if crate::config::verbose() {
                // SAFETY: the recording keeps its code.
                let name = unsafe { (*step.code).qualname() };
                let (op, name) = (step.op.name(), name.to_string_lossy());
                eprintln!("trace: step {i}, {op} in {name}: {}", why.text());
            }
        })?;
        self.max_depth = self.max_depth.max(self.m.frames.len());
        if self.m.frames.len() != depth + 1 {
            return Err(Abort::Callee);
        }
        // A frame that has caught an exception which still exists must stay.
        if self.m.caught.iter().any(|c| c.depth > depth) {
            return Err(Abort::Caught);
        }
        Ok(())
    }

    /// Leaves out the steps from `limit` on; how the recording then ended.
    fn limit(&mut self, finish: Finish, limit: usize) -> Finish {
        if limit >= self.steps.len() {
            return finish;
        }
        // A trace does not end within `super().name`.
        let limit = match limit.checked_sub(1) {
            Some(before) if self.steps[before].called_super() => before,
            _ => limit,
        };
        self.end = (self.steps[limit].depth, self.steps[limit].ip);
        self.end_landed = self.steps[limit].landed;
        self.steps = &self.steps[..limit];
        Finish::Stop(Abort::Internal)
    }

    /// The slots of the outermost frame as they are when a root trace is entered.
    fn arguments(&mut self, nlocals: usize, nulls: &[bool]) {
        for (i, &empty) in nulls.iter().enumerate() {
            let slot = if empty {
                Slot::NULL
            } else {
                let v = self.m.push_inst(Inst {
                    imm: i as u64,
                    ..Inst::new(TraceOp::Arg)
                });
                Slot::owned(v)
            };
            let f = self.m.top();
            if i < nlocals {
                f.locals.push(slot);
            } else {
                f.stack.push(slot);
            }
        }
    }

    /// The end of a trace that leads out.
    fn way_out(&mut self, finish: Finish) -> Result<End, Abort> {
        let returns = finish == Finish::Return
            && self.m.caught.is_empty()
            && self.m.frames.len() == 1
            && self.m.frames[0].stack.len() == 1;
        if returns {
            // What nobody is going to see any more is not put into the frame.
            let result = self.pop()?;
            let result = self.own(result);
            self.push(result);
            for n in 0..self.m.frames[0].locals.len() {
                let slot = &self.m.frames[0].locals[n];
                let plain = match slot.sym {
                    Sym::Obj(v) => {
                        slot.own != Own::Owned || self.m.class_of(v).is_some_and(Machine::is_plain)
                    }
                    Sym::Made(Maker::Cell, ref items) => items.iter().all(|item| match item.sym {
                        Sym::Obj(v) => {
                            item.own != Own::Owned
                                || self.m.class_of(v).is_some_and(Machine::is_plain)
                        }
                        Sym::Made(..) => false,
                        _ => true,
                    }),
                    Sym::Made(..) => false,
                    _ => true,
                };
                if plain {
                    let old = self.set_local(0, n, Slot::NULL);
                    self.release(old);
                }
            }
            return Ok(End::Return(self.m.snapshot()));
        }
        Ok(End::Exit(self.m.snapshot()))
    }

    /// A check at the end: the state there is before the instruction at `end`.
    fn settle(&mut self) {
        let (_, ip) = self.end;
        self.m.ip = ip;
        self.m.at = ip;
        self.m.next = ip;
        self.m.after = false;
        self.m.changed();
        if std::mem::take(&mut self.m.unchecked) {
            self.m.emit_snap(TraceOp::GuardValid, NONE, NONE, 0);
        }
    }

    fn translate(&mut self, i: usize, step: &'a Step) -> Done {
        use Op::*;
        if self.raised(i) {
            return self.raise(i, step);
        }
        if self.enters_surrogate(i, step) {
            return self.enter_surrogate(i, step);
        }
        match step.op {
            NOP | RESUME | CACHE | JUMP_FORWARD | JUMP_BACKWARD | JUMP_BACKWARD_NO_INTERRUPT => {}
            POP_TOP => {
                let old = self.pop()?;
                self.after = true;
                self.release(old);
            }
            PUSH_NULL => self.push(Slot::NULL),
            LOAD_FAST => {
                let depth = self.frames.len() - 1;
                let slot = &self.m.frames[depth].locals[step.oparg()];
                let copy = match (&slot.sym, slot.own) {
                    (Sym::Null | Sym::Kept, _) => return Err(Abort::Unbound),
                    (Sym::Made(maker, items), _) => {
                        let lend = |item: &Slot| Slot {
                            sym: item.sym.clone(),
                            own: match item.own {
                                Own::Owned => Own::Local(depth as u16, step.oparg() as u16),
                                own => own,
                            },
                        };
                        Slot::free(Sym::Made(*maker, items.iter().map(lend).collect()))
                    }
                    (sym, Own::Owned | Own::Kept) => Slot {
                        sym: sym.clone(),
                        own: Own::Local(depth as u16, step.oparg() as u16),
                    },
                    (sym, own) => Slot {
                        sym: sym.clone(),
                        own,
                    },
                };
                self.copied(&copy);
                self.push(copy);
            }
            STORE_FAST => {
                let mut value = self.pop()?;
                // SAFETY: the trace keeps its code.
                let hidden = unsafe { (*step.code).is_hidden() };
                match value.sym {
                    // Of low-level Python nobody sees which object it is.
                    Sym::Made(Maker::Method, _) if hidden => {}
                    Sym::Made(..) => value = self.materialise(value),
                    _ => {}
                }
                self.copied(&value);
                let depth = self.frames.len() - 1;
                // A value borrowed from the very local it goes to stays there.
                let there = &self.m.frames[depth].locals[step.oparg()].sym;
                if value.own == Own::Local(depth as u16, step.oparg() as u16) && value.sym == *there
                {
                    return Ok(());
                }
                let old = self.set_local(depth, step.oparg(), value);
                self.after = true;
                self.release(old);
            }
            DELETE_FAST => {
                let depth = self.frames.len() - 1;
                let old = self.set_local(depth, step.oparg(), Slot::NULL);
                if old.sym == Sym::Null {
                    return Err(Abort::Unbound);
                }
                self.after = true;
                self.release(old);
            }
            LOAD_CONST => {
                // SAFETY: the code is kept alive by the recording.
                let object = unsafe { (*step.code).const_at(step.oparg()) as *const PyObject };
                let k = self.constant(object);
                self.push_sym(Sym::Const(k));
            }
            SWAP => {
                self.end_loans();
                for k in [1, step.oparg()] {
                    let moved = self.peek(k).clone();
                    self.copied(&moved);
                }
                let n = self.top().stack.len();
                self.changed();
                self.top().stack.swap(n - 1, n - step.oparg());
            }
            COPY => {
                let index = self.at_top(step.oparg());
                if let Sym::Made(..) = self.top().stack[index].sym {
                    self.object_at(index)?;
                }
                let mut slot = self.top().stack[index].clone();
                if slot.own == Own::Owned {
                    slot = self.lend(index);
                }
                self.copied(&slot);
                self.push(slot);
            }
            UNARY_NOT | UNARY_NEGATIVE | UNARY_POSITIVE | UNARY_INVERT => self.unary(step)?,
            BINARY_OP => self.binary(i, step)?,
            COMPARE_OP => self.compare(step)?,
            IS_OP => self.identity(step)?,
            POP_JUMP_FORWARD_IF_FALSE
            | POP_JUMP_FORWARD_IF_TRUE
            | POP_JUMP_BACKWARD_IF_FALSE
            | POP_JUMP_BACKWARD_IF_TRUE
            | POP_JUMP_FORWARD_IF_NONE
            | POP_JUMP_FORWARD_IF_NOT_NONE
            | POP_JUMP_BACKWARD_IF_NONE
            | POP_JUMP_BACKWARD_IF_NOT_NONE
            | JUMP_IF_FALSE_OR_POP
            | JUMP_IF_TRUE_OR_POP => self.jump(i, step)?,
            PRECALL => self.precall(step)?,
            CALL | KW_NAMES => self.call(i, step)?,
            CALL_FUNCTION_EX => self.call_spread(i, step)?,
            RETURN_VALUE => self.return_value(i)?,
            RETURN_GENERATOR => self.return_generator()?,
            SEND => self.send(i, step)?,
            GET_YIELD_FROM_ITER => self.get_iter(step)?,
            LOAD_GLOBAL => self.load_global(step)?,
            LOAD_NAME => self.load_name(step)?,
            STORE_GLOBAL | STORE_NAME => self.store_global(step)?,
            LOAD_ATTR => self.load_attr(i, step)?,
            LOAD_METHOD => self.load_method(i, step)?,
            STORE_ATTR => self.store_attr(step)?,
            BINARY_SUBSCR => self.subscript(step)?,
            STORE_SUBSCR => self.store_subscript(step)?,
            BUILD_TUPLE => self.build_tuple(step)?,
            LIST_APPEND => self.list_append(step)?,
            UNPACK_SEQUENCE => self.unpack(step)?,
            UNPACK_EX => self.unpack_star(step)?,
            MATCH_SEQUENCE | MATCH_MAPPING => self.match_kind(step)?,
            GET_LEN => self.get_len(step)?,
            BEFORE_WITH => self.before_with(i, step)?,
            GET_ITER | S_NATIVE_ITER => self.get_iter(step)?,
            S_NEXT => self.next(i, step)?,
            S_NEXT_OR_RAISE => self.next_or_raise(i, step)?,
            S_SEND_OR_RAISE => self.send_or_raise(i, step)?,
            S_STOP => self.end_step(i, Vec::new())?,
            S_LOAD_FIELD => self.load_field(step)?,
            S_TUPLE_IS => self.tuple_is(step)?,
            S_ENUMERATED => self.perform(step, Some(&raw const tuple::PyTuple_Type))?,
            S_LIST_TAKE => self.perform(step, Some(&raw const list::PyList_Type))?,
            S_LIST_GIVE_BACK => self.perform(step, Some(&raw const boolean::PyBool_Type))?,
            S_SORT_STEP => self.sort_step(step)?,
            S_STORE_FIELD => self.store_field(step)?,
            S_SORT_BEGIN | S_SORT_END => self.perform(step, None)?,
            S_NATIVE_CALL => self.native_call(step)?,
            S_LIST_APPEND | S_TRUTH | S_TUPLE_GET | S_TYPE | S_IS_ITERATOR => self.atomic(step)?,
            S_PYTHON_OP | S_IS_SUBTYPE | S_CLASS_ATTR | S_HAS_CLASS_ATTR | S_GET_CLASS_ATTR
            | S_IS_TYPE | S_PYTHON_SLOT | S_IS_DATA | S_CONSTANT | S_SURROGATE | S_SAME_SLOT => {
                self.question(step)?
            }
            S_LENGTH => self.length(step)?,
            S_NATIVE_INIT => self.native_init()?,
            S_NATIVE_NEW => self.native_new(step)?,
            S_NATIVE_OP => self.native_op(step)?,
            S_SPECIAL => self.special(step)?,
            S_TAIL_CALL => self.tail_call(i, step)?,
            FOR_ITER => self.for_iter(i, step)?,
            YIELD_VALUE => self.yield_value()?,
            LOAD_DEREF | STORE_DEREF | LOAD_CLOSURE | MAKE_CELL | COPY_FREE_VARS => {
                self.cells(step)?
            }
            BUILD_LIST | BUILD_MAP | BUILD_SLICE | BUILD_STRING | BUILD_SET | FORMAT_VALUE
            | LIST_EXTEND | DELETE_SUBSCR | CONTAINS_OP | SET_ADD | MAP_ADD | LIST_TO_TUPLE
            | BUILD_CONST_KEY_MAP | DICT_MERGE | DICT_UPDATE => self.general(step)?,
            MAKE_FUNCTION => self.make_function(step)?,
            RAISE_VARARGS => self.raise_stop(i, step)?,
            PUSH_EXC_INFO => self.push_exc_info(step)?,
            CHECK_EXC_MATCH => self.exc_match(step)?,
            POP_EXCEPT => self.pop_except()?,
            other => return Err(Abort::Unsupported(other as u8)),
        }
        Ok(())
    }

    /// Makes each slot ready for a jump: owned, and tuples made; a borrowed number whose slot may hold it unboxed needs no owner.
    fn normalise(&mut self, unboxed: &dyn Fn(usize) -> bool) {
        for n in 0..self.m.frames.len() {
            let count = self.m.frames[n].locals.len();
            for i in 0..count + self.m.frames[n].stack.len() {
                let slot = slot_at(&mut self.m.frames[n], i).clone();
                let borrowed = matches!(slot.own, Own::Heap | Own::Local(..));
                if let (Sym::Obj(v), true, true) = (&slot.sym, borrowed, n == 0 && unboxed(i)) {
                    if let Some(number) = self.m.unboxed_of(*v) {
                        let sym = match self.m.insts[number as usize].op.ty() {
                            Ty::Int => Sym::Int(number),
                            Ty::Float => Sym::Float(number),
                            _ => Sym::Bool(number),
                        };
                        *slot_at(&mut self.m.frames[n], i) = Slot::free(sym);
                        continue;
                    }
                }
                if borrowed && matches!(slot.sym, Sym::Obj(_)) || matches!(slot.sym, Sym::Made(..))
                {
                    let made = self.m.materialise(slot);
                    *slot_at(&mut self.m.frames[n], i) = made;
                }
            }
        }
        self.m.changed();
    }

    fn finish(self, end: End, head: Vec<HeadSlot>, nulls: Vec<bool>) -> Result<Built, Abort> {
        let (max_depth, loop_snaps) = (self.max_depth, self.loop_snaps);
        let worth = self.steps.iter().map(crate::payoff::interpreted).sum();
        let Parts {
            insts,
            args,
            snaps,
            recipes,
            consts,
            deps,
        } = self.m.into_parts();
        let names = if crate::config::verbose() {
            // SAFETY: constants are alive.
            let named = consts
                .iter()
                .map(|k| crate::show::describe(unsafe { &*k.ptr() }));
            named.collect()
        } else {
            Vec::new()
        };
        let mut trace = Trace {
            insts,
            args,
            snaps,
            recipes,
            consts: names,
            end,
        };
        let check = cfg!(debug_assertions) || crate::config::verbose();
        let sound = verify::verify(&trace)
            .and_then(|()| passes::run(&mut trace, &crate::config::passes(), check));
        let loop_snaps = if sound.is_ok() {
            dce::sweep(&mut trace, loop_snaps)
        } else {
            loop_snaps
        };
        if let Err(why) = sound {
            if check {
                eprintln!("trace: {why}\n{trace}");
            }
            return Err(Abort::Internal);
        }
        let (mut frame_words, mut depth) = (0, max_depth);
        for snap in &trace.snaps {
            depth = depth.max(snap.frames.len());
            let words = snap.frames[1..]
                .iter()
                .filter(|f| f.generator == NONE)
                // SAFETY: the constant is a code object.
                .map(|f| unsafe {
                    hotpy_vm::frames::words_of(
                        (*consts[f.code as usize].ptr()).cast::<PyCodeObject>(),
                    )
                })
                .sum();
            frame_words = frame_words.max(words);
        }
        Ok(Built {
            trace,
            consts,
            deps,
            head,
            nulls,
            depth,
            frame_words,
            loop_snaps,
            worth,
        })
    }
}

/// Whether the head has a machine number in a slot.
fn takes_number(head: &[HeadSlot], i: usize) -> bool {
    matches!(
        head.get(i),
        Some(HeadSlot::Phi(_, Ty::Int | Ty::Float | Ty::Bool, _))
    )
}

fn slot_at(frame: &mut SymFrame, i: usize) -> &mut Slot {
    let count = frame.locals.len();
    if i < count {
        &mut frame.locals[i]
    } else {
        &mut frame.stack[i - count]
    }
}

/// Globals and builtins.
pub type Spaces = (*mut PyObject, *mut PyObject);

/// The symbolic frame for the outermost one, without slots.
fn outer_frame(m: &mut Machine, code: &PyCodeObject, spaces: Spaces) -> SymFrame {
    let code_const = m.constant(code.as_ptr());
    SymFrame {
        code,
        code_const,
        func: Slot::NULL,
        function: None,
        globals: spaces.0.cast_const().cast(),
        builtins: spaces.1,
        locals: Vec::new(),
        stack: Vec::new(),
        ip: 0,
        return_to: 0,
        shells: Vec::new(),
        generator: None,
        rows: Default::default(),
    }
}

/// Locals that something stores to in the outermost loop around `head`; and whether that is another loop than the one at `head`, so
/// that what is on the stack changes too.
fn stored_around(code: &PyCodeObject, head: u32) -> (Vec<bool>, bool) {
    let units = code.units();
    let mut stored = vec![false; code.co_nlocalsplus.get() as usize];
    let mut enclosed = false;
    // SAFETY: all within the code.
    unsafe {
        let first = code.first_instr();
        let walk = |f: &mut dyn FnMut(u32, Op, usize)| {
            let (mut at, mut arg) = (0usize, 0usize);
            while at < units {
                let unit = *first.add(at);
                let raw = Op::from_u8(unit as u8).unwrap_or(Op::NOP);
                arg = arg << 8 | (unit >> 8) as usize;
                match raw {
                    Op::STORE_FAST__STORE_FAST | Op::STORE_FAST__LOAD_FAST => {
                        f(at as u32, Op::STORE_FAST, arg)
                    }
                    _ => f(at as u32, raw.base(), arg),
                }
                if raw != Op::EXTENDED_ARG {
                    arg = 0;
                    at += raw.caches();
                }
                at += 1;
            }
        };
        let (mut low, mut high) = (head, head);
        walk(&mut |at, op, arg| {
            let back = matches!(
                op,
                Op::JUMP_BACKWARD
                    | Op::POP_JUMP_BACKWARD_IF_FALSE
                    | Op::POP_JUMP_BACKWARD_IF_TRUE
                    | Op::POP_JUMP_BACKWARD_IF_NONE
                    | Op::POP_JUMP_BACKWARD_IF_NOT_NONE
            );
            if back {
                let target = (at + 1).saturating_sub(arg as u32);
                if target <= head && at >= head {
                    enclosed |= target < head;
                    low = low.min(target);
                    high = high.max(at);
                }
            }
        });
        walk(&mut |at, op, arg| {
            if at >= low && at <= high && matches!(op, Op::STORE_FAST | Op::DELETE_FAST) {
                stored[arg] = true;
            }
        });
    }
    (stored, enclosed)
}

/// Demands on the loop's head that an earlier try did not meet: by slot.
pub type Demands = ahash::AHashMap<usize, Demand>;

/// How a slot must be treated at the loop's head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Demand {
    /// It changes.
    Varies,
    /// It changes, and is an object of any class.
    AnyObject,
}

/// Adds a demand; false if it was there already.
pub fn insist(demands: &mut Demands, slot: usize, demand: Demand) -> bool {
    match demands.get(&slot) {
        Some(Demand::AnyObject) => false,
        Some(Demand::Varies) if demand == Demand::Varies => {
            demands.insert(slot, Demand::AnyObject);
            true
        }
        _ => {
            demands.insert(slot, demand);
            true
        }
    }
}

/// Makes the trace of a loop. `frame` stands at the loop's head again.
///
/// # Safety
/// The frame is the one that was recorded, with `sp` the end of its stack.
pub unsafe fn root(
    rec: &Recording,
    frame: &Frame,
    nslots: usize,
    null_slots: &[bool],
    demands: &mut Demands,
) -> Result<Built, Abort> {
    if rec.finish != Finish::Loop {
        return Err(match rec.finish {
            Finish::Stop(why) => why,
            Finish::Return => Abort::LeavesLoop,
            _ => Abort::Internal,
        });
    }
    let head_ip = rec.end.1;
    let (stored, enclosed) = stored_around(frame.code(), head_ip);
    for _ in 0..12 {
        let mut b = Builder::new(rec);
        let spaces = (frame.f_globals.as_ptr(), frame.f_builtins.as_ptr());
        let outer = outer_frame(&mut b.m, frame.code(), spaces);
        let nlocals = stored.len();
        b.m.frames.push(outer);
        b.arguments(nlocals, null_slots);
        b.run_steps()?;
        b.settle();
        if !b.m.caught.is_empty() {
            return Err(Abort::Caught);
        }
        let any = |i: usize| crate::config::defer() && demands.get(&i) != Some(&Demand::AnyObject);
        b.normalise(&any);
        if b.m.frames.len() != 1 || b.m.top().stack.len() + nlocals != nslots {
            return Err(Abort::LeavesLoop);
        }
        // The head: which slots change, and as what.
        b.m.changed();
        let mut plan = Vec::new();
        for i in 0..nslots {
            let mut demand = demands.get(&i).copied();
            if !crate::config::defer() && i < nlocals && stored[i] {
                demand = Some(Demand::AnyObject);
            }
            if demand == Some(Demand::Varies) {
                let sym = slot_at(b.m.top(), i).sym.clone();
                if let Sym::Const(k) = sym {
                    if let Some(sym) = b.m.number_of(k) {
                        *slot_at(b.m.top(), i) = Slot::free(sym);
                    }
                }
            }
            let slot = slot_at(b.m.top(), i).clone();
            let varies = demand.is_some() || if i < nlocals { stored[i] } else { enclosed };
            let unboxed = match slot.sym {
                Sym::Obj(v) if demand != Some(Demand::AnyObject) => b.m.unboxed_of(v),
                _ => None,
            };
            let fresh = match &slot.sym {
                Sym::Obj(v) => b.m.insts[*v as usize].op != TraceOp::Arg,
                _ => false,
            };
            plan.push(match &slot.sym {
                Sym::Null => HeadSlot::Null,
                Sym::Const(k) if demand.is_none() => HeadSlot::Const(*k),
                Sym::Obj(v) if !varies && !fresh => HeadSlot::Same(*v),
                Sym::Int(v) if demand != Some(Demand::AnyObject) => {
                    HeadSlot::Phi(*v, Ty::Int, None)
                }
                Sym::Float(v) if demand != Some(Demand::AnyObject) => {
                    HeadSlot::Phi(*v, Ty::Float, None)
                }
                Sym::Bool(v) if demand != Some(Demand::AnyObject) => {
                    HeadSlot::Phi(*v, Ty::Bool, None)
                }
                Sym::Obj(_) if unboxed.is_some() => {
                    let n = unboxed.unwrap_or(NONE);
                    // The box goes.
                    *slot_at(b.m.top(), i) = Slot::free(match b.m.insts[n as usize].op.ty() {
                        Ty::Int => Sym::Int(n),
                        Ty::Float => Sym::Float(n),
                        _ => Sym::Bool(n),
                    });
                    b.m.release(slot.clone());
                    HeadSlot::Phi(n, b.m.insts[n as usize].op.ty(), None)
                }
                // An object of any class, or a number that is not always one, boxed.
                _ => {
                    let class = match (&slot.sym, demand) {
                        (Sym::Obj(v), None | Some(Demand::Varies)) => b.m.class_of(*v),
                        _ => None,
                    };
                    let v = b.m.owned_object(slot);
                    *slot_at(b.m.top(), i) = Slot::owned(v);
                    let class = class.map(|ty| b.m.constant(ty.cast()));
                    HeadSlot::Phi(v, Ty::Obj, class)
                }
            });
        }
        b.m.changed();
        b.loop_snaps = b.m.snaps.len();
        b.m.push_inst(Inst::new(TraceOp::LoopStart));
        let mut head = Vec::new();
        for (i, slot) in plan.iter().enumerate() {
            let HeadSlot::Phi(from, ty, class) = *slot else {
                head.push(slot.clone());
                continue;
            };
            let op = match ty {
                Ty::Int => TraceOp::PhiInt,
                Ty::Float => TraceOp::PhiFloat,
                Ty::Bool => TraceOp::PhiBool,
                _ => TraceOp::PhiObj,
            };
            let phi = b.m.push_inst(Inst {
                a: from,
                ..Inst::new(op)
            });
            if let Some(k) = class {
                let ty = b.m.const_ptr(k).cast();
                b.m.set_class(phi, ty);
            }
            *slot_at(b.m.top(), i) = match ty {
                Ty::Int => Slot::free(Sym::Int(phi)),
                Ty::Float => Slot::free(Sym::Float(phi)),
                Ty::Bool => Slot::free(Sym::Bool(phi)),
                _ => Slot::owned(phi),
            };
            head.push(HeadSlot::Phi(phi, ty, class));
        }
        b.run_steps()?;
        b.settle();
        if !b.m.caught.is_empty() {
            return Err(Abort::Caught);
        }
        b.normalise(&|i| takes_number(&head, i));
        if b.m.frames.len() != 1 || b.m.top().stack.len() + nlocals != nslots {
            return Err(Abort::LeavesLoop);
        }
        match b.close(&head, None, frame, false)? {
            Ok(moves) => {
                b.m.emit_snap(TraceOp::GuardBreaker, NONE, NONE, 0);
                let moves = moves
                    .into_iter()
                    .map(|(i, v)| match head[i] {
                        HeadSlot::Phi(phi, ..) => (phi, v),
                        _ => unreachable!("only what changes is moved"),
                    })
                    .collect();
                return b.finish(End::Loop(moves), head, null_slots.to_vec());
            }
            Err((i, demand)) => {
                if !insist(demands, i, demand) {
                    return Err(Abort::Unstable);
                }
            }
        }
    }
    Err(Abort::Unstable)
}

impl Builder<'_> {
    /// Brings the state into the form that a tree's start has, with the arguments in registers, `args` by slot: the moves; nothing if it
    /// has another form.
    fn start_again(&mut self, args: &[u16]) -> Option<Vec<(u32, Val)>> {
        let frame = self.m.top();
        let slots = frame.locals.iter().chain(&frame.stack);
        let fits = args.len() == frame.locals.len() + frame.stack.len()
            && args
                .iter()
                .zip(slots)
                .all(|(register, slot)| (*register == NO_REGISTER) == (slot.sym == Sym::Null));
        if !fits {
            return None;
        }
        self.m.changed();
        self.m.emit_snap(TraceOp::GuardRestart, NONE, NONE, 0);
        let mut moves = Vec::new();
        for (i, &register) in args.iter().enumerate() {
            if register != NO_REGISTER {
                let slot = slot_at(self.m.top(), i).clone();
                let v = self.m.owned_object(slot);
                moves.push((u32::from(register), v));
            }
        }
        Some(moves)
    }

    /// Brings the state into the form of a loop's head: the slots to be moved, with their values. `Err`: what the head would have to
    /// allow. `foreign`: constants and registers of the head's trace, where that is another one.
    #[allow(clippy::type_complexity)]
    fn close(
        &mut self,
        head: &[HeadSlot],
        foreign: Option<&Foreign<'_>>,
        frame: &Frame,
        only_look: bool,
    ) -> Result<Result<Vec<(usize, Val)>, (usize, Demand)>, Abort> {
        // First look whether it can be, then do it.
        for pass in 0..2 {
            let mut moves = Vec::new();
            for (i, want) in head.iter().enumerate() {
                let slot = slot_at(self.m.top(), i).clone();
                let fail = |demand| Ok(Err((i, demand)));
                match (want, &slot.sym) {
                    (HeadSlot::Null, Sym::Null) => {}
                    (HeadSlot::Null, _) | (_, Sym::Null) => return Err(Abort::Unstable),
                    (HeadSlot::Const(k), Sym::Const(have)) => {
                        let same = match foreign {
                            None => k == have,
                            Some(f) => f.consts[*k as usize].ptr() == self.m.const_ptr(*have),
                        };
                        if !same {
                            return fail(Demand::Varies);
                        }
                    }
                    (HeadSlot::Const(_), _) => return fail(Demand::Varies),
                    (HeadSlot::Same(v), Sym::Obj(have)) if slot.own == Own::Owned => {
                        let same = match foreign {
                            None => v == have,
                            Some(f) => {
                                let inst = self.m.insts[*have as usize];
                                inst.op == TraceOp::InObj && inst.imm == u64::from((f.register)(*v))
                            }
                        };
                        if !same {
                            return fail(Demand::Varies);
                        }
                    }
                    (HeadSlot::Same(_), _) => return fail(Demand::Varies),
                    (HeadSlot::Phi(_, Ty::Obj, class), sym) => {
                        let known = match sym {
                            Sym::Obj(v) => self.m.class_of(*v),
                            Sym::Int(_) => Some(&raw const int::PyLong_Type),
                            Sym::Float(_) => Some(&raw const float::PyFloat_Type),
                            Sym::Bool(_) => Some(&raw const boolean::PyBool_Type),
                            // SAFETY: a live object.
                            Sym::Const(k) => {
                                Some(unsafe { (*self.m.const_ptr(*k)).ty() as *const PyTypeObject })
                            }
                            _ => None,
                        };
                        if let Some(k) = class {
                            let wanted: *const PyTypeObject = match foreign {
                                None => self.m.const_ptr(*k).cast(),
                                Some(f) => f.consts[*k as usize].ptr().cast(),
                            };
                            match (known, sym) {
                                (Some(ty), _) if std::ptr::eq(ty, wanted) => {}
                                (None, Sym::Obj(v)) => {
                                    if pass == 1 {
                                        self.m.guard_class(*v, wanted)?;
                                    }
                                }
                                _ => return fail(Demand::AnyObject),
                            }
                        }
                        if pass == 1 {
                            let v = self.m.owned_object(slot);
                            self.m.changed();
                            *slot_at(self.m.top(), i) = Slot::owned(v);
                            moves.push((i, v));
                        }
                    }
                    (HeadSlot::Phi(_, ty, _), sym) => {
                        let have = match sym {
                            Sym::Int(v) => Some((*v, Ty::Int)),
                            Sym::Float(v) => Some((*v, Ty::Float)),
                            Sym::Bool(v) => Some((*v, Ty::Bool)),
                            Sym::Obj(v) => self
                                .m
                                .unboxed_of(*v)
                                .map(|n| (n, self.m.insts[n as usize].op.ty())),
                            Sym::Const(k) => match self.m.number_of(*k) {
                                Some(Sym::Int(v)) => Some((v, Ty::Int)),
                                Some(Sym::Float(v)) => Some((v, Ty::Float)),
                                Some(Sym::Bool(v)) => Some((v, Ty::Bool)),
                                _ => None,
                            },
                            _ => None,
                        };
                        let have = match (have, sym) {
                            // An object that may well be such a number: look.
                            (None, Sym::Obj(v)) => {
                                let wanted: *const PyTypeObject = match ty {
                                    Ty::Int => &raw const int::PyLong_Type,
                                    Ty::Float => &raw const float::PyFloat_Type,
                                    _ => &raw const boolean::PyBool_Type,
                                };
                                // SAFETY: the frame stands at the head; its slots own objects.
                                let now = unsafe { &**frame.local_ptr(i) };
                                let hopeful = std::ptr::eq(now.ty(), wanted)
                                    && (*ty != Ty::Int
                                        || int::of(now).is_some_and(|n| n.double().is_some()));
                                if !hopeful {
                                    return fail(Demand::AnyObject);
                                }
                                if pass == 0 {
                                    continue;
                                }
                                let op = match ty {
                                    Ty::Int => TraceOp::UnboxInt,
                                    Ty::Float => TraceOp::UnboxFloat,
                                    _ => TraceOp::UnboxBool,
                                };
                                let n = self.m.emit_snap(op, *v, NONE, 0);
                                self.m.set_class(*v, wanted);
                                self.m.set_unboxed(*v, n);
                                Some((n, *ty))
                            }
                            (have, _) => have,
                        };
                        match have {
                            Some((v, have)) if have == *ty => {
                                if pass == 1 {
                                    if let Sym::Obj(o) = sym {
                                        if slot.own == Own::Owned {
                                            self.m.emit(TraceOp::DecRefPlain, *o, NONE, 0);
                                        }
                                    }
                                    self.m.changed();
                                    *slot_at(self.m.top(), i) = Slot::free(match ty {
                                        Ty::Int => Sym::Int(v),
                                        Ty::Float => Sym::Float(v),
                                        _ => Sym::Bool(v),
                                    });
                                    moves.push((i, v));
                                }
                            }
                            _ => return fail(Demand::AnyObject),
                        }
                    }
                }
            }
            if pass == 1 || only_look {
                return Ok(Ok(moves));
            }
        }
        unreachable!("the second pass returns")
    }
}

/// The trace whose head a side trace goes to.
pub struct Foreign<'a> {
    pub consts: &'a [Obj],
    /// The register of a value of it.
    pub register: &'a dyn Fn(Val) -> u16,
    /// The registers of its tree's arguments, by slot; nothing if it cannot be started by a link.
    pub args: &'a [u16],
}

/// Where a side trace starts: an exit of another trace.
pub struct Origin<'a> {
    pub snaps: &'a Snaps,
    /// The exit's snapshot.
    pub snap: u32,
    pub consts: &'a [Obj],
    /// Whether the loop's preamble has been executed, on which its body relies.
    pub in_loop: bool,
    /// What has become of the exit's instruction.
    pub outcome: Outcome,
}

/// Makes a side trace, which starts at an exit and goes to the head of its tree, or out.
///
/// # Safety
/// The recording started at that exit; `code` and `spaces` are those of the tree's outermost frame, which is `frame` if it
/// stands at the head now. What the head would have to allow is added to `demands`.
pub unsafe fn side(
    rec: &Recording,
    frame: Option<&Frame>,
    demands: &mut Demands,
    code: &PyCodeObject,
    spaces: Spaces,
    origin: &Origin<'_>,
    head: &[HeadSlot],
    foreign: &Foreign<'_>,
) -> Result<Built, Abort> {
    let mut limit = usize::MAX;
    loop {
        // SAFETY: passed on.
        match unsafe {
            side_within(
                rec, frame, demands, code, spaces, origin, head, foreign, limit,
            )
        } {
            Err((why, step)) if step < MIN_SIDE || step >= limit => return Err(why),
            // What cannot be translated is left to the interpreter.
            Err((_, step)) => limit = step,
            Ok(built) => return Ok(built),
        }
    }
}

/// A side trace that only leaves again is worth it from so many instructions on.
const MIN_SIDE: usize = 6;

unsafe fn side_within(
    rec: &Recording,
    frame: Option<&Frame>,
    demands: &mut Demands,
    code: &PyCodeObject,
    spaces: Spaces,
    origin: &Origin<'_>,
    head: &[HeadSlot],
    foreign: &Foreign<'_>,
    limit: usize,
) -> Result<Built, (Abort, usize)> {
    let mut b = Builder::new(rec);
    let finish = b.limit(rec.finish, limit);
    if let Finish::Stop(why) = finish {
        if b.steps.len() < MIN_SIDE {
            return Err((why, 0));
        }
    }
    let early = |why| (why, 0);
    for (n, recipe) in origin.snaps.frames(origin.snap).into_iter().enumerate() {
        // SAFETY: constants of the parent are alive; frames' constants are code objects.
        unsafe {
            let mut f = if n == 0 {
                outer_frame(&mut b.m, code, spaces)
            } else {
                let func = b.restore(recipe.func, NO_CLASS, origin).map_err(early)?;
                let code = origin.consts[recipe.code as usize].ptr();
                let code_const = b.m.constant(code);
                let function = match func.sym {
                    Sym::Const(k) => Some(b.m.const_ptr(k).cast::<PyFunctionObject>().cast_const()),
                    _ => None,
                };
                let (globals, builtins) = rec.namespaces[n];
                SymFrame {
                    code: code.cast(),
                    code_const,
                    func,
                    function,
                    globals,
                    builtins,
                    locals: Vec::new(),
                    stack: Vec::new(),
                    ip: 0,
                    return_to: recipe.return_to,
                    shells: Vec::new(),
                    generator: None,
                    rows: Default::default(),
                }
            };
            if recipe.generator != NO_REGISTER {
                let register = u64::from(recipe.generator);
                f.generator = Some(b.m.emit_input(TraceOp::InObj, register));
            }
            f.ip = recipe.ip;
            let nlocals = (*f.code).co_nlocalsplus.get() as usize;
            for (i, (slot, class)) in origin.snaps.slots(recipe).enumerate() {
                let slot = b.restore(slot, class, origin).map_err(early)?;
                if i < nlocals {
                    f.locals.push(slot);
                } else {
                    f.stack.push(slot);
                }
            }
            b.m.frames.push(f);
        }
    }
    for caught in origin.snaps.caught(origin.snap) {
        b.restore_caught(caught, origin).map_err(early)?;
    }
    b.restore_borrowed();
    if origin.outcome != Outcome::Again {
        let recipe = origin.snaps.top(origin.snap);
        b.m.ip = recipe.ip;
        b.m.at = recipe.prev as u32;
        b.m.next = recipe.ip;
        let (depth, ip) = match b.steps.first() {
            Some(first) => (first.depth, first.ip),
            None => b.end,
        };
        let call = origin.snaps.call(origin.snap);
        b.begin(origin.outcome, call, depth, ip).map_err(early)?;
    }
    for i in 0..b.steps.len() {
        b.one_step(i).map_err(|why| (why, i))?;
    }
    b.settle();
    if let (Finish::Link, 1, true, Some(frame)) =
        (finish, b.m.frames.len(), b.m.caught.is_empty(), frame)
    {
        let slots = b.m.top().locals.len() + b.m.top().stack.len();
        if slots == head.len() {
            let only_look = !origin.in_loop;
            b.normalise(&|i| origin.in_loop && takes_number(head, i));
            match b.close(head, Some(foreign), frame, only_look) {
                Ok(Ok(_)) if only_look => {}
                Ok(Ok(moves)) => {
                    b.m.emit_snap(TraceOp::GuardBreaker, NONE, NONE, 0);
                    let moves = moves
                        .into_iter()
                        .map(|(i, v)| match head[i] {
                            HeadSlot::Phi(phi, ..) => (u32::from((foreign.register)(phi)), v),
                            _ => unreachable!("only what changes is moved"),
                        })
                        .collect();
                    return b
                        .finish(
                            End::Link {
                                target: lower::LOOP,
                                moves,
                            },
                            Vec::new(),
                            Vec::new(),
                        )
                        .map_err(early);
                }
                // The root trace must be made anew, with a head that allows this.
                Ok(Err((slot, demand))) => {
                    if insist(demands, slot, demand) {
                        return Err((Abort::Head, 0));
                    }
                }
                Err(_) => {}
            }
            if let Some(moves) = b.start_again(foreign.args) {
                let target = lower::START;
                return b
                    .finish(End::Link { target, moves }, Vec::new(), Vec::new())
                    .map_err(early);
            }
        }
    }
    let end = b.way_out(finish).map_err(early)?;
    b.finish(end, Vec::new(), Vec::new()).map_err(early)
}

/// A trace that does not come back to its start is worth it from so many instructions on.
const MIN_LINEAR: usize = 30;

/// Makes a root trace that starts at `place` (a function's first instruction, or one after a call) and leads out.
///
/// # Safety
/// The recording started in a frame of `code`, with `nulls` saying which of its slots were empty.
pub unsafe fn linear(
    rec: &Recording,
    code: &PyCodeObject,
    spaces: Spaces,
    nulls: &[bool],
) -> Result<Built, Abort> {
    let mut limit = usize::MAX;
    loop {
        let mut b = Builder::new(rec);
        let finish = b.limit(rec.finish, limit);
        if b.steps.len() < MIN_LINEAR {
            return Err(match finish {
                Finish::Stop(why) => why,
                _ => Abort::Short,
            });
        }
        let outer = outer_frame(&mut b.m, code, spaces);
        b.m.frames.push(outer);
        b.arguments(code.co_nlocalsplus.get() as usize, nulls);
        let failed = (0..b.steps.len()).find_map(|i| b.one_step(i).err().map(|why| (why, i)));
        match failed {
            Some((why, step)) if step < MIN_LINEAR || step >= limit => return Err(why),
            Some((_, step)) => {
                limit = step;
                continue;
            }
            None => b.settle(),
        }
        let end = b.way_out(finish)?;
        return b.finish(end, Vec::new(), nulls.to_vec());
    }
}

impl Builder<'_> {
    /// A slot as an exit's recipe has it.
    fn restore(&mut self, word: Word, class: u16, origin: &Origin<'_>) -> Result<Slot, Abort> {
        let input = |m: &mut Machine, op: TraceOp, r: u16| m.emit_input(op, u64::from(r));
        Ok(match word.source() {
            Source::Null => Slot::NULL,
            Source::Kept => Slot::free(Sym::Kept),
            source @ (Source::Owned(r) | Source::Borrowed(r)) => {
                let new = input(&mut self.m, TraceOp::InObj, r);
                if class != NO_CLASS {
                    let ty = origin.consts[class as usize].ptr();
                    self.m.constant(ty);
                    self.m.set_class(new, ty.cast());
                }
                Slot {
                    sym: Sym::Obj(new),
                    own: if matches!(source, Source::Owned(_)) {
                        Own::Owned
                    } else {
                        Own::Heap
                    },
                }
            }
            Source::Int(r) => Slot::free(Sym::Int(input(&mut self.m, TraceOp::InInt, r))),
            Source::Float(r) => Slot::free(Sym::Float(input(&mut self.m, TraceOp::InFloat, r))),
            Source::Bool(r) => Slot::free(Sym::Bool(input(&mut self.m, TraceOp::InBool, r))),
            Source::Const(k) => {
                let k = self.m.constant(origin.consts[k as usize].ptr());
                Slot::free(Sym::Const(k))
            }
            Source::Made(number) => {
                let (maker, items) = origin.snaps.made(number);
                let items = items
                    .iter()
                    .map(|i| self.restore(*i, NO_CLASS, origin))
                    .collect::<Result<_, _>>()?;
                Slot::free(Sym::Made(maker, items))
            }
        })
    }

    /// An exception that was caught before the exit, as its recipe has it.
    fn restore_caught(&mut self, caught: &PackedCaught, origin: &Origin<'_>) -> Result<(), Abort> {
        let mut gone = Vec::new();
        for recipe in &caught.gone {
            let func = self.restore(recipe.func, NO_CLASS, origin)?;
            let code = origin.consts[recipe.code as usize].ptr();
            let code_const = self.constant(code);
            let mut locals = Vec::new();
            for (slot, class) in origin.snaps.slots(recipe) {
                locals.push(self.restore(slot, class, origin)?);
            }
            let frame = SymFrame {
                code: code.cast(),
                code_const,
                func,
                function: None,
                globals: std::ptr::null(),
                builtins: std::ptr::null(),
                locals,
                stack: Vec::new(),
                ip: 0,
                return_to: recipe.return_to,
                shells: Vec::new(),
                generator: None,
                rows: Default::default(),
            };
            gone.push((frame, recipe.ip));
        }
        let register = u64::from(caught.exception);
        let exception = self.m.emit_input(TraceOp::InObj, register);
        self.m.caught.push(SymCaught {
            exception,
            depth: caught.frame as usize,
            at: caught.prev as u32,
            gone,
            open: caught.open,
        });
        Ok(())
    }

    /// Borrowed values of an exit: whom they are borrowed from is found by their register, else from the heap.
    fn restore_borrowed(&mut self) {
        let mut owners: Vec<(Val, Own)> = Vec::new();
        for (depth, f) in self.m.frames.iter().enumerate() {
            for (i, slot) in f.locals.iter().enumerate() {
                let own = Own::Local(depth as u16, i as u16);
                let parts = match &slot.sym {
                    Sym::Made(_, items) => &items[..],
                    _ => &[],
                };
                for slot in std::iter::once(slot).chain(parts) {
                    if let (Sym::Obj(v), Own::Owned) = (&slot.sym, slot.own) {
                        owners.push((*v, own));
                    }
                }
            }
        }
        let locals = owners.len();
        for (depth, f) in self.m.frames.iter().enumerate() {
            for (i, slot) in f.stack.iter().enumerate() {
                if let (Sym::Obj(v), Own::Owned) = (&slot.sym, slot.own) {
                    owners.push((*v, Own::Local(depth as u16, (f.locals.len() + i) as u16)));
                }
            }
        }
        if owners.len() > locals {
            self.m.set_lends();
        }
        for f in &mut self.m.frames {
            let slots = std::iter::once(&mut f.func)
                .chain(&mut f.locals)
                .chain(&mut f.stack);
            for slot in slots {
                if let (Sym::Obj(v), Own::Heap) = (&slot.sym, slot.own) {
                    if let Some((_, own)) = owners.iter().find(|(o, _)| o == v) {
                        slot.own = *own;
                    }
                }
            }
        }
    }
}
