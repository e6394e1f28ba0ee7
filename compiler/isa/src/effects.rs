//! What an op may do, as a set of bits. The tracer's passes and the dialect's checker read these.

/// A set of effects; `PURE` is the empty set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Effects(u8);

impl Effects {
    /// None at all: the op may be moved, repeated and dropped.
    pub const PURE: Effects = Effects(0);
    /// May raise an exception.
    pub const RAISES: Effects = Effects(1);
    /// May run Python code.
    pub const CALLS: Effects = Effects(2);
    /// Depends on mutable heap.
    pub const READS: Effects = Effects(4);
    /// Changes heap other than the frame's own locals and stack.
    pub const WRITES: Effects = Effects(8);
    /// Changes something that guards watch (a type, a module's dictionary).
    pub const WATCHED: Effects = Effects(16);
    /// Makes a new object, which nobody else sees yet.
    pub const ALLOCATES: Effects = Effects(32);
    /// Enters or leaves a frame.
    pub const CONTROL: Effects = Effects(64);
    /// Whatever Python code can do.
    pub const ANY: Effects = Effects(1 | 2 | 4 | 8 | 16 | 32);

    pub const fn union(self, other: Effects) -> Effects {
        Effects(self.0 | other.0)
    }

    /// Whether every effect of `other` is in `self`.
    pub const fn contains(self, other: Effects) -> bool {
        self.0 & other.0 == other.0
    }

    pub const fn is_pure(self) -> bool {
        self.0 == 0
    }

    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set with these [`Effects::bits`], if they are any.
    pub const fn from_bits(bits: u8) -> Option<Effects> {
        if bits < 128 {
            Some(Effects(bits))
        } else {
            None
        }
    }

    /// The effects of `self` that are not in `other`.
    pub const fn without(self, other: Effects) -> Effects {
        Effects(self.0 & !other.0)
    }

    /// The set that one word of [`Effects::describe`] stands for.
    pub fn from_word(word: &str) -> Option<Effects> {
        Some(match word {
            "pure" => Effects::PURE,
            "any" => Effects::ANY,
            "raises" => Effects::RAISES,
            "calls" => Effects::CALLS,
            "reads" => Effects::READS,
            "writes" => Effects::WRITES,
            "watched" => Effects::WATCHED,
            "allocates" => Effects::ALLOCATES,
            "control" => Effects::CONTROL,
            _ => return None,
        })
    }

    /// The words that [`Effects::from_word`] knows.
    pub const WORDS: [&'static str; 9] = [
        "pure",
        "any",
        "raises",
        "calls",
        "reads",
        "writes",
        "watched",
        "allocates",
        "control",
    ];

    /// A letter each, for columns: `!` raises, `A` allocates, `R` reads, `W` writes, `K` writes what guards watch, `C` enters or
    /// leaves a frame; `*` for whatever Python code can do (with all of the others but `C`), `P` for nothing at all.
    pub fn letters(self) -> String {
        const LETTERS: [(Effects, char); 6] = [
            (Effects::RAISES, '!'),
            (Effects::ALLOCATES, 'A'),
            (Effects::READS, 'R'),
            (Effects::WRITES, 'W'),
            (Effects::WATCHED, 'K'),
            (Effects::CONTROL, 'C'),
        ];
        if self.is_pure() {
            return "P".into();
        }
        let (mut out, mut rest) = (String::new(), self);
        if self.contains(Effects::CALLS) {
            out.push('*');
            rest = rest.without(Effects::ANY);
        }
        let there = LETTERS.iter().filter(|(e, _)| rest.contains(*e));
        out.extend(there.map(|(_, letter)| letter));
        out
    }

    /// The words of the table, for manuals and messages.
    pub fn describe(self) -> String {
        const WORDS: [(Effects, &str); 7] = [
            (Effects::RAISES, "raises"),
            (Effects::CALLS, "calls"),
            (Effects::READS, "reads"),
            (Effects::WRITES, "writes"),
            (Effects::WATCHED, "watched"),
            (Effects::ALLOCATES, "allocates"),
            (Effects::CONTROL, "control"),
        ];
        if self.is_pure() {
            return "pure".into();
        }
        let mut rest = self.0;
        let mut words = Vec::new();
        if self.contains(Effects::ANY) {
            words.push("any");
            rest &= !Effects::ANY.0;
        }
        words.extend(
            WORDS
                .iter()
                .filter(|(e, _)| rest & e.0 != 0)
                .map(|(_, w)| *w),
        );
        words.join(", ")
    }
}

impl std::ops::BitOr for Effects {
    type Output = Effects;
    fn bitor(self, other: Effects) -> Effects {
        self.union(other)
    }
}
