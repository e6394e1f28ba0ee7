//! THE op table. Every opcode, pseudo-instruction, atomic op and quickened form is one row here; enum, decoder,
//! stack depth, disassembler, dialect checker and manual (`OPS.md`) are derived from it.
//!
//! [`for_each_op!`](crate::for_each_op) hands all rows, as tokens, to the macro it is given. Four sections:
//!
//! * `base`: CPython 3.11's opcodes with 3.11's numbers.
//!   `NAME = number: operand, inline CACHE units, flow, |arg, jump| (popped, pushed), effects, atomicity, "doc";`
//!   `popped` counts everything the op looks at, so that a verifier can refuse underflow; `pushed - popped` is what
//!   `dis.stack_effect` says. `Atomic` ops are whole in themselves; `Compound` ones may enter a surrogate written in
//!   low-level Python, which declares beside it what it replaces (`lpy uses`).
//! * `pseudo`: the compiler's own instructions, numbered from 256, removed by assembly; same columns without atomicity.
//! * `atomic`: HotPy's `$op`s, in numbers that 3.11's compiled code never holds.
//!   `VARIANT = number: "name", (operand: type, ...) -> result, immediate, effects, "doc", "example", "raises";`
//!   Operands are pushed left to right; the immediate is the instruction's own argument. A `Found` result pushes the
//!   value (`None` where there is none), then, on top, `True` or `False`. The example compiles (a test of the dialect's compiler
//!   says so); the last column is there if the op itself may raise.
//! * `quick`: forms with an inline cache into which the interpreter rewrites a base op in place.
//!   `NAME = number: base op, "doc";` Everything else is as for the base op; on a miss the op is put back.
//!
//! Numbers for `atomic`: 3-8, 13, 14, 16-24, 26-29, 34, 38-48, 55-59, 62-67, 72, 73, 76-81, 113, 121, 127, 141,
//! 143, 150, 153, 154, 158, 159, 161, 167-170; for `quick`: 177-254. 255 is 3.11's DO_TRACING and stays free. Two
//! rows with one number do not compile, and neither does a row outside its section's numbers.
//!
//! Effects are what the op itself may do: `PURE`, or any of `RAISES`, `CALLS` (may run Python code), `READS`, `WRITES`
//! (heap other than the frame's own locals and stack), `WATCHED` (writes what guards watch), `ALLOCATES`, `CONTROL`
//! (transfers control other than by a jump). That dropping a value may run its finaliser is true of every op and not told.

/// Calls `$callback! { base { rows } pseudo { rows } atomic { rows } quick { rows } }`.
#[macro_export]
macro_rules! for_each_op {
    ($callback:path) => { $callback! {
base {
    CACHE = 0: None, 0, Next, |_, _| (0, 0), PURE, Atomic, "Room for the inline cache of the op before it; never executed.";
    POP_TOP = 1: None, 0, Next, |_, _| (1, 0), PURE, Atomic, "Drops the top of the stack.";
    PUSH_NULL = 2: None, 0, Next, |_, _| (0, 1), PURE, Atomic, "Pushes the empty slot that tells CALL there is no bound `self`.";
    NOP = 9: None, 0, Next, |_, _| (0, 0), PURE, Atomic, "Does nothing; keeps a source line traceable.";
    UNARY_POSITIVE = 10: None, 0, Next, |_, _| (1, 1), ANY, Compound, "`+x`.";
    UNARY_NEGATIVE = 11: None, 0, Next, |_, _| (1, 1), ANY, Compound, "`-x`.";
    UNARY_NOT = 12: None, 0, Next, |_, _| (1, 1), ANY, Compound, "`not x`, always True or False.";
    UNARY_INVERT = 15: None, 0, Next, |_, _| (1, 1), ANY, Compound, "`~x`.";
    BINARY_SUBSCR = 25: None, 4, Next, |_, _| (2, 1), ANY, Compound, "`x[key]`, from x and key.";
    GET_LEN = 30: None, 0, Next, |_, _| (1, 2), ANY, Compound, "Pushes `len(top)`, keeping the object (pattern matching).";
    MATCH_MAPPING = 31: None, 0, Next, |_, _| (1, 2), READS, Atomic, "Pushes whether top's type is flagged as a mapping, keeping the object.";
    MATCH_SEQUENCE = 32: None, 0, Next, |_, _| (1, 2), READS, Atomic, "Pushes whether top's type is flagged as a sequence, keeping the object.";
    MATCH_KEYS = 33: None, 0, Next, |_, _| (2, 3), ANY, Compound, "From subject and a tuple of keys: pushes the tuple of their values, or None if one is missing.";
    PUSH_EXC_INFO = 35: None, 0, Next, |_, _| (1, 2), READS | WRITES, Atomic, "Makes top the exception being handled; the one handled before goes below it.";
    CHECK_EXC_MATCH = 36: None, 0, Next, |_, _| (2, 2), ANY, Compound, "From exception and the except clause's expression: replaces the latter by whether it matches.";
    CHECK_EG_MATCH = 37: None, 0, Next, |_, _| (2, 2), ANY, Compound, "For `except*`: from group and types to the rest of the group and the matching part.";
    WITH_EXCEPT_START = 49: None, 0, Next, |_, _| (4, 5), ANY, Compound, "Calls the `__exit__` fourth from the top with the exception on top; pushes its answer.";
    GET_AITER = 50: None, 0, Next, |_, _| (1, 1), ANY, Compound, "`x.__aiter__()`, checked to have `__anext__`.";
    GET_ANEXT = 51: None, 0, Next, |_, _| (1, 2), ANY, Compound, "Pushes the awaitable of `x.__anext__()`, keeping x.";
    BEFORE_ASYNC_WITH = 52: None, 0, Next, |_, _| (1, 2), ANY, Compound, "Replaces a manager by its bound `__aexit__` and the result of `__aenter__()`.";
    BEFORE_WITH = 53: None, 0, Next, |_, _| (1, 2), ANY, Compound, "Replaces a manager by its bound `__exit__` and the result of `__enter__()`.";
    END_ASYNC_FOR = 54: None, 0, Next, |_, _| (2, 0), RAISES | READS, Atomic, "Ends an `async for` if the exception on top is StopAsyncIteration, else raises it again.";
    STORE_SUBSCR = 60: None, 1, Next, |_, _| (3, 0), ANY, Compound, "`x[key] = value`, from value, x and key.";
    DELETE_SUBSCR = 61: None, 0, Next, |_, _| (2, 0), ANY, Compound, "`del x[key]`, from x and key.";
    GET_ITER = 68: None, 0, Next, |_, _| (1, 1), ANY, Compound, "`iter(x)`.";
    GET_YIELD_FROM_ITER = 69: None, 0, Next, |_, _| (1, 1), ANY, Compound, "`iter(x)` unless x is a generator, or a coroutine that may be used as one.";
    PRINT_EXPR = 70: None, 0, Next, |_, _| (1, 0), ANY, Compound, "Hands a value typed at the prompt to `sys.displayhook`.";
    LOAD_BUILD_CLASS = 71: None, 0, Next, |_, _| (0, 1), ANY, Compound, "Pushes `builtins.__build_class__`.";
    LOAD_ASSERTION_ERROR = 74: None, 0, Next, |_, _| (0, 1), PURE, Atomic, "Pushes the class AssertionError, whatever that name means now.";
    RETURN_GENERATOR = 75: None, 0, Next, |_, _| (0, 0), RAISES | ALLOCATES | CONTROL, Atomic, "Moves the frame into a new generator or coroutine, which it returns to the caller.";
    LIST_TO_TUPLE = 82: None, 0, Next, |_, _| (1, 1), RAISES | READS | ALLOCATES, Atomic, "Replaces an exact list by a tuple of its items.";
    RETURN_VALUE = 83: None, 0, End, |_, _| (1, 0), CONTROL, Atomic, "Returns top to the caller.";
    IMPORT_STAR = 84: None, 0, Next, |_, _| (1, 0), ANY, Compound, "Copies a module's public names into the local namespace.";
    SETUP_ANNOTATIONS = 85: None, 0, Next, |_, _| (0, 0), ANY, Compound, "Makes sure that the local namespace has `__annotations__`.";
    YIELD_VALUE = 86: None, 0, Next, |_, _| (1, 1), CONTROL, Atomic, "Yields top from the generator; what is sent in takes its place.";
    ASYNC_GEN_WRAP = 87: None, 0, Next, |_, _| (1, 1), RAISES | ALLOCATES, Atomic, "Marks top as a value yielded by an asynchronous generator, as against one awaited.";
    PREP_RERAISE_STAR = 88: None, 0, Next, |_, _| (2, 1), ANY, Compound, "From the original group and the list of what `except*` clauses raised or left: what to raise, or None.";
    POP_EXCEPT = 89: None, 0, Next, |_, _| (1, 0), WRITES, Atomic, "Makes top (None for none) the exception being handled again.";
    STORE_NAME = 90: Name, 0, Next, |_, _| (1, 0), ANY, Compound, "Binds a name in the local namespace, whatever mapping that is.";
    DELETE_NAME = 91: Name, 0, Next, |_, _| (0, 0), ANY, Compound, "Unbinds a name in the local namespace.";
    UNPACK_SEQUENCE = 92: Count, 1, Next, |n, _| (1, n), ANY, Compound, "Replaces an iterable by its exactly arg items, the first on top.";
    FOR_ITER = 93: JumpForward, 0, Branch, |_, jump| if jump { (1, 0) } else { (1, 2) }, ANY, Compound, "Pushes the next item; at the end drops the iterator and jumps.";
    UNPACK_EX = 94: Count, 0, Next, |n, _| (1, (n & 0xff) + (n >> 8) + 1), ANY, Compound, "Unpacks with a starred target: low byte counts targets before it, the next those after it.";
    STORE_ATTR = 95: Name, 4, Next, |_, _| (2, 0), ANY, Compound, "`x.name = value`, from value and x.";
    DELETE_ATTR = 96: Name, 0, Next, |_, _| (1, 0), ANY, Compound, "`del x.name`.";
    STORE_GLOBAL = 97: Name, 0, Next, |_, _| (1, 0), RAISES | WRITES | WATCHED, Atomic, "Binds a global name.";
    DELETE_GLOBAL = 98: Name, 0, Next, |_, _| (0, 0), RAISES | WRITES | WATCHED, Atomic, "Unbinds a global name.";
    SWAP = 99: Count, 0, Next, |n, _| (n, n), PURE, Atomic, "Exchanges top with the item arg deep (1 is top itself).";
    LOAD_CONST = 100: Const, 0, Next, |_, _| (0, 1), PURE, Atomic, "Pushes a constant.";
    LOAD_NAME = 101: Name, 0, Next, |_, _| (0, 1), ANY, Compound, "Pushes what a name is bound to in the local, global or builtin namespace.";
    BUILD_TUPLE = 102: Count, 0, Next, |n, _| (n, 1), RAISES | ALLOCATES, Atomic, "Makes a tuple of arg items.";
    BUILD_LIST = 103: Count, 0, Next, |n, _| (n, 1), RAISES | ALLOCATES, Atomic, "Makes a list of arg items.";
    BUILD_SET = 104: Count, 0, Next, |n, _| (n, 1), ANY, Compound, "Makes a set of arg items, added in order.";
    BUILD_MAP = 105: Count, 0, Next, |n, _| (2 * n, 1), ANY, Compound, "Makes a dict of arg pairs of key and value.";
    LOAD_ATTR = 106: Name, 4, Next, |_, _| (1, 1), ANY, Compound, "`x.name`.";
    COMPARE_OP = 107: Compare, 2, Next, |_, _| (2, 1), ANY, Compound, "`a < b`, `<=`, `==`, `!=`, `>` or `>=`: arg 0 to 5.";
    IMPORT_NAME = 108: Name, 0, Next, |_, _| (2, 1), ANY, Compound, "Calls `__import__` for a module, from level and tuple of names.";
    IMPORT_FROM = 109: Name, 0, Next, |_, _| (1, 2), ANY, Compound, "Pushes a module's attribute, or the submodule of that name, keeping the module.";
    JUMP_FORWARD = 110: JumpForward, 0, Goto, |_, _| (0, 0), PURE, Atomic, "Jumps arg units forward.";
    JUMP_IF_FALSE_OR_POP = 111: JumpForward, 0, Branch, |_, jump| if jump { (1, 1) } else { (1, 0) }, ANY, Compound, "Jumps if top is false, keeping it; else drops it.";
    JUMP_IF_TRUE_OR_POP = 112: JumpForward, 0, Branch, |_, jump| if jump { (1, 1) } else { (1, 0) }, ANY, Compound, "Jumps if top is true, keeping it; else drops it.";
    POP_JUMP_FORWARD_IF_FALSE = 114: JumpForward, 0, Branch, |_, _| (1, 0), ANY, Compound, "Drops top and jumps forward if it was false.";
    POP_JUMP_FORWARD_IF_TRUE = 115: JumpForward, 0, Branch, |_, _| (1, 0), ANY, Compound, "Drops top and jumps forward if it was true.";
    LOAD_GLOBAL = 116: GlobalName, 5, Next, |n, _| (0, 1 + (n & 1)), ANY, Compound, "Pushes what the name at arg >> 1 is bound to in the global or builtin namespace; first an empty slot if arg is odd.";
    IS_OP = 117: Invert, 0, Next, |_, _| (2, 1), PURE, Atomic, "`a is b`, or `a is not b` if arg is 1.";
    CONTAINS_OP = 118: Invert, 0, Next, |_, _| (2, 1), ANY, Compound, "`a in b`, or `a not in b` if arg is 1.";
    RERAISE = 119: Flags, 0, End, |n, _| if n == 0 { (1, 0) } else { (n + 1, n) }, RAISES | CONTROL, Atomic, "Raises top again; if arg is not 0, the instruction to blame is arg deep below it.";
    COPY = 120: Count, 0, Next, |n, _| (n, n + 1), PURE, Atomic, "Pushes the item arg deep (1 is top) once more.";
    BINARY_OP = 122: BinaryKind, 1, Next, |_, _| (2, 1), ANY, Compound, "A binary operator, or its augmented form, chosen by arg.";
    SEND = 123: JumpForward, 0, Branch, |_, jump| if jump { (2, 1) } else { (2, 2) }, ANY, Compound, "Sends top into the generator below it and pushes what it yields; when it returns, drops it, pushes the result and jumps.";
    LOAD_FAST = 124: Local, 0, Next, |_, _| (0, 1), RAISES, Atomic, "Pushes a local; UnboundLocalError if it has no value.";
    STORE_FAST = 125: Local, 0, Next, |_, _| (1, 0), PURE, Atomic, "Binds a local.";
    DELETE_FAST = 126: Local, 0, Next, |_, _| (0, 0), RAISES, Atomic, "Unbinds a local.";
    POP_JUMP_FORWARD_IF_NOT_NONE = 128: JumpForward, 0, Branch, |_, _| (1, 0), PURE, Atomic, "Drops top and jumps forward if it was not None.";
    POP_JUMP_FORWARD_IF_NONE = 129: JumpForward, 0, Branch, |_, _| (1, 0), PURE, Atomic, "Drops top and jumps forward if it was None.";
    RAISE_VARARGS = 130: Count, 0, End, |n, _| (n, 0), ANY | CONTROL, Compound, "`raise` with arg operands: none, an exception, an exception and its cause.";
    GET_AWAITABLE = 131: Flags, 0, Next, |_, _| (1, 1), ANY, Compound, "Replaces an awaitable by its iterator; arg tells whether `async with` enters (1) or leaves (2), for the message.";
    MAKE_FUNCTION = 132: Flags, 0, Next, |n, _| (1 + (n & 1) + (n >> 1 & 1) + (n >> 2 & 1) + (n >> 3 & 1), 1), RAISES | ALLOCATES, Atomic, "Makes a function of a code object; bits of arg: defaults, keyword defaults, annotations, closure lie below it.";
    BUILD_SLICE = 133: Count, 0, Next, |n, _| (if n == 3 { 3 } else { 2 }, 1), RAISES | ALLOCATES, Atomic, "Makes a slice of two or three operands.";
    JUMP_BACKWARD_NO_INTERRUPT = 134: JumpBackward, 0, Goto, |_, _| (0, 0), PURE, Atomic, "Jumps arg units back without looking for signals (inside `yield from`).";
    MAKE_CELL = 135: Deref, 0, Next, |_, _| (0, 0), RAISES | ALLOCATES, Atomic, "Puts a local, with the value it has, into a new cell.";
    LOAD_CLOSURE = 136: Deref, 0, Next, |_, _| (0, 1), RAISES, Atomic, "Pushes a cell itself.";
    LOAD_DEREF = 137: Deref, 0, Next, |_, _| (0, 1), RAISES | READS, Atomic, "Pushes a cell's content.";
    STORE_DEREF = 138: Deref, 0, Next, |_, _| (1, 0), WRITES, Atomic, "Sets a cell's content.";
    DELETE_DEREF = 139: Deref, 0, Next, |_, _| (0, 0), RAISES | WRITES, Atomic, "Empties a cell.";
    JUMP_BACKWARD = 140: JumpBackward, 0, Goto, |_, _| (0, 0), ANY, Atomic, "Jumps arg units back; signals and other threads get their turn.";
    CALL_FUNCTION_EX = 142: Flags, 0, Next, |n, _| (3 + (n & 1), 1), ANY | CONTROL, Compound, "`f(*args, **kwargs)`: from an empty slot, f, args and, if arg is odd, kwargs.";
    EXTENDED_ARG = 144: Raw, 0, Next, |_, _| (0, 0), PURE, Atomic, "Eight higher bits for the next instruction's arg.";
    LIST_APPEND = 145: Count, 0, Next, |n, _| (n + 1, n), RAISES | READS | WRITES, Atomic, "Appends top to the list arg deep below it (list displays).";
    SET_ADD = 146: Count, 0, Next, |n, _| (n + 1, n), ANY, Compound, "Adds top to the set arg deep below it.";
    MAP_ADD = 147: Count, 0, Next, |n, _| (n + 2, n), ANY, Compound, "Puts key and value into the dict arg deep below them.";
    LOAD_CLASSDEREF = 148: Deref, 0, Next, |_, _| (0, 1), ANY, Compound, "Pushes what a class body's namespace has under a free variable's name, else the cell's content.";
    COPY_FREE_VARS = 149: Count, 0, Next, |_, _| (0, 0), READS, Atomic, "Copies the function's arg closure cells into the frame.";
    RESUME = 151: Flags, 0, Next, |_, _| (0, 0), ANY, Atomic, "Where a frame starts (0) or goes on after yield (1), yield from (2), await (3): tracing, signals.";
    MATCH_CLASS = 152: Count, 0, Next, |_, _| (3, 1), ANY, Compound, "From subject, class and keyword names, with arg positional patterns: a tuple of attributes, or None.";
    FORMAT_VALUE = 155: Flags, 0, Next, |n, _| (if n & 4 == 4 { 2 } else { 1 }, 1), ANY, Compound, "`format()` for an f-string; low bits: str, repr or ascii first; bit 4: a format specification is on top.";
    BUILD_CONST_KEY_MAP = 156: Count, 0, Next, |n, _| (n + 1, 1), ANY, Compound, "Makes a dict of arg values and, on top, the tuple of their keys.";
    BUILD_STRING = 157: Count, 0, Next, |n, _| (n, 1), RAISES | READS | ALLOCATES, Atomic, "Concatenates arg strings.";
    LOAD_METHOD = 160: Name, 10, Next, |_, _| (1, 2), ANY, Compound, "Like LOAD_ATTR for a call: pushes function and self, or an empty slot and the attribute.";
    LIST_EXTEND = 162: Count, 0, Next, |n, _| (n + 1, n), ANY, Compound, "Extends the list arg deep below top by the iterable on top.";
    SET_UPDATE = 163: Count, 0, Next, |n, _| (n + 1, n), ANY, Compound, "Updates the set arg deep below top from the iterable on top.";
    DICT_MERGE = 164: Count, 0, Next, |n, _| (n + 3, n + 2), ANY, Compound, "Updates the dict arg deep below top for `**kwargs`: a key given twice is an error; the callable lies two below the dict.";
    DICT_UPDATE = 165: Count, 0, Next, |n, _| (n + 1, n), ANY, Compound, "Updates the dict arg deep below top from the mapping on top.";
    PRECALL = 166: Count, 1, Next, |n, _| (n + 2, 2), ANY, Compound, "Prepares a call with arg arguments: unwraps a bound method. (Counted as if it took the arguments, like 3.11 does.)";
    CALL = 171: Count, 4, Next, |_, _| (2, 1), ANY | CONTROL, Compound, "Calls with arg arguments and the keyword names given just before. (The arguments are counted by PRECALL.)";
    KW_NAMES = 172: Const, 0, Next, |_, _| (0, 0), PURE, Atomic, "Tells the coming CALL its tuple of keyword names.";
    POP_JUMP_BACKWARD_IF_NOT_NONE = 173: JumpBackward, 0, Branch, |_, _| (1, 0), ANY, Atomic, "Drops top and jumps back if it was not None.";
    POP_JUMP_BACKWARD_IF_NONE = 174: JumpBackward, 0, Branch, |_, _| (1, 0), ANY, Atomic, "Drops top and jumps back if it was None.";
    POP_JUMP_BACKWARD_IF_FALSE = 175: JumpBackward, 0, Branch, |_, _| (1, 0), ANY, Compound, "Drops top and jumps back if it was false.";
    POP_JUMP_BACKWARD_IF_TRUE = 176: JumpBackward, 0, Branch, |_, _| (1, 0), ANY, Compound, "Drops top and jumps back if it was true.";
}
pseudo {
    SETUP_FINALLY = 256: Target, 0, Branch, |_, jump| if jump { (0, 1) } else { (0, 0) }, PURE, "From here to POP_BLOCK, exceptions go to the target.";
    SETUP_CLEANUP = 257: Target, 0, Branch, |_, jump| if jump { (0, 2) } else { (0, 0) }, PURE, "Like SETUP_FINALLY, for a handler's own clean-up: the raising instruction's offset is pushed too.";
    SETUP_WITH = 258: Target, 0, Branch, |_, jump| if jump { (0, 1) } else { (0, 0) }, PURE, "Like SETUP_CLEANUP for the body of `with`, where `__enter__`'s result is on top and is dropped.";
    POP_BLOCK = 259: None, 0, Next, |_, _| (0, 0), PURE, "Ends the innermost SETUP_*.";
    JUMP = 260: Target, 0, Goto, |_, _| (0, 0), PURE, "Jumps, in whichever direction.";
    JUMP_NO_INTERRUPT = 261: Target, 0, Goto, |_, _| (0, 0), PURE, "JUMP without looking for signals.";
    POP_JUMP_IF_FALSE = 262: Target, 0, Branch, |_, _| (1, 0), ANY, "Drops top and jumps if it was false.";
    POP_JUMP_IF_TRUE = 263: Target, 0, Branch, |_, _| (1, 0), ANY, "Drops top and jumps if it was true.";
    POP_JUMP_IF_NONE = 264: Target, 0, Branch, |_, _| (1, 0), PURE, "Drops top and jumps if it was None.";
    POP_JUMP_IF_NOT_NONE = 265: Target, 0, Branch, |_, _| (1, 0), PURE, "Drops top and jumps if it was not None.";
}
atomic {
    S_TYPE = 3: "type", (object: Any) -> Value(Type), None, READS, "The type of any object; never asks `__class__`.", "cls = $type(obj)";
    S_IS_SUBTYPE = 4: "is_subtype", (sub: Type, base: Type) -> Bool, None, READS, "Whether base is in sub's method resolution order; never asks `__subclasscheck__`.", "if $is_subtype(desc_type, FunctionType): ...";
    S_CLASS_ATTR = 5: "class_attr", (cls: Type, name: Str) -> Found(Any), None, READS, "What the first class in cls's method resolution order to have the name has under it, not bound.", "found, descr = $class_attr(cls, '__get__')";
    S_TUPLE_GET = 6: "tuple_get", (items: Tuple) -> Value(Any), Int, PURE, "The item at a fixed index, which must exist.", "first = $tuple_get(args, 0)";
    S_CONSTANT = 7: "constant", () -> Value(Any), Constant, PURE, "A constant of the runtime, fixed at build time (a free name in the source); see `constants`.", "kind = $constant(FunctionType)  # or FunctionType";
    S_SURROGATE = 8: "surrogate", () -> Value(Func), Surrogate, PURE, "The function of a surrogate (its name in the source).", "look = $surrogate(load_special)  # or load_special";
    S_TAIL_CALL = 13: "tail_call", (null: Any, func: Any, args: Many) -> NoReturn, Count, ANY | CONTROL, "Calls in place of this frame: `return f(...)`. Below the callee lies an empty slot, as for CALL.", "return f(x)  # ends in $tail_call(<empty>, f, x)", "what the callee raises";
    S_LOAD_FIELD = 14: "load_field", (obj: Any) -> Value(Any), Field, READS, "A native field of an object of the field's type (`obj.$field`); None if it is empty.", "getter = $load_field(descriptor, fget)  # or descriptor.$fget";
    S_STORE_FIELD = 16: "store_field", (value: Any, obj: Any) -> None, Field, WRITES, "Sets a native field (`obj.$field = value`).", "$store_field(cause, exc, __cause__)  # or exc.$__cause__ = cause";
    S_HAS_CLASS_ATTR = 17: "has_class_attr", (cls: Type, name: Str) -> Bool, None, READS, "Whether a class in cls's method resolution order has the name.", "if $has_class_attr(cls, '__get__'): ...";
    S_GET_CLASS_ATTR = 18: "get_class_attr", (cls: Type, name: Str) -> Value(Any), None, RAISES | READS, "What `$has_class_attr` found, not bound; AttributeError if there is nothing.", "getter = $get_class_attr(cls, '__get__')", "AttributeError";
    S_DESCRIPTOR_GET = 19: "descriptor_get", (descriptor: Any, obj: Any) -> Value(Any), None, ANY | CONTROL, "What a builtin descriptor gives for an object: its type's native `__get__`.", "return $descriptor_get(descriptor, obj)", "what the descriptor raises";
    S_IS_DATA = 20: "is_data", (descriptor: Any) -> Bool, None, READS, "Whether a descriptor precedes the instance's attributes: its type has `__get__`, and `__set__` or `__delete__`.", "if $is_data(descriptor): ...";
    S_PYTHON_SLOT = 21: "python_slot", (cls: Type) -> Bool, Slot, READS, "Whether the type's slot of that name is filled by a method of Python.", "if $python_slot(cls, __iter__): ...";
    S_INSTANCE_GET = 22: "instance_get", (obj: Any, name: Str) -> Found(Any), None, RAISES | READS, "What the instance itself has under the name.", "found, value = $instance_get(obj, name)", "MemoryError";
    S_SPECIAL = 23: "special", (obj: Any, name: Str) -> Found(Any), None, ANY | CONTROL, "The special method of the object's type, bound to the object.", "found, method = $special(obj, '__len__')", "what `__get__` of a descriptor of Python raises";
    S_NO_ATTRIBUTE = 24: "no_attribute", (obj: Any, name: Str) -> NoReturn, None, RAISES, "Raises AttributeError for an object without the attribute.", "$no_attribute(obj, name)", "AttributeError";
    S_PYTHON_OP = 26: "python_op", (cls: Type, op: Int) -> Bool, None, READS, "Whether the type's slot for an operator (BINARY_OP's number) calls a method of Python.", "if $python_op($type(left), op): ...";
    S_NATIVE_OP = 27: "native_op", (cls: Type, left: Any, right: Any, op: Int) -> Value(Any), None, ANY | CONTROL, "What the type's native slot for an operator answers; NotImplemented if it has none, or one of Python.", "answer = $native_op(cls, left, right, op)", "what the type's slot raises";
    S_OP_FALLBACK = 28: "op_fallback", (left: Any, right: Any, op: Int) -> Value(Any), None, ANY | CONTROL, "The operator where no number slot wanted to: concatenation, repetition, or TypeError.", "return $op_fallback(left, right, op)", "TypeError";
    S_NATIVE_COMPARE = 29: "native_compare", (left: Any, right: Any, op: Int) -> Value(Any), None, ANY | CONTROL, "What the left operand's native comparison answers; NotImplemented if it has none, or one of Python.", "answer = $native_compare(left, right, op)", "what the type's slot raises";
    S_COMPARE_FALLBACK = 34: "compare_fallback", (left: Any, right: Any, op: Int) -> Value(Any), None, RAISES, "A comparison that no operand wanted to make: identity for `==` and `!=`, else TypeError.", "return $compare_fallback(left, right, op)", "TypeError";
    S_LENGTH = 38: "length", (answer: Any) -> Value(Int), None, ANY, "What `__len__` answered, checked to be a length.", "return $length(method())", "TypeError, ValueError, OverflowError";
    S_NATIVE_ITER = 39: "native_iter", (obj: Any) -> Value(Any), None, ANY | CONTROL, "`iter(obj)` by the type's native slot or as a sequence; TypeError.", "return $native_iter(obj)", "TypeError";
    S_IS_ITERATOR = 40: "is_iterator", (obj: Any) -> Bool, None, READS, "Whether the object's type has a real `__next__`.", "if $is_iterator(answer): ...";
    S_NEXT = 41: "next", (iterator: Any) -> Found(Any), None, ANY | CONTROL, "The iterator's next item, whatever runs to produce it; nothing at its end.", "found, item = $next(iterator)", "what `__next__` raises, StopIteration apart";
    S_NATIVE_NEW = 42: "native_new", (cls: Type, args: Tuple, kws: Dict) -> Value(Any), None, ANY | CONTROL, "A new object from the class's native `tp_new`; TypeError if it has none.", "obj = $native_new(cls, args, kws)", "TypeError";
    S_NATIVE_INIT = 43: "native_init", (obj: Any, args: Tuple, kws: Dict) -> None, None, ANY | CONTROL, "Runs the native `tp_init` of the object's type, if it has one.", "$native_init(obj, args, kws)", "what `tp_init` raises";
    S_CALL_BODY = 44: "call_body", (body: Func, namespace: Any) -> Value(Any), None, ANY | CONTROL, "Runs a class's body in its namespace.", "cell = $call_body(body, namespace)", "what the body raises";
    S_LIST_APPEND = 45: "list_append", (items: List, item: Any) -> None, None, RAISES | WRITES, "Appends to an exact list.", "$list_append(items, item)", "MemoryError";
    S_LIST_TAKE = 46: "list_take", (items: List) -> Value(List), None, RAISES | WRITES | ALLOCATES, "Moves a list's items into a new one, to be sorted there; the list looks empty until `$list_give_back`.", "taken = $list_take(items)", "MemoryError";
    S_LIST_GIVE_BACK = 47: "list_give_back", (items: List, taken: List) -> Bool, None, WRITES, "Puts the items back that `$list_take` took; whether the list was modified meanwhile.", "if $list_give_back(items, taken): ...";
    S_SORT_BEGIN = 48: "sort_begin", (items: List, keys: Any, reverse: Bool) -> Value(Any), None, RAISES | WRITES | ALLOCATES, "Starts a sort of a list's items, by keys if that is a list: a state for `$sort_step`. Both lists are emptied, unless all is sorted at once, because comparing runs nothing: then the state is None.", "state = $sort_begin(items, keys, reverse)", "MemoryError";
    S_SORT_STEP = 55: "sort_step", (state: Any, answer: Any) -> Found(Tuple), None, RAISES | WRITES | ALLOCATES, "Goes on with a sort, given the last comparison's truth (None at first): the next pair to compare by `<`, or nothing if all is sorted.", "found, pair = $sort_step(state, None)", "MemoryError";
    S_SORT_END = 56: "sort_end", (state: Any, items: List) -> None, None, WRITES, "Puts the items, as sorted as they are, back into the list.", "$sort_end(state, items)";
    S_NATIVE_CALL = 57: "native_call", (func: Any, args: Many) -> Value(Any), Count, ANY | CONTROL, "Calls a builtin that asks Python before it changes anything; what it asks for is called in frames.", "return $native_call(tuple, items)", "what the callee raises";
    S_IS_TYPE = 58: "is_type", (obj: Any) -> Bool, None, READS, "Whether the object is a class.", "if $is_type(meta): ...";
    S_METATYPE = 59: "metatype", (meta: Type, bases: Tuple) -> Value(Type), None, RAISES | READS, "The most derived metaclass of a metaclass and the bases' classes; TypeError if there is none.", "meta = $metatype(meta, bases)", "TypeError";
    S_CHECK_NAMESPACE = 62: "check_namespace", (meta: Any, namespace: Any) -> None, None, RAISES | READS, "TypeError unless what `__prepare__` answered is a mapping.", "$check_namespace(meta, namespace)", "TypeError";
    S_CHECK_CLASSCELL = 63: "check_classcell", (cell: Any, name: Any, cls: Any) -> None, None, ANY, "After a class is made: its body's `__class__` cell must hold it; RuntimeError, TypeError.", "$check_classcell(cell, name, cls)", "RuntimeError, TypeError";
    S_TUPLE_IS = 64: "tuple_is", (items: Tuple) -> Bool, Int, PURE, "Whether a tuple has so many items.", "if $tuple_is(items, 1): ...";
    S_NEXT_OR_RAISE = 65: "next_or_raise", (iterator: Any) -> Value(Any), None, ANY | CONTROL, "The iterator's next item; StopIteration (with a generator's return value) at its end.", "return $next_or_raise(iterator)", "StopIteration, or what `__next__` raises";
    S_HINT = 66: "hint", (answer: Int) -> None, None, RAISES, "Checks what `__length_hint__` answered: ValueError, OverflowError.", "$hint(answer)", "ValueError, OverflowError";
    S_TRUTH = 67: "truth", (obj: Any) -> Bool, None, ANY | CONTROL, "The truth of any object, whatever runs to find it.", "if $truth(answer): ...", "TypeError, ValueError, or what `__bool__` or `__len__` raises";
    S_REPLAY = 72: "replay", (state: Any, answer: Any, error: Any) -> Found(Tuple), None, ANY, "Goes on with a native operation that has asked Python, given what the call answered or raised: the next function to call and its arguments, or nothing if the operation is done.", "asked, question = $replay(state, answer, error)", "what the operation raises";
    S_RESULT = 73: "result", (state: Any) -> Value(Any), None, RAISES, "What a native operation that `$replay` or `$advance` has brought to its end answers.", "return $result(state)", "SystemError, and what the operation raises";
    S_STOP = 167: "stop", () -> NoReturn, None, RAISES, "The end of an iterator, from its `__next__`: StopIteration.", "$stop()", "StopIteration";
    S_WISH = 159: "wish", (state: Any) -> Found(Any), None, ANY | CONTROL, "Has done what a native algorithm waits for, in frames where that runs Python: what came of it, or nothing at an iterator's end.", "found, value = $wish(state)", "what that raises, but for the end of an iterator";
    S_ADVANCE = 161: "advance", (state: Any, value: Any) -> Bool, Int, ANY, "Goes on with a native algorithm, given what it waited for (0: the value; 1: nothing, at an iterator's end; 2: the exception): whether it waits for something again, and is not done.", "more = $advance(state, value, 0)";
    S_EXEC = 76: "exec", (code: Any, globals: Any, locals: Any, closure: Any) -> Value(Any), None, ANY | CONTROL, "Runs a code object in its namespaces; closure is a tuple of cells or None.", "return $exec(code, globals, locals, None)", "what the code raises";
    S_SEND_OR_RAISE = 77: "send_or_raise", (generator: Any, value: Any) -> Value(Any), None, ANY | CONTROL, "Sends a value into a generator or coroutine; StopIteration with its value at its end.", "return $send_or_raise(generator, value)", "StopIteration, and what the generator raises";
    S_THROW_INTO = 158: "throw_into", (generator: Any, given: Any) -> Value(Any), Int, ANY | CONTROL, "Raises an exception in a suspended generator, coroutine or asynchronous generator, where it waits (or, with 1, where the innermost generator waits that it delegates to; with 2 that one gets a value): what it yields next; StopIteration with its value at its end.", "return $throw_into(generator, error, 0)", "StopIteration, and what the generator raises";
    S_NEW_CLASS = 78: "new_class", (meta: Type, args: Tuple, kws: Dict) -> Value(Tuple), None, ANY, "Makes a class as `type.__new__` does, and tells whether its attributes and its parent have been told.", "made = $new_class(meta, args, kws)", "TypeError, ValueError";
    S_ATTRIBUTES_TO_NAME = 79: "attributes_to_name", (cls: Type) -> Value(Any), None, RAISES | READS | ALLOCATES, "A list of the pairs of name and value in a class whose values want to know their names.", "pairs = $attributes_to_name(cls)", "MemoryError";
    S_INIT_SUBCLASS = 80: "init_subclass", (cls: Type) -> Found(Any), None, ANY, "The `__init_subclass__` that a new class inherits, bound to it.", "found, told = $init_subclass(cls)", "what `__get__` of a descriptor of Python raises";
    S_ENUMERATED = 81: "enumerated", (obj: Any, item: Any) -> Value(Tuple), None, RAISES | WRITES | ALLOCATES, "The pair that an enumerate object makes of the next item; its count goes on.", "return $enumerated(obj, item)", "MemoryError";
    S_NATIVE_GETITEM = 113: "native_getitem", (container: Any, key: Any) -> Value(Any), None, ANY | CONTROL, "`container[key]` by the type's native slot.", "return $native_getitem(container, key)", "what the slot raises";
    S_NATIVE_SETITEM = 121: "native_setitem", (container: Any, key: Any, value: Any) -> None, None, ANY | CONTROL, "`container[key] = value` by the type's native slot.", "$native_setitem(container, key, value)", "what the slot raises";
    S_NATIVE_DELITEM = 127: "native_delitem", (container: Any, key: Any) -> None, None, ANY | CONTROL, "`del container[key]` by the type's native slot.", "$native_delitem(container, key)", "what the slot raises";
    S_NATIVE_SETATTR = 141: "native_setattr", (obj: Any, name: Str, value: Any) -> None, None, ANY | CONTROL, "Sets an attribute by the type's native slot.", "$native_setattr(obj, name, value)", "what the slot raises";
    S_NATIVE_DELATTR = 143: "native_delattr", (obj: Any, name: Str) -> None, None, ANY | CONTROL, "Deletes an attribute by the type's native slot.", "$native_delattr(obj, name)", "what the slot raises";
    S_NATIVE_UNARY = 150: "native_unary", (obj: Any, name: Str) -> Value(Any), None, ANY | CONTROL, "`+`, `-` or `~` by the type's native slot.", "return $native_unary(obj, '__neg__')", "what the slot raises";
    S_SAME_SLOT = 153: "same_slot", (cls: Type, base: Type) -> Bool, Slot, READS, "Whether two types have the same function in a slot.", "if $same_slot($type(obj), object, __str__): ...";
    S_IS_ITERABLE = 154: "is_iterable", (cls: Type) -> Bool, None, READS, "Whether a type has an `__iter__` slot or is a sequence.", "if $is_iterable($type(obj)): ...";
}
quick {
    LOAD_GLOBAL_MODULE = 177: LOAD_GLOBAL, "Cache: index of the name's entry and version of the globals' key table.";
    LOAD_GLOBAL_BUILTIN = 178: LOAD_GLOBAL, "Cache: index in the builtins, versions of both key tables (the name is no global).";
    LOAD_ATTR_VALUE = 179: LOAD_ATTR, "Cache: type version, index among the instance's inline values.";
    LOAD_ATTR_SLOT = 180: LOAD_ATTR, "Cache: type version, offset of a `__slots__` member.";
    LOAD_ATTR_MODULE = 181: LOAD_ATTR, "Cache: version of the module dict's key table, index of the entry.";
    LOAD_METHOD_VALUES = 182: LOAD_METHOD, "Cache: type version, version of the shared keys (the name is no instance attribute), the method.";
    LOAD_METHOD_PLAIN = 183: LOAD_METHOD, "Cache: version of a type whose instances have no dict, the method.";
    LOAD_METHOD_MODULE = 184: LOAD_METHOD, "Cache: version of the module dict's key table, index of the entry.";
    STORE_ATTR_VALUE = 185: STORE_ATTR, "Cache: type version, index among the instance's inline values.";
    STORE_ATTR_SLOT = 186: STORE_ATTR, "Cache: type version, offset of a `__slots__` member.";
    BINARY_OP_ADD_INT = 187: BINARY_OP, "Both operands were exact ints.";
    BINARY_OP_SUBTRACT_INT = 188: BINARY_OP, "Both operands were exact ints.";
    BINARY_OP_MULTIPLY_INT = 189: BINARY_OP, "Both operands were exact ints.";
    BINARY_OP_ADD_FLOAT = 190: BINARY_OP, "Both operands were exact floats.";
    BINARY_OP_SUBTRACT_FLOAT = 191: BINARY_OP, "Both operands were exact floats.";
    BINARY_OP_MULTIPLY_FLOAT = 192: BINARY_OP, "Both operands were exact floats.";
    BINARY_OP_ADD_STR = 193: BINARY_OP, "Both operands were exact strings.";
    COMPARE_OP_INT = 194: COMPARE_OP, "Both operands were exact ints of at most one digit.";
    COMPARE_OP_FLOAT = 195: COMPARE_OP, "Both operands were exact floats.";
    COMPARE_OP_STR = 196: COMPARE_OP, "Both operands were exact strings.";
    BINARY_SUBSCR_LIST = 197: BINARY_SUBSCR, "An exact list with a small int.";
    BINARY_SUBSCR_TUPLE = 198: BINARY_SUBSCR, "An exact tuple with a small int.";
    BINARY_SUBSCR_DICT = 199: BINARY_SUBSCR, "An exact dict.";
    STORE_SUBSCR_LIST = 200: STORE_SUBSCR, "An exact list with a small int.";
    STORE_SUBSCR_DICT = 201: STORE_SUBSCR, "An exact dict.";
    FOR_ITER_LIST = 202: FOR_ITER, "The iterator was a list's.";
    FOR_ITER_RANGE = 203: FOR_ITER, "The iterator was a range's of machine integers.";
    FOR_ITER_TUPLE = 204: FOR_ITER, "The iterator was a tuple's.";
    LOAD_FAST__LOAD_FAST = 205: LOAD_FAST, "Two instructions in one dispatch; the second keeps its own unit.";
    LOAD_FAST__LOAD_CONST = 206: LOAD_FAST, "Two instructions in one dispatch; the second keeps its own unit.";
    STORE_FAST__LOAD_FAST = 207: STORE_FAST, "Two instructions in one dispatch; the second keeps its own unit.";
    STORE_FAST__STORE_FAST = 208: STORE_FAST, "Two instructions in one dispatch; the second keeps its own unit.";
    LOAD_CONST__LOAD_FAST = 209: LOAD_CONST, "Two instructions in one dispatch; the second keeps its own unit.";
    BINARY_OP_INT = 210: BINARY_OP, "Another operator; both operands were exact ints of at most two digits.";
    BINARY_SUBSCR_STR = 211: BINARY_SUBSCR, "An exact string with a small int.";
}
    } };
}
