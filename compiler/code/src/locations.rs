//! The location table (`co_linetable`, PEP 626 and 657): from code units to source spans.
//!
//! A run of at most eight units has one entry: a byte `1 kkkk nnn` (form k, n+1 units), then what the form needs. Lines are
//! deltas from the entry before, the first one from `co_firstlineno`. Forms: 0-9 short (one line, same as before, column
//! below 80, width below 16), 10-12 one line (0-2 further, columns below 128), 13 line without columns, 14 long, 15 nothing.
//! Numbers are little-endian groups of six bits, bit 6 set on all but the last; signed ones keep the sign in bit 0.

/// A source span: 1-based lines, 0-based UTF-8 byte columns; -1 where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Loc {
    pub line: i32,
    pub end_line: i32,
    pub col: i32,
    pub end_col: i32,
}

impl Loc {
    /// An artificial instruction: no line at all.
    pub const NONE: Loc = Loc {
        line: -1,
        end_line: -1,
        col: -1,
        end_col: -1,
    };

    /// A line without columns.
    pub const fn line(line: i32) -> Loc {
        Loc {
            line,
            end_line: line,
            col: -1,
            end_col: -1,
        }
    }
}

const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NOTHING: u8 = 15;

/// Writes a location table from front to back.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
    line: i32,
}

impl Writer {
    pub fn new(firstlineno: u32) -> Writer {
        Writer {
            out: Vec::new(),
            line: firstlineno as i32,
        }
    }

    /// The table.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    /// The next `units` code units come from `loc`.
    pub fn push(&mut self, loc: Loc, mut units: usize) {
        while units > 8 {
            self.entry(loc, 8);
            units -= 8;
        }
        if units > 0 {
            self.entry(loc, units);
        }
    }

    fn head(&mut self, form: u8, units: usize) {
        self.out.push(0x80 | form << 3 | (units as u8 - 1));
    }

    fn entry(&mut self, loc: Loc, units: usize) {
        if loc.line < 0 {
            self.head(NOTHING, units);
            return;
        }
        let delta = loc.line - self.line;
        self.line = loc.line;
        let one_line = loc.end_line == loc.line;
        if loc.col < 0 || loc.end_col < 0 {
            if one_line || loc.end_line == -1 {
                self.head(NO_COLUMNS, units);
                self.signed(delta);
                return;
            }
        } else if one_line {
            let width = loc.end_col - loc.col;
            if delta == 0 && loc.col < 80 && (0..16).contains(&width) {
                self.head((loc.col >> 3) as u8, units);
                self.out.push(((loc.col & 7) << 4 | width) as u8);
                return;
            }
            if (0..3).contains(&delta) && loc.col < 128 && loc.end_col < 128 {
                self.head(10 + delta as u8, units);
                self.out.extend([loc.col as u8, loc.end_col as u8]);
                return;
            }
        }
        self.head(LONG, units);
        self.signed(delta);
        self.unsigned((loc.end_line - loc.line).max(0) as u32);
        self.unsigned((loc.col + 1) as u32);
        self.unsigned((loc.end_col + 1) as u32);
    }

    fn unsigned(&mut self, mut n: u32) {
        while n >= 64 {
            self.out.push(0x40 | (n & 63) as u8);
            n >>= 6;
        }
        self.out.push(n as u8);
    }

    fn signed(&mut self, n: i32) {
        self.unsigned(if n < 0 {
            n.unsigned_abs() << 1 | 1
        } else {
            (n as u32) << 1
        });
    }
}

/// One entry of a table: how many units come from where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    pub units: usize,
    pub loc: Loc,
}

/// Reads a table; stops early if it is malformed.
pub struct Reader<'a> {
    rest: &'a [u8],
    line: i32,
}

/// The entries of `table`.
pub fn decode(table: &[u8], firstlineno: u32) -> Reader<'_> {
    Reader {
        rest: table,
        line: firstlineno as i32,
    }
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&b, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(b)
    }

    fn unsigned(&mut self) -> Option<u32> {
        let mut n = 0u32;
        for shift in (0..32).step_by(6) {
            let b = self.byte()?;
            n |= u32::from(b & 63) << shift;
            if b & 0x40 == 0 {
                return Some(n);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i32> {
        let n = self.unsigned()?;
        let magnitude = (n >> 1) as i32;
        Some(if n & 1 == 1 { -magnitude } else { magnitude })
    }
}

impl Iterator for Reader<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let head = self.byte()?;
        if head & 0x80 == 0 {
            return None;
        }
        let units = usize::from(head & 7) + 1;
        let form = head >> 3 & 15;
        let loc = match form {
            NOTHING => Loc::NONE,
            LONG => {
                self.line = self.line.checked_add(self.signed()?)?;
                Loc {
                    line: self.line,
                    end_line: self.line.checked_add(self.unsigned()? as i32)?,
                    col: self.unsigned()? as i32 - 1,
                    end_col: self.unsigned()? as i32 - 1,
                }
            }
            NO_COLUMNS => {
                self.line = self.line.checked_add(self.signed()?)?;
                Loc::line(self.line)
            }
            10..=12 => {
                self.line = self.line.checked_add(i32::from(form) - 10)?;
                Loc {
                    line: self.line,
                    end_line: self.line,
                    col: self.byte()?.into(),
                    end_col: self.byte()?.into(),
                }
            }
            _ => {
                let b = self.byte()?;
                let col = i32::from(form) << 3 | i32::from(b >> 4);
                Loc {
                    line: self.line,
                    end_line: self.line,
                    col,
                    end_col: col + i32::from(b & 15),
                }
            }
        };
        Some(Entry { units, loc })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(locs: &[(Loc, usize)], first: u32) {
        let mut w = Writer::new(first);
        let mut expected = Vec::new();
        for &(loc, units) in locs {
            w.push(loc, units);
            expected.extend(std::iter::repeat_n(loc, units));
        }
        let table = w.finish();
        let mut found = Vec::new();
        for e in decode(&table, first) {
            found.extend(std::iter::repeat_n(e.loc, e.units));
        }
        assert_eq!(found, expected);
    }

    fn span(line: i32, end_line: i32, col: i32, end_col: i32) -> Loc {
        Loc {
            line,
            end_line,
            col,
            end_col,
        }
    }

    #[test]
    fn every_form() {
        round_trip(
            &[
                (Loc::NONE, 2),
                (span(5, 5, 79, 94), 1),
                (span(5, 5, 80, 94), 11),
                (span(7, 7, 0, 127), 8),
                (span(7, 7, 0, 128), 17),
                (Loc::line(3), 1),
                (span(3, 300_000, 70_000, 2), 1),
                (span(1_000_000, 1_000_000, 4, 1), 1),
            ],
            5,
        );
    }

    #[test]
    fn as_cpython_writes_it() {
        // `def k(p):` at line 17: two MAKE_CELLs, RETURN_GENERATOR, POP_TOP, RESUME.
        let mut w = Writer::new(17);
        for loc in [
            Loc::NONE,
            Loc::NONE,
            Loc::line(17),
            Loc::line(17),
            span(17, 17, 0, 0),
            span(18, 18, 4, 24),
        ] {
            w.push(loc, 1);
        }
        assert_eq!(
            w.finish(),
            [0xf8, 0xf8, 0xe8, 0, 0xe8, 0, 0x80, 0, 0xd8, 4, 24]
        );
    }

    #[test]
    fn malformed_tables_end_early() {
        for table in [
            &[0x70u8][..],
            &[0xf0, 0x40],
            &[0x80],
            &[0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(decode(table, 1).count(), 0);
        }
    }
}
