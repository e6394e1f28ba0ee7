//! The runtime's constants that low-level Python may name: a closed list, so that monkey-patching cannot change a surrogate.
//!
//! A constant's number (the immediate of `$constant`) is its place in the list; the runtime has one entry for each
//! [`Constant`], by an exhaustive match. [`crate::table_hash`] covers the names.

/// What the dialect's checker knows about a constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A class.
    Class,
    /// A class of exceptions: calling it with plain arguments runs no Python code.
    Exception,
    /// A builtin function.
    Function,
    /// A builtin function that always answers True or False.
    Predicate,
    /// Any other object.
    Object,
}

macro_rules! constants {
    ($($variant:ident $name:literal $kind:ident,)*) => {
        /// Every constant there is.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u16)]
        pub enum Constant { $(#[doc = $name] $variant,)* }

        /// The names in the order of their numbers.
        pub const NAMES: &[&str] = &[$($name,)*];
        const KINDS: &[Kind] = &[$(Kind::$kind,)*];
        const ALL: &[Constant] = &[$(Constant::$variant,)*];
    };
}

constants! {
    NotImplemented "NotImplemented" Object,
    Ellipsis "Ellipsis" Object,
    // Types without a builtin name.
    FunctionType "FunctionType" Class,
    MethodType "MethodType" Class,
    BuiltinType "BuiltinType" Class,
    MethodDescriptorType "MethodDescriptorType" Class,
    ClassMethodDescriptorType "ClassMethodDescriptorType" Class,
    WrapperDescriptorType "WrapperDescriptorType" Class,
    MethodWrapperType "MethodWrapperType" Class,
    MemberDescriptorType "MemberDescriptorType" Class,
    GetSetDescriptorType "GetSetDescriptorType" Class,
    PropertyType "PropertyType" Class,
    ModuleType "ModuleType" Class,
    CodeType "CodeType" Class,
    CellType "CellType" Class,
    GeneratorType "GeneratorType" Class,
    CoroutineType "CoroutineType" Class,
    AsyncGeneratorType "AsyncGeneratorType" Class,
    MappingProxyType "MappingProxyType" Class,
    GenericAliasType "GenericAliasType" Class,
    UnionType "UnionType" Class,
    NoneType "NoneType" Class,
    NotImplementedType "NotImplementedType" Class,
    SequenceIteratorType "SequenceIteratorType" Class,
    CallableIteratorType "CallableIteratorType" Class,
    // Builtin types.
    Object "object" Class,
    Type "type" Class,
    Super "super" Class,
    ClassMethod "classmethod" Class,
    StaticMethod "staticmethod" Class,
    Bool "bool" Class,
    Int "int" Class,
    Float "float" Class,
    Complex "complex" Class,
    Str "str" Class,
    Bytes "bytes" Class,
    ByteArray "bytearray" Class,
    MemoryView "memoryview" Class,
    List "list" Class,
    Tuple "tuple" Class,
    Dict "dict" Class,
    Set "set" Class,
    FrozenSet "frozenset" Class,
    Range "range" Class,
    Slice "slice" Class,
    Map "map" Class,
    Filter "filter" Class,
    Zip "zip" Class,
    Enumerate "enumerate" Class,
    Reversed "reversed" Class,
    // Exceptions.
    BaseException "BaseException" Exception,
    Exception "Exception" Exception,
    TypeError "TypeError" Exception,
    ValueError "ValueError" Exception,
    AttributeError "AttributeError" Exception,
    NameError "NameError" Exception,
    UnboundLocalError "UnboundLocalError" Exception,
    LookupError "LookupError" Exception,
    IndexError "IndexError" Exception,
    KeyError "KeyError" Exception,
    ArithmeticError "ArithmeticError" Exception,
    OverflowError "OverflowError" Exception,
    ZeroDivisionError "ZeroDivisionError" Exception,
    RuntimeError "RuntimeError" Exception,
    RecursionError "RecursionError" Exception,
    NotImplementedError "NotImplementedError" Exception,
    StopIteration "StopIteration" Exception,
    StopAsyncIteration "StopAsyncIteration" Exception,
    GeneratorExit "GeneratorExit" Exception,
    ImportError "ImportError" Exception,
    ModuleNotFoundError "ModuleNotFoundError" Exception,
    SystemError "SystemError" Exception,
    AssertionError "AssertionError" Exception,
    // Builtin functions.
    IsInstance "isinstance" Predicate,
    IsSubclass "issubclass" Predicate,
    Callable "callable" Predicate,
    HasAttr "hasattr" Predicate,
    GetAttr "getattr" Function,
    Iter "iter" Function,
    Next "next" Function,
    Len "len" Function,
    Repr "repr" Function,
    Hash "hash" Function,
    Format "format" Function,
}

impl Constant {
    /// All of them, in the order of their numbers.
    pub const fn all() -> &'static [Constant] {
        ALL
    }

    /// The constant of this name in the source.
    pub fn from_name(name: &str) -> Option<Constant> {
        let number = NAMES.iter().position(|n| *n == name)?;
        Some(ALL[number])
    }

    /// The constant with this number.
    pub fn from_number(number: u32) -> Option<Constant> {
        ALL.get(number as usize).copied()
    }

    pub const fn number(self) -> u32 {
        self as u32
    }

    pub const fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    pub const fn kind(self) -> Kind {
        KINDS[self as usize]
    }
}
