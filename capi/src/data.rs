//! Exported data that is not a type: exceptions, flags, tables, hooks.

use crate::support::*;
use hotpy_modules::imp::{ALWAYS_FROZEN, FROZEN, FROZEN_TESTS};
use hotpy_objects::exceptions as e;

/// A variable that C code may read, and write if it is a hook.
#[repr(transparent)]
pub struct Variable<T>(pub Cell<T>);

// SAFETY: U1.
unsafe impl<T> Sync for Variable<T> {}

macro_rules! exception {
    ($($name:ident $class:ident)*) => { $(
        #[unsafe(no_mangle)]
        pub static $name: Variable<*const PyTypeObject> = Variable(Cell::new(&raw const e::$class));
    )* };
}

exception! {
    PyExc_ArithmeticError ArithmeticError PyExc_AssertionError AssertionError PyExc_AttributeError AttributeError
    PyExc_BaseException BaseException PyExc_BaseExceptionGroup BaseExceptionGroup PyExc_BlockingIOError BlockingIOError
    PyExc_BrokenPipeError BrokenPipeError PyExc_BufferError BufferError PyExc_BytesWarning BytesWarning
    PyExc_ChildProcessError ChildProcessError PyExc_ConnectionAbortedError ConnectionAbortedError
    PyExc_ConnectionError ConnectionError PyExc_ConnectionRefusedError ConnectionRefusedError
    PyExc_ConnectionResetError ConnectionResetError PyExc_DeprecationWarning DeprecationWarning PyExc_EOFError EOFError
    PyExc_EncodingWarning EncodingWarning PyExc_EnvironmentError OSError PyExc_Exception Exception
    PyExc_FileExistsError FileExistsError PyExc_FileNotFoundError FileNotFoundError
    PyExc_FloatingPointError FloatingPointError PyExc_FutureWarning FutureWarning PyExc_GeneratorExit GeneratorExit
    PyExc_IOError OSError PyExc_ImportError ImportError PyExc_ImportWarning ImportWarning
    PyExc_IndentationError IndentationError PyExc_IndexError IndexError PyExc_InterruptedError InterruptedError
    PyExc_IsADirectoryError IsADirectoryError PyExc_KeyError KeyError PyExc_KeyboardInterrupt KeyboardInterrupt
    PyExc_LookupError LookupError PyExc_MemoryError MemoryError PyExc_ModuleNotFoundError ModuleNotFoundError
    PyExc_NameError NameError PyExc_NotADirectoryError NotADirectoryError PyExc_NotImplementedError NotImplementedError
    PyExc_OSError OSError PyExc_OverflowError OverflowError PyExc_PendingDeprecationWarning PendingDeprecationWarning
    PyExc_PermissionError PermissionError PyExc_ProcessLookupError ProcessLookupError PyExc_RecursionError RecursionError
    PyExc_ReferenceError ReferenceError PyExc_ResourceWarning ResourceWarning PyExc_RuntimeError RuntimeError
    PyExc_RuntimeWarning RuntimeWarning PyExc_StopAsyncIteration StopAsyncIteration PyExc_StopIteration StopIteration
    PyExc_SyntaxError SyntaxError PyExc_SyntaxWarning SyntaxWarning PyExc_SystemError SystemError PyExc_SystemExit SystemExit
    PyExc_TabError TabError PyExc_TimeoutError TimeoutError PyExc_TypeError TypeError
    PyExc_UnboundLocalError UnboundLocalError PyExc_UnicodeDecodeError UnicodeDecodeError
    PyExc_UnicodeEncodeError UnicodeEncodeError PyExc_UnicodeError UnicodeError
    PyExc_UnicodeTranslateError UnicodeTranslateError PyExc_UnicodeWarning UnicodeWarning PyExc_UserWarning UserWarning
    PyExc_ValueError ValueError PyExc_Warning Warning PyExc_ZeroDivisionError ZeroDivisionError
}

macro_rules! flags {
    ($($name:ident)*) => { $(
        #[unsafe(no_mangle)]
        pub static $name: Variable<c_int> = Variable(Cell::new(0));
    )* };
}

flags! {
    Py_BytesWarningFlag Py_DebugFlag Py_DontWriteBytecodeFlag Py_FrozenFlag Py_HashRandomizationFlag Py_IgnoreEnvironmentFlag
    Py_InspectFlag Py_InteractiveFlag Py_IsolatedFlag Py_NoSiteFlag Py_NoUserSiteDirectory Py_OptimizeFlag Py_QuietFlag
    Py_UTF8Mode Py_UnbufferedStdioFlag Py_VerboseFlag Py_HasFileSystemDefaultEncoding _Py_HasFileSystemDefaultEncodeErrors
    _Py_UnhandledKeyboardInterrupt
}

/// Copies the settings to the flags of the C API; at start-up.
pub fn init() {
    hotpy_modules::config::with(|c| {
        let encoding = str_::codecs::file_system_encoding();
        Py_FileSystemDefaultEncoding.0.set(encoding.as_ptr());
        Py_BytesWarningFlag.0.set(c.bytes_warning);
        Py_DebugFlag.0.set(c.debug);
        Py_DontWriteBytecodeFlag
            .0
            .set(c.dont_write_bytecode as c_int);
        Py_HashRandomizationFlag
            .0
            .set(c.hash_randomization as c_int);
        Py_IgnoreEnvironmentFlag
            .0
            .set(c.ignore_environment as c_int);
        Py_InspectFlag.0.set(c.inspect);
        Py_InteractiveFlag.0.set(c.interactive);
        Py_IsolatedFlag.0.set(c.isolated as c_int);
        Py_NoSiteFlag.0.set(c.no_site as c_int);
        Py_NoUserSiteDirectory.0.set(c.no_user_site as c_int);
        Py_OptimizeFlag.0.set(c.optimize);
        Py_QuietFlag.0.set(c.quiet as c_int);
        Py_UTF8Mode.0.set(c.utf8_mode as c_int);
        Py_UnbufferedStdioFlag.0.set(c.unbuffered as c_int);
        Py_VerboseFlag.0.set(c.verbose);
    });
    _PySet_Dummy.0.set(&raw const set::_PySet_DummyStruct);
}

macro_rules! texts {
    ($($name:ident $text:literal)*) => { $(
        #[unsafe(no_mangle)]
        pub static $name: Variable<*const c_char> = Variable(Cell::new($text.as_ptr()));
    )* };
}

texts! {
    Py_FileSystemDefaultEncoding c"utf-8"
    Py_FileSystemDefaultEncodeErrors c"surrogateescape"
    Py_hexdigits c"0123456789abcdef"
}

macro_rules! pointers {
    ($($name:ident)*) => { $(
        #[unsafe(no_mangle)]
        pub static $name: Variable<*mut c_void> = Variable(Cell::new(ptr::null_mut()));
    )* };
}

pointers! { PyImport_FrozenModules }

/// C: `struct _frozen`. What the code is, only `_imp` knows.
#[repr(C)]
struct Frozen {
    name: *const c_char,
    code: *const u8,
    size: c_int,
    is_package: c_int,
    get_code: *const c_void,
}

/// A table of frozen modules with an end.
#[repr(transparent)]
struct FrozenTable<const N: usize>([Frozen; N]);
// SAFETY: never written.
unsafe impl<const N: usize> Sync for FrozenTable<N> {}

impl<const N: usize> FrozenTable<N> {
    /// All but the end are those from number `from` on.
    const fn of(from: usize) -> FrozenTable<N> {
        let mut table = [const {
            Frozen {
                name: ptr::null(),
                code: ptr::null(),
                size: 0,
                is_package: 0,
                get_code: ptr::null(),
            }
        }; N];
        let mut i = 0;
        while i + 1 < N {
            let (name, is_package, _) = FROZEN[from + i];
            table[i].name = name.as_ptr();
            table[i].is_package = is_package as c_int;
            i += 1;
        }
        FrozenTable(table)
    }
    const fn start(&'static self) -> Variable<*mut c_void> {
        Variable(Cell::new(self as *const _ as *mut c_void))
    }
}

const TESTS_AT: usize = FROZEN.len() - FROZEN_TESTS;
static BOOTSTRAP: FrozenTable<{ ALWAYS_FROZEN + 1 }> = FrozenTable::of(0);
static STDLIB: FrozenTable<{ TESTS_AT - ALWAYS_FROZEN + 1 }> = FrozenTable::of(ALWAYS_FROZEN);
static TEST: FrozenTable<{ FROZEN_TESTS + 1 }> = FrozenTable::of(TESTS_AT);

#[unsafe(no_mangle)]
pub static _PyImport_FrozenBootstrap: Variable<*mut c_void> = BOOTSTRAP.start();
#[unsafe(no_mangle)]
pub static _PyImport_FrozenStdlib: Variable<*mut c_void> = STDLIB.start();
#[unsafe(no_mangle)]
pub static _PyImport_FrozenTest: Variable<*mut c_void> = TEST.start();

/// An end of table: no module is added.
static NO_MODULES: Variable<[usize; 2]> = Variable(Cell::new([0; 2]));

#[unsafe(no_mangle)]
pub static PyImport_Inittab: Variable<*const Variable<[usize; 2]>> =
    Variable(Cell::new(&raw const NO_MODULES));

#[unsafe(no_mangle)]
pub static _PySet_Dummy: Variable<*const PyObject> = Variable(Cell::new(ptr::null()));

#[unsafe(no_mangle)]
pub static Py_Version: c_ulong = 0x030b_07f0;

#[unsafe(no_mangle)]
pub static _PyByteArray_empty_string: u8 = 0;

#[unsafe(no_mangle)]
pub static _Py_SwappedOp: [c_int; 6] = [4, 5, 2, 3, 0, 1];

/// The value of a digit in bases up to 36; 37 for what is none.
#[unsafe(no_mangle)]
pub static _PyLong_DigitValue: [u8; 256] = {
    let mut table = [37; 256];
    let mut i = 0;
    while i < 36 {
        if i < 10 {
            table[b'0' as usize + i] = i as u8;
        } else {
            table[b'a' as usize + i - 10] = i as u8;
            table[b'A' as usize + i - 10] = i as u8;
        }
        i += 1;
    }
    table
};

#[unsafe(no_mangle)]
pub static _Py_ascii_whitespace: [u8; 128] = {
    let mut table = [0; 128];
    let mut c = 0;
    while c < 128 {
        table[c] = matches!(c, 9..=13 | 0x1c..=0x20) as u8;
        c += 1;
    }
    table
};

/// Bits: 1 lower case, 2 upper case, 4 digit, 8 white space, 16 hexadecimal digit.
#[unsafe(no_mangle)]
pub static _Py_ctype_table: [c_uint; 256] = {
    let mut table = [0; 256];
    let mut c = 0u8;
    while c < 128 {
        table[c as usize] = c.is_ascii_lowercase() as c_uint
            | (c.is_ascii_uppercase() as c_uint) << 1
            | (c.is_ascii_digit() as c_uint) << 2
            | (matches!(c, 9..=13 | b' ') as c_uint) << 3
            | (c.is_ascii_hexdigit() as c_uint) << 4;
        c += 1;
    }
    table
};

#[unsafe(no_mangle)]
pub static _Py_ctype_tolower: [u8; 256] = {
    let mut table = [0; 256];
    let mut c = 0;
    while c < 256 {
        table[c] = (c as u8).to_ascii_lowercase();
        c += 1;
    }
    table
};

#[unsafe(no_mangle)]
pub static _Py_ctype_toupper: [u8; 256] = {
    let mut table = [0; 256];
    let mut c = 0;
    while c < 256 {
        table[c] = (c as u8).to_ascii_uppercase();
        c += 1;
    }
    table
};

/// Settings of tracemalloc, which does not run.
#[unsafe(no_mangle)]
pub static _Py_tracemalloc_config: Variable<[c_int; 3]> = Variable(Cell::new([0, 0, 1]));

/// Names of the parser's tokens, which HotPy's parser has not.
#[unsafe(no_mangle)]
pub static _PyParser_TokenNames: Variable<[*const c_char; 65]> =
    Variable(Cell::new([ptr::null(); 65]));
