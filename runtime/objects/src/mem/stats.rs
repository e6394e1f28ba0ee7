//! What there is of memory, as a table for people (`sys._debugmallocstats`, PYTHONMALLOCSTATS).

use super::*;
use std::fmt::Write;

/// A free list's length.
fn length(list: &Cell<*mut u8>) -> usize {
    let (mut count, mut at) = (0, list.get());
    while !at.is_null() {
        count += 1;
        // SAFETY: a free block holds the address of the next free one.
        at = unsafe { at.cast::<*mut u8>().read() };
    }
    count
}

/// With commas between the thousands.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn line(text: &mut String, what: &str, number: usize) {
    _ = writeln!(text, "{what:<35}={:>21}", grouped(number));
}

/// The classes of blocks that are in use, and what the arenas hold.
pub fn table() -> String {
    let mut text = format!(
        "Small block threshold = {SMALL_MAX}, in {} size classes.\n\n\
         class   size   num pools   blocks in use  avail blocks\n\
         -----   ----   ---------   -------------  ------------\n",
        CLASSES - 1
    );
    let (mut used, mut free, mut headers, mut lost, mut all_pools) = (0, 0, 0, 0, 0);
    for class in 1..CLASSES {
        let pools = HEAP.pools[class].get() as usize;
        if pools == 0 {
            continue;
        }
        let size = class * GRANULE;
        let whole = (POOL - POOL_HEADER) / size;
        let untouched = HEAP.bump_end[class].get() as usize - HEAP.bump[class].get() as usize;
        let available = length(&lists()[class]) + untouched / size;
        let in_use = pools * whole - available;
        _ = writeln!(
            text,
            "{:>5} {size:>6} {pools:>11} {in_use:>15} {available:>13}",
            class - 1
        );
        used += in_use * size;
        free += available * size;
        headers += pools * POOL_HEADER;
        lost += pools * (POOL - POOL_HEADER - whole * size);
        all_pools += pools;
    }
    let arenas = HEAP.arenas.get() as usize;
    let unused = arenas * (ARENA / POOL) - all_pools;
    text.push('\n');
    line(&mut text, "# arenas allocated total", arenas);
    line(&mut text, "# arenas reclaimed", 0);
    line(&mut text, "# arenas highwater mark", arenas);
    line(&mut text, "# arenas allocated current", arenas);
    let arenas_text = format!("{arenas} arenas * {ARENA} bytes/arena");
    line(&mut text, &arenas_text, arenas * ARENA);
    text.push('\n');
    line(&mut text, "# bytes in allocated blocks", used);
    line(&mut text, "# bytes in available blocks", free);
    let unused_text = format!("{unused} unused pools * {POOL} bytes");
    line(&mut text, &unused_text, unused * POOL);
    line(&mut text, "# bytes lost to pool headers", headers);
    line(&mut text, "# bytes lost to quantization", lost);
    line(&mut text, "# bytes lost to arena alignment", 0);
    let total = used + free + unused * POOL + headers + lost;
    line(&mut text, "Total", total);
    text
}

/// Objects of a type that are kept for the next one that is made. There are none: their blocks go to the free lists of all.
pub fn kept(plural: &str, size: usize) -> String {
    let what = format!("0 free {plural} * {size} bytes each");
    format!("{what:>48} ={:>21}\n", 0)
}

/// Has `tell` called after each new arena.
pub fn on_arena(tell: fn()) {
    HEAP.on_arena.set(Some(tell));
}
