//! Makes the tree into instructions for the engine.
//!
//! What an expression can begin with is known for most of them ([`First`]); it spares choices that could not succeed: a branch
//! or an iteration is entered only if the next character can begin it, and no way back is kept where what comes after a repeat cannot begin with
//! what the repeat takes.

use super::charset::{Fold, Set};
use super::tree::{At, MAX_REPEAT, Mode, Node, Test};
use hotpy_objects::str_::Unit;
use memchr::memmem;

/// "Not known", for indices.
pub const NONE: u32 = u32::MAX;

/// The characters with which something can begin.
#[derive(Clone, Debug)]
pub struct First {
    pub table: [bool; 256],
    /// Whether characters above 255 can.
    pub wide: bool,
    /// If it is this one character.
    pub only: Option<u32>,
}

impl First {
    fn nothing() -> First {
        First {
            table: [false; 256],
            wide: false,
            only: None,
        }
    }

    #[inline(always)]
    pub fn has<U: Unit>(&self, c: U) -> bool {
        let c: u32 = c.into();
        if c < 256 {
            self.table[c as usize & 255]
        } else {
            self.wide
        }
    }

    fn join(&mut self, other: &First) {
        for (mine, theirs) in self.table.iter_mut().zip(&other.table) {
            *mine |= theirs;
        }
        self.wide |= other.wide;
        self.only = None;
    }

    /// Whether no character is in both: (of single-byte text, of any text).
    fn disjoint(&self, other: &First) -> Disjoint {
        let narrow = !self.table.iter().zip(&other.table).any(|(a, b)| *a && *b);
        Disjoint {
            narrow,
            all: narrow && !(self.wide && other.wide),
        }
    }
}

/// Whether two sets of characters have none in common.
#[derive(Clone, Copy, Default, Debug)]
pub struct Disjoint {
    narrow: bool,
    all: bool,
}

impl Disjoint {
    #[inline(always)]
    pub fn of<U: Unit>(self) -> bool {
        if U::BYTES == 1 { self.narrow } else { self.all }
    }
}

/// A repeat of a single-character test.
#[derive(Debug)]
pub struct Single {
    pub test: Test,
    pub min: usize,
    pub max: usize,
    /// Index of what can follow, if that is known and at least a character.
    pub follow: u32,
    /// What follows is disjoint from what is repeated.
    pub exclusive: Disjoint,
}

/// A repeat of any body.
#[derive(Debug)]
pub struct Loop {
    pub min: isize,
    pub max: isize,
    /// What the body can begin with.
    pub first: u32,
    pub exclusive: Disjoint,
    /// Where to go on after it.
    pub exit: u32,
}

/// An instruction. Targets are indices of instructions, other numbers are indices of the program's tables.
#[derive(Clone, Copy, Debug)]
pub enum Inst {
    Literal(u32),
    NotLiteral(u32),
    Any,
    AnyAll,
    Set(u32),
    /// Several literals: start and length in `literals`.
    Text(u32, u32),
    Position(At),
    Mark(u32),
    Jump(u32),
    Fail,
    Match,
    /// Tries what follows, then `alt`. `first`: what the former can begin with.
    Branch {
        alt: u32,
        first: u32,
    },
    /// The same if only one of the two can begin with any character.
    Select {
        alt: u32,
        first: u32,
    },
    Greedy(u32),
    Lazy(u32),
    Possessive(u32),
    /// Starts a loop.
    LoopInit(u32),
    /// Decides whether a loop goes on; the body follows.
    LoopGreedy(u32),
    LoopLazy(u32),
    LoopPossessive(u32),
    /// The end of a possessive loop's body: forgets its choices, goes to the target.
    LoopCut(u32),
    /// Starts a body whose choices are forgotten at its `Cut`.
    Atomic,
    Cut,
    /// Starts a look-around `back` characters before, ended by `AssertEnd`.
    Assert(u32),
    AssertEnd,
    /// The same, going on at `after` if the body does not match, ended by `AssertNotEnd`.
    AssertNot {
        back: u32,
        after: u32,
    },
    AssertNotEnd,
    GroupRef(u32, Fold),
    /// Goes on at `no` if the group has not matched.
    GroupExists {
        group: u32,
        no: u32,
    },
}

/// Where a match can start.
#[derive(Debug)]
pub enum Start {
    Any,
    /// Only at the beginning of the text.
    Beginning,
    /// At one of these characters.
    First(Box<First>),
    /// At this text, of at least one character.
    Prefix(Vec<u32>, Option<Box<memmem::Finder<'static>>>),
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Program {
    pub insts: Vec<Inst>,
    pub literals: Vec<u32>,
    pub sets: Vec<Set>,
    pub firsts: Vec<First>,
    pub singles: Vec<Single>,
    pub loops: Vec<Loop>,
    pub groups: usize,
    pub start: Start,
    /// No match is shorter.
    pub min_width: usize,
}

/// Compiles a tree.
pub fn emit(nodes: &[Node], sets: Vec<Set>, groups: usize) -> Program {
    let mut program = Program {
        insts: Vec::new(),
        literals: Vec::new(),
        sets,
        firsts: Vec::new(),
        singles: Vec::new(),
        loops: Vec::new(),
        groups,
        start: Start::Any,
        min_width: min_width(nodes),
    };
    program.sequence(nodes, None);
    program.push(Inst::Match);
    program.start = program.find_start(nodes);
    program
}

/// The least number of characters that the nodes take.
fn min_width(nodes: &[Node]) -> usize {
    let width = |node: &Node| match node {
        Node::One(_) => 1,
        Node::Branch(branches) => branches.iter().map(|b| min_width(b)).min().unwrap_or(0),
        Node::Repeat(body, min, ..) => min_width(body).saturating_mul(*min as usize),
        Node::RepeatOne(_, min, ..) => *min as usize,
        Node::Atomic(body) => min_width(body),
        Node::GroupExists(_, yes, no) => min_width(yes).min(min_width(no)),
        Node::Fail | Node::Position(_) | Node::Mark(_) | Node::Assert(..) | Node::GroupRef(..) => 0,
    };
    nodes.iter().map(width).fold(0, usize::saturating_add)
}

impl Program {
    fn push(&mut self, inst: Inst) -> usize {
        self.insts.push(inst);
        self.insts.len() - 1
    }

    fn here(&self) -> u32 {
        self.insts.len() as u32
    }

    fn first_of_test(&self, test: Test) -> First {
        let mut first = First::nothing();
        match test {
            Test::Literal(c) => {
                first.only = Some(c);
                match first.table.get_mut(c as usize) {
                    Some(slot) => *slot = true,
                    None => first.wide = true,
                }
            }
            Test::NotLiteral(c) => {
                first.table = [true; 256];
                first.wide = true;
                if let Some(slot) = first.table.get_mut(c as usize) {
                    *slot = false;
                }
            }
            Test::Any | Test::AnyAll => {
                first.table = [true; 256];
                first.wide = true;
                first.table[10] = test == Test::AnyAll;
            }
            Test::Set(i) => {
                let set = &self.sets[i as usize];
                first.table = set.table;
                first.wide = set.may_be_wide();
            }
        }
        first
    }

    /// What the nodes, and then what follows them, begin with; nothing if they may match without a character, or it is not known.
    fn first(&self, nodes: &[Node], follow: Option<&First>) -> Option<First> {
        let mut all: Option<First> = None;
        let with = |all: Option<First>, more: First| match all {
            None => more,
            Some(mut first) => {
                first.join(&more);
                first
            }
        };
        for node in nodes {
            match node {
                Node::One(test) => return Some(with(all, self.first_of_test(*test))),
                Node::RepeatOne(test, min, ..) => {
                    let first = with(all, self.first_of_test(*test));
                    if *min > 0 {
                        return Some(first);
                    }
                    all = Some(first);
                }
                Node::Mark(_) => {}
                // A test that consumes nothing only narrows what follows.
                Node::Position(_) | Node::Assert(..) => {}
                Node::Fail => return Some(with(all, First::nothing())),
                Node::Repeat(body, min, ..) => {
                    let first = with(all, self.first(body, None)?);
                    if *min > 0 {
                        return Some(first);
                    }
                    all = Some(first);
                }
                Node::Atomic(body) => return Some(with(all, self.first(body, None)?)),
                Node::Branch(branches) => {
                    let mut first = First::nothing();
                    for (i, branch) in branches.iter().enumerate() {
                        let one = self.first(branch, None)?;
                        if i == 0 {
                            first = one
                        } else {
                            first.join(&one)
                        }
                    }
                    return Some(with(all, first));
                }
                Node::GroupRef(..) | Node::GroupExists(..) => return None,
            }
        }
        follow.map(|f| with(all, f.clone()))
    }

    fn keep_first(&mut self, first: Option<First>) -> u32 {
        match first {
            None => NONE,
            Some(first) => {
                self.firsts.push(first);
                self.firsts.len() as u32 - 1
            }
        }
    }

    fn sequence(&mut self, nodes: &[Node], follow: Option<&First>) {
        let mut i = 0;
        while let Some(node) = nodes.get(i) {
            // Runs of literals become one instruction.
            let run = nodes[i..]
                .iter()
                .take_while(|n| matches!(n, Node::One(Test::Literal(_))))
                .count();
            if run > 1 {
                let start = self.literals.len() as u32;
                for node in &nodes[i..i + run] {
                    if let Node::One(Test::Literal(c)) = node {
                        self.literals.push(*c);
                    }
                }
                self.push(Inst::Text(start, run as u32));
                i += run;
                continue;
            }
            i += 1;
            let rest = &nodes[i..];
            let needs_follow = matches!(
                node,
                Node::Branch(_) | Node::Repeat(..) | Node::RepeatOne(..) | Node::GroupExists(..)
            );
            let follow = if needs_follow {
                self.first(rest, follow)
            } else {
                None
            };
            self.node(node, follow);
        }
    }

    fn node(&mut self, node: &Node, follow: Option<First>) {
        match node {
            Node::One(test) => {
                self.push(match *test {
                    Test::Literal(c) => Inst::Literal(c),
                    Test::NotLiteral(c) => Inst::NotLiteral(c),
                    Test::Any => Inst::Any,
                    Test::AnyAll => Inst::AnyAll,
                    Test::Set(i) => Inst::Set(i),
                });
            }
            Node::Fail => {
                self.push(Inst::Fail);
            }
            Node::Position(at) => {
                self.push(Inst::Position(*at));
            }
            Node::Mark(i) => {
                self.push(Inst::Mark(*i));
            }
            Node::GroupRef(group, fold) => {
                self.push(Inst::GroupRef(*group, *fold));
            }
            Node::Branch(branches) => self.branch(branches, follow),
            Node::RepeatOne(test, min, max, mode) => {
                let exclusive = match &follow {
                    Some(f) => f.disjoint(&self.first_of_test(*test)),
                    None => Disjoint::default(),
                };
                let single = Single {
                    test: *test,
                    min: *min as usize,
                    max: if *max == MAX_REPEAT {
                        usize::MAX
                    } else {
                        *max as usize
                    },
                    follow: self.keep_first(follow),
                    exclusive,
                };
                self.singles.push(single);
                let i = self.singles.len() as u32 - 1;
                self.push(match mode {
                    Mode::Greedy => Inst::Greedy(i),
                    Mode::Lazy => Inst::Lazy(i),
                    Mode::Possessive => Inst::Possessive(i),
                });
            }
            Node::Repeat(body, min, max, mode) => self.repeat(body, *min, *max, *mode, follow),
            Node::Atomic(body) => {
                self.push(Inst::Atomic);
                self.sequence(body, None);
                self.push(Inst::Cut);
            }
            Node::Assert(body, back, false) => {
                self.push(Inst::Assert(*back));
                self.sequence(body, None);
                self.push(Inst::AssertEnd);
            }
            Node::Assert(body, back, true) => {
                let at = self.push(Inst::Fail);
                self.sequence(body, None);
                self.push(Inst::AssertNotEnd);
                let after = self.here();
                self.insts[at] = Inst::AssertNot { back: *back, after };
            }
            Node::GroupExists(group, yes, no) => {
                let at = self.push(Inst::Fail);
                self.sequence(yes, follow.as_ref());
                let mut target = self.here();
                if !no.is_empty() {
                    let jump = self.push(Inst::Fail);
                    target = self.here();
                    self.sequence(no, follow.as_ref());
                    self.insts[jump] = Inst::Jump(self.here());
                }
                self.insts[at] = Inst::GroupExists {
                    group: *group,
                    no: target,
                };
            }
        }
    }

    fn branch(&mut self, branches: &[Vec<Node>], follow: Option<First>) {
        let firsts: Vec<Option<First>> = branches
            .iter()
            .map(|b| self.first(b, follow.as_ref()))
            .collect();
        let mut ends = Vec::new();
        for (i, branch) in branches.iter().enumerate() {
            if i + 1 == branches.len() {
                self.sequence(branch, follow.as_ref());
                break;
            }
            let at = self.push(Inst::Fail);
            self.sequence(branch, follow.as_ref());
            ends.push(self.push(Inst::Fail));
            let alt = self.here();
            let exclusive = match &firsts[i] {
                Some(own) => firsts[i + 1..]
                    .iter()
                    .all(|other| other.as_ref().is_some_and(|o| own.disjoint(o).all)),
                None => false,
            };
            let first = self.keep_first(firsts[i].clone());
            self.insts[at] = if exclusive {
                Inst::Select { alt, first }
            } else {
                Inst::Branch { alt, first }
            };
        }
        let end = self.here();
        for at in ends {
            self.insts[at] = Inst::Jump(end);
        }
    }

    fn repeat(&mut self, body: &[Node], min: u32, max: u32, mode: Mode, follow: Option<First>) {
        let first = self.first(body, None);
        let exclusive = match (&first, &follow) {
            (Some(own), Some(next)) => own.disjoint(next),
            _ => Disjoint::default(),
        };
        let first = self.keep_first(first);
        self.loops.push(Loop {
            min: min as isize,
            max: if max == MAX_REPEAT {
                isize::MAX
            } else {
                max as isize
            },
            first,
            exclusive,
            exit: 0,
        });
        let i = self.loops.len() as u32 - 1;
        self.push(Inst::LoopInit(i));
        let head = self.push(match mode {
            Mode::Greedy => Inst::LoopGreedy(i),
            Mode::Lazy => Inst::LoopLazy(i),
            Mode::Possessive => Inst::LoopPossessive(i),
        });
        self.sequence(body, None);
        self.push(match mode {
            Mode::Possessive => Inst::LoopCut(head as u32),
            _ => Inst::Jump(head as u32),
        });
        self.loops[i as usize].exit = self.here();
    }

    fn find_start(&self, nodes: &[Node]) -> Start {
        let mut rest = nodes;
        while let [Node::Mark(_), more @ ..] = rest {
            rest = more;
        }
        if let [Node::Position(At::Beginning), ..] = rest {
            return Start::Beginning;
        }
        let mut prefix = Vec::new();
        for node in nodes {
            match node {
                Node::One(Test::Literal(c)) => prefix.push(*c),
                Node::Mark(_) => {}
                _ => break,
            }
        }
        if !prefix.is_empty() {
            let bytes: Option<Vec<u8>> = prefix.iter().map(|&c| u8::try_from(c).ok()).collect();
            let finder = bytes
                .filter(|b| b.len() > 1)
                .map(|b| Box::new(memmem::Finder::new(&b).into_owned()));
            return Start::Prefix(prefix, finder);
        }
        match self.first(nodes, None) {
            Some(first) => match first.only {
                Some(c) => Start::Prefix(vec![c], None),
                None if first.wide && first.table.iter().all(|&b| b) => Start::Any,
                None => Start::First(Box::new(first)),
            },
            None => Start::Any,
        }
    }
}
