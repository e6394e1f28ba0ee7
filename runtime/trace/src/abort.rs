//! Why a recording, or the making of a trace of it, was given up: one table, counted and printed.

use std::cell::Cell;

macro_rules! aborts {
    ($($name:ident $text:literal;)*) => {
        /// A reason to give up.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Abort {
            $($name,)*
            /// An op that the recorder does not know; its number.
            Unsupported(u8),
        }

        impl Abort {
            const TEXTS: &'static [&'static str] = &[$($text,)*];
            fn number(self) -> usize {
                let mut n = 0;
                $(if self == Abort::$name { return n; } n += 1;)*
                n
            }
            pub fn text(self) -> String {
                match self {
                    Abort::Unsupported(op) => format!(
                        "unsupported op {}",
                        hotpy_isa::Op::from_u8(op).map_or("?", |o| o.name())
                    ),
                    other => Abort::TEXTS[other.number()].to_owned(),
                }
            }
        }
    };
}

aborts! {
    FrameChange "frames changed in a way that is not followed";
    Surrogate "a surrogate was entered";
    Recursion "a function calls itself";
    TooDeep "calls nest too deeply";
    TooLong "the recording is too long";
    OtherTrace "another trace starts here";
    LeavesEntry "the frame entered from native code is left";
    LeavesLoop "the loop was left";
    Raised "an exception was raised";
    Caught "an exception is still being handled";
    Operand "an operand's type is not handled";
    Attribute "an attribute's kind is not handled";
    Callee "the callee is not handled";
    Arguments "the arguments are not handled";
    Global "a global is not handled";
    Iterator "an iterator is not handled";
    Truth "a truth test is not handled";
    Unbound "a local is unbound";
    Unstable "the loop's state does not settle";
    InnerLoop "an inner loop goes round too often";
    Retrace "the loop is recorded anew";
    Head "the loop's head must allow more";
    ShortLoop "the loop has too few rounds";
    Short "too few instructions";
    Registers "too many registers";
    Internal "the trace does not verify";
    CacheFull "the cache is full";
}

struct Counts(Cell<Vec<(String, u64)>>);
// SAFETY: U1 (the GIL).
unsafe impl Sync for Counts {}
static COUNTS: Counts = Counts(Cell::new(Vec::new()));

/// Counts an abort.
pub fn count(abort: Abort) {
    let mut counts = COUNTS.0.take();
    let text = abort.text();
    match counts.iter_mut().find(|(t, _)| *t == text) {
        Some((_, n)) => *n += 1,
        None => counts.push((text, 1)),
    }
    COUNTS.0.set(counts);
}

/// All reasons so far, most frequent first.
pub fn counts() -> Vec<(String, u64)> {
    let counts = COUNTS.0.take();
    let mut copy = counts.clone();
    COUNTS.0.set(counts);
    copy.sort_by(|a, b| b.1.cmp(&a.1));
    copy
}
