//! Properties and case mappings of characters (Unicode 14.0), from two-level tables: block number by the high bits, record number
//! by the low bits, record. Full case mappings that differ from the simple ones are sorted lists.

use super::unicode_tables as tables;

pub use tables::{
    ALPHA, CASE_IGNORABLE, CASED, DECIMAL, DIGIT, LINEBREAK, LOWER, NUMERIC, PRINTABLE, SPACE,
    TITLE, UPPER, XID_CONTINUE, XID_START,
};

const LOW: usize = (1 << tables::SHIFT) - 1;

/// All property bits of a character; none beyond 0x10ffff.
#[inline]
pub fn flags(c: u32) -> u16 {
    match tables::FLAG_INDEX.get(c as usize >> tables::SHIFT) {
        Some(&block) => {
            let at = (block as usize) << tables::SHIFT | c as usize & LOW;
            tables::FLAG_RECORDS[tables::FLAG_BLOCKS[at] as usize]
        }
        None => 0,
    }
}

/// Whether the character has any of the properties.
#[inline]
pub fn is(c: u32, mask: u16) -> bool {
    flags(c) & mask != 0
}

fn deltas(c: u32) -> (i32, i32, i32) {
    match tables::CASE_INDEX.get(c as usize >> tables::SHIFT) {
        Some(&block) => {
            let at = (block as usize) << tables::SHIFT | c as usize & LOW;
            tables::CASE_RECORDS[tables::CASE_BLOCKS[at] as usize]
        }
        None => (0, 0, 0),
    }
}

/// Simple (one to one) mappings.
pub fn simple_lower(c: u32) -> u32 {
    c.wrapping_add_signed(deltas(c).0)
}
pub fn simple_upper(c: u32) -> u32 {
    c.wrapping_add_signed(deltas(c).1)
}
pub fn simple_title(c: u32) -> u32 {
    c.wrapping_add_signed(deltas(c).2)
}

/// A full mapping: up to three characters.
pub struct Mapped([u32; 3], u8);

impl Mapped {
    fn one(c: u32) -> Mapped {
        Mapped([c, 0, 0], 1)
    }
    pub fn as_slice(&self) -> &[u32] {
        &self.0[..self.1 as usize]
    }
}

fn full(table: &[(u32, [u32; 3])], c: u32, simple: fn(u32) -> u32) -> Mapped {
    match table.binary_search_by_key(&c, |e| e.0) {
        Ok(i) => {
            let all = table[i].1;
            let count = all.iter().rposition(|&c| c != 0).map_or(1, |i| i + 1);
            Mapped(all, count as u8)
        }
        Err(_) => Mapped::one(simple(c)),
    }
}

pub fn lower(c: u32) -> Mapped {
    full(&tables::FULL_LOWER, c, simple_lower)
}
pub fn upper(c: u32) -> Mapped {
    full(&tables::FULL_UPPER, c, simple_upper)
}
pub fn title(c: u32) -> Mapped {
    full(&tables::FULL_TITLE, c, simple_title)
}
pub fn fold(c: u32) -> Mapped {
    full(&tables::FULL_FOLD, c, simple_lower)
}

/// Value of a decimal digit.
pub fn decimal(c: u32) -> Option<u32> {
    if c < 128 {
        return (c as u8 as char).to_digit(10);
    }
    if !is(c, DECIMAL) {
        return None;
    }
    let zeros = &tables::DECIMAL_ZEROS;
    let after = zeros.partition_point(|&z| z <= c);
    Some(c - zeros.get(after.checked_sub(1)?)?)
}

/// Value of a digit, decimal or not (superscripts and the like).
pub fn digit(c: u32) -> Option<u32> {
    decimal(c).or_else(|| {
        let all = &tables::OTHER_DIGITS;
        all.binary_search_by_key(&c, |e| e.0)
            .ok()
            .map(|i| all[i].1 as u32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of every range with assigned characters, one number per character: flags, digit values and full mappings hashed together, compared with the oracle's.
    #[test]
    fn all_characters_match_the_oracle() {
        const SCRIPT: &str = r#"
import unicodedata as u, sys
for c in [*range(0x32000), *range(0xe0000, 0xe1000), *range(0x10ff00, 0x110000)]:
    s = chr(c)
    f = (s.isalpha(), s.isdecimal(), s.isdigit(), s.isnumeric(), s.islower(), s.isupper(), s.isspace(), s.isprintable(), s.isidentifier(), ('a'+s).isidentifier())
    h = sum(b << i for i, b in enumerate(f))
    h = h * 31 + u.digit(s, 77)
    h = h * 31 + u.decimal(s, 77)
    for t in (s.lower(), s.upper(), s.title(), s.casefold()):
        for x in t: h = (h * 1000003 + ord(x)) & 0xffffffff
    print(c, h)
"#;
        let out = std::process::Command::new("python3.11")
            .args(["-c", SCRIPT])
            .output()
            .expect("python3.11 runs");
        let text = String::from_utf8(out.stdout).expect("ASCII");
        let mut count = 0;
        for line in text.lines() {
            let (c, line) = line.split_once(' ').expect("two numbers");
            let c: u32 = c.parse().expect("a character");
            let all = [
                ALPHA,
                DECIMAL,
                DIGIT,
                NUMERIC,
                LOWER,
                UPPER,
                SPACE,
                PRINTABLE,
                XID_START,
                XID_CONTINUE,
            ];
            let mut h: u64 = 0;
            for (i, flag) in all.into_iter().enumerate() {
                h |= (is(c, flag) as u64) << i;
            }
            h = h * 31 + digit(c).unwrap_or(77) as u64;
            h = h * 31 + decimal(c).unwrap_or(77) as u64;
            for mapped in [lower(c), upper(c), title(c), fold(c)] {
                for &x in mapped.as_slice() {
                    h = h.wrapping_mul(1000003).wrapping_add(x as u64) & 0xffff_ffff;
                }
            }
            assert_eq!(line, h.to_string(), "U+{c:04X}");
            count += 1;
        }
        assert_eq!(count, 0x33100);
    }
}
