//! What `tracemalloc` knows: the blocks in use, each with its size and the lines that made it.
//!
//! While it is on, an allocator that tells of each block stands in front of those of objects and memory (`mem::domains`). Tracebacks are kept once each until
//! tracing stops; the file names in them are counted, so that nothing is freed while the tables are changed.

use crate::frame::Frame;
use crate::mem::domains::{self, Allocator};
use crate::*;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::rc::Rc;

/// Where a block was made: the innermost frame first, at most as many as asked for.
pub struct Traceback {
    pub frames: Vec<(Ref<Str>, i32)>,
    /// How many frames there were.
    pub total: usize,
}

impl PartialEq for Traceback {
    fn eq(&self, other: &Traceback) -> bool {
        self.total == other.total
            && self.frames.len() == other.frames.len()
            && self
                .frames
                .iter()
                .zip(&other.frames)
                .all(|(a, b)| a.0.as_ptr() == b.0.as_ptr() && a.1 == b.1)
    }
}

impl Eq for Traceback {}

impl Hash for Traceback {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.total.hash(state);
        for (file, line) in &self.frames {
            (file.as_ptr() as usize, line).hash(state);
        }
    }
}

/// A block in use.
#[derive(Clone)]
pub struct Trace {
    /// 0 for objects; others belong to extensions.
    pub domain: u32,
    pub size: usize,
    pub traceback: Rc<Traceback>,
}

#[derive(Default)]
struct Tables {
    traces: HashMap<(u32, usize), Trace>,
    known: HashSet<Rc<Traceback>>,
    traced: usize,
    peak: usize,
}

struct State {
    /// Frames per traceback; 0 while tracing is off.
    limit: Cell<usize>,
    tables: RefCell<Option<Tables>>,
}

// SAFETY: U1.
unsafe impl Sync for State {}

static STATE: State = State {
    limit: Cell::new(0),
    tables: RefCell::new(None),
};

/// The most frames that a traceback may have.
pub const MAX_FRAMES: usize = u16::MAX as usize;

/// Frames per traceback, or `None` while tracing is off.
pub fn limit() -> Option<usize> {
    Some(STATE.limit.get()).filter(|n| *n > 0)
}

/// Begins, or goes on with another limit.
pub fn start(limit: usize) {
    STATE.limit.set(limit.clamp(1, MAX_FRAMES));
    STATE
        .tables
        .borrow_mut()
        .get_or_insert_with(Tables::default);
    for (domain, behind) in [domains::MEMORY, domains::OBJECT]
        .into_iter()
        .zip(&BEHIND.0)
    {
        let now = domains::get(domain);
        if behind.get().is_none() {
            behind.set(Some(now));
            let context = std::ptr::from_ref(behind).cast_mut().cast();
            domains::set(
                domain,
                Allocator {
                    context,
                    malloc: telling_malloc,
                    calloc: telling_calloc,
                    realloc: telling_realloc,
                    free: telling_free,
                },
            );
        }
    }
}

/// Ends, and forgets everything.
pub fn stop() {
    for (domain, behind) in [domains::MEMORY, domains::OBJECT]
        .into_iter()
        .zip(&BEHIND.0)
    {
        if let Some(behind) = behind.take() {
            domains::set(domain, behind);
        }
    }
    STATE.limit.set(0);
    let tables = STATE.tables.take();
    drop(tables);
}

/// The allocators behind the telling ones, while tracing is on.
struct Behind([Cell<Option<Allocator>>; 2]);

// SAFETY: U1.
unsafe impl Sync for Behind {}

static BEHIND: Behind = Behind([const { Cell::new(None) }; 2]);

/// The allocator that a telling one stands for.
///
/// # Safety
/// The context is one of `BEHIND`'s cells.
unsafe fn behind(context: *mut c_void) -> Allocator {
    // SAFETY: the caller's promise. Without tracing nobody calls a telling allocator, unless C code kept it: our own serves it.
    unsafe { (*context.cast::<Cell<Option<Allocator>>>()).get() }.unwrap_or(domains::OWN)
}

/// The block, told of if there is one.
fn told(block: *mut c_void, size: usize) -> *mut c_void {
    if !block.is_null() {
        note(0, block as usize, size);
    }
    block
}

unsafe extern "C" fn telling_malloc(context: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the context is ours (here and below).
    told(unsafe { behind(context) }.malloc(size), size)
}

unsafe extern "C" fn telling_calloc(
    context: *mut c_void,
    count: usize,
    size: usize,
) -> *mut c_void {
    // SAFETY: as above.
    told(unsafe { behind(context) }.calloc(count, size), count * size)
}

unsafe extern "C" fn telling_realloc(
    context: *mut c_void,
    block: *mut c_void,
    size: usize,
) -> *mut c_void {
    // SAFETY: as above; the block is passed on.
    let new = unsafe { behind(context).realloc(block, size) };
    if !new.is_null() {
        forget(0, block as usize);
    }
    told(new, size)
}

unsafe extern "C" fn telling_free(context: *mut c_void, block: *mut c_void) {
    // SAFETY: as above. A report of damage still finds the trace.
    unsafe { behind(context).free(block) }
    forget(0, block as usize);
}

/// Forgets all blocks.
pub fn clear() {
    let fresh = limit().map(|_| Tables::default());
    let old = STATE.tables.replace(fresh);
    drop(old);
}

/// A block has been made. Runs nothing.
pub fn note(domain: u32, address: usize, size: usize) {
    let Ok(mut tables) = STATE.tables.try_borrow_mut() else {
        return;
    };
    let Some(tables) = &mut *tables else { return };
    let traceback = Rc::new(here());
    let traceback = match tables.known.get(&traceback) {
        Some(known) => known.clone(),
        None => {
            tables.known.insert(traceback.clone());
            traceback
        }
    };
    let trace = Trace {
        domain,
        size,
        traceback,
    };
    if let Some(old) = tables.traces.insert((domain, address), trace) {
        tables.traced -= old.size;
    }
    tables.traced += size;
    tables.peak = tables.peak.max(tables.traced);
}

/// A block is in use no more. Runs nothing.
pub fn forget(domain: u32, address: usize) {
    let Ok(mut tables) = STATE.tables.try_borrow_mut() else {
        return;
    };
    let Some(tables) = &mut *tables else { return };
    if let Some(old) = tables.traces.remove(&(domain, address)) {
        tables.traced -= old.size;
    }
}

/// Where the running thread stands.
fn here() -> Traceback {
    let limit = STATE.limit.get();
    let (mut frames, mut total) = (Vec::new(), 0);
    let ts = _PyRuntime.tstate_current.get();
    // SAFETY: the current thread state and its chain of frames are live.
    unsafe {
        let mut frame: *mut Frame = match ts.as_ref().and_then(|ts| ts.cframe.get().as_ref()) {
            Some(cframe) => cframe.current_frame.get(),
            None => std::ptr::null_mut(),
        };
        loop {
            frame = frame::visible(frame);
            let Some(f) = frame.as_ref() else { break };
            total += 1;
            if frames.len() < limit {
                frames.push((Ref::new(f.code().filename()), f.line().unwrap_or(0)));
            }
            frame = f.previous.get();
        }
    }
    Traceback {
        frames,
        total: total.min(MAX_FRAMES),
    }
}

/// All blocks.
pub fn traces() -> Vec<Trace> {
    let tables = STATE.tables.borrow();
    tables
        .as_ref()
        .map(|t| t.traces.values().cloned().collect())
        .unwrap_or_default()
}

/// Where a block was made.
pub fn traceback(domain: u32, address: usize) -> Option<Rc<Traceback>> {
    let tables = STATE.tables.borrow();
    let trace = tables.as_ref()?.traces.get(&(domain, address))?;
    Some(trace.traceback.clone())
}

/// Bytes of the blocks in use, and the most there were.
pub fn traced() -> (usize, usize) {
    let tables = STATE.tables.borrow();
    tables.as_ref().map_or((0, 0), |t| (t.traced, t.peak))
}

/// The most there were is what there is now.
pub fn reset_peak() {
    if let Some(tables) = &mut *STATE.tables.borrow_mut() {
        tables.peak = tables.traced;
    }
}

/// Roughly, the bytes that all this takes.
pub fn own_size() -> usize {
    let tables = STATE.tables.borrow();
    tables.as_ref().map_or(0, |t| {
        t.traces.capacity() * (size_of::<(u32, usize)>() + size_of::<Trace>())
            + t.known
                .iter()
                .map(|k| 64 + k.frames.len() * 16)
                .sum::<usize>()
    })
}

/// Where the block of an object begins.
pub fn block_of(object: &PyObject) -> usize {
    let ty = object.ty();
    let mut before = 0;
    if ty.tp_flags.get() & flags::tp::HAVE_GC != 0 {
        before += size_of::<PyGC_Head>();
    }
    if ty.tp_flags.get() & flags::tp::MANAGED_DICT != 0 {
        before += mem::MANAGED_WORDS;
    }
    object.as_ptr() as usize - before
}
