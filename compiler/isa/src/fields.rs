//! Native fields that low-level Python may read (`obj.$field`) and, some of them, write: a closed list.
//!
//! A field's number (the immediate of `$load_field`, `$store_field`) is its place in the list. A field belongs to objects of
//! certain builtin types; which, the surrogate must know (by a test of the type, or because only such objects get there).

use crate::Ty;

macro_rules! fields {
    ($($variant:ident $name:literal $ty:ident $writable:literal $doc:literal,)*) => {
        /// Every field there is.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u16)]
        pub enum Field { $(#[doc = $doc] $variant,)* }

        /// The names in the order of their numbers.
        pub const NAMES: &[&str] = &[$($name,)*];
        const TYPES: &[Ty] = &[$(Ty::$ty,)*];
        const WRITABLE: &[bool] = &[$($writable,)*];
        const DOCS: &[&str] = &[$($doc,)*];
        const ALL: &[Field] = &[$(Field::$variant,)*];
    };
}

fields! {
    Fget "fget" Any false "property: the getter, or None",
    Fset "fset" Any false "property: the setter, or None",
    Fdel "fdel" Any false "property: the deleter, or None",
    PropName "prop_name" Any false "property: the name it was given in its class, or None",
    SelfObject "__self__" Any false "bound method or builtin: what it is bound to",
    Func "__func__" Any false "bound method: the function",
    Wrapped "__wrapped__" Any false "classmethod, staticmethod: what it wraps",
    Name "__name__" Str false "type: its name, as messages show it",
    QualName "__qualname__" Str false "type or function: its qualified name",
    Mro "__mro__" Tuple false "type: its method resolution order",
    Bases "__bases__" Tuple false "type: its direct bases",
    Base "__base__" Any false "type: the base whose layout it extends, or None",
    Code "__code__" Code false "function: its code",
    Globals "__globals__" Dict false "function: its globals",
    Defaults "__defaults__" Any false "function: defaults of its last positional parameters, or None",
    KwDefaults "__kwdefaults__" Any false "function: defaults of its keyword-only parameters, or None",
    Closure "__closure__" Any false "function: its cells, or None",
    ThisClass "__thisclass__" Any false "super: the class to look after",
    SelfClass "__self_class__" Any false "super: the class of the object, or None",
    Start "start" Any false "slice: its start",
    Stop "stop" Any false "slice: its stop",
    Step "step" Any false "slice: its step",
    ModuleDict "__dict__" Dict false "module: its namespace",
    Value "value" Any false "StopIteration: its value",
    Cause "__cause__" Any true "exception: `raise ... from` this, or None",
    Context "__context__" Any true "exception: the one being handled when it was raised, or None",
    Traceback "__traceback__" Any true "exception: its traceback, or None",
    MapFunc "map_func" Any false "map: the function",
    MapIterators "map_iterators" Tuple false "map: the iterators",
    FilterFunc "filter_func" Any false "filter: the function, or None",
    FilterIterator "filter_iterator" Any false "filter: the iterator",
    ZipIterators "zip_iterators" Tuple false "zip: the iterators",
    ZipStrict "zip_strict" Bool false "zip: whether they must end together",
    EnumIterator "enum_iterator" Any false "enumerate: the iterator",
    Sequence "sequence" Any true "iterator over a class's `__getitem__`: what it asks, or None at its end",
    SequenceIndex "sequence_index" Int true "iterator over a class's `__getitem__`: the index of the next item",
    ChainSource "chain_source" Any true "itertools.chain: the iterator over what it goes over, or None",
    ChainActive "chain_active" Any true "itertools.chain: the iterator that it is at, or None",
    PairFirst "pair_first" Any false "itertools' iterators of two parts: the first one, a function or (of compress) the iterator",
    PairSecond "pair_second" Any false "itertools' iterators of two parts: the second one, the iterator or (of compress) the selectors",
    PairStarted "pair_started" Any true "itertools.dropwhile, takewhile: True once the function has answered what it waits for, before None",
    AccumulateSource "accumulate_source" Any false "itertools.accumulate: the iterator",
    AccumulateFunction "accumulate_function" Any false "itertools.accumulate: the function, or None",
    AccumulateInitial "accumulate_initial" Any true "itertools.accumulate: what comes first, or None",
    AccumulateTotal "accumulate_total" Any true "itertools.accumulate: the last result",
    AccumulateBegun "accumulate_begun" Bool false "itertools.accumulate: whether there is one",
    SliceSource "slice_source" Any true "itertools.islice: the iterator, or None",
    SliceWants "slice_wants" Any false "itertools.islice: whether the next item is one of its own, or None at its end",
    SlicePassed "slice_passed" Bool true "itertools.islice: set when an item has been taken, to whether it is one of its own",
    PairwiseSource "pairwise_source" Any true "itertools.pairwise: the iterator, or None",
    PairwiseOld "pairwise_old" Any true "itertools.pairwise: the item before",
    PairwiseBegun "pairwise_begun" Bool true "itertools.pairwise: whether there is one; False takes it away",
    GroupBySource "groupby_source" Any false "itertools.groupby: the iterator",
    GroupByFunction "groupby_function" Any false "itertools.groupby: the function, or None",
    GroupByTarget "groupby_target" Any true "itertools.groupby: the key of the group that was handed out last",
    GroupByHasTarget "groupby_has_target" Bool false "itertools.groupby: whether there was one",
    GroupByKey "groupby_key" Any true "itertools.groupby: the key of the last item",
    GroupByHasKey "groupby_has_key" Bool false "itertools.groupby: whether there was one",
    GroupByValue "groupby_value" Any true "itertools.groupby: the last item",
    GroupByHasValue "groupby_has_value" Bool true "itertools.groupby: whether it is still to be handed out; False takes it away",
    GroupByGroup "groupby_group" Any true "itertools.groupby: a new group, of the last key; when set the group before is over",
    GroupParent "group_parent" Any false "a group of itertools.groupby: what it is of, or None",
    GroupKey "group_key" Any false "a group of itertools.groupby: its key",
    GroupIsCurrent "group_is_current" Bool false "a group of itertools.groupby: whether it is the newest",
}

impl Field {
    /// All of them, in the order of their numbers.
    pub const fn all() -> &'static [Field] {
        ALL
    }

    /// The field of this name in the source.
    pub fn from_name(name: &str) -> Option<Field> {
        let number = NAMES.iter().position(|n| *n == name)?;
        Some(ALL[number])
    }

    /// The field with this number.
    pub fn from_number(number: u32) -> Option<Field> {
        ALL.get(number as usize).copied()
    }

    pub const fn number(self) -> u32 {
        self as u32
    }

    pub const fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// The type of what is read.
    pub const fn ty(self) -> Ty {
        TYPES[self as usize]
    }

    /// Whether `obj.$field = value` is allowed.
    pub const fn is_writable(self) -> bool {
        WRITABLE[self as usize]
    }

    /// Whose field it is, and what it holds.
    pub const fn doc(self) -> &'static str {
        DOCS[self as usize]
    }
}
