//! The cache of traces: trees by the address of their loop's head, what they depend on, and their end.
//!
//! **Dependencies.** A trace assumes values of globals, attributes of classes and code of functions without checking them. A change of
//! one makes every tree that assumed it invalid: it is entered no more, and left at its next look (`guard.valid`). A global that
//! changed once is `volatile`: later traces read it each time.
//!
//! **Decay.** Each tree has its heat: entries and rounds, halved in every period of the process's time (`-X trace-decay`). A tree that has
//! gone cold is discarded (when a trace is next left: one that goes round alone keeps the others); what it held is let go when no trace is executed.

use crate::build::{Deps, HeadSlot, Obj};
use crate::lower::{Code, NO_REGISTER};
use crate::recipes::Snaps;
use ahash::{AHashMap, AHashSet};
use hotpy_objects::*;
use hotpy_trace_ir::listing::Listing;
use hotpy_trace_ir::{End, Val};
use std::cell::{Cell, UnsafeCell};
use std::collections::BTreeMap;
use std::ops::Range;

/// An exit: how often it was taken, and the trace that goes on from there.
pub struct Exit {
    pub count: Cell<u32>,
    pub side: Cell<*const Fragment>,
    pub tries: Cell<u32>,
    /// Times it was taken before a recording started here.
    pub before: Cell<u32>,
}

impl Exit {
    /// How often the interpreter went on here.
    pub fn taken(&self) -> u32 {
        self.before.get().saturating_add(self.count.get())
    }
}

/// A trace in the form that is executed.
pub struct Fragment {
    pub code: Vec<Code>,
    pub loop_at: usize,
    pub args: Vec<u16>,
    pub exits: Vec<Exit>,
    pub consts: Vec<Obj>,
    /// Its instructions as they were before they became code, for people.
    pub listing: Listing,
    /// Without its moves.
    pub end: End,
    pub snaps: Snaps,
    /// Registers of the values that the loop's head passes on (root traces).
    pub registers: AHashMap<Val, u16>,
    pub top: u16,
    /// How many traces hang on each other's first exit above this one.
    pub chain: u32,
    /// How often the loop's end (or the trace's end) was reached.
    pub rounds: Cell<u64>,
    pub entries: Cell<u64>,
    /// Its end is the head, where the tree can be entered again.
    pub restarts: bool,
    /// Exits from this number on are taken in the loop, after its preamble.
    pub loop_snaps: usize,
    /// What the interpreter needs for one pass over it, and the trace: for a loop's preamble, and for its body or the whole (`payoff`).
    pub worth: u32,
    pub costs: [u32; 2],
    /// Guards that `-X trace-sweep` has had fail already.
    pub swept: UnsafeCell<Vec<u32>>,
    /// Where it was recorded: for people.
    pub lines: (i32, i32),
}

impl Fragment {
    /// Whether it goes round; else it is left at its end.
    pub fn is_loop(&self) -> bool {
        matches!(self.end, End::Loop(_))
    }
    pub fn register(&self, v: Val) -> u16 {
        self.registers.get(&v).copied().unwrap_or(NO_REGISTER)
    }
    /// Whether a guard's turn to fail has come: the first time it is reached.
    pub fn sweep(&self, place: u32) -> bool {
        // SAFETY: U1; nobody holds on to the list.
        let swept = unsafe { &mut *self.swept.get() };
        let new = !swept.contains(&place);
        if new {
            swept.push(place);
        }
        new
    }

    /// Roughly, the bytes that its code, its listing, its exits, its recipes and its constants take.
    pub fn sizes(&self) -> [usize; 5] {
        [
            self.code.len() * size_of::<Code>(),
            self.listing.size(),
            self.exits.len() * size_of::<Exit>(),
            self.snaps.size(),
            self.consts.len() * size_of::<Obj>(),
        ]
    }

    /// Roughly, the bytes it takes.
    pub fn size(&self) -> usize {
        self.sizes().iter().sum()
    }
}

/// Entries, what had been gained, and side traces, at some time; and after how many more entries is the next look.
#[derive(Clone, Copy)]
pub struct Window {
    pub entries: u64,
    pub gained: i64,
    pub sides: usize,
    pub length: u64,
}

/// A root trace and its side traces.
pub struct Tree {
    /// Kept alive: the head's address is in it.
    pub code: Obj,
    pub ip: *mut u16,
    pub root: Box<Fragment>,
    pub sides: UnsafeCell<Vec<Box<Fragment>>>,
    pub head: Vec<HeadSlot>,
    pub globals: *mut PyObject,
    pub builtins: *mut PyObject,
    pub nulls: Vec<bool>,
    /// By slot, the registers of the arguments, which are the first things in its code; nothing if it cannot be started by a link.
    pub args: Vec<u16>,
    pub depth: Cell<usize>,
    pub frame_words: Cell<usize>,
    pub top: Cell<usize>,
    pub valid: Cell<bool>,
    pub refused: Cell<u32>,
    pub size: Cell<usize>,
    /// How things stood when it was last looked whether the tree is worth it.
    pub window: Cell<Window>,
    /// Executions that have not ended.
    pub running: Cell<u32>,
    /// Recent use, halved when the cache is looked over.
    pub heat: Cell<u32>,
    /// Entries and rounds when it was last looked over.
    pub seen: Cell<u64>,
}

impl Tree {
    /// Rounds of the loop, in the root trace and its side traces.
    pub fn rounds(&self) -> u64 {
        self.root.rounds.get() + self.sides().iter().map(|s| s.rounds.get()).sum::<u64>()
    }

    /// How many arguments there are.
    pub fn arguments(&self) -> usize {
        self.nulls.iter().filter(|empty| !**empty).count()
    }

    /// Whether the object is a constant of one of the traces.
    pub fn has_constant(&self, object: *const PyObject) -> bool {
        let mut all = std::iter::once(&self.root).chain(self.sides().iter());
        all.any(|f| f.consts.iter().any(|k| std::ptr::eq(k.ptr(), object)))
    }

    /// The side traces.
    #[allow(clippy::mut_from_ref)]
    pub fn sides(&self) -> &mut Vec<Box<Fragment>> {
        // SAFETY: U1; nobody holds on to the vector across a change (fragments themselves do not move).
        unsafe { &mut *self.sides.get() }
    }
}

/// A loop, or a function's start, without a trace.
#[derive(Default)]
pub struct Cold {
    pub aborts: u32,
    /// How often the loop was recorded anew because its preamble was left too often.
    pub retraced: u32,
    /// How often it had too few rounds.
    pub short: u32,
    /// How often a function's start was found hot.
    pub waited: u32,
    /// How often its tree became invalid because of assignments of which no list is kept.
    pub shaken: u32,
    /// What earlier traces found that the head must allow.
    pub demands: crate::build::Demands,
}

#[derive(Default)]
struct Cache {
    trees: AHashMap<usize, Box<Tree>>,
    cold: BTreeMap<usize, Cold>,
    /// Ranges of addresses whose code has gone, and with it what is known of them.
    gone: Vec<Range<usize>>,
    volatile: AHashSet<(usize, isize)>,
    types: AHashMap<usize, Vec<usize>>,
    /// By dict, and hash of the name: the name, the value assumed, the tree. Every store into a watched dict is looked up here.
    globals: AHashMap<usize, AHashMap<isize, Vec<(usize, usize, usize)>>>,
    /// Trees that may still be executed; with what their watched constants were.
    dead: Vec<(Box<Tree>, Vec<Ref>)>,
    invalidated: u64,
    cooled: u64,
    size: usize,
}

struct Static(UnsafeCell<Option<Box<Cache>>>);
// SAFETY: U1 (the GIL).
unsafe impl Sync for Static {}
static CACHE: Static = Static(UnsafeCell::new(None));

/// Trees that are being executed.
static ACTIVE: Active = Active(Cell::new(0));
struct Active(Cell<usize>);
// SAFETY: U1.
unsafe impl Sync for Active {}

#[allow(clippy::mut_from_ref)]
fn cache() -> &'static mut Cache {
    // SAFETY: U1; functions here finish with the cache before anything else can run.
    unsafe { (*CACHE.0.get()).get_or_insert_with(Box::default) }
}

/// Counts an execution; the trees that died meanwhile stay until none is executed.
pub fn enter() {
    ACTIVE.0.set(ACTIVE.0.get() + 1);
}

pub fn leave() {
    ACTIVE.0.set(ACTIVE.0.get() - 1);
}

/// Frees dead trees if none is executed, and forgets about places whose code has gone. May run finalisers.
pub fn bury() {
    while let Some(range) = cache().gone.pop() {
        let keys: Vec<usize> = cache().cold.range(range).map(|(ip, _)| *ip).collect();
        for ip in keys {
            cache().cold.remove(&ip);
            hotpy_vm::tracing::set_counter(ip as *mut u16, crate::threshold());
        }
    }
    if ACTIVE.0.get() == 0 && !cache().dead.is_empty() {
        let dead = std::mem::take(&mut cache().dead);
        drop(dead);
    }
}

/// What was found last, by a few bits of their heads' addresses.
struct Recent([Cell<Option<(usize, Option<&'static Tree>)>>; RECENT]);
// SAFETY: U1.
unsafe impl Sync for Recent {}
const RECENT: usize = 64;
static LAST: Recent = Recent([const { Cell::new(None) }; RECENT]);

fn last(ip: usize) -> &'static Cell<Option<(usize, Option<&'static Tree>)>> {
    &LAST.0[(ip >> 1 ^ ip >> 8) % RECENT]
}

/// The tree at a loop's head.
pub fn tree(ip: *mut u16) -> Option<&'static Tree> {
    let place = last(ip as usize);
    if let Some((key, tree)) = place.get() {
        if key == ip as usize {
            return tree;
        }
    }
    let found = cache().trees.get(&(ip as usize)).map(|t| {
        // SAFETY: trees are boxed, and freed by `bury` only, after `remove` has forgotten them.
        unsafe { &*(&raw const **t) }
    });
    place.set(Some((ip as usize, found)));
    found
}

pub fn cold(ip: *mut u16) -> &'static mut Cold {
    cache().cold.entry(ip as usize).or_default()
}

/// All trees.
pub fn trees() -> Vec<&'static Tree> {
    let mut all: Vec<&'static Tree> = cache()
        .trees
        .values()
        // SAFETY: as in `tree`.
        .map(|t| unsafe { &*(&raw const **t) })
        .collect();
    all.sort_by_key(|t| t.ip as usize);
    all
}

pub fn size() -> usize {
    cache().size
}

/// The bytes of all traces' parts (`Fragment::sizes`).
pub fn sizes() -> [usize; 5] {
    let trees = trees();
    let all = trees
        .iter()
        .flat_map(|t| std::iter::once(&t.root).chain(t.sides().iter()));
    all.map(|fragment| fragment.sizes())
        .fold([0; 5], |sum, one| std::array::from_fn(|k| sum[k] + one[k]))
}

pub fn invalidated() -> u64 {
    cache().invalidated
}

/// Trees that were discarded because they were not used any more.
pub fn cooled() -> u64 {
    cache().cooled
}

/// The most heat that a tree can have: so many halvings outlives one that was used a lot.
const MAX_HEAT: u64 = 1 << 16;
/// Places, and globals, of which more is known than they have traces or dependencies; beyond that it is forgotten.
const MAX_REMEMBERED: usize = 8192;

/// The process's time, in milliseconds.
fn now() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the clock exists, and writes what it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    time.tv_sec as u64 * 1000 + time.tv_nsec as u64 / 1_000_000
}

struct Clock {
    /// Questions until the time is looked at.
    left: Cell<u32>,
    last: Cell<u64>,
}
// SAFETY: U1.
unsafe impl Sync for Clock {}
static CLOCK: Clock = Clock {
    left: Cell::new(0),
    last: Cell::new(0),
};

/// Looks the cache over, once in a period. To be called often, while nobody holds on to anything in it.
#[inline(always)]
pub fn tick() {
    let left = CLOCK.left.get();
    if left > 0 {
        CLOCK.left.set(left - 1);
        return;
    }
    look_over();
}

#[cold]
#[inline(never)]
fn look_over() {
    CLOCK.left.set(100);
    let period = u64::from(crate::config::DECAY.load(std::sync::atomic::Ordering::Relaxed));
    let time = now();
    if period == 0 || time < CLOCK.last.get() + period {
        return;
    }
    CLOCK.last.set(time);
    let c = cache();
    let mut cold = Vec::new();
    for (&ip, tree) in &c.trees {
        let seen = tree.root.entries.get() + tree.rounds();
        let used = seen.saturating_sub(tree.seen.replace(seen));
        let heat = u64::from(tree.heat.get()) / 2 + used;
        tree.heat.set(heat.min(MAX_HEAT) as u32);
        if heat == 0 {
            cold.push(ip);
        }
    }
    for ip in cold {
        cache().cooled += 1;
        cache().cold.remove(&ip);
        remove(ip);
    }
    let c = cache();
    if c.cold.len() > MAX_REMEMBERED {
        c.cold.clear();
    }
    if c.volatile.len() > MAX_REMEMBERED {
        c.volatile.clear();
    }
}

/// Whether a global has changed since somebody assumed it would not.
pub fn is_volatile(dict: &PyDictObject, name: &Str) -> bool {
    let key = (dict as *const PyDictObject as usize, str_::hash(name));
    cache().volatile.contains(&key)
}

/// A trace is going to write this global: nobody may assume its value.
pub fn make_volatile(dict: &PyDictObject, name: &Str) {
    let address = dict as *const PyDictObject as usize;
    let hash = str_::hash(name);
    if !cache().volatile.insert((address, hash)) {
        return;
    }
    let users: Vec<usize> = cache()
        .globals
        .get(&address)
        .and_then(|names| names.get(&hash))
        .map(|all| all.iter().map(|e| e.2).collect())
        .unwrap_or_default();
    for ip in users {
        invalidate(ip);
    }
}

/// Notes what the tree at `ip` depends on.
pub fn depend(ip: *mut u16, deps: &Deps) {
    let c = cache();
    for ty in &deps.types {
        // Only a class with a version is heard of. SAFETY: the trace keeps it.
        unsafe { typeobject::version_tag(&**ty) };
        let users = c.types.entry(*ty as usize).or_default();
        if !users.contains(&(ip as usize)) {
            users.push(ip as usize);
        }
    }
    for &(dict, name, value) in &deps.globals {
        // SAFETY: the trace keeps dict and name.
        let hash = unsafe {
            (*dict).watch();
            str_::hash(&*name)
        };
        let entry = (name as usize, value as usize, ip as usize);
        let names = c.globals.entry(dict as usize).or_default();
        let all = names.entry(hash).or_default();
        if !all.contains(&entry) {
            all.push(entry);
        }
    }
}

/// With so much heat a tree does not go for a new one.
const IN_USE: u32 = 2000;

/// Puts a tree into the cache; others that are not used much go if it is full. Whether it has room at all.
pub fn insert(tree: Tree) -> bool {
    let ip = tree.ip as usize;
    let limit = crate::config::CACHE_SIZE.load(std::sync::atomic::Ordering::Relaxed);
    // Another thread may have made one meanwhile, and may be executing it.
    remove(ip);
    let c = cache();
    if tree.size.get() > limit {
        crate::abort::count(crate::abort::Abort::CacheFull);
        c.cold.entry(ip).or_default().aborts += 3;
        return false;
    }
    while cache().size + tree.size.get() > limit {
        let c = cache();
        let coldest = c.trees.iter().min_by_key(|(_, t)| t.heat.get());
        let Some((&k, _)) = coldest.filter(|(_, t)| t.heat.get() < IN_USE) else {
            // All that is there is in use.
            crate::abort::count(crate::abort::Abort::CacheFull);
            c.cold.entry(ip).or_default().aborts += 2;
            return false;
        };
        // It would only push out others again.
        c.cold.entry(k).or_default().aborts += 3;
        remove(k);
        for t in cache().trees.values() {
            t.heat.set(t.heat.get() / 2);
        }
    }
    let c = cache();
    c.size += tree.size.get();
    last(ip).set(None);
    c.trees.insert(ip, Box::new(tree));
    true
}

/// How full the cache is, in quarters.
pub fn quarters() -> u32 {
    let limit = crate::config::CACHE_SIZE.load(std::sync::atomic::Ordering::Relaxed);
    (cache().size * 4 / limit.max(1)).min(4) as u32
}

/// How much colder than a tree that grows others must be to go for it.
const COLDER: u32 = 16;

/// Whether the tree may grow: if the cache is full, those that are much colder go first.
pub fn has_room_for(tree: &Tree) -> bool {
    let limit = crate::config::CACHE_SIZE.load(std::sync::atomic::Ordering::Relaxed);
    while cache().size >= limit {
        let coldest = cache()
            .trees
            .iter()
            .min_by_key(|(_, t)| t.heat.get())
            .filter(|(_, t)| t.heat.get() < tree.heat.get() / COLDER)
            .map(|(k, _)| *k);
        let Some(ip) = coldest else { return false };
        cache().cold.entry(ip).or_default().aborts += 3;
        remove(ip);
    }
    true
}

/// A side trace has been added to a tree.
pub fn grown(tree: &Tree, bytes: usize) {
    tree.size.set(tree.size.get() + bytes);
    cache().size += bytes;
}

fn remove(ip: usize) {
    let c = cache();
    last(ip).set(None);
    let Some(tree) = c.trees.remove(&ip) else {
        return;
    };
    tree.valid.set(false);
    crate::stats::retire(&tree);
    c.size = c.size.saturating_sub(tree.size.get());
    c.types.retain(|_, users| {
        users.retain(|u| *u != ip);
        !users.is_empty()
    });
    c.globals.retain(|_, names| {
        names.retain(|_, all| {
            all.retain(|e| e.2 != ip);
            !all.is_empty()
        });
        !names.is_empty()
    });
    let mut held = Vec::new();
    if ACTIVE.0.get() > 0 {
        // A trace that is being executed may have such a value on its stacks: it is alive still, and must stay so.
        for fragment in std::iter::once(&tree.root).chain(tree.sides().iter()) {
            for k in &fragment.consts {
                if let Obj::Watched(object) = k {
                    // SAFETY: whoever changes a global tells before the old value goes.
                    held.push(unsafe { (**object).to_ref() });
                }
            }
        }
    }
    c.dead.push((tree, held));
    hotpy_vm::tracing::set_counter(ip as *mut u16, crate::threshold());
}

/// The tree at `ip` is right no more.
pub fn invalidate(ip: usize) {
    if cache().trees.contains_key(&ip) {
        cache().invalidated += 1;
    }
    remove(ip);
}

/// All trees go.
pub fn flush() {
    let all: Vec<usize> = cache().trees.keys().copied().collect();
    for ip in all {
        invalidate(ip);
    }
}

/// The watchers of the object model.
pub fn watch() {
    hotpy_objects::watch::install(hotpy_objects::watch::Watchers {
        dict: dict_changed,
        function: function_changed,
        class: class_assigned,
        code: code_goes,
    });
    typeobject::watch(type_changed);
}

fn type_changed(ty: &PyTypeObject) {
    let Some(users) = cache().types.remove(&(ty as *const PyTypeObject as usize)) else {
        return;
    };
    for ip in users {
        invalidate(ip);
    }
}

/// How often a tree may become invalid by assignments to functions or to objects' classes until its head is left alone.
const MAX_SHAKEN: u32 = 50;

/// Something has changed of which no list is kept: those trees are invalid that `relies` says.
fn shake(relies: impl Fn(&Tree) -> bool) {
    let wrong: Vec<usize> = cache()
        .trees
        .iter()
        .filter(|(_, tree)| relies(tree))
        .map(|(ip, _)| *ip)
        .collect();
    for ip in wrong {
        invalidate(ip);
        let cold = cache().cold.entry(ip).or_default();
        cold.shaken += 1;
        if cold.shaken > MAX_SHAKEN {
            cold.aborts = u32::MAX / 2;
        }
    }
}

/// What a function does is assumed where it is a constant of the trace.
fn function_changed(f: &PyFunctionObject) {
    let f = std::ptr::from_ref(f).cast::<PyObject>();
    shake(|tree| tree.has_constant(f));
}

/// An object's class is assumed where the object is a constant, and from its guard to the trace's end.
fn class_assigned(object: &PyObject) {
    shake(|tree| tree.running.get() > 0 || tree.has_constant(object));
}

/// Other code may come to lie there: what is known is forgotten before it is asked for again.
fn code_goes(code: &PyCodeObject) {
    // SAFETY: the instructions of a code object lie in it.
    let range = unsafe {
        let start = code.first_instr();
        start as usize..start.add(code.units()) as usize
    };
    let c = cache();
    if c.cold.range(range.clone()).next().is_some() {
        c.gone.push(range);
    }
}

fn dict_changed(dict: &PyDictObject, key: *mut PyObject) {
    let address = dict as *const PyDictObject as usize;
    let c = cache();
    let Some(names) = c.globals.get(&address) else {
        return;
    };
    // SAFETY: keys of a table are live.
    let hash = unsafe { key.as_ref() }
        .and_then(|k| k.exact::<Str>())
        .map(str_::hash);
    let mut wrong = Vec::new();
    let mut look = |h: isize, all: &Vec<(usize, usize, usize)>| {
        for &(name, value, ip) in all {
            // SAFETY: the tree that assumed it keeps the name.
            let now = dict
                .get_str_borrowed(unsafe { &*(name as *const Str) })
                .map_or(0, |v| v.as_ptr() as usize);
            if now != value {
                wrong.push((h, ip));
            }
        }
    };
    match hash {
        Some(hash) => {
            if let Some(all) = names.get(&hash) {
                look(hash, all);
            }
        }
        None => names.iter().for_each(|(h, all)| look(*h, all)),
    }
    for (h, ip) in wrong {
        c.volatile.insert((address, h));
        invalidate(ip);
    }
}
