//! SWAP: a run of swaps is replaced by the shortest one for the same permutation; swaps before stores are done now, by
//! exchanging the stores.

use super::Ins;
use hotpy_isa::Op;

/// Treats the run of SWAPs that starts at `at`; the index of the run's last instruction.
pub fn simplify(instrs: &mut [Ins], at: usize) -> usize {
    let last = minimise(instrs, at);
    apply(instrs, last);
    last
}

/// Rewrites the run of SWAPs and NOPs at `at`. The permutation is taken apart into cycles, each done with swaps through the
/// top of the stack; the last instructions of the run are used, the others become NOPs.
fn minimise(instrs: &mut [Ins], at: usize) -> usize {
    let len = instrs[at..]
        .iter()
        .take_while(|i| matches!(i.op, Op::SWAP | Op::NOP))
        .count();
    let run = &mut instrs[at..at + len];
    if run.iter().filter(|i| i.op == Op::SWAP).count() < 2 {
        return at;
    }
    let depth = run.iter().map(|i| i.arg as usize).max().unwrap_or(0);
    // Where each item of the stack, top first, comes from.
    let mut from: Vec<usize> = (0..depth).collect();
    for i in run.iter().filter(|i| i.op == Op::SWAP && i.arg > 0) {
        from.swap(0, i.arg as usize - 1);
    }
    let mut done = vec![false; depth];
    let mut swaps = Vec::new();
    for start in 0..depth {
        if done[start] || from[start] == start {
            continue;
        }
        let mut place = start;
        loop {
            if place != 0 {
                swaps.push(place as u32 + 1);
            }
            if done[place] {
                break;
            }
            done[place] = true;
            place = from[place];
        }
    }
    // Cycles are written from the run's end, as the swaps undo the permutation backwards.
    let mut swaps = swaps.into_iter();
    for i in run.iter_mut().rev() {
        match swaps.next() {
            Some(depth) => {
                i.op = Op::SWAP;
                i.arg = depth;
            }
            None => i.nop(),
        }
    }
    at + len - 1
}

fn is_swappable(i: &Ins) -> bool {
    matches!(i.op, Op::STORE_FAST | Op::POP_TOP)
}

/// The next store or pop after `at`; none if something else comes first, or, where a line is given, if it is on another line.
fn next_swappable(instrs: &[Ins], at: usize, line: i32) -> Option<usize> {
    for (n, i) in instrs.iter().enumerate().skip(at + 1) {
        if line >= 0 && i.loc.line != line {
            return None;
        }
        if i.op != Op::NOP {
            return is_swappable(i).then_some(n);
        }
    }
    None
}

/// From the SWAP at `last` leftwards: exchanges the two later instructions that consume the two swapped items.
fn apply(instrs: &mut [Ins], last: usize) {
    for at in (0..=last).rev() {
        let swap = instrs[at];
        if swap.op != Op::SWAP {
            if swap.op == Op::NOP || is_swappable(&swap) {
                continue;
            }
            return;
        }
        let Some(first) = next_swappable(instrs, at, -1) else {
            return;
        };
        let mut second = first;
        let line = instrs[first].loc.line;
        for _ in 1..swap.arg {
            match next_swappable(instrs, second, line) {
                Some(n) => second = n,
                None => return,
            }
        }
        if is_order_seen(&instrs[first..=second]) {
            return;
        }
        instrs[at].nop();
        instrs.swap(first, second);
    }
}

/// Whether exchanging the outer two would change which store to a variable comes last.
fn is_order_seen(range: &[Ins]) -> bool {
    let stored = |i: &Ins| (i.op == Op::STORE_FAST).then_some(i.arg);
    let (Some(first), Some(last)) = (range.first(), range.last()) else {
        return false;
    };
    let (first, last) = (stored(first), stored(last));
    if first.is_none() && last.is_none() {
        return false;
    }
    if first == last {
        return true;
    }
    range[1..range.len() - 1].iter().any(|i| {
        let s = stored(i);
        s.is_some() && (s == first || s == last)
    })
}
