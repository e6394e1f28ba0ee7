//! The exception table (`co_exceptiontable`): which handler catches what is raised in a range of code units.
//!
//! An entry is four numbers: start, length, target (all in code units), and depth times two plus whether the raising
//! instruction's offset is pushed. A number is big-endian groups of six bits, bit 6 set on all but the last byte; bit 7 marks
//! the first byte of an entry, so that the table can be searched from the middle. Entries are sorted and do not overlap.

/// One entry; positions count code units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    pub start: u32,
    /// One past the last unit.
    pub end: u32,
    pub target: u32,
    /// Stack depth to go back to before the exception is pushed.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed below the exception.
    pub lasti: bool,
}

/// The table of these entries.
pub fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    for e in entries {
        number(&mut out, e.start, 0x80);
        number(&mut out, e.end - e.start, 0);
        number(&mut out, e.target, 0);
        number(&mut out, e.depth << 1 | u32::from(e.lasti), 0);
    }
    out
}

fn number(out: &mut Vec<u8>, n: u32, mut first: u8) {
    for group in (0..6).rev() {
        let shift = 6 * group;
        if group == 0 || n >> shift != 0 {
            let more = if group > 0 { 0x40 } else { 0 };
            out.push(first | more | (n >> shift & 63) as u8);
            first = 0;
        }
    }
}

/// The entries of a table; stops early if it is malformed.
pub fn decode(table: &[u8]) -> impl Iterator<Item = Entry> + '_ {
    let mut at = 0;
    let mut number = move || {
        let mut n = 0u32;
        loop {
            let b = *table.get(at)?;
            at += 1;
            if n >> 26 != 0 {
                return None;
            }
            n = n << 6 | u32::from(b & 63);
            if b & 0x40 == 0 {
                return Some(n);
            }
        }
    };
    std::iter::from_fn(move || {
        let start = number()?;
        let end = start.checked_add(number()?)?;
        let target = number()?;
        let depth = number()?;
        Some(Entry {
            start,
            end,
            target,
            depth: depth >> 1,
            lasti: depth & 1 == 1,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let entry = |start, end, target, depth, lasti| Entry {
            start,
            end,
            target,
            depth,
            lasti,
        };
        let entries = [
            entry(0, 1, 63, 0, false),
            entry(2, 66, 64, 3, true),
            entry(4095, 4096, 4096, 31, true),
            entry(300_000, 600_000, 20_000_000, 40, false),
        ];
        let table = encode(&entries);
        assert_eq!(decode(&table).collect::<Vec<_>>(), entries);
        assert_eq!(
            table.iter().filter(|b| **b & 0x80 != 0).count(),
            entries.len()
        );
        assert_eq!(table[..4], [0x80, 1, 63, 0]);
        assert_eq!(table[4..10], [0x82, 0x41, 0, 0x41, 0, 7]);
    }
}
