//! Sets of characters: what `IN` and the case-ignoring ops test. Characters below 256 are looked up in a table made beforehand, unless the
//! answer depends on the C locale; the others walk the set's items.

use hotpy_objects::str_::Unit;
use hotpy_objects::str_::unicode_data as data;
use std::sync::OnceLock;

const WORD: u16 = data::ALPHA | data::DECIMAL | data::DIGIT | data::NUMERIC;

/// What is done with a character before it is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fold {
    None,
    Ascii,
    Unicode,
    Locale,
}

/// Lower case of ASCII letters.
pub fn ascii_lower(c: u32) -> u32 {
    match c {
        0x41..=0x5a => c + 0x20,
        _ => c,
    }
}

/// Simple Unicode lower case.
pub fn unicode_lower(c: u32) -> u32 {
    data::simple_lower(c)
}

/// Simple Unicode upper case.
pub fn unicode_upper(c: u32) -> u32 {
    data::simple_upper(c)
}

/// Lower case by the C locale, of single-byte characters.
pub fn locale_lower(c: u32) -> u32 {
    // SAFETY: the argument is within a byte.
    if c < 256 {
        unsafe { libc::tolower(c as i32) as u32 }
    } else {
        c
    }
}

/// Upper case by the C locale, of single-byte characters.
pub fn locale_upper(c: u32) -> u32 {
    // SAFETY: the argument is within a byte.
    if c < 256 {
        unsafe { libc::toupper(c as i32) as u32 }
    } else {
        c
    }
}

/// Whether the C locale calls it a letter or digit, or it is an underscore.
pub fn locale_word(c: u32) -> bool {
    // SAFETY: the argument is within a byte.
    c == 0x5f || c < 256 && unsafe { libc::isalnum(c as i32) != 0 }
}

pub fn ascii_word(c: u32) -> bool {
    c == 0x5f || c < 128 && (c as u8).is_ascii_alphanumeric()
}

pub fn unicode_word(c: u32) -> bool {
    c == 0x5f || data::is(c, WORD)
}

impl Fold {
    /// The folded character (the locale's lower case).
    pub fn apply(self, c: u32) -> u32 {
        match self {
            Fold::None => c,
            Fold::Ascii => ascii_lower(c),
            Fold::Unicode => unicode_lower(c),
            Fold::Locale => locale_lower(c),
        }
    }
}

/// The number of categories.
pub const CATEGORIES: u32 = 18;
const LOCALE_WORD: u32 = 8;

/// Membership in a category, by the number it has in compiled code; odd numbers negate.
fn in_category(category: u32, c: u32) -> bool {
    let positive = match category & !1 {
        0 => c < 128 && (c as u8).is_ascii_digit(),
        2 => matches!(c, 9..=13 | 32),
        4 => ascii_word(c),
        6 => c == 10,
        LOCALE_WORD => locale_word(c),
        10 => data::is(c, data::DECIMAL),
        12 => data::is(c, data::SPACE),
        14 => unicode_word(c),
        _ => data::is(c, data::LINEBREAK),
    };
    positive != (category & 1 == 1)
}

/// One item of a set.
#[derive(Clone, Debug)]
pub enum Item {
    Literal(u32),
    Range(u32, u32),
    /// The character or its upper case.
    RangeUpper(u32, u32),
    /// Characters below 256, a bit each.
    Bitmap([u32; 8]),
    /// Characters below 0x10000: the chunk of each 256, a bit per character.
    Chunks(Box<[u8; 256]>, Vec<[u32; 8]>),
    Category(u32),
    Negate,
}

fn bit(map: &[u32; 8], c: u32) -> bool {
    map[(c >> 5 & 7) as usize] >> (c & 31) & 1 == 1
}

impl Item {
    fn holds(&self, c: u32) -> bool {
        match self {
            Item::Literal(l) => c == *l,
            Item::Range(from, to) => (*from..=*to).contains(&c),
            Item::RangeUpper(from, to) => {
                (*from..=*to).contains(&c) || (*from..=*to).contains(&unicode_upper(c))
            }
            Item::Bitmap(map) => c < 256 && bit(map, c),
            Item::Chunks(index, chunks) => {
                c < 0x10000 && bit(&chunks[index[c as usize >> 8] as usize], c)
            }
            Item::Category(category) => in_category(*category, c),
            Item::Negate => false,
        }
    }
}

/// Membership of the characters below 256 in a category that does not depend on the locale.
fn category_table(category: u32) -> &'static [bool; 256] {
    static TABLES: OnceLock<[[bool; 256]; CATEGORIES as usize]> = OnceLock::new();
    let tables = TABLES.get_or_init(|| {
        std::array::from_fn(|category| {
            std::array::from_fn(|c| in_category(category as u32, c as u32))
        })
    });
    &tables[category as usize]
}

/// A set.
#[derive(Debug)]
pub struct Set {
    pub table: [bool; 256],
    /// Characters below it are in the table: 256, or 0 if the locale matters.
    tabled: u32,
    items: Vec<Item>,
    fold: Fold,
    /// It holds what the items, after folding, do not.
    complement: bool,
}

impl Set {
    pub fn new(items: Vec<Item>, fold: Fold, complement: bool) -> Set {
        let by_locale = fold == Fold::Locale
            || items
                .iter()
                .any(|i| matches!(i, Item::Category(c) if c & !1 == LOCALE_WORD));
        let mut set = Set {
            table: [false; 256],
            tabled: if by_locale { 0 } else { 256 },
            items,
            fold,
            complement,
        };
        set.table = if by_locale {
            [true; 256]
        } else {
            set.tabulated()
        };
        set
    }

    /// The answers for the characters below 256. Item by item, because most sets are compiled more often than they are asked.
    fn tabulated(&self) -> [bool; 256] {
        let negations = |items: &[Item]| items.iter().filter(|i| matches!(i, Item::Negate)).count();
        let mut answer = negations(&self.items) % 2 == 0;
        let mut table = [!answer; 256];
        // The first item that has a character decides: it comes last here.
        for item in self.items.iter().rev() {
            let mut put = |from: u32, to: u32| {
                if let Some(range) = table.get_mut(from as usize..=(to as usize).min(255)) {
                    range.fill(answer);
                }
            };
            match item {
                Item::Literal(c) => put(*c, *c),
                Item::Range(from, to) if from <= to => put(*from, *to),
                Item::Range(..) => {}
                Item::Negate => answer = !answer,
                Item::Category(category) => {
                    let has = category_table(*category);
                    (0..256)
                        .filter(|c| has[*c as usize])
                        .for_each(|c| put(c, c));
                }
                Item::RangeUpper(..) | Item::Bitmap(_) | Item::Chunks(..) => {
                    (0..256).filter(|c| item.holds(*c)).for_each(|c| put(c, c));
                }
            }
        }
        let folded = |c: u32| match table.get(self.fold.apply(c) as usize) {
            Some(has) => *has != self.complement,
            None => self.walk(c),
        };
        match self.fold {
            Fold::None if !self.complement => table,
            _ => std::array::from_fn(|c| folded(c as u32)),
        }
    }

    #[inline(always)]
    pub fn has<U: Unit>(&self, c: U) -> bool {
        let c: u32 = c.into();
        if c < self.tabled {
            // The mask spares the bounds check.
            self.table[c as usize & 255]
        } else {
            self.walk(c)
        }
    }

    #[cold]
    #[inline(never)]
    fn walk(&self, c: u32) -> bool {
        let found = match self.fold {
            Fold::Locale => {
                let (lower, upper) = (locale_lower(c), locale_upper(c));
                self.holds(lower) || upper != lower && self.holds(upper)
            }
            fold => self.holds(fold.apply(c)),
        };
        found != self.complement
    }

    fn holds(&self, c: u32) -> bool {
        let mut answer = true;
        for item in &self.items {
            if matches!(item, Item::Negate) {
                answer = !answer;
            } else if item.holds(c) {
                return answer;
            }
        }
        !answer
    }

    /// Whether a character above 255 may be in the set (true if it is not known).
    pub fn may_be_wide(&self) -> bool {
        if self.fold != Fold::None || self.complement {
            return true;
        }
        self.items.iter().any(|item| match item {
            Item::Literal(c) => *c > 255,
            Item::Range(_, to) => *to > 255,
            Item::Bitmap(_) => false,
            Item::Category(category) => !matches!(category, 0 | 2 | 4 | 6 | 8),
            Item::RangeUpper(..) | Item::Chunks(..) | Item::Negate => true,
        })
    }
}
