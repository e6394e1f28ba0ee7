//! What happens at a hot loop's head: a trace is entered, or a recording is made; and after a trace was left by a hot exit.

use crate::abort::{self, Abort};
use crate::build::{self, Built, Foreign, HeadSlot, Origin, Outcome};
use crate::cache::{self, Exit, Fragment, Tree, Window};
use crate::checks;
use crate::exec;
use crate::lower::{self, Code, Lowered};
use crate::payoff;
use crate::recipes::Snaps;
use crate::record::{Finish, Recording, Step};
use crate::stats::{self, COUNTERS, add};
use crate::{config, threshold};
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use hotpy_trace_ir::listing::Listing;
use hotpy_trace_ir::passes::register;
use hotpy_trace_ir::{End, Recipe, Trace, TraceOp};
use hotpy_vm::interp;
use hotpy_vm::tracing::{self, Place};
use std::cell::{Cell, UnsafeCell};
use std::sync::atomic::Ordering::Relaxed;

/// Entries until it is looked whether a tree is worth it, for the first time; and the most between two looks.
const FIRST_WINDOW: u64 = 400;
const MAX_WINDOW: u64 = 20_000;
/// Side traces of a loop's tree that is not worth it yet.
const GROWN: usize = 12;
/// Aborted recordings until a loop is left alone.
const MAX_ABORTS: u32 = 7;
/// How often a loop may turn out to have too few rounds until it is left alone.
const MAX_SHORT: u32 = 2;
/// Side traces of a tree.
const MAX_SIDES: usize = 100;
/// Times that a loop is recorded anew because its preamble is left.
const MAX_RETRACES: u32 = 3;
/// Traces that hang on each other's first exit.
const MAX_CHAIN: u32 = 12;
/// Recordings from one exit.
const MAX_TRIES: u32 = 5;

/// The tracer's answer to a counter at zero.
///
/// # Safety
/// `place` is where the running frame stands.
pub unsafe fn hot(ts: &'static PyThreadState, cframe: &_PyCFrame, place: Place) -> Place {
    cache::bury();
    cache::tick();
    // Trees that become invalid meanwhile stay.
    cache::enter();
    // SAFETY: passed on.
    let place = unsafe { answer(ts, cframe, place) };
    cache::leave();
    place
}

unsafe fn answer(ts: &'static PyThreadState, cframe: &_PyCFrame, mut place: Place) -> Place {
    // SAFETY: passed on.
    unsafe {
        if !config::is_enabled() || cframe.use_tracing.get() != 0 {
            tracing::set_counter(place.ip, u16::MAX);
            return place;
        }
        let mut start = match hotpy_isa::Op::from_u8(*place.ip as u8) {
            Some(hotpy_isa::Op::RESUME) => Start::Function,
            _ => Start::Loop,
        };
        while let Some(tree) = cache::tree(place.ip) {
            let Some(left) = exec::enter(ts, cframe, tree, &place) else {
                let refused = tree.refused.get() + 1;
                tree.refused.set(refused);
                if refused > 20 && refused > tree.heat.get() {
                    cache::invalidate(tree.ip as usize);
                    cache::cold(place.ip).aborts += 1;
                }
                return place;
            };
            place = left.place;
            if is_short(tree) {
                abort::count(Abort::ShortLoop);
                // It may have more rounds later: it is tried again, after a long time.
                let cold = cache::cold(tree.ip);
                cold.short += 1;
                if cold.short > MAX_SHORT {
                    cold.aborts = MAX_ABORTS + 1;
                }
                cache::invalidate(tree.ip as usize);
                tracing::set_counter(tree.ip, u16::MAX);
                return place;
            }
            if !left.at_end {
                if let Some((fragment, x)) = left.exit {
                    return from_exit(ts, cframe, tree, &*fragment, x, left.outcome, place);
                }
                return place;
            }
            if place.event.is_some() {
                return place;
            }
            if hotpy_vm::breaker::is_requested() {
                return place;
            }
            // The trace's end may be the head of another one; or the caller, if it has returned, of one that is still to be made.
            if cache::tree(place.ip).is_none() {
                if left.returned && tracing::is_hot(place.ip) && !place.frame.code().is_hidden() {
                    start = Start::Return;
                    break;
                }
                return place;
            }
        }
        let cold = cache::cold(place.ip);
        if cold.aborts > MAX_ABORTS || is_limited() {
            tracing::set_counter(place.ip, u16::MAX);
            return place;
        }
        // Nothing is begun while memory is low.
        if !mem::has_reserve() {
            tracing::set_counter(place.ip, threshold());
            return place;
        }
        if start == Start::Function {
            // Loops come first: their traces take the calls in them along.
            cold.waited += 1;
            if place.frame.code().is_hidden() || cold.waited <= PATIENCE {
                tracing::set_counter(place.ip, threshold());
                return place;
            }
        }
        root(ts, cframe, place, start)
    }
}

/// Where a root trace starts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Where a backward jump goes.
    Loop,
    /// At a function's RESUME.
    Function,
    /// Where a function goes on whose callee has a trace that returns.
    Return,
}

/// Whether as many traces have been made as may be.
fn is_limited() -> bool {
    stats::made() >= u64::from(config::LIMIT.load(Relaxed))
}

/// How often a start that is no loop must be found hot.
const PATIENCE: u32 = 2;

/// Whether it turns out that the loop has so few rounds that entering and leaving its trace is not worth it.
///
/// Looked at now and then, if the tree has not grown meanwhile.
fn is_short(tree: &Tree) -> bool {
    let before = tree.window.get();
    let entries = tree.root.entries.get();
    if entries < before.entries + before.length {
        return false;
    }
    let (gained, sides) = (payoff::gained(tree), tree.sides().len());
    tree.window.set(Window {
        entries,
        gained,
        sides,
        length: (before.length * 2).min(MAX_WINDOW),
    });
    // A loop whose tree grows may yet become longer.
    let grows = tree.root.is_loop() && sides > before.sides && sides < GROWN;
    let (gained, entered) = (gained - before.gained, (entries - before.entries) as i64);
    // One that gains next to nothing does not.
    let grows = grows && gained * 8 > entered * payoff::ENTRY;
    if config::verbose() {
        // SAFETY: the tree keeps its code.
        let name = unsafe { (*tree.code.ptr()).cast::<PyCodeObject>().qualname() };
        let (name, each) = (name.to_string_lossy(), gained / entered.max(1));
        eprintln!("trace: {name} with {sides} sides gains {each} an entry, grows: {grows}");
    }
    !grows && gained < entered * payoff::ENTRY
}

/// Says why a recording or a trace was given up.
fn give_up(why: Abort, what: &str, code: &PyCodeObject) {
    abort::count(why);
    if config::verbose() {
        let name = code.qualname().to_string_lossy();
        eprintln!("trace: {what} in {name} given up: {}", why.text());
    }
}

/// Records and makes a root trace that starts at `place`.
unsafe fn root(
    ts: &'static PyThreadState,
    cframe: &_PyCFrame,
    place: Place,
    start: Start,
) -> Place {
    // SAFETY: passed on.
    unsafe {
        let head = place.ip;
        let frame = place.frame;
        let slots = place.sp.offset_from(frame.local_ptr(0)) as usize;
        let nulls: Vec<bool> = (0..slots)
            .map(|i| (*frame.local_ptr(i)).is_null())
            .collect();
        let mut rec = Recording::new(&[frame], head, false);
        rec.is_linear = start != Start::Loop;
        add(&COUNTERS.recordings);
        let code = build::Obj::new(frame.code().as_ptr());
        let spaces = (frame.f_globals.as_ptr(), frame.f_builtins.as_ptr());
        let place = rec.during(|| interp::run_recorded(ts, cframe, place));
        if place.event.is_some() {
            rec.finish = Finish::Stop(Abort::Raised);
        }
        let made = if rec.finish == Finish::Loop && std::ptr::eq(place.frame, frame) {
            note_stores(&rec, frame.f_globals.as_ptr());
            build::root(&rec, frame, slots, &nulls, &mut cache::cold(head).demands)
        } else {
            match rec.finish {
                Finish::Stop(Abort::InnerLoop) => Err(Abort::InnerLoop),
                _ if start != Start::Loop => {
                    note_stores(&rec, spaces.0);
                    build::linear(&rec, (*code.ptr()).cast(), spaces, &nulls)
                }
                Finish::Stop(why) => Err(why),
                Finish::Return => Err(Abort::LeavesLoop),
                _ => Err(Abort::FrameChange),
            }
        };
        let lines = lines(&rec);
        rec.steps = Vec::new();
        let made =
            made.and_then(|built| lower::lower(&built, register::FIXED).map(|low| (built, low)));
        let cold = cache::cold(head);
        match made {
            Ok((built, low)) => {
                add(&COUNTERS.roots);
                if config::verbose() {
                    eprintln!(
                        "trace: root in {}\n{}",
                        (*code.ptr())
                            .cast::<PyCodeObject>()
                            .qualname()
                            .to_string_lossy(),
                        built.trace
                    );
                    show(&low);
                }
                let head_slots = built.head.clone();
                let nulls = built.nulls.clone();
                let (depth, words) = (built.depth, built.frame_words);
                let deps = cache_deps(&built);
                let args = arguments(&low, &nulls);
                let root = Box::new(fragment(built, low, lines));
                let tree = Tree {
                    code,
                    ip: head,
                    head: head_slots,
                    globals: spaces.0,
                    builtins: spaces.1,
                    nulls,
                    args,
                    depth: Cell::new(depth),
                    frame_words: Cell::new(words),
                    top: Cell::new(root.top as usize),
                    valid: Cell::new(true),
                    refused: Cell::new(0),
                    size: Cell::new(root.size()),
                    heat: Cell::new(1),
                    window: Cell::new(Window {
                        entries: 0,
                        gained: 0,
                        sides: 0,
                        length: FIRST_WINDOW,
                    }),
                    seen: Cell::new(0),
                    running: Cell::new(0),
                    root,
                    sides: UnsafeCell::new(Vec::new()),
                };
                if cache::insert(tree) {
                    cache::depend(head, &deps);
                    tracing::set_counter(head, 0);
                } else {
                    tracing::set_counter(head, u16::MAX);
                }
            }
            Err(why) => {
                let what = match start {
                    Start::Loop => "loop",
                    Start::Function => "function",
                    Start::Return => "return",
                };
                give_up(why, what, (*code.ptr()).cast());
                // What is short will mostly be so again.
                cold.aborts += if why == Abort::Short { 3 } else { 1 };
                let wait = u32::from(threshold().max(16)) << cold.aborts.min(8);
                tracing::set_counter(head, wait.min(0xffff) as u16);
            }
        }
        place
    }
}

fn cache_deps(built: &Built) -> build::Deps {
    build::Deps {
        types: built.deps.types.clone(),
        globals: built.deps.globals.clone(),
    }
}

fn fragment(built: Built, low: Lowered, lines: (i32, i32)) -> Fragment {
    let Built {
        trace,
        mut consts,
        head,
        loop_snaps,
        worth,
        ..
    } = built;
    let listing = Listing::pack(&trace);
    let Trace {
        insts,
        args,
        snaps,
        recipes,
        end,
        ..
    } = trace;
    drop((insts, args));
    let snaps = Snaps::pack(snaps, &recipes, &low.registers);
    let registers = head
        .iter()
        .filter_map(|slot| match slot {
            HeadSlot::Same(v) | HeadSlot::Phi(v, ..) => Some((*v, low.registers[*v as usize])),
            _ => None,
        })
        .collect();
    let exits = (0..snaps.len())
        .map(|_| Exit {
            count: Cell::new(0),
            side: Cell::new(std::ptr::null()),
            tries: Cell::new(0),
            before: Cell::new(0),
        })
        .collect();
    consts.shrink_to_fit();
    let mut code = low.code;
    code.shrink_to_fit();
    let cost = |code: &[Code]| code.iter().map(|i| payoff::executed(i.op)).sum();
    let costs = [cost(&code[..low.loop_at]), cost(&code[low.loop_at..])];
    let end = match end {
        End::Loop(_) => End::Loop(Vec::new()),
        End::Link { target, .. } => End::Link {
            target,
            moves: Vec::new(),
        },
        end => end,
    };
    Fragment {
        code,
        loop_at: low.loop_at,
        args: low.args,
        exits,
        consts,
        listing,
        end,
        snaps,
        registers,
        top: low.top,
        chain: 0,
        rounds: Cell::new(0),
        entries: Cell::new(0),
        swept: Default::default(),
        restarts: false,
        loop_snaps,
        worth,
        costs,
        lines,
    }
}

/// By slot, the registers of a root trace's arguments, if its code starts with all of them.
fn arguments(low: &Lowered, nulls: &[bool]) -> Vec<u16> {
    let mut args = vec![lower::NO_REGISTER; nulls.len()];
    let first = low.code.iter().take_while(|code| code.op == TraceOp::Arg);
    first.for_each(|code| args[code.imm as usize] = code.d);
    let all = nulls
        .iter()
        .zip(&args)
        .all(|(empty, register)| *empty == (*register == lower::NO_REGISTER));
    if all { args } else { Vec::new() }
}

/// Whether a side trace ends at the head of its tree, in a state in which the tree can be entered.
fn restarts(tree: &Tree, trace: &Trace) -> bool {
    let End::Exit(last) = trace.end else {
        return false;
    };
    let snap = &trace.snaps[last as usize];
    let [frame] = &snap.frames[..] else {
        return false;
    };
    // SAFETY: the tree keeps its code, and starts in it.
    let head = unsafe {
        let code: &PyCodeObject = (*tree.code.ptr()).cast();
        tree.ip.offset_from(code.first_instr())
    };
    let nulls = trace.recipes.slots_of(frame).map(|s| *s == Recipe::Null);
    snap.caught.is_empty() && frame.ip as isize == head && nulls.eq(tree.nulls.iter().copied())
}

/// A trace was left by a guard: if that happens often, a side trace is made.
unsafe fn from_exit(
    ts: &'static PyThreadState,
    cframe: &_PyCFrame,
    tree: &'static Tree,
    from: &Fragment,
    x: u32,
    outcome: Outcome,
    place: Place,
) -> Place {
    // SAFETY: passed on; the tree is alive as long as nothing buries it, which only `hot` does.
    unsafe {
        let exit = &from.exits[x as usize];
        let tries = exit.tries.get();
        let hot = config::HOT_EXIT.load(Relaxed);
        if !tree.valid.get()
            || !mem::has_reserve()
            || exit.count.get() < hot << (2 * tries + cache::quarters())
            || tries >= MAX_TRIES
            || x == 0 && from.chain >= MAX_CHAIN
            || tree.sides().len() >= MAX_SIDES
            || !cache::has_room_for(tree)
            || checks::forces()
            || is_limited()
        {
            return place;
        }
        let cold = cache::cold(tree.ip);
        let in_preamble = std::ptr::eq(from, &*tree.root) && (x as usize) < from.loop_snaps;
        if in_preamble && cold.retraced < MAX_RETRACES {
            // The recorded round was not a typical one.
            cold.retraced += 1;
            abort::count(Abort::Retrace);
            cache::invalidate(tree.ip as usize);
            tracing::set_counter(tree.ip, 3);
            return place;
        }
        let depth = from.snaps.frames(x).len();
        let mut frames: Vec<*const Frame> = vec![place.frame];
        while frames.len() < depth {
            let last = frames[frames.len() - 1];
            frames.push((*last).previous.get());
        }
        frames.reverse();
        let root = &*frames[0];
        exit.tries.set(tries + 1);
        exit.before.set(exit.taken());
        exit.count.set(0);
        let mut rec = Recording::new(&frames, tree.ip, true);
        add(&COUNTERS.recordings);
        let root_globals = (root.f_globals.as_ptr(), root.f_builtins.as_ptr());
        let place = rec.during(|| interp::run_recorded(ts, cframe, place));
        if place.event.is_some() {
            rec.finish = Finish::Stop(Abort::Raised);
        }
        // The tree may have become invalid while the interpreter ran.
        if !tree.valid.get() {
            return place;
        }
        note_stores(&rec, root_globals.0);
        if !tree.valid.get() {
            return place;
        }
        let head_register = |v| tree.root.register(v);
        let origin = Origin {
            snaps: &from.snaps,
            snap: x,
            consts: &from.consts,
            in_loop: x as usize >= from.loop_snaps,
            outcome,
        };
        let foreign = Foreign {
            consts: &tree.root.consts,
            register: &head_register,
            args: &tree.args,
        };
        let code: &PyCodeObject = (*tree.code.ptr()).cast();
        let at_head = (rec.finish == Finish::Link).then_some(root);
        let demands = &mut cache::cold(tree.ip).demands;
        let made = build::side(
            &rec,
            at_head,
            demands,
            code,
            root_globals,
            &origin,
            &tree.head,
            &foreign,
        );
        let lines = lines(&rec);
        rec.steps = Vec::new();
        let made = made.and_then(|built| lower::lower(&built, from.top).map(|low| (built, low)));
        match made {
            Ok((built, low)) => {
                add(&COUNTERS.sides);
                if config::verbose() {
                    eprintln!(
                        "trace: side in {}, from exit s{x}\n{}",
                        code.qualname().to_string_lossy(),
                        built.trace
                    );
                    show(&low);
                }
                tree.depth.set(tree.depth.get().max(built.depth));
                tree.frame_words
                    .set(tree.frame_words.get().max(built.frame_words));
                let deps = cache_deps(&built);
                let restarts = restarts(tree, &built.trace);
                let mut side = fragment(built, low, lines);
                side.restarts = restarts;
                if x == 0 {
                    side.chain = from.chain + 1;
                }
                side.loop_snaps = if origin.in_loop { 0 } else { usize::MAX };
                let side = Box::new(side);
                tree.top.set(tree.top.get().max(side.top as usize));
                exit.side.set(&raw const *side);
                cache::grown(tree, side.size());
                tree.sides().push(side);
                cache::depend(tree.ip, &deps);
            }
            Err(why) => {
                abort::count(why);
                if why == Abort::Head {
                    cache::invalidate(tree.ip as usize);
                }
                if config::verbose() {
                    eprintln!(
                        "trace: side in {} given up: {}",
                        code.qualname().to_string_lossy(),
                        why.text()
                    );
                }
            }
        }
        place
    }
}

/// The source lines of the recording's first and last instruction in the outermost frame, for people.
fn lines(rec: &Recording) -> (i32, i32) {
    let line = |step: Option<&Step>| {
        step.filter(|s| s.depth == 0)
            // SAFETY: the outermost frame's code is alive.
            .and_then(|s| unsafe { code::line_at(&*s.code, s.ip as usize) })
            .unwrap_or(0)
    };
    (line(rec.steps.first()), line(rec.steps.last()))
}

/// Marks globals that the recording writes, in the outermost frame's namespace.
unsafe fn note_stores(rec: &Recording, globals: *mut PyObject) {
    for step in &rec.steps {
        use hotpy_isa::Op;
        if matches!(step.op, Op::STORE_GLOBAL | Op::STORE_NAME) {
            // SAFETY: the recording keeps its code; a function's globals are a dict.
            unsafe {
                let name = (*step.code).name_at(step.oparg());
                cache::make_volatile(&*globals.cast::<PyDictObject>(), name);
            }
        }
    }
}

/// Prints code.
fn show(low: &Lowered) {
    for (n, code) in low.code.iter().enumerate() {
        eprintln!("  {n:4}: {code}");
    }
    eprintln!("  args {:?}", low.args);
}
