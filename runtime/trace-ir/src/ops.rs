//! The table of trace operations: name in text, type of the result, effect. Everything else about an operation is its body in the
//! register interpreter.

/// The representation of a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ty {
    /// No value.
    Unit,
    /// A pointer to an object.
    Obj,
    /// An `int` as a machine integer.
    Int,
    /// A `float` as a machine number.
    Float,
    /// A `bool` as 0 or 1.
    Bool,
}

impl Ty {
    pub fn name(self) -> &'static str {
        match self {
            Ty::Unit => "unit",
            Ty::Obj => "obj",
            Ty::Int => "int",
            Ty::Float => "float",
            Ty::Bool => "bool",
        }
    }
}

/// What an operation does beside giving a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Nothing: equal operands give equal values.
    Pure,
    /// Nothing, but the value depends on the heap, or is a new object.
    Reads,
    /// Leaves the trace if something is not as expected; changes nothing. Without its value it is not needed, unless it `may_raise`.
    Checked,
    /// Leaves the trace if something is not as expected; changes nothing.
    Guard,
    /// Changes the heap or the counts, and runs no Python.
    Writes,
    /// May run Python, and raise.
    Calls,
    /// Structure of the trace.
    Control,
}

macro_rules! trace_ops {
    ($($op:ident $text:literal $ty:ident $effect:ident $operands:literal;)*) => {
        /// A trace operation.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum TraceOp { $($op,)* }

        impl TraceOp {
            pub const ALL: &'static [TraceOp] = &[$(TraceOp::$op,)*];
            /// The name in text.
            pub fn name(self) -> &'static str { match self { $(TraceOp::$op => $text,)* } }
            /// The type of the value.
            pub fn ty(self) -> Ty { match self { $(TraceOp::$op => Ty::$ty,)* } }
            pub fn effect(self) -> Effect { match self { $(TraceOp::$op => Effect::$effect,)* } }
            /// How many operands there are; `call` has any number, kept apart.
            pub fn operands(self) -> usize { match self { $(TraceOp::$op => $operands,)* } }
            pub fn from_name(name: &str) -> Option<TraceOp> { match name { $($text => Some(TraceOp::$op),)* _ => None } }
        }
    };
}

trace_ops! {
    // ---- what is there at the start
    Arg "arg" Obj Control 0;
    InObj "in.obj" Obj Control 0;
    InInt "in.int" Int Control 0;
    InFloat "in.float" Float Control 0;
    InBool "in.bool" Bool Control 0;
    Const "const" Obj Pure 0;
    ConstInt "const.int" Int Pure 0;
    ConstFloat "const.float" Float Pure 0;
    ConstBool "const.bool" Bool Pure 0;
    LoopStart "loop" Unit Control 0;
    PhiObj "phi.obj" Obj Control 1;
    PhiInt "phi.int" Int Control 1;
    PhiFloat "phi.float" Float Control 1;
    PhiBool "phi.bool" Bool Control 1;

    // ---- guards
    GuardType "guard.type" Unit Guard 1;
    GuardIs "guard.is" Unit Guard 1;
    GuardIsNot "guard.is_not" Unit Guard 1;
    GuardSame "guard.same" Unit Guard 2;
    GuardTrue "guard.true" Unit Guard 1;
    GuardFalse "guard.false" Unit Guard 1;
    GuardCode "guard.code" Unit Guard 1;
    GuardValid "guard.valid" Unit Guard 0;
    GuardBreaker "guard.breaker" Unit Guard 0;
    GuardRestart "guard.restart" Unit Guard 0;
    GuardInline "guard.inline" Unit Guard 1;
    GuardNoAttr "guard.no_attr" Unit Guard 1;
    GuardTupleLen "guard.tuple_len" Unit Guard 1;
    GuardListLen "guard.list_len" Unit Guard 1;
    GuardKeys "guard.keys" Unit Guard 0;
    GuardShared "guard.shared" Unit Guard 1;
    // A builtin function of this definition.
    GuardBuiltin "guard.builtin" Unit Guard 1;
    // What is at this offset of the instance (its dict, a field) does not exist yet.
    GuardNoDict "guard.no_dict" Unit Guard 1;

    // ---- unboxing and boxing
    UnboxInt "int.unbox" Int Guard 1;
    UnboxFloat "float.unbox" Float Guard 1;
    UnboxBool "bool.unbox" Bool Guard 1;
    BoxInt "int.box" Obj Reads 1;
    BoxFloat "float.box" Obj Reads 1;
    BoxBool "bool.box" Obj Pure 1;
    IntToFloat "int.to_float" Float Pure 1;
    IntToFloatExact "int.to_float_exact" Float Checked 1;
    BoolToInt "bool.to_int" Int Pure 1;
    IntTruth "int.truth" Bool Pure 1;
    FloatTruth "float.truth" Bool Pure 1;
    // Of a container whose length is told without Python.
    Truth "truth" Bool Reads 1;

    // ---- ints
    IntAdd "int.add" Int Checked 2;
    IntSub "int.sub" Int Checked 2;
    IntMul "int.mul" Int Checked 2;
    IntFloorDiv "int.floordiv" Int Checked 2;
    IntMod "int.mod" Int Checked 2;
    IntAnd "int.and" Int Pure 2;
    IntOr "int.or" Int Pure 2;
    IntXor "int.xor" Int Pure 2;
    IntShl "int.shl" Int Checked 2;
    IntShr "int.shr" Int Checked 2;
    IntNeg "int.neg" Int Checked 1;
    IntInvert "int.invert" Int Pure 1;
    IntLt "int.lt" Bool Pure 2;
    IntLe "int.le" Bool Pure 2;
    IntEq "int.eq" Bool Pure 2;
    IntNe "int.ne" Bool Pure 2;
    IntGt "int.gt" Bool Pure 2;
    IntGe "int.ge" Bool Pure 2;

    // ---- floats
    FloatAdd "float.add" Float Pure 2;
    FloatSub "float.sub" Float Pure 2;
    FloatMul "float.mul" Float Pure 2;
    FloatDiv "float.div" Float Checked 2;
    FloatFloorDiv "float.floordiv" Float Checked 2;
    FloatMod "float.mod" Float Checked 2;
    FloatPow "float.pow" Float Checked 2;
    FloatNeg "float.neg" Float Pure 1;
    FloatLt "float.lt" Bool Pure 2;
    FloatLe "float.le" Bool Pure 2;
    FloatEq "float.eq" Bool Pure 2;
    FloatNe "float.ne" Bool Pure 2;
    FloatGt "float.gt" Bool Pure 2;
    FloatGe "float.ge" Bool Pure 2;

    // ---- truth and identity
    Not "not" Bool Pure 1;
    Is "is" Bool Pure 2;

    // ---- reading the heap
    AttrLoad "attr.load" Obj Guard 1;
    AttrDict "attr.dict" Obj Guard 1;
    SlotLoad "slot.load" Obj Guard 1;
    TypeAttr "func.closure" Obj Guard 1;
    ListItem "list.item" Obj Guard 2;
    TupleItem "tuple.item" Obj Guard 2;
    TupleAt "tuple.at" Obj Reads 1;
    ListAt "list.at" Obj Reads 1;
    ListIndex "list.index" Int Guard 2;
    LenList "list.len" Int Reads 1;
    LenTuple "tuple.len" Int Reads 1;
    LenStr "str.len" Int Reads 1;
    LenDict "dict.len" Int Reads 1;
    StrItem "str.item" Obj Guard 2;
    StrOrd "str.ord" Int Guard 1;
    StrChr "str.chr" Obj Guard 1;
    BytesItem "bytes.item" Int Guard 2;
    StrEq "str.eq" Bool Pure 2;
    StrOrder "str.order" Bool Pure 2;
    StrIn "str.in" Bool Pure 2;
    // By strings and ints, where no Python is asked.
    DictItem "dict.item" Obj Guard 2;
    DictGet "dict.get" Obj Guard 3;
    DictHas "dict.has" Bool Guard 2;
    SetHas "set.has" Bool Guard 2;
    GlobalLoad "global.load" Obj Guard 0;
    CellLoad "cell.load" Obj Guard 1;
    MethodSelf "method.self" Obj Reads 1;
    MethodFunc "method.func" Obj Reads 1;

    // ---- iteration
    RangeNext "range.next" Int Guard 1;
    RangeEnd "range.end" Unit Guard 1;
    ListNext "listiter.next" Obj Guard 1;
    ListIterEnd "listiter.end" Unit Guard 1;
    TupleNext "tupleiter.next" Obj Guard 1;
    TupleIterEnd "tupleiter.end" Unit Guard 1;
    // The index of an iterator over a class's `__getitem__`.
    SeqIndex "seqiter.index" Int Guard 1;
    SeqPut "seqiter.put" Unit Writes 2;
    SeqEnd "seqiter.end" Unit Calls 1;

    // ---- counts
    IncRef "incref" Unit Writes 1;
    DecRefPlain "decref.plain" Unit Writes 1;
    DecRef "decref" Unit Calls 1;

    // ---- writing the heap
    AttrStore "attr.store" Unit Calls 2;
    // What was there runs nothing when it goes.
    AttrPut "attr.put" Unit Writes 2;
    SlotStore "slot.store" Unit Calls 2;
    ListStore "list.store" Unit Calls 3;
    ListPush "list.push" Unit Writes 2;
    SetPut "set.put" Unit Writes 2;
    SetPutInt "set.put_int" Unit Writes 2;
    GlobalStore "global.store" Unit Calls 1;
    CellStore "cell.store" Unit Calls 2;

    // ---- objects made
    NewInstance "instance.new" Obj Calls 0;
    NewTuple "tuple.new" Obj Writes 0;
    NewSlice "slice.new" Obj Writes 3;
    NewMethod "method.new" Obj Writes 2;
    NewCell "cell.new" Obj Writes 1;
    NewEmptyCell "cell.empty" Obj Writes 0;
    NewFunction "function.new" Obj Writes 0;
    SliceGet "slice.get" Obj Reads 3;
    LongScale "long.scale" Obj Reads 2;
    SliceSet "slice.set" Unit Calls 3;

    StrAppend "str.append" Obj Calls 2;
    IterNext "iter.next" Obj Guard 1;
    IterEnd "iter.end" Unit Guard 1;
    // The next pair of an iterator over a dict's items, or of a `zip` of two, or of an `enumerate`: its first part; then, at once, its second.
    PairNext "pair.next" Obj Guard 1;
    NumberNext "number.next" Int Guard 1;
    PairSecond "pair.second" Obj Writes 0;

    // ---- generators, whose frames are their own
    GuardGen "guard.gen" Unit Guard 1;
    GuardGenSlots "guard.gen_slots" Unit Guard 1;
    GenResume "gen.resume" Unit Writes 1;
    GenPeek "gen.peek" Obj Reads 1;
    GenTake "gen.take" Obj Writes 1;
    GenPut "gen.put" Unit Writes 2;
    GenSuspend "gen.suspend" Unit Writes 1;
    GenEnd "gen.end" Unit Calls 1;

    // ---- exceptions, which are real but for their tracebacks
    CallRaises "call.raises" Obj Calls 0;
    ExcFetch "exc.fetch" Obj Calls 0;
    ExcPush "exc.push" Obj Writes 1;
    ExcPop "exc.pop" Obj Writes 1;
    GuardLast "guard.last" Unit Calls 1;

    // ---- everything else
    Call "call" Obj Calls 0;

    // ---- stack traffic, where registers are not assigned (`-X no-register`)
    CopyObj "copy.obj" Obj Writes 1;
    CopyInt "copy.int" Int Writes 1;
    CopyFloat "copy.float" Float Writes 1;
    CopyBool "copy.bool" Bool Writes 1;
    // ---- what a pass has removed
    Nop "nop" Unit Pure 0;

    // ---- made by lowering only
    Move "move" Obj Control 1;
    Jump "jump" Unit Control 0;
    Restart "restart" Unit Control 0;
    Leave "leave" Unit Control 0;
    Return "return" Unit Control 0;
    IntLtT "int.lt.true" Unit Guard 2;
    IntLeT "int.le.true" Unit Guard 2;
    IntEqT "int.eq.true" Unit Guard 2;
    IntNeT "int.ne.true" Unit Guard 2;
    FloatLtT "float.lt.true" Unit Guard 2;
    FloatLeT "float.le.true" Unit Guard 2;
    FloatEqT "float.eq.true" Unit Guard 2;
    FloatNeT "float.ne.true" Unit Guard 2;
    FloatLtF "float.lt.false" Unit Guard 2;
    FloatLeF "float.le.false" Unit Guard 2;
    BreakerJump "breaker.jump" Unit Control 0;
    // With a constant in themselves.
    IncRefConst "incref.const" Unit Writes 0;
    DictItemConst "dict.item.const" Obj Guard 1;
    DictHasConst "dict.has.const" Bool Guard 1;
    StrEqConst "str.eq.const" Bool Pure 1;
    // Two in one, the second one being behind: an item and the int that it is; a test and its guard; a generator and its start.
    TupleItemInt "tuple.item.int" Obj Guard 2;
    TupleNextInt "tupleiter.next.int" Obj Guard 1;
    ListItemInt "list.item.int" Obj Guard 2;
    ListNextInt "listiter.next.int" Obj Guard 1;
    AttrLoadInt "attr.load.int" Obj Guard 1;
    AttrDictItem "attr.dict.item" Obj Guard 1;
    StrEqTest "str.eq.test" Bool Guard 2;
    StrEqConstTest "str.eq.const.test" Bool Guard 1;
    GenPeekEnter "gen.peek.enter" Obj Guard 1;
    // `guard.gen`, `guard.gen_slots` and `gen.resume`.
    GenEnter "gen.enter" Unit Guard 1;
}

impl TraceOp {
    /// Where its check fails, the bytecode may raise an exception: it is needed even if its value is not.
    pub fn may_raise(self) -> bool {
        use TraceOp::*;
        matches!(
            self,
            IntFloorDiv | IntMod | IntShl | IntShr | FloatDiv | FloatFloorDiv | FloatMod | FloatPow
        )
    }
}
