//! Snapshots as a finished trace keeps them: packed, with registers in place of values, and what is equal kept once.

use crate::lower::NO_REGISTER;
use ahash::{AHashMap, RandomState};
use hotpy_trace_ir::{
    Const, FrameRecipe, Maker, Making, NONE, Recipe, Recipes, Row, Snapshot, Val,
};
use smallvec::SmallVec;

/// How a slot is filled: the kind in the lowest bits, a register or a number above.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Word(u32);

/// A [`Word`] taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    Null,
    /// It is there already.
    Kept,
    /// The register's reference moves into the slot.
    Owned(u16),
    /// The slot gets a reference of its own.
    Borrowed(u16),
    Int(u16),
    Float(u16),
    Bool(u16),
    Const(Const),
    /// A new object: its number among the trace's.
    Made(u32),
}

impl Word {
    fn new(kind: u32, number: u32) -> Word {
        Word(number << 3 | kind)
    }

    #[inline(always)]
    pub fn source(self) -> Source {
        let number = self.0 >> 3;
        match self.0 & 7 {
            0 if number == 0 => Source::Null,
            0 => Source::Kept,
            1 => Source::Owned(number as u16),
            2 => Source::Borrowed(number as u16),
            3 => Source::Int(number as u16),
            4 => Source::Float(number as u16),
            5 => Source::Bool(number as u16),
            6 => Source::Const(number),
            _ => Source::Made(number),
        }
    }
}

/// A frame to be rebuilt (see [`hotpy_trace_ir::FrameRecipe`]).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PackedFrame {
    /// The frame below, by its number; `NONE` for the outermost one.
    below: u32,
    pub code: Const,
    pub func: Word,
    /// Register of the generator whose frame it is, or `NO_REGISTER`.
    pub generator: u16,
    pub return_to: u8,
    pub ip: u32,
    pub prev: i32,
    /// Rows of slots, the locals' and the stack's: where they begin, and how long they are.
    at: [u32; 2],
    len: [u16; 2],
}

#[derive(Clone, Copy, Debug)]
struct Snap {
    /// The innermost frame.
    top: u32,
    pops: u8,
    pushes: bool,
    /// The exceptions caught, by the list's number; `NONE` if there are none.
    caught: u32,
}

/// An exception whose traceback is still to be made (see [`hotpy_trace_ir::Caught`]).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PackedCaught {
    pub exception: u16,
    pub frame: u16,
    pub prev: i32,
    pub open: bool,
    pub gone: Box<[PackedFrame]>,
}

/// No class is known.
pub const NO_CLASS: u16 = u16::MAX;

/// All snapshots of a trace.
#[derive(Default, Debug)]
pub struct Snaps {
    snaps: Box<[Snap]>,
    frames: Box<[PackedFrame]>,
    words: Box<[Word]>,
    classes: Box<[u16]>,
    made: Box<[(Maker, Box<[Word]>)]>,
    caught: Box<[Box<[PackedCaught]>]>,
}

struct Packer<'a> {
    recipes: &'a Recipes,
    registers: &'a [u16],
    /// The new numbers of what is made.
    numbers: AHashMap<u32, u32>,
    frames: Vec<PackedFrame>,
    words: Vec<Word>,
    classes: Vec<u16>,
    made: Vec<(Maker, Box<[Word]>)>,
    caught: Vec<Box<[PackedCaught]>>,
    /// A frame's number, by its hash.
    known: AHashMap<u64, u32>,
    /// Where a row of slots begins, by its hash.
    rows: AHashMap<u64, u32>,
    hasher: RandomState,
}

impl Packer<'_> {
    fn word(&mut self, recipe: &Recipe) -> Word {
        let register = |v: &Val| u32::from(self.registers[*v as usize]);
        match recipe {
            Recipe::Null => Word::new(0, 0),
            Recipe::Kept => Word::new(0, 1),
            Recipe::Owned(v) => Word::new(1, register(v)),
            Recipe::Borrowed(v) => Word::new(2, register(v)),
            Recipe::Int(v) => Word::new(3, register(v)),
            Recipe::Float(v) => Word::new(4, register(v)),
            Recipe::Bool(v) => Word::new(5, register(v)),
            Recipe::Const(k) => Word::new(6, *k),
            Recipe::Made(number) => {
                if let Some(&number) = self.numbers.get(number) {
                    return Word::new(7, number);
                }
                let Making { maker, items } = &self.recipes.made[*number as usize];
                let words = items.iter().map(|i| self.word(i)).collect();
                self.made.push((*maker, words));
                let new = self.made.len() as u32 - 1;
                self.numbers.insert(*number, new);
                Word::new(7, new)
            }
        }
    }

    fn snapshot(&mut self, snap: &Snapshot) -> u32 {
        let mut below = NONE;
        for f in &snap.frames {
            let frame = self.frame(f, below);
            let hash = self.hasher.hash_one(frame);
            let known = self.known.get(&hash).copied();
            below = match known.filter(|&n| self.frames[n as usize] == frame) {
                Some(n) => n,
                None => {
                    self.frames.push(frame);
                    let n = self.frames.len() as u32 - 1;
                    self.known.insert(hash, n);
                    n
                }
            };
        }
        below
    }

    fn frame(&mut self, f: &FrameRecipe, below: u32) -> PackedFrame {
        let generator = match f.generator {
            NONE => NO_REGISTER,
            v => self.registers[v as usize],
        };
        let rows = [f.locals, f.stack];
        PackedFrame {
            below,
            code: f.code,
            func: self.word(&f.func),
            generator,
            return_to: f.return_to,
            ip: f.ip,
            prev: f.prev,
            at: rows.map(|row| self.row(row)),
            len: rows.map(|row| row.len() as u16),
        }
    }

    /// Where a row of slots begins.
    fn row(&mut self, row: Row) -> u32 {
        // It is put at the end, and taken away again if it is there already.
        let (start, len) = (self.words.len(), row.len());
        let recipes = self.recipes;
        for (slot, class) in recipes.slots(row).iter().zip(recipes.classes(row)) {
            let word = self.word(slot);
            self.words.push(word);
            self.classes.push(u16::try_from(*class).unwrap_or(NO_CLASS));
        }
        let hash = self
            .hasher
            .hash_one((&self.words[start..], &self.classes[start..]));
        let known = self.rows.get(&hash).map(|&at| at as usize).filter(|&at| {
            let there = at..at + len;
            there.end <= start
                && self.words[there.clone()] == self.words[start..]
                && self.classes[there] == self.classes[start..]
        });
        match known {
            Some(at) => {
                self.words.truncate(start);
                self.classes.truncate(start);
                at as u32
            }
            None => {
                self.rows.insert(hash, start as u32);
                start as u32
            }
        }
    }

    /// The list of exceptions caught: its number.
    fn caught(&mut self, snap: &Snapshot) -> u32 {
        if snap.caught.is_empty() {
            return NONE;
        }
        let list: Box<[PackedCaught]> = snap
            .caught
            .iter()
            .map(|c| PackedCaught {
                exception: self.registers[c.exception as usize],
                frame: c.frame as u16,
                prev: c.prev,
                open: c.open,
                gone: c.gone.iter().map(|f| self.frame(f, NONE)).collect(),
            })
            .collect();
        if self.caught.last() != Some(&list) {
            self.caught.push(list);
        }
        self.caught.len() as u32 - 1
    }
}

impl Snaps {
    /// Packs snapshots; each goes as soon as that is done.
    pub fn pack(snaps: Vec<Snapshot>, recipes: &Recipes, registers: &[u16]) -> Snaps {
        let mut packer = Packer {
            recipes,
            registers,
            numbers: AHashMap::new(),
            frames: Vec::new(),
            words: Vec::new(),
            classes: Vec::new(),
            made: Vec::new(),
            caught: Vec::new(),
            known: AHashMap::new(),
            rows: AHashMap::new(),
            hasher: RandomState::new(),
        };
        let mut packed = Vec::with_capacity(snaps.len());
        for snap in snaps {
            packed.push(Snap {
                top: packer.snapshot(&snap),
                pops: snap.pops,
                pushes: snap.pushes,
                caught: packer.caught(&snap),
            });
        }
        Snaps {
            snaps: packed.into(),
            frames: packer.frames.into(),
            words: packer.words.into(),
            classes: packer.classes.into(),
            made: packer.made.into(),
            caught: packer.caught.into(),
        }
    }

    /// Roughly, the bytes they take.
    pub fn size(&self) -> usize {
        self.snaps.len() * size_of::<Snap>()
            + self.frames.len() * size_of::<PackedFrame>()
            + self.words.len() * 6
            + self
                .made
                .iter()
                .map(|(_, words)| 24 + words.len() * 4)
                .sum::<usize>()
            + self.caught.len() * size_of::<PackedCaught>()
    }

    pub fn len(&self) -> usize {
        self.snaps.len()
    }

    pub fn is_empty(&self) -> bool {
        self.snaps.is_empty()
    }

    /// The innermost frame.
    #[inline(always)]
    pub fn top(&self, x: u32) -> &PackedFrame {
        &self.frames[self.snaps[x as usize].top as usize]
    }

    /// The frames, outermost first.
    #[inline(always)]
    pub fn frames(&self, x: u32) -> SmallVec<[&PackedFrame; 8]> {
        let mut frames = SmallVec::new();
        let mut at = self.snaps[x as usize].top;
        while at != NONE {
            let frame = &self.frames[at as usize];
            frames.push(frame);
            at = frame.below;
        }
        frames.reverse();
        frames
    }

    /// The rows of a frame's slots: locals, stack.
    #[inline(always)]
    pub fn rows(&self, frame: &PackedFrame) -> [&[Word]; 2] {
        let row = |k: usize| &self.words[frame.at[k] as usize..][..frame.len[k] as usize];
        [row(0), row(1)]
    }

    /// All slots of a frame, and what is known of the classes of those that are registers with objects.
    pub fn slots(&self, frame: &PackedFrame) -> impl Iterator<Item = (Word, u16)> {
        let all = [0, 1].map(|k| {
            let there = frame.at[k] as usize..frame.at[k] as usize + frame.len[k] as usize;
            self.words[there.clone()].iter().zip(&self.classes[there])
        });
        all.into_iter()
            .flatten()
            .map(|(word, class)| (*word, *class))
    }

    /// An object to be made, and of what.
    pub fn made(&self, number: u32) -> (Maker, &[Word]) {
        let (maker, words) = &self.made[number as usize];
        (*maker, words)
    }

    /// Exceptions that were caught and whose tracebacks are still to be made.
    #[inline(always)]
    pub fn caught(&self, x: u32) -> &[PackedCaught] {
        match self.snaps[x as usize].caught {
            NONE => &[],
            list => &self.caught[list as usize],
        }
    }

    /// Operands on the innermost stack that a call which is cut short still has to drop, and whether it then pushes its result.
    pub fn call(&self, x: u32) -> (u8, bool) {
        let snap = &self.snaps[x as usize];
        (snap.pops, snap.pushes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(recipes: &mut Recipes, ip: u32, slots: &[Recipe]) -> FrameRecipe {
        FrameRecipe {
            code: 0,
            func: Recipe::Null,
            generator: NONE,
            ip,
            prev: ip as i32,
            return_to: 0,
            shell: false,
            locals: recipes.row(Row::default(), slots.iter().map(|slot| (*slot, NONE))),
            stack: Row::default(),
        }
    }

    fn source(snaps: &Snaps, frame: &PackedFrame, slot: usize) -> Source {
        let slot = snaps.slots(frame).nth(slot);
        slot.expect("so many slots").0.source()
    }

    #[test]
    fn equal_frames_are_kept_once() {
        let mut recipes = Recipes::default();
        let outer = frame(&mut recipes, 7, &[Recipe::Owned(0), Recipe::Const(3)]);
        let mut snap = |ip| Snapshot {
            frames: vec![
                outer,
                frame(&mut recipes, ip, &[Recipe::Int(1), Recipe::Null]),
            ],
            caught: Vec::new(),
            pops: 0,
            pushes: false,
        };
        let all = vec![snap(1), snap(2), snap(2)];
        let snaps = Snaps::pack(all, &recipes, &[10, 11]);
        assert_eq!(snaps.frames.len(), 3);
        assert_eq!(snaps.words.len(), 4);
        let frames = snaps.frames(1);
        assert_eq!((frames[0].ip, frames[1].ip), (7, 2));
        assert_eq!(source(&snaps, frames[0], 0), Source::Owned(10));
        assert_eq!(source(&snaps, frames[0], 1), Source::Const(3));
        assert_eq!(source(&snaps, frames[1], 0), Source::Int(11));
    }

    #[test]
    fn tuples() {
        let mut recipes = Recipes::default();
        recipes.made.push(Making {
            maker: Maker::Tuple,
            items: vec![Recipe::Bool(0), Recipe::Float(1)],
        });
        let snap = Snapshot {
            frames: vec![frame(&mut recipes, 0, &[Recipe::Made(0)])],
            caught: Vec::new(),
            pops: 2,
            pushes: true,
        };
        let snaps = Snaps::pack(vec![snap], &recipes, &[5, 6]);
        assert_eq!(snaps.call(0), (2, true));
        let Source::Made(n) = source(&snaps, snaps.top(0), 0) else {
            panic!("a tuple");
        };
        let items: Vec<Source> = snaps.made(n).1.iter().map(|w| w.source()).collect();
        assert_eq!(items, [Source::Bool(5), Source::Float(6)]);
    }
}
