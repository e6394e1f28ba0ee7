//! Traces as data: static single assignment, one instruction after another, with a recipe for the interpreter's state wherever
//! the trace may be left. Knows no objects: they are numbers of a table of constants.

#![forbid(unsafe_code)]

pub mod dce;
pub mod embed;
pub mod listing;
pub mod ops;
pub mod passes;
pub mod rows;
pub mod text;
pub mod verify;

pub use ops::{Effect, TraceOp, Ty};
pub use rows::{Recipes, Row};

/// Number of an instruction, and of the value it gives.
pub type Val = u32;
/// Number of a constant.
pub type Const = u32;
/// Number of a snapshot.
pub type SnapId = u32;

/// No operand, no snapshot.
pub const NONE: u32 = u32::MAX;

/// One instruction.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Inst {
    pub op: TraceOp,
    pub a: Val,
    pub b: Val,
    pub c: Val,
    /// A constant's number, an index, a machine number: as the operation wants.
    pub imm: u64,
    /// The state that an exit here leads to; for operations that run Python, the state that others then see.
    pub snap: SnapId,
}

impl Inst {
    pub fn new(op: TraceOp) -> Inst {
        Inst {
            op,
            a: NONE,
            b: NONE,
            c: NONE,
            imm: 0,
            snap: NONE,
        }
    }

    /// The fixed operands.
    pub fn operands(&self) -> impl Iterator<Item = Val> + use<> {
        [self.a, self.b, self.c].into_iter().filter(|&v| v != NONE)
    }
}

/// How a slot of a frame is filled when the trace is left. Small, because a trace that is being made has very many.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Recipe {
    Null,
    /// It is in its place: a local of a generator's frame that nobody has taken out.
    Kept,
    /// The register's reference moves into the slot.
    Owned(Val),
    /// The slot gets a reference of its own.
    Borrowed(Val),
    Int(Val),
    Float(Val),
    Bool(Val),
    Const(Const),
    /// A new object: its number among the trace's.
    Made(u32),
}

/// An object to be made, and of what.
#[derive(Clone, PartialEq, Debug)]
pub struct Making {
    pub maker: Maker,
    pub items: Vec<Recipe>,
}

/// Objects that traces put off making.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Maker {
    /// Of its items.
    Tuple,
    /// Of start, stop, step.
    Slice,
    /// Of function, object.
    Method,
    /// Of what it holds, which may be nothing.
    Cell,
    /// Of code, globals, builtins, and the cells of its closure.
    Function,
}

impl Maker {
    /// What stands before the parenthesis in text.
    pub fn name(self) -> &'static str {
        match self {
            Maker::Tuple => "",
            Maker::Slice => "slice",
            Maker::Method => "method",
            Maker::Cell => "cell",
            Maker::Function => "function",
        }
    }
}

impl Recipe {
    /// Calls `f` with each value used, to be replaced; not those that an object is made of.
    pub fn each_mut(&mut self, f: &mut dyn FnMut(&mut Val)) {
        match self {
            Recipe::Null | Recipe::Kept | Recipe::Const(_) => {}
            Recipe::Owned(v)
            | Recipe::Borrowed(v)
            | Recipe::Int(v)
            | Recipe::Float(v)
            | Recipe::Bool(v) => f(v),
            Recipe::Made(_) => {}
        }
    }
}

/// A frame to be rebuilt.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FrameRecipe {
    pub code: Const,
    /// The function; for the outermost frame, which is there already, and for generators' frames, nothing.
    pub func: Recipe,
    /// The generator whose frame it is.
    pub generator: Val,
    /// Where it goes on, in code units.
    pub ip: u32,
    /// Where it stands (`prev_instr`): at the instruction, or before the next one.
    pub prev: i32,
    /// What its return does to its caller, as the VM numbers it.
    pub return_to: u8,
    /// It has called in its own place (`$tail_call`): nothing of it is left but that it returns.
    pub shell: bool,
    pub locals: Row,
    pub stack: Row,
}

/// An exception that the trace has caught, whose traceback is still to be made.
#[derive(Clone, PartialEq, Debug)]
pub struct Caught {
    pub exception: Val,
    /// Index of the frame that handles it, and where that stood.
    pub frame: u32,
    pub prev: i32,
    /// It is being handled: its handler has not ended.
    pub open: bool,
    /// The frames that it left, outermost first, as they are to be seen in the traceback.
    pub gone: Vec<FrameRecipe>,
}

/// The whole state, outermost frame first.
#[derive(Clone, PartialEq, Debug)]
pub struct Snapshot {
    pub frames: Vec<FrameRecipe>,
    pub caught: Vec<Caught>,
    /// Operands on the innermost stack that a call which is cut short still has to drop, if the state was made real during it.
    pub pops: u8,
    /// Whether that call then pushes its result.
    pub pushes: bool,
}

impl Snapshot {
    /// Calls `f` with each value used; `recipes` are the trace's.
    pub fn each(&self, recipes: &Recipes, f: &mut dyn FnMut(Val)) {
        let gone = self.caught.iter().flat_map(|c| &c.gone);
        self.caught.iter().for_each(|c| f(c.exception));
        for frame in self.frames.iter().chain(gone) {
            recipes.each_value(&frame.func, f);
            if frame.generator != NONE {
                f(frame.generator);
            }
            for row in [frame.locals, frame.stack] {
                let slots = recipes.slots(row).iter();
                slots.for_each(|slot| recipes.each_value(slot, f));
            }
        }
    }
}

/// How a trace ends.
#[derive(Clone, PartialEq, Debug)]
pub enum End {
    /// Back to the loop's start: each phi with its next value.
    Loop(Vec<(Val, Val)>),
    /// On in another trace's loop: registers there with their values.
    Link { target: u32, moves: Vec<(u32, Val)> },
    /// Out.
    Exit(SnapId),
    /// Out, by the return of the outermost frame, which stands there with nothing but the result on its stack.
    Return(SnapId),
}

/// A trace.
#[derive(Clone, PartialEq, Debug)]
pub struct Trace {
    pub insts: Vec<Inst>,
    /// Operands of `call`s and the like: by instruction.
    pub args: Vec<(Val, Vec<Val>)>,
    pub snaps: Vec<Snapshot>,
    /// What the snapshots share.
    pub recipes: Recipes,
    /// What the constants are, for people.
    pub consts: Vec<String>,
    pub end: End,
}

impl Trace {
    /// The operands of a `call`.
    pub fn args_of(&self, at: Val) -> &[Val] {
        match self.args.binary_search_by_key(&at, |(v, _)| *v) {
            Ok(i) => &self.args[i].1,
            Err(_) => &[],
        }
    }

    /// Calls `f` with each recipe of all snapshots: functions, and slots.
    pub fn each_recipe(&mut self, f: &mut dyn FnMut(&mut Recipe)) {
        for snap in &mut self.snaps {
            let gone = snap.caught.iter_mut().flat_map(|c| &mut c.gone);
            let frames = snap.frames.iter_mut().chain(gone);
            frames.for_each(|frame| f(&mut frame.func));
        }
        self.recipes.each_slot(f);
    }

    /// Where the loop starts.
    pub fn loop_start(&self) -> Option<usize> {
        self.insts.iter().position(|i| i.op == TraceOp::LoopStart)
    }
}
