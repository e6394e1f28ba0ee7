//! Which allocators there are (PYTHONMALLOC, `-X dev`, embedders' settings), and the debug hooks, which stand in front of the others and
//! check what C code does with its blocks.
//!
//! A block of the hooks: eight bytes with the size that was asked for (big-endian), the domain's letter, seven guard bytes, what the
//! caller gets, eight guard bytes. What is new is filled with `NEW`, what is dead with `DEAD`.

use crate::{faulthandler, tracemalloc};
use hotpy_objects::mem::domains::{self, Allocator, LIMIT, RAW};
use hotpy_objects::{_PyRuntime, mem};
use hotpy_vm::state;
use std::cell::Cell;
use std::ffi::{CStr, c_int, c_void};
use std::fmt::Write;
use std::ptr;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

/// The choices, with CPython's numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Name {
    Default = 1,
    Debug,
    Malloc,
    MallocDebug,
    Pooled,
    PooledDebug,
}

const NAMES: [(Name, &CStr); 6] = [
    (Name::Default, c"default"),
    (Name::Debug, c"debug"),
    (Name::Malloc, c"malloc"),
    (Name::MallocDebug, c"malloc_debug"),
    (Name::Pooled, c"pymalloc"),
    (Name::PooledDebug, c"pymalloc_debug"),
];

impl Name {
    pub fn from_text(text: &[u8]) -> Option<Name> {
        let row = NAMES.iter().find(|(_, name)| name.to_bytes() == text)?;
        Some(row.0)
    }

    pub fn from_number(number: c_int) -> Option<Name> {
        let row = NAMES.iter().find(|(name, _)| *name as c_int == number)?;
        Some(row.0)
    }

    pub fn text(self) -> Option<&'static CStr> {
        let row = NAMES.iter().find(|(name, _)| *name == self)?;
        Some(row.1)
    }
}

/// An embedder has chosen before the start.
static CHOSEN: AtomicBool = AtomicBool::new(false);

/// What the command line and the environment say, unless an embedder has chosen.
pub fn choose_at_start(name: Name) {
    if !CHOSEN.load(Acquire) {
        choose(name);
    }
}

/// Sets the allocators. Call before the first allocation.
pub fn choose(name: Name) {
    CHOSEN.store(true, Release);
    if matches!(name, Name::Malloc | Name::MallocDebug) {
        mem::use_system_malloc();
    }
    if matches!(name, Name::Debug | Name::MallocDebug | Name::PooledDebug) {
        set_up_debug_hooks();
    }
    domains::begin_with_what_is_set();
}

/// What is in force, if it is one of the choices.
pub fn in_force() -> Option<Name> {
    let now = [0, 1, 2].map(domains::get);
    let is_system = mem::is_system_malloc();
    if now.iter().all(Allocator::is_basic) {
        return Some(if is_system {
            Name::Malloc
        } else {
            Name::Pooled
        });
    }
    let are_hooks = (0..3).all(|i| is_hook(i, &now[i]) && HOOKS[i].under.get().is_basic());
    are_hooks.then_some(if is_system {
        Name::MallocDebug
    } else {
        Name::PooledDebug
    })
}

/// Puts the debug hooks in front of what is there.
pub fn set_up_debug_hooks() {
    for (domain, hook) in HOOKS.iter().enumerate() {
        let now = domains::get(domain);
        if is_hook(domain, &now) {
            continue;
        }
        hook.under.set(now);
        domains::set(
            domain,
            Allocator {
                context: ptr::from_ref(hook).cast_mut().cast(),
                malloc,
                calloc,
                realloc,
                free,
            },
        );
    }
}

fn is_hook(domain: usize, allocator: &Allocator) -> bool {
    ptr::eq(allocator.context.cast(), &HOOKS[domain])
}

struct Hook {
    letter: u8,
    under: Cell<Allocator>,
}

// SAFETY: set before there is a second thread, or by C code that knows what it does.
unsafe impl Sync for Hook {}

static HOOKS: [Hook; 3] = [hook(0, b'r'), hook(1, b'm'), hook(2, b'o')];

const fn hook(domain: usize, letter: u8) -> Hook {
    let under = if domain == RAW {
        domains::RAW_BASIC
    } else {
        domains::OWN
    };
    Hook {
        letter,
        under: Cell::new(under),
    }
}

const NEW: u8 = 0xCD;
const DEAD: u8 = 0xDD;
const GUARD: u8 = 0xFD;
/// Bytes in front of what the caller gets: size, letter, guards.
const HEAD: usize = 16;
const SIZE: usize = 8;
const TAIL: usize = 8;
/// The word before the caller's: its letter, and the guards.
const LETTER_AT: usize = HEAD - SIZE;

/// # Safety
/// The context is that of one of our hooks.
unsafe fn of(context: *mut c_void) -> &'static Hook {
    // SAFETY: the caller's promise.
    unsafe { &*context.cast() }
}

impl Hook {
    /// Who asks for memory of the domains for which the GIL is needed must have it.
    fn check_gil(&self, function: &str) {
        // Other interpreters' states are not known by thread; before the start there is no GIL.
        if self.letter == b'r'
            || _PyRuntime.initialized.load(Acquire) == 0
            || state::has_had_others()
        {
            return;
        }
        let current = _PyRuntime.tstate_current.get().cast_const();
        if !state::of_this_thread().is_some_and(|own| ptr::eq(own, current)) {
            faulthandler::fatal(&format!(
                "{function}: Python memory allocator called without holding the GIL"
            ));
        }
    }

    /// Surrounds a new block of the allocator behind with what is checked later.
    fn mark(&self, block: *mut c_void, size: usize) -> *mut u8 {
        if block.is_null() {
            return ptr::null_mut();
        }
        let block = block.cast::<u8>();
        // SAFETY: the block has room for head, bytes and tail.
        unsafe {
            block
                .cast::<[u8; SIZE]>()
                .write((size as u64).to_be_bytes());
            block.add(LETTER_AT).write(self.letter);
            ptr::write_bytes(block.add(LETTER_AT + 1), GUARD, HEAD - LETTER_AT - 1);
            ptr::write_bytes(block.add(HEAD + size), GUARD, TAIL);
            block.add(HEAD)
        }
    }

    fn malloc(&self, size: usize) -> *mut u8 {
        if size > LIMIT - HEAD - TAIL {
            return ptr::null_mut();
        }
        let data = self.mark(self.under.get().malloc(HEAD + size + TAIL), size);
        if !data.is_null() {
            // SAFETY: the caller's bytes.
            unsafe { ptr::write_bytes(data, NEW, size) };
        }
        data
    }

    fn calloc(&self, count: usize, size: usize) -> *mut u8 {
        match count.checked_mul(size) {
            Some(size) if size <= LIMIT - HEAD - TAIL => {
                self.mark(self.under.get().calloc(1, HEAD + size + TAIL), size)
            }
            _ => ptr::null_mut(),
        }
    }

    /// Ends the process with a report unless the block is as it was made.
    ///
    /// # Safety
    /// The memory around the block can be read.
    unsafe fn check(&self, function: &str, data: *mut u8) {
        // SAFETY: the caller's promise.
        let complaint = unsafe {
            let letter = data.sub(SIZE).read();
            if letter != self.letter {
                let (made, asked) = (shown(letter), shown(self.letter));
                format!("bad ID: Allocated using API '{made}', verified using API '{asked}'")
            } else if !guards(data.sub(SIZE - 1), SIZE - 1).all(|(_, byte)| byte == GUARD) {
                "bad leading pad byte".to_owned()
            } else if !guards(data.add(size_of_block(data)), TAIL).all(|(_, byte)| byte == GUARD) {
                "bad trailing pad byte".to_owned()
            } else {
                return;
            }
        };
        // SAFETY: as above.
        unsafe { report(data) };
        faulthandler::fatal(&format!("{function}: {complaint}"))
    }

    /// # Safety
    /// The block is one of this hook's, and is used no more.
    unsafe fn free(&self, data: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe {
            let whole = HEAD + size_of_block(data) + TAIL;
            let block = data.sub(HEAD);
            ptr::write_bytes(block, DEAD, whole);
            self.under.get().free(block.cast());
        }
    }
}

unsafe extern "C" fn malloc(context: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the context is ours (here and below).
    let hook = unsafe { of(context) };
    hook.check_gil("_PyMem_DebugMalloc");
    hook.malloc(size).cast()
}

unsafe extern "C" fn calloc(context: *mut c_void, count: usize, size: usize) -> *mut c_void {
    // SAFETY: as above.
    let hook = unsafe { of(context) };
    hook.check_gil("_PyMem_DebugCalloc");
    hook.calloc(count, size).cast()
}

/// The block moves always, so that its old place can be marked as dead.
unsafe extern "C" fn realloc(context: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the context is ours, and so is the block; or the checks say that it is not.
    unsafe {
        let hook = of(context);
        hook.check_gil("_PyMem_DebugRealloc");
        if block.is_null() {
            return hook.malloc(size).cast();
        }
        let old = block.cast::<u8>();
        hook.check("_PyMem_DebugRawRealloc", old);
        let new = hook.malloc(size);
        if !new.is_null() {
            ptr::copy_nonoverlapping(old, new, size_of_block(old).min(size));
            hook.free(old);
        }
        new.cast()
    }
}

unsafe extern "C" fn free(context: *mut c_void, block: *mut c_void) {
    // SAFETY: as above.
    unsafe {
        let hook = of(context);
        hook.check_gil("_PyMem_DebugFree");
        if !block.is_null() {
            hook.check("_PyMem_DebugRawFree", block.cast());
            hook.free(block.cast());
        }
    }
}

/// What a caller of the hooks asked for.
///
/// # Safety
/// `data` is what they gave.
unsafe fn size_of_block(data: *mut u8) -> usize {
    // SAFETY: the caller's promise; the head lies in front.
    u64::from_be_bytes(unsafe { data.sub(HEAD).cast::<[u8; SIZE]>().read() }) as usize
}

/// Numbered bytes of memory.
///
/// # Safety
/// So many bytes can be read for as long as the answer is used.
unsafe fn guards(at: *mut u8, count: usize) -> impl Iterator<Item = (usize, u8)> {
    // SAFETY: the caller's promise.
    (0..count).map(move |i| (i, unsafe { at.add(i).read() }))
}

/// A domain's letter as text; whatever else may stand there, too.
fn shown(letter: u8) -> String {
    String::from_utf8_lossy(&[letter]).into_owned()
}

fn tell(text: &str) {
    // SAFETY: bytes go to the process's standard error.
    unsafe { libc::write(2, text.as_ptr().cast(), text.len()) };
}

/// Tells of guard bytes that start `count` bytes at `at`, called `name` there.
///
/// # Safety
/// They can be read.
unsafe fn report_guards(at: *mut u8, count: usize, place: &str, name: impl Fn(usize) -> String) {
    tell(&format!("    The {count} pad bytes at {place} are "));
    // SAFETY: the caller's promise (here and below).
    if unsafe { guards(at, count) }.all(|(_, byte)| byte == GUARD) {
        tell("FORBIDDENBYTE, as expected.\n");
        return;
    }
    let mut text = format!("not all FORBIDDENBYTE (0x{GUARD:02x}):\n");
    // SAFETY: as above.
    for (i, byte) in unsafe { guards(at, count) } {
        let mark = if byte == GUARD { "" } else { " *** OUCH" };
        _ = writeln!(text, "        at {}: 0x{byte:02x}{mark}", name(i));
    }
    tell(&text);
}

/// Tells everything about a block that is not as it should be. Nothing is read before what comes before it is written: reading may fail.
///
/// # Safety
/// The memory around the block can be read, as far as its head is right.
unsafe fn report(data: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe {
        let size = size_of_block(data);
        let letter = shown(data.sub(SIZE).read());
        tell(&format!(
            "Debug memory block at address p={data:p}: API '{letter}'\n    {size} bytes originally requested\n"
        ));
        let before = SIZE - 1;
        let start = data.sub(before);
        report_guards(start, before, &format!("p-{before}"), |i| {
            format!("p-{}", before - i)
        });
        if !guards(start, before).all(|(_, byte)| byte == GUARD) {
            tell("    Because memory is corrupted at the start, the count of bytes requested\n");
            tell("       may be bogus, and checking the trailing pad bytes may segfault.\n");
        }
        let tail = data.wrapping_add(size);
        report_guards(tail, TAIL, &format!("tail={tail:p}"), |i| {
            format!("tail+{i}")
        });
        if size > 0 {
            let mut text = "    Data at p:".to_owned();
            const EDGE: usize = 8;
            for (i, byte) in guards(data, size.min(EDGE)) {
                _ = (i, write!(text, " {byte:02x}"));
            }
            if size > EDGE {
                if size > 2 * EDGE {
                    text.push_str(" ...");
                }
                let last = (size - EDGE).max(EDGE);
                for (_, byte) in guards(data.add(last), size - last) {
                    _ = write!(text, " {byte:02x}");
                }
            }
            text.push('\n');
            tell(&text);
        }
        tell("\n");
        tell(&tracemalloc::origin(data as usize));
        tell("\n");
    }
}
