//! Setting `f_lineno`: where a trace function may make a frame go on.
//!
//! A jump is allowed if the stack that the frame has can be cut to what the code expects at the new line. Both are known
//! only by kind; [`stacks`] follows the code's paths from its entry and from its exception handlers.

use super::*;
use hotpy_code::object::flags::{ASYNC_GENERATOR, COROUTINE, GENERATOR};
use hotpy_isa::Op;

/// What an item of the stack is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Iterator,
    Exception,
    Object,
    Null,
    /// The instruction offset for a RERAISE.
    Lasti,
}

/// What is known of the stack before an instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Stack {
    /// No path leads here.
    Unreached,
    TooDeep,
    Known(Vec<Kind>),
}

/// Items beyond which CPython gives up; texts and outcomes depend on it.
const MOST: usize = 21;

impl Stack {
    fn after(&self, popped: usize, pushed: &[Kind]) -> Stack {
        let Stack::Known(items) = self else {
            return self.clone();
        };
        let mut items = items[..items.len().saturating_sub(popped)].to_vec();
        items.extend_from_slice(pushed);
        if items.len() > MOST {
            Stack::TooDeep
        } else {
            Stack::Known(items)
        }
    }

    /// Whether a frame with this stack can go on where `to` is expected, items above that dropped.
    fn fits(&self, to: &Stack) -> bool {
        let (Stack::Known(from), Stack::Known(to)) = (self, to) else {
            return false;
        };
        from.len() >= to.len()
            && from.iter().zip(to).all(|(&from, &to)| match to {
                Kind::Object => matches!(from, Kind::Iterator | Kind::Exception | Kind::Object),
                Kind::Null => true,
                _ => from == to,
            })
    }

    fn depth(&self) -> isize {
        match self {
            Stack::Known(items) => items.len() as isize,
            _ => -1,
        }
    }
}

/// One instruction: its op, operand, and the unit after it and its caches.
fn instruction(code: &[u8], mut at: usize) -> (Op, usize, usize) {
    let mut oparg = 0;
    loop {
        let op = Op::from_u8(code[2 * at]).unwrap_or(Op::NOP);
        oparg = oparg << 8 | usize::from(code[2 * at + 1]);
        at += 1;
        if op != Op::EXTENDED_ARG || 2 * at >= code.len() {
            return (op, oparg, at + op.caches());
        }
    }
}

/// The stack before each unit of the code that starts an instruction.
fn stacks(code: &PyCodeObject) -> Vec<Stack> {
    use Kind::*;
    let plain = code.plain_code();
    let units = plain.len() / 2;
    let mut known: Vec<Stack> = Vec::new();
    known.resize_with(units, || Stack::Unreached);
    let resumable = [GENERATOR, COROUTINE, ASYNC_GENERATOR]
        .iter()
        .any(|&flag| code.has_flag(flag));
    // A generator is sent None at its start.
    let entry: &[Kind] = if resumable { &[Object] } else { &[] };
    let mut todo = vec![(0, Stack::Known(entry.to_vec()))];
    loop {
        while let Some((at, stack)) = todo.pop() {
            if at >= units || known[at] != Stack::Unreached {
                continue;
            }
            known[at] = stack.clone();
            let (op, oparg, next) = instruction(&plain, at);
            let info = op.info();
            let target = match info.arg {
                hotpy_isa::Arg::JumpForward => Some(next + oparg),
                hotpy_isa::Arg::JumpBackward => next.checked_sub(oparg),
                _ => None,
            };
            let (popped, pushed) = info.stack(oparg as u32, false);
            let objects = |n: u32| vec![Object; n as usize];
            let after = match op {
                Op::GET_ITER | Op::GET_AITER => stack.after(1, &[Iterator]),
                // The iterator stays below the item, whatever it was taken for.
                Op::FOR_ITER => stack.after(0, &[Object]),
                Op::PUSH_EXC_INFO => stack.after(0, &[Exception]),
                Op::PUSH_NULL => stack.after(0, &[Null]),
                Op::LOAD_GLOBAL if oparg & 1 != 0 => stack.after(0, &[Null, Object]),
                Op::LOAD_METHOD => stack.after(1, &[Null, Object]),
                Op::COPY => match &stack {
                    Stack::Known(items) if items.len() >= oparg && oparg > 0 => {
                        stack.after(0, &[items[items.len() - oparg]])
                    }
                    _ => stack.after(0, &[Object]),
                },
                Op::SWAP => match &stack {
                    Stack::Known(items) if items.len() >= oparg && oparg > 0 => {
                        let mut items = items.clone();
                        let top = items.len() - 1;
                        items.swap(top, top + 1 - oparg);
                        Stack::Known(items)
                    }
                    _ => stack.clone(),
                },
                // Ops that only look at what is below.
                Op::LIST_APPEND
                | Op::SET_ADD
                | Op::LIST_EXTEND
                | Op::SET_UPDATE
                | Op::DICT_UPDATE
                | Op::DICT_MERGE => stack.after(1, &[]),
                Op::MAP_ADD => stack.after(2, &[]),
                Op::GET_LEN | Op::MATCH_KEYS => stack.after(0, &[Object]),
                Op::MATCH_MAPPING | Op::MATCH_SEQUENCE => stack.after(0, &[Object]),
                Op::CHECK_EXC_MATCH => stack.after(1, &[Object]),
                Op::WITH_EXCEPT_START => stack.after(0, &[Object]),
                Op::PREP_RERAISE_STAR => stack.after(2, &[Object]),
                Op::GET_ANEXT => stack.after(0, &[Object]),
                _ => stack.after(popped as usize, &objects(pushed)),
            };
            if let Some(target) = target {
                let (popped, pushed) = info.stack(oparg as u32, true);
                let jumped = match op {
                    Op::FOR_ITER => stack.after(1, &[]),
                    Op::SEND => stack.after(popped as usize, &objects(pushed)),
                    Op::JUMP_IF_FALSE_OR_POP | Op::JUMP_IF_TRUE_OR_POP => stack.clone(),
                    _ => stack.after(popped as usize, &objects(pushed)),
                };
                todo.push((target, jumped));
            }
            if !info.no_fallthrough() {
                todo.push((next, after));
            }
        }
        // Handlers, once something that they guard has been reached.
        for entry in hotpy_code::exceptions::decode(code.exception_table()) {
            let (start, target) = (entry.start as usize, entry.target as usize);
            if start >= units || target >= units || known[target] != Stack::Unreached {
                continue;
            }
            let Stack::Known(items) = &known[start] else {
                continue;
            };
            let mut items = items[..items.len().min(entry.depth as usize)].to_vec();
            if entry.lasti {
                items.push(Lasti);
            }
            items.push(Exception);
            todo.push((target, Stack::Known(items)));
        }
        if todo.is_empty() {
            return known;
        }
    }
}

/// Why the frame cannot go on where the code expects `to`.
fn reason(to: &Stack) -> &'static str {
    match to {
        Stack::TooDeep => "stack is too deep to analyze",
        Stack::Unreached => "can't jump into an exception handler, or code may be unreachable",
        Stack::Known(items) => match items.last() {
            Some(Kind::Exception) => "can't jump into an 'except' block as there's no exception",
            Some(Kind::Lasti) => "can't jump into a re-raising block as there's no location",
            Some(Kind::Iterator) => "can't jump into the body of a for loop",
            _ => "incompatible stacks",
        },
    }
}

/// The line that starts at each unit; `None` where none does.
fn line_starts(code: &PyCodeObject) -> Vec<Option<i32>> {
    let mut starts = vec![None; code.units()];
    let mut at = 0;
    let mut last = None;
    for entry in hotpy_code::locations::decode(code.linetable(), code.co_firstlineno.get() as u32) {
        let line = (entry.loc.line >= 0).then_some(entry.loc.line);
        if line.is_some() && line != last {
            if let Some(start) = starts.get_mut(at) {
                *start = line;
            }
        }
        last = line;
        at += entry.units;
    }
    starts
}

/// Where the frame shall go on for `line`, and the depth of the stack there. ValueError.
fn destination(frame: &Frame, code: &PyCodeObject, line: i32) -> PyResult<(usize, usize)> {
    let starts = line_starts(code);
    // A line without code stands for the next one that has some.
    let Some(line) = starts
        .iter()
        .flatten()
        .filter(|&&l| l >= line)
        .min()
        .copied()
    else {
        return Err(raise!(
            ValueError,
            "line {line} comes after the current code block"
        ));
    };
    let stacks = stacks(code);
    let here = usize::try_from(frame.lasti()).unwrap_or(0);
    let from = &stacks[here];
    let mut best: Option<(usize, &Stack)> = None;
    let mut refusal = None;
    for (at, start) in starts.iter().enumerate() {
        if *start != Some(line) {
            continue;
        }
        let to = &stacks[at];
        if from.fits(to) {
            if best.is_none_or(|(_, b)| to.depth() > b.depth()) {
                best = Some((at, to));
            }
        } else if best.is_none() {
            refusal = Some(match from {
                Stack::TooDeep => "stack to deep to analyze",
                Stack::Unreached => "can't jump from unreachable code",
                _ => refusal.unwrap_or(reason(to)),
            });
        }
    }
    match best {
        Some((at, to)) => Ok((at, to.depth() as usize)),
        None => {
            let text = refusal.unwrap_or("cannot find bytecode for specified line");
            Err(raise!(ValueError, "{text}"))
        }
    }
}

/// `frame.f_lineno = value`. ValueError if it cannot be done.
pub(super) fn set_line(object: &PyFrameObject, value: &PyObject) -> PyResult<()> {
    let Some(line) = value.exact::<PyLongObject>() else {
        return Err(raise!(ValueError, "lineno must be an integer"));
    };
    let Some(frame) = object.frame() else {
        return Err(raise!(RuntimeError, "frame has been deallocated"));
    };
    let suspended = frame
        .generator()
        .is_some_and(|g| g.gi_frame_state.get() == flags::frame_state::SUSPENDED);
    // The events by their numbers: 0 "call", 2 "line", 3 "return".
    match tstate().tracing_what.get() {
        2 => {}
        3 if suspended => {}
        0 => {
            return Err(raise!(
                ValueError,
                "can't jump from the 'call' trace event of a new frame"
            ));
        }
        _ => {
            return Err(raise!(
                ValueError,
                "can only jump from a 'line' trace event"
            ));
        }
    }
    if object.f_trace.is_null() {
        return Err(raise!(
            ValueError,
            "f_lineno can only be set by a trace function"
        ));
    }
    let Some(line) = line.to_i64().and_then(|n| i32::try_from(n).ok()) else {
        return Err(raise!(ValueError, "lineno out of range"));
    };
    let code = Ref::new(frame.code());
    if line < code.co_firstlineno.get() {
        return Err(raise!(
            ValueError,
            "line {line} comes before the current code block"
        ));
    }
    let (at, depth) = destination(frame, &code, line)?;
    let kinds = match &stacks(&code)[usize::try_from(frame.lasti()).unwrap_or(0)] {
        Stack::Known(kinds) => kinds.clone(),
        _ => Vec::new(),
    };
    let locals = code.co_nlocalsplus.get() as usize;
    let mut top = (frame.stacktop.get() as usize).saturating_sub(locals);
    while top > depth {
        top -= 1;
        // SAFETY: the slots below `stacktop` own objects or are empty.
        let item = unsafe {
            frame.stacktop.set((locals + top) as i32);
            Ref::from_owned_opt(*frame.local_ptr(locals + top))
        };
        if kinds.get(top) == Some(&Kind::Exception) {
            // What was handled before is handled again.
            // SAFETY: the thread's chain of handled exceptions is live.
            let info = unsafe { &*tstate().exc_info.get() };
            info.exc_value.set(item.filter(|e| !singletons::is_none(e)));
        }
    }
    object.f_lineno.set(0);
    // SAFETY: `at` is within the code.
    frame.prev_instr.set(unsafe { code.first_instr().add(at) });
    Ok(())
}
