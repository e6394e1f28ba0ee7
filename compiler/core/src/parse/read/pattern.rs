//! `match` statements and their patterns.

use hotpy_code::Const;

use super::{Read, Reader};
use crate::ast::*;
use crate::lexer::Tok;

impl Reader<'_, '_> {
    /// Whether a `match` statement begins here: a line that ends in a colon, and an indented one after it that begins with `case`.
    pub(super) fn is_match(&self) -> bool {
        if !self.at_word("match") {
            return false;
        }
        let rest = &self.toks[self.pos..];
        let Some(end) = rest.iter().position(|t| t.tok == Tok::Newline) else {
            return false;
        };
        let is = |at: usize, tok| rest.get(at).is_some_and(|t| t.tok == tok);
        end >= 3
            && is(end - 1, Tok::Colon)
            && is(end + 1, Tok::Indent)
            && is(end + 2, Tok::Name)
            && self.w.text_of(&rest[end + 2]) == "case"
    }

    pub(super) fn match_statement(&mut self) -> Read<StmtKind> {
        self.pos += 1;
        let start = self.pos;
        let opened = self.open();
        let starred = self.peek() == Tok::Star;
        let mut subject = self.star_named_expression()?;
        if self.peek() == Tok::Comma {
            let item = Self::star_named_expression;
            subject = self.tuple_from(start, opened, subject, item)?;
        } else if starred {
            return Err(self.refuse());
        } else {
            self.join(opened);
        }
        self.need(Tok::Colon)?;
        self.need(Tok::Newline)?;
        self.need(Tok::Indent)?;
        let mut cases = Vec::new();
        while self.at_word("case") {
            self.pos += 1;
            let pattern = self.open_pattern()?;
            let guard = match self.eat(Tok::If) {
                true => Some(self.named_expression()?),
                false => None,
            };
            let body = self.block()?;
            cases.push(MatchCase {
                pattern,
                guard,
                body,
            });
        }
        self.need(Tok::Dedent)?;
        self.since(10, "Pattern matching is")?;
        Ok(StmtKind::Match { subject, cases })
    }

    fn made(&mut self, start: usize, opened: u32, kind: PatternKind) -> Read<Pattern> {
        self.close(opened)?;
        let loc = self.loc(start);
        Ok(Pattern { kind, loc })
    }

    /// The pattern of a case: perhaps a sequence without brackets.
    fn open_pattern(&mut self) -> Read<Pattern> {
        let start = self.pos;
        let opened = self.open();
        let starred = self.peek() == Tok::Star;
        let first = self.item_pattern()?;
        if self.peek() != Tok::Comma {
            if starred {
                return Err(self.refuse());
            }
            self.join(opened);
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.eat(Tok::Comma) && !matches!(self.peek(), Tok::Colon | Tok::If) {
            patterns.push(self.item_pattern()?);
        }
        self.made(start, opened, PatternKind::Sequence(patterns))
    }

    /// A pattern, or one with a star.
    fn item_pattern(&mut self) -> Read<Pattern> {
        if self.peek() != Tok::Star {
            return self.pattern();
        }
        let start = self.pos;
        let opened = self.open();
        self.pos += 1;
        let name = match self.at_word("_") {
            true => {
                self.pos += 1;
                None
            }
            false => Some(self.capture()?),
        };
        self.made(start, opened, PatternKind::Star(name))
    }

    /// A name to bind.
    fn capture(&mut self) -> Read<Sym> {
        if self.at_word("_") || matches!(self.peek_next(), Tok::Dot | Tok::Lpar | Tok::Equal) {
            return Err(self.refuse());
        }
        self.name()
    }

    fn pattern(&mut self) -> Read<Pattern> {
        crate::deep(|| self.pattern_inner())
    }

    fn pattern_inner(&mut self) -> Read<Pattern> {
        let start = self.pos;
        let opened = self.open();
        let mut pattern = self.alternatives()?;
        if self.eat(Tok::As) {
            let name = Some(self.capture()?);
            let inner = Some(Box::new(pattern));
            self.grow()?;
            let kind = PatternKind::As {
                pattern: inner,
                name,
            };
            let loc = self.loc(start);
            pattern = Pattern { kind, loc };
        }
        self.join(opened);
        Ok(pattern)
    }

    fn alternatives(&mut self) -> Read<Pattern> {
        let start = self.pos;
        let opened = self.open();
        let first = self.closed_pattern()?;
        if self.peek() != Tok::Vbar {
            self.join(opened);
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.eat(Tok::Vbar) {
            patterns.push(self.closed_pattern()?);
        }
        self.made(start, opened, PatternKind::Or(patterns))
    }

    fn closed_pattern(&mut self) -> Read<Pattern> {
        let start = self.pos;
        let opened = self.open();
        let kind = match self.peek() {
            Tok::None | Tok::True | Tok::False => PatternKind::Singleton(self.singleton()),
            Tok::Int | Tok::Float | Tok::Complex | Tok::Minus | Tok::String => {
                PatternKind::Value(self.literal()?)
            }
            Tok::Lpar | Tok::Lsqb => return self.sequence(),
            Tok::Lbrace => self.mapping()?,
            _ if self.at_word("_") => {
                self.pos += 1;
                PatternKind::As {
                    pattern: None,
                    name: None,
                }
            }
            _ => match self.peek_next() {
                Tok::Dot | Tok::Lpar => {
                    let value = self.dotted()?;
                    if self.peek() == Tok::Lpar {
                        self.class_pattern(value)?
                    } else if matches!(value.kind, ExprKind::Attribute { .. })
                        && self.peek() != Tok::Equal
                    {
                        PatternKind::Value(value)
                    } else {
                        return Err(self.refuse());
                    }
                }
                _ => PatternKind::As {
                    pattern: None,
                    name: Some(self.capture()?),
                },
            },
        };
        self.made(start, opened, kind)
    }

    /// None, True or False.
    fn singleton(&mut self) -> Const {
        self.pos += 1;
        match self.toks[self.pos - 1].tok {
            Tok::True => Const::Bool(true),
            Tok::False => Const::Bool(false),
            _ => Const::None,
        }
    }

    /// A name, or attributes of one.
    fn dotted(&mut self) -> Read<Expr> {
        let start = self.pos;
        let opened = self.open();
        let ctx = ExprContext::Load;
        let id = self.name()?;
        let mut value = Expr::new(ExprKind::Name { id, ctx }, self.loc(start));
        self.height = 1;
        while self.eat(Tok::Dot) {
            let attr = self.name()?;
            self.grow()?;
            let kind = ExprKind::Attribute {
                value: Box::new(value),
                attr,
                ctx,
            };
            value = Expr::new(kind, self.loc(start));
        }
        self.join(opened);
        Ok(value)
    }

    /// A string, or a number, perhaps with a sign, perhaps complex.
    fn literal(&mut self) -> Read<Expr> {
        if self.peek() == Tok::String {
            return self.strings();
        }
        let start = self.pos;
        let opened = self.open();
        let negative = self.eat(Tok::Minus);
        let real = self.peek();
        let mut value = self.pattern_number()?;
        if negative {
            self.grow()?;
            let operand = Box::new(value);
            let op = UnaryOp::USub;
            value = Expr::new(ExprKind::UnaryOp { op, operand }, self.loc(start));
        }
        let op = match self.peek() {
            Tok::Plus => Operator::Add,
            Tok::Minus => Operator::Sub,
            _ => {
                self.join(opened);
                return Ok(value);
            }
        };
        self.pos += 1;
        if real == Tok::Complex || self.peek() != Tok::Complex {
            return Err(self.refuse());
        }
        let right = Box::new(self.number()?);
        let left = Box::new(value);
        self.close(opened)?;
        let kind = ExprKind::BinOp { left, op, right };
        Ok(Expr::new(kind, self.loc(start)))
    }

    fn pattern_number(&mut self) -> Read<Expr> {
        match self.peek() {
            Tok::Int | Tok::Float | Tok::Complex => self.number(),
            _ => Err(self.refuse()),
        }
    }

    /// A sequence in brackets, or a group.
    fn sequence(&mut self) -> Read<Pattern> {
        let start = self.pos;
        let opened = self.open();
        let round = self.peek() == Tok::Lpar;
        let close = if round { Tok::Rpar } else { Tok::Rsqb };
        self.pos += 1;
        let mut patterns = Vec::new();
        while self.peek() != close {
            let starred = self.peek() == Tok::Star;
            let item = self.item_pattern()?;
            if round && patterns.is_empty() && self.peek() == close && !starred {
                self.pos += 1;
                self.join(opened);
                return Ok(item);
            }
            patterns.push(item);
            let comma = self.eat(Tok::Comma);
            if round && patterns.len() == 1 && !comma {
                return Err(self.refuse());
            }
            if !comma {
                break;
            }
        }
        self.need(close)?;
        self.made(start, opened, PatternKind::Sequence(patterns))
    }

    fn mapping(&mut self) -> Read<PatternKind> {
        self.pos += 1;
        let (mut keys, mut patterns, mut rest) = (Vec::new(), Vec::new(), None);
        while self.peek() != Tok::Rbrace {
            if self.eat(Tok::DoubleStar) {
                rest = Some(self.capture()?);
                self.eat(Tok::Comma);
                break;
            }
            let key = match self.peek() {
                Tok::None | Tok::True | Tok::False => {
                    let start = self.pos;
                    let value = self.singleton();
                    self.height = self.height.max(1);
                    Expr::constant(value, self.loc(start))
                }
                Tok::Name => {
                    let key = self.dotted()?;
                    if !matches!(key.kind, ExprKind::Attribute { .. }) {
                        return Err(self.refuse());
                    }
                    key
                }
                _ => self.literal()?,
            };
            keys.push(key);
            self.need(Tok::Colon)?;
            patterns.push(self.pattern()?);
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        self.need(Tok::Rbrace)?;
        Ok(PatternKind::Mapping {
            keys,
            patterns,
            rest,
        })
    }

    fn class_pattern(&mut self, cls: Expr) -> Read<PatternKind> {
        self.pos += 1;
        let mut patterns = Vec::new();
        let (mut kwd_attrs, mut kwd_patterns) = (Vec::new(), Vec::new());
        while self.peek() != Tok::Rpar {
            if self.peek() == Tok::Name && self.peek_next() == Tok::Equal {
                kwd_attrs.push(self.name()?);
                self.pos += 1;
                kwd_patterns.push(self.pattern()?);
            } else if kwd_attrs.is_empty() {
                patterns.push(self.pattern()?);
            } else {
                return Err(self.refuse());
            }
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        self.need(Tok::Rpar)?;
        Ok(PatternKind::Class {
            cls,
            patterns,
            kwd_attrs,
            kwd_patterns,
        })
    }
}
