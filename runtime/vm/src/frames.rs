//! Pushing and popping interpreter frames on the thread's data stack.
//!
//! The data stack is a list of chunks; a frame lies wholly in one. `datastack_top` and `datastack_limit` of the thread state
//! bound the free part of the newest chunk, as in CPython, because foreign code (greenlet) swaps them.

use hotpy_objects::code::private::UNCHARGED;
use hotpy_objects::flags::owner;
use hotpy_objects::frame::{FRAME_WORDS, Frame};
use hotpy_objects::*;
use std::ptr;

/// What a frame's return (or yield) does to its caller. Kept in the frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ReturnTo {
    /// The value is pushed.
    Push = 0,
    /// The value is dropped.
    Discard = 1,
    /// The value must be None: it is `__init__`'s; the new object is on the caller's stack already.
    Init = 2,
    /// FOR_ITER: a yield (or a `__next__`'s return) pushes; a generator's return, or StopIteration, ends the loop.
    ForIter = 3,
    /// SEND: a yield pushes; a return ends the delegation.
    Send = 4,
    /// A generator resumed by a call (`send`, `next`), which lies on top of the caller's stack: a yield puts its value there, a return raises
    /// StopIteration.
    GenCall = 5,
    /// A truth value for the conditional jump (or UNARY_NOT) that the caller stands at.
    Branch = 6,
    /// The value is `__next__`'s answer to FOR_ITER: pushed; StopIteration ends the loop.
    Next = 7,
    /// `$next` of a generator: a yield answers "found"; the return, "nothing".
    FoundGen = 8,
    /// `$next` of a Python `__next__`: the value answers "found"; StopIteration, "nothing".
    Found = 9,
    /// A special method, bound: it answers "found".
    FoundValue = 10,
    /// A list or tuple whose items are pushed, the first one on top.
    Unpack = 11,
    /// SEND into an iterator of Python: the value is what it yields; StopIteration ends the delegation.
    SendNext = 12,
    /// As `Send`, of an exception that was thrown into what the caller delegates to: the caller's exception state is not on the chain yet.
    SendThrown = 13,
    /// What a `__len__` answers to a call of `len`.
    Length = 14,
    /// What a `__hash__` answers to a call of `hash`.
    Hash = 15,
    /// What a `__hash__` answers to an operation on a set or a dict, whose operands are still on the stack: it is executed again, and knows the hash.
    Hashed = 16,
    /// What a special method of Python answers to the BINARY_OP that the caller stands at, whose operands are still on its stack: they are replaced
    /// by the answer, or, if that is NotImplemented, the operator goes on with what is to be asked then.
    Operator = 17,
    /// The same of an in-place method: then the plain operator is tried.
    Inplace = 18,
    /// The same of a COMPARE_OP.
    Comparison = 19,
    /// What a `__contains__` of Python answers to the CONTAINS_OP that the caller stands at, as a truth value; the operands are still on its stack.
    Contains = 20,
}

impl ReturnTo {
    #[inline(always)]
    pub fn of(frame: &Frame) -> ReturnTo {
        // SAFETY: only values of this enum are ever stored.
        unsafe { std::mem::transmute(frame.return_to.get()) }
    }

    /// Whether the caller's operands are still on its stack.
    #[inline(always)]
    pub fn is_operator(self) -> bool {
        self as u8 >= ReturnTo::Operator as u8
    }
}

const UNCHARGED_SHIFT: u32 = UNCHARGED.trailing_zeros();

/// What the frame counts for the recursion limit, kept in `frame_flags`: 1 for most; 0 for a surrogate's unless it says otherwise; more if
/// native code stands between the frame and its caller in CPython.
#[inline(always)]
pub fn charge(frame: &Frame) -> i32 {
    i32::from(frame.frame_flags.get())
}

const CHUNK_BYTES: usize = 16 << 10;
const CHUNK_HEADER: usize = std::mem::offset_of!(_PyStackChunk, data);

/// A frame for `code`, with `function`'s count taken over, all locals empty; `None` with MemoryError set.
///
/// # Safety
/// `function` is a live function whose code is `code`, and the caller gives one count of it.
#[inline(always)]
pub unsafe fn push(
    ts: &PyThreadState,
    function: *mut PyFunctionObject,
    code: &PyCodeObject,
) -> Option<&'static Frame> {
    // SAFETY: the data stack has room for the words, or grows.
    unsafe {
        let frame = push_uninit(ts, function, code)?;
        ptr::write_bytes(frame.local_ptr(0), 0, code.co_nlocalsplus.get() as usize);
        Some(frame)
    }
}

/// [`push`] with the locals not initialised: the caller fills all `co_nlocalsplus` of them.
///
/// # Safety
/// As [`push`].
#[inline(always)]
pub unsafe fn push_uninit(
    ts: &PyThreadState,
    function: *mut PyFunctionObject,
    code: &PyCodeObject,
) -> Option<&'static Frame> {
    // SAFETY: the place has room for the frame.
    unsafe {
        match reserve(ts, words_of(code)) {
            Some(place) => Some(init(place, function, code)),
            None => {
                drop(Ref::from_owned(function));
                None
            }
        }
    }
}

/// How many words of the data stack a frame of `code` takes.
#[inline(always)]
pub fn words_of(code: &PyCodeObject) -> usize {
    FRAME_WORDS + (code.co_nlocalsplus.get() + code.co_stacksize.get()) as usize
}

/// Room for so many words on the data stack, given back with [`free`] of its start; `None` with MemoryError set.
///
/// # Safety
/// What is on the data stack is popped in order.
#[inline(always)]
pub unsafe fn reserve(ts: &PyThreadState, words: usize) -> Option<*mut *mut PyObject> {
    let top = ts.datastack_top.get().cast::<*mut PyObject>();
    // SAFETY: the words lie within the chunk, or in a new one.
    unsafe {
        if !top.is_null() && (top as usize) + words * 8 < ts.datastack_limit.get() as usize {
            ts.datastack_top.set(top.add(words).cast());
            Some(top)
        } else {
            grow(ts, words)
        }
    }
}

/// Makes a frame at a place with room for it; its locals are not initialised. Takes over the function's count.
///
/// # Safety
/// As [`push_uninit`]; the place has [`words_of`] `code` words.
#[inline(always)]
pub unsafe fn init(
    place: *mut *mut PyObject,
    function: *mut PyFunctionObject,
    code: &PyCodeObject,
) -> &'static Frame {
    let nlocals = code.co_nlocalsplus.get();
    // SAFETY: the caller's promise.
    unsafe {
        let frame: &'static Frame = &*place.cast::<Frame>();
        let f = &*function;
        frame.f_func.set_ptr(function);
        frame.f_globals.set_ptr(f.func_globals.as_ptr());
        frame.f_builtins.set_ptr(f.func_builtins.as_ptr());
        frame.f_locals.set_ptr(ptr::null_mut());
        code.incref();
        frame
            .f_code
            .set_ptr(code as *const PyCodeObject as *mut PyCodeObject);
        frame.frame_obj.set_ptr(ptr::null_mut());
        frame.previous.set(ptr::null_mut());
        frame.prev_instr.set(code.first_instr().sub(1));
        frame.stacktop.set(nlocals);
        frame.is_entry.set(false);
        frame.owner.set(owner::THREAD);
        frame.return_to.set(ReturnTo::Push as u8);
        frame
            .frame_flags
            .set((code.co_flags.get() as u32 >> UNCHARGED_SHIFT) as u8 & 1 ^ 1);
        frame
    }
}

/// A new chunk with room for `words`; the place of a frame in it. `None` with MemoryError set.
#[cold]
#[inline(never)]
unsafe fn grow(ts: &PyThreadState, words: usize) -> Option<*mut *mut PyObject> {
    let mut size = CHUNK_BYTES;
    // Deep recursion: chunks grow with the stack, so that their number stays small.
    let old = ts.datastack_chunk.get();
    // SAFETY: chunks are live while they are on the list; a new one is written before it is linked.
    unsafe {
        if !old.is_null() {
            size = ((*old).size.get() * 2).min(1 << 20);
        }
        while size < words * 8 + CHUNK_HEADER + 1024 {
            size *= 2;
        }
        let chunk = libc::malloc(size).cast::<_PyStackChunk>();
        if chunk.is_null() {
            errors::no_memory();
            return None;
        }
        if !old.is_null() {
            (*old)
                .top
                .set((ts.datastack_top.get() as usize - (*old).data.as_ptr() as usize) / 8);
        }
        (*chunk).previous.set(old);
        (*chunk).size.set(size);
        (*chunk).top.set(0);
        ts.datastack_chunk.set(chunk);
        ts.datastack_limit.set(chunk.cast::<u8>().add(size).cast());
        // The first word of the root chunk stays unused, so that popping never frees it.
        let start = ((*chunk).data.as_ptr() as *mut *mut PyObject).add(old.is_null() as usize);
        ts.datastack_top.set(start.add(words).cast());
        Some(start)
    }
}

/// Gives the frame's memory back; its slots have been retired or moved away.
///
/// # Safety
/// `frame` is the newest frame on the data stack.
#[inline(always)]
pub unsafe fn free(ts: &PyThreadState, frame: &Frame) {
    let place = frame as *const Frame as *mut c_void;
    // SAFETY: the current chunk is live.
    unsafe {
        if place as usize == (*ts.datastack_chunk.get()).data.as_ptr() as usize {
            shrink(ts);
        } else {
            ts.datastack_top.set(place);
        }
    }
}

#[cold]
#[inline(never)]
unsafe fn shrink(ts: &PyThreadState) {
    // SAFETY: the newest chunk is empty, and it is not the root chunk (whose first word is unused).
    unsafe {
        let chunk = ts.datastack_chunk.get();
        let previous = (*chunk).previous.get();
        ts.datastack_chunk.set(previous);
        let data = (*previous).data.as_ptr() as *mut *mut PyObject;
        ts.datastack_top.set(data.add((*previous).top.get()).cast());
        ts.datastack_limit
            .set(previous.cast::<u8>().add((*previous).size.get()).cast());
        libc::free(chunk.cast());
    }
}

/// Ends a call: drops what the frame owns and frees it. `stacktop` tells how many slots are live.
///
/// # Safety
/// `frame` is the newest frame on the data stack and does not run any more.
#[inline(always)]
pub unsafe fn pop(ts: &PyThreadState, frame: &Frame) {
    // SAFETY: passed on.
    unsafe {
        if frame.frame_obj.is_null() {
            frame::clear_slots(frame);
        } else {
            frame::retire(frame);
        }
        free(ts, frame);
    }
}

/// Gives back room that [`reserve`] gave, or what is left of it from `place` on.
///
/// # Safety
/// Nothing lies behind `place` on the data stack.
pub unsafe fn give_back(ts: &PyThreadState, place: *mut *mut PyObject) {
    // SAFETY: passed on.
    unsafe { free(ts, &*place.cast::<Frame>()) }
}
