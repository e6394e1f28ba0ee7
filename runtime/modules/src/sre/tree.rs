//! Reads the code of the installed `re` compiler into a tree, checking everything that the engine later relies on: opcodes, arguments, lengths,
//! group numbers. The numbers are those of `re._constants` (MAGIC 20220615).

use super::charset::{CATEGORIES, Fold, Item, Set};
use hotpy_objects::{PyResult, errors, raise};

/// "No upper limit".
pub const MAX_REPEAT: u32 = u32::MAX;

/// The version of the code.
pub const MAGIC: u32 = 20220615;

/// What is done about a repeat that could go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Greedy,
    Lazy,
    Possessive,
}

/// A test of one character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Test {
    Literal(u32),
    NotLiteral(u32),
    /// Anything but a newline.
    Any,
    AnyAll,
    /// Index of a set.
    Set(u32),
}

/// A test of a position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    Beginning,
    BeginningLine,
    Boundary(Word, bool),
    End,
    EndLine,
    EndString,
}

/// What a word is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    Ascii,
    Locale,
    Unicode,
}

/// A node of the tree.
#[derive(Debug)]
pub enum Node {
    One(Test),
    Fail,
    Position(At),
    Mark(u32),
    Branch(Vec<Vec<Node>>),
    Repeat(Vec<Node>, u32, u32, Mode),
    RepeatOne(Test, u32, u32, Mode),
    Atomic(Vec<Node>),
    /// Body, how far back it starts, whether it must not match.
    Assert(Vec<Node>, u32, bool),
    GroupRef(u32, Fold),
    GroupExists(u32, Vec<Node>, Vec<Node>),
}

mod op {
    pub const FAILURE: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ANY: u32 = 2;
    pub const ANY_ALL: u32 = 3;
    pub const ASSERT: u32 = 4;
    pub const ASSERT_NOT: u32 = 5;
    pub const AT: u32 = 6;
    pub const BRANCH: u32 = 7;
    pub const CATEGORY: u32 = 8;
    pub const CHARSET: u32 = 9;
    pub const BIGCHARSET: u32 = 10;
    pub const GROUPREF: u32 = 11;
    pub const GROUPREF_EXISTS: u32 = 12;
    pub const IN: u32 = 13;
    pub const INFO: u32 = 14;
    pub const JUMP: u32 = 15;
    pub const LITERAL: u32 = 16;
    pub const MARK: u32 = 17;
    pub const MAX_UNTIL: u32 = 18;
    pub const MIN_UNTIL: u32 = 19;
    pub const NOT_LITERAL: u32 = 20;
    pub const NEGATE: u32 = 21;
    pub const RANGE: u32 = 22;
    pub const REPEAT: u32 = 23;
    pub const REPEAT_ONE: u32 = 24;
    pub const MIN_REPEAT_ONE: u32 = 26;
    pub const ATOMIC_GROUP: u32 = 27;
    pub const POSSESSIVE_REPEAT: u32 = 28;
    pub const POSSESSIVE_REPEAT_ONE: u32 = 29;
    pub const GROUPREF_IGNORE: u32 = 30;
    pub const IN_IGNORE: u32 = 31;
    pub const LITERAL_IGNORE: u32 = 32;
    pub const NOT_LITERAL_IGNORE: u32 = 33;
    pub const GROUPREF_LOC_IGNORE: u32 = 34;
    pub const IN_LOC_IGNORE: u32 = 35;
    pub const LITERAL_LOC_IGNORE: u32 = 36;
    pub const NOT_LITERAL_LOC_IGNORE: u32 = 37;
    pub const GROUPREF_UNI_IGNORE: u32 = 38;
    pub const IN_UNI_IGNORE: u32 = 39;
    pub const LITERAL_UNI_IGNORE: u32 = 40;
    pub const NOT_LITERAL_UNI_IGNORE: u32 = 41;
    pub const RANGE_UNI_IGNORE: u32 = 42;
}

/// Why reading stopped.
enum Bad {
    Code,
    Raised,
}

type Read<T> = Result<T, Bad>;

struct Reader<'a> {
    code: &'a [u32],
    groups: u32,
    sets: Vec<Set>,
}

/// The tree and the sets that its tests name. RuntimeError "invalid SRE code".
pub fn read(code: &[u32], groups: usize) -> PyResult<(Vec<Node>, Vec<Set>)> {
    let mut reader = Reader {
        code,
        groups: u32::try_from(groups).unwrap_or(0),
        sets: Vec::new(),
    };
    let read = reader.sequence(0).and_then(|(nodes, at)| {
        if code.get(at) == Some(&op::SUCCESS) && at + 1 == code.len() {
            Ok(nodes)
        } else {
            Err(Bad::Code)
        }
    });
    match read {
        Ok(nodes) => Ok((nodes, reader.sets)),
        Err(Bad::Raised) => Err(hotpy_objects::Raised),
        Err(Bad::Code) => Err(raise!(RuntimeError, "invalid SRE code")),
    }
}

impl Reader<'_> {
    fn at(&self, i: usize) -> Read<u32> {
        self.code.get(i).copied().ok_or(Bad::Code)
    }

    /// Where the length at `i` leads.
    fn skip(&self, i: usize) -> Read<usize> {
        let end = i + self.at(i)? as usize;
        if end > self.code.len() || end == i {
            Err(Bad::Code)
        } else {
            Ok(end)
        }
    }

    fn set(&mut self, items: Vec<Item>, fold: Fold) -> Node {
        self.sets.push(Set::new(items, fold, false));
        Node::One(Test::Set(self.sets.len() as u32 - 1))
    }

    fn group(&self, i: usize) -> Read<u32> {
        let group = self.at(i)?;
        if group < self.groups {
            Ok(group)
        } else {
            Err(Bad::Code)
        }
    }

    /// Nodes up to an op that ends a sequence, and where that is.
    fn sequence(&mut self, i: usize) -> Read<(Vec<Node>, usize)> {
        self.sequence_until(i, usize::MAX)
    }

    /// A sequence that SUCCESS ends just before `end`.
    fn closed(&mut self, i: usize, end: usize) -> Read<Vec<Node>> {
        let (nodes, at) = self.sequence(i)?;
        if self.at(at)? == op::SUCCESS && at + 1 == end {
            Ok(nodes)
        } else {
            Err(Bad::Code)
        }
    }

    /// One node and where the next one is; nothing at the end of a sequence.
    fn node(&mut self, i: usize) -> Read<Option<(Option<Node>, usize)>> {
        let opcode = self.at(i)?;
        let one = |test| Node::One(test);
        let (node, next) = match opcode {
            op::SUCCESS | op::JUMP | op::MAX_UNTIL | op::MIN_UNTIL => return Ok(None),
            op::FAILURE => (Node::Fail, i + 1),
            op::ANY => (one(Test::Any), i + 1),
            op::ANY_ALL => (one(Test::AnyAll), i + 1),
            op::LITERAL => (one(Test::Literal(self.at(i + 1)?)), i + 2),
            op::NOT_LITERAL => (one(Test::NotLiteral(self.at(i + 1)?)), i + 2),
            op::LITERAL_IGNORE => self.literal(i, Fold::Ascii, false)?,
            op::NOT_LITERAL_IGNORE => self.literal(i, Fold::Ascii, true)?,
            op::LITERAL_LOC_IGNORE => self.literal(i, Fold::Locale, false)?,
            op::NOT_LITERAL_LOC_IGNORE => self.literal(i, Fold::Locale, true)?,
            op::LITERAL_UNI_IGNORE => self.literal(i, Fold::Unicode, false)?,
            op::NOT_LITERAL_UNI_IGNORE => self.literal(i, Fold::Unicode, true)?,
            op::IN => self.charset(i, Fold::None)?,
            op::IN_IGNORE => self.charset(i, Fold::Ascii)?,
            op::IN_LOC_IGNORE => self.charset(i, Fold::Locale)?,
            op::IN_UNI_IGNORE => self.charset(i, Fold::Unicode)?,
            op::CATEGORY => {
                let category = self.category(i + 1)?;
                (self.set(vec![Item::Category(category)], Fold::None), i + 2)
            }
            op::AT => (Node::Position(self.position(i + 1)?), i + 2),
            op::MARK => {
                let mark = self.at(i + 1)?;
                if mark / 2 >= self.groups {
                    return Err(Bad::Code);
                }
                (Node::Mark(mark), i + 2)
            }
            op::INFO => return Ok(Some((None, self.skip(i + 1)?))),
            op::ASSERT | op::ASSERT_NOT => {
                let end = self.skip(i + 1)?;
                let back = self.at(i + 2)?;
                let body = self.closed(i + 3, end)?;
                (Node::Assert(body, back, opcode == op::ASSERT_NOT), end)
            }
            op::ATOMIC_GROUP => {
                let end = self.skip(i + 1)?;
                (Node::Atomic(self.closed(i + 2, end)?), end)
            }
            op::BRANCH => self.branch(i + 1)?,
            op::REPEAT | op::POSSESSIVE_REPEAT => self.repeat(i, opcode)?,
            op::REPEAT_ONE => self.repeat_one(i, Mode::Greedy)?,
            op::MIN_REPEAT_ONE => self.repeat_one(i, Mode::Lazy)?,
            op::POSSESSIVE_REPEAT_ONE => self.repeat_one(i, Mode::Possessive)?,
            op::GROUPREF => (Node::GroupRef(self.group(i + 1)?, Fold::None), i + 2),
            op::GROUPREF_IGNORE => (Node::GroupRef(self.group(i + 1)?, Fold::Ascii), i + 2),
            op::GROUPREF_LOC_IGNORE => (Node::GroupRef(self.group(i + 1)?, Fold::Locale), i + 2),
            op::GROUPREF_UNI_IGNORE => (Node::GroupRef(self.group(i + 1)?, Fold::Unicode), i + 2),
            op::GROUPREF_EXISTS => self.group_exists(i)?,
            _ => return Err(Bad::Code),
        };
        Ok(Some((Some(node), next)))
    }

    fn literal(&mut self, i: usize, fold: Fold, not: bool) -> Read<(Node, usize)> {
        let items = vec![Item::Literal(self.at(i + 1)?)];
        self.sets.push(Set::new(items, fold, not));
        Ok((Node::One(Test::Set(self.sets.len() as u32 - 1)), i + 2))
    }

    fn category(&self, i: usize) -> Read<u32> {
        let category = self.at(i)?;
        if category < CATEGORIES {
            Ok(category)
        } else {
            Err(Bad::Code)
        }
    }

    fn position(&self, i: usize) -> Read<At> {
        Ok(match self.at(i)? {
            0 | 2 => At::Beginning,
            1 => At::BeginningLine,
            3 => At::Boundary(Word::Ascii, true),
            4 => At::Boundary(Word::Ascii, false),
            5 => At::End,
            6 => At::EndLine,
            7 => At::EndString,
            8 => At::Boundary(Word::Locale, true),
            9 => At::Boundary(Word::Locale, false),
            10 => At::Boundary(Word::Unicode, true),
            11 => At::Boundary(Word::Unicode, false),
            _ => return Err(Bad::Code),
        })
    }

    fn words(&self, i: usize) -> Read<[u32; 8]> {
        match self.code.get(i..i + 8) {
            Some(words) => Ok(std::array::from_fn(|k| words[k])),
            None => Err(Bad::Code),
        }
    }

    fn charset(&mut self, i: usize, fold: Fold) -> Read<(Node, usize)> {
        let end = self.skip(i + 1)?;
        let mut items = Vec::new();
        let mut at = i + 2;
        loop {
            at += match self.at(at)? {
                op::FAILURE => break,
                op::NEGATE => {
                    items.push(Item::Negate);
                    1
                }
                op::LITERAL => {
                    items.push(Item::Literal(self.at(at + 1)?));
                    2
                }
                op::RANGE => {
                    items.push(Item::Range(self.at(at + 1)?, self.at(at + 2)?));
                    3
                }
                op::RANGE_UNI_IGNORE => {
                    items.push(Item::RangeUpper(self.at(at + 1)?, self.at(at + 2)?));
                    3
                }
                op::CATEGORY => {
                    items.push(Item::Category(self.category(at + 1)?));
                    2
                }
                op::CHARSET => {
                    items.push(Item::Bitmap(self.words(at + 1)?));
                    9
                }
                op::BIGCHARSET => {
                    let count = self.at(at + 1)? as usize;
                    let mut index = Box::new([0u8; 256]);
                    for (k, slot) in index.chunks_exact_mut(4).enumerate() {
                        slot.copy_from_slice(&self.at(at + 2 + k)?.to_le_bytes());
                    }
                    if index.iter().any(|&chunk| chunk as usize >= count) {
                        return Err(Bad::Code);
                    }
                    let chunks: Read<Vec<_>> =
                        (0..count).map(|k| self.words(at + 66 + 8 * k)).collect();
                    items.push(Item::Chunks(index, chunks?));
                    66 + 8 * count
                }
                _ => return Err(Bad::Code),
            };
        }
        if at + 1 != end {
            return Err(Bad::Code);
        }
        Ok((self.set(items, fold), end))
    }

    fn branch(&mut self, mut i: usize) -> Read<(Node, usize)> {
        let mut branches = Vec::new();
        let mut target = None;
        while self.at(i)? != 0 {
            let end = self.skip(i)?;
            let (nodes, at) = self.sequence(i + 1)?;
            if self.at(at)? != op::JUMP || at + 2 != end {
                return Err(Bad::Code);
            }
            let jump = self.skip(at + 1)?;
            if target.is_some_and(|t| t != jump) {
                return Err(Bad::Code);
            }
            target = Some(jump);
            branches.push(nodes);
            i = end;
        }
        if target != Some(i + 1) {
            return Err(Bad::Code);
        }
        Ok((Node::Branch(branches), i + 1))
    }

    fn limits(&self, i: usize) -> Read<(u32, u32)> {
        let (min, max) = (self.at(i)?, self.at(i + 1)?);
        if min > max {
            Err(Bad::Code)
        } else {
            Ok((min, max))
        }
    }

    fn repeat(&mut self, i: usize, opcode: u32) -> Read<(Node, usize)> {
        let end = self.skip(i + 1)?;
        let (min, max) = self.limits(i + 2)?;
        let (body, at) = self.sequence(i + 4)?;
        if at != end {
            return Err(Bad::Code);
        }
        let mode = match (opcode, self.at(at)?) {
            (op::REPEAT, op::MAX_UNTIL) => Mode::Greedy,
            (op::REPEAT, op::MIN_UNTIL) => Mode::Lazy,
            (op::POSSESSIVE_REPEAT, op::SUCCESS) => Mode::Possessive,
            _ => return Err(Bad::Code),
        };
        Ok((Node::Repeat(body, min, max, mode), at + 1))
    }

    fn repeat_one(&mut self, i: usize, mode: Mode) -> Read<(Node, usize)> {
        let end = self.skip(i + 1)?;
        let (min, max) = self.limits(i + 2)?;
        match self.closed(i + 4, end)?.as_slice() {
            [Node::One(test)] => Ok((Node::RepeatOne(*test, min, max, mode), end)),
            _ => Err(Bad::Code),
        }
    }

    fn group_exists(&mut self, i: usize) -> Read<(Node, usize)> {
        let group = self.group(i + 1)?;
        let target = i + 1 + self.at(i + 2)? as usize;
        let (yes, at) = self.sequence_until(i + 3, target)?;
        if at == target {
            return Ok((Node::GroupExists(group, yes, Vec::new()), at));
        }
        if self.at(at)? != op::JUMP || at + 2 != target {
            return Err(Bad::Code);
        }
        let end = self.skip(at + 1)?;
        let (no, at) = self.sequence_until(target, end)?;
        if at != end {
            return Err(Bad::Code);
        }
        Ok((Node::GroupExists(group, yes, no), end))
    }

    /// A sequence that ends at `end` or at an op that ends sequences.
    fn sequence_until(&mut self, mut i: usize, end: usize) -> Read<(Vec<Node>, usize)> {
        let Ok(_guard) = errors::enter_native(" in a regular expression") else {
            return Err(Bad::Raised);
        };
        let mut nodes = Vec::new();
        while i < end {
            let Some((node, next)) = self.node(i)? else {
                break;
            };
            nodes.extend(node);
            i = next;
        }
        Ok((nodes, i))
    }
}
