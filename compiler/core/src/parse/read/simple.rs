//! Simple statements.

use super::{Read, Reader};
use crate::ast::*;
use crate::lexer::Tok;

fn augmented(tok: Tok) -> Option<Operator> {
    Some(match tok {
        Tok::PlusEqual => Operator::Add,
        Tok::MinusEqual => Operator::Sub,
        Tok::StarEqual => Operator::Mult,
        Tok::AtEqual => Operator::MatMult,
        Tok::SlashEqual => Operator::Div,
        Tok::PercentEqual => Operator::Mod,
        Tok::AmperEqual => Operator::BitAnd,
        Tok::VbarEqual => Operator::BitOr,
        Tok::CircumflexEqual => Operator::BitXor,
        Tok::LeftShiftEqual => Operator::LShift,
        Tok::RightShiftEqual => Operator::RShift,
        Tok::DoubleStarEqual => Operator::Pow,
        Tok::DoubleSlashEqual => Operator::FloorDiv,
        _ => return None,
    })
}

impl Reader<'_, '_> {
    /// The statements of a line.
    pub(super) fn simple_statements(&mut self) -> Read<()> {
        loop {
            self.simple_statement()?;
            if !self.eat(Tok::Semi) || self.peek() == Tok::Newline {
                return self.need(Tok::Newline);
            }
        }
    }

    fn simple_statement(&mut self) -> Read<()> {
        let start = self.pos;
        let opened = self.open();
        let tok = self.peek();
        if !matches!(tok, Tok::Name | Tok::String) {
            self.pos += 1;
        }
        let kind = match tok {
            Tok::Return => StmtKind::Return(self.optional(Self::star_expressions)?),
            Tok::Import => StmtKind::Import(self.imported_modules()?),
            Tok::From => self.import_from()?,
            Tok::Raise => self.raise()?,
            Tok::Pass => StmtKind::Pass,
            Tok::Break => StmtKind::Break,
            Tok::Continue => StmtKind::Continue,
            Tok::Del => self.del()?,
            Tok::Assert => StmtKind::Assert {
                test: self.expression()?,
                msg: match self.eat(Tok::Comma) {
                    true => Some(self.expression()?),
                    false => None,
                },
            },
            Tok::Global => StmtKind::Global(self.names()?),
            Tok::Nonlocal => StmtKind::Nonlocal(self.names()?),
            Tok::Yield => {
                self.pos = start;
                StmtKind::Expr(self.yield_expression()?)
            }
            _ => {
                self.pos = start;
                self.expression_statement()?
            }
        };
        self.close(opened)?;
        let loc = self.loc(start);
        self.stmts.push(Stmt { kind, loc });
        Ok(())
    }

    fn optional(&mut self, rule: fn(&mut Self) -> Read<Expr>) -> Read<Option<Expr>> {
        self.at_expression().then(|| rule(self)).transpose()
    }

    /// An expression or an assignment.
    fn expression_statement(&mut self) -> Read<StmtKind> {
        let start = self.pos;
        let mut first = self.star_expressions()?;
        match self.peek() {
            Tok::Newline | Tok::Semi => Ok(StmtKind::Expr(first)),
            Tok::Equal => {
                self.store(&mut first)?;
                self.pos += 1;
                let from = self.exprs.len();
                self.exprs.push(first);
                loop {
                    let is_yield = self.peek() == Tok::Yield;
                    let mut value = self.assigned_value()?;
                    if is_yield || self.peek() != Tok::Equal {
                        let targets = self.take_exprs(from);
                        return Ok(StmtKind::Assign { targets, value });
                    }
                    self.store(&mut value)?;
                    self.pos += 1;
                    self.exprs.push(value);
                }
            }
            Tok::Colon => {
                let simple = self.toks[start].tok == Tok::Name
                    && matches!(first.kind, ExprKind::Name { .. });
                self.store_single(&mut first)?;
                self.pos += 1;
                let annotation = self.expression()?;
                let value = match self.eat(Tok::Equal) {
                    true => Some(self.assigned_value()?),
                    false => None,
                };
                self.since(
                    6,
                    if simple {
                        "Variable annotation syntax is"
                    } else {
                        "Variable annotations syntax is"
                    },
                )?;
                Ok(StmtKind::AnnAssign {
                    target: first,
                    annotation,
                    value,
                    simple,
                })
            }
            tok => {
                let Some(op) = augmented(tok) else {
                    return Err(self.refuse());
                };
                self.store_single(&mut first)?;
                self.pos += 1;
                let value = self.assigned_value()?;
                if op == Operator::MatMult {
                    self.since(5, "The '@' operator is")?;
                }
                Ok(StmtKind::AugAssign {
                    target: first,
                    op,
                    value,
                })
            }
        }
    }

    fn names(&mut self) -> Read<Vec<Sym>> {
        let mut names = vec![self.name()?];
        while self.eat(Tok::Comma) {
            names.push(self.name()?);
        }
        Ok(names)
    }

    fn raise(&mut self) -> Read<StmtKind> {
        let exc = self.optional(Self::expression)?;
        let cause = match exc.is_some() && self.eat(Tok::From) {
            true => Some(self.expression()?),
            false => None,
        };
        Ok(StmtKind::Raise { exc, cause })
    }

    fn del(&mut self) -> Read<StmtKind> {
        let from = self.exprs.len();
        loop {
            let mut target = self.primary()?;
            self.delete(&mut target)?;
            self.exprs.push(target);
            if !self.eat(Tok::Comma) || matches!(self.peek(), Tok::Newline | Tok::Semi) {
                break;
            }
        }
        Ok(StmtKind::Delete(self.take_exprs(from)))
    }

    /// `name.name...`, as one name.
    fn dotted_name(&mut self) -> Read<Sym> {
        let first = self.name()?;
        if self.peek() != Tok::Dot {
            return Ok(first);
        }
        let mut text = self.w.cx.names.resolve(&first).to_owned();
        while self.eat(Tok::Dot) {
            let next = self.name()?;
            text.push('.');
            text.push_str(self.w.cx.names.resolve(&next));
        }
        Ok(self.w.cx.names.get_or_intern(text))
    }

    fn alias(&mut self, name: fn(&mut Self) -> Read<Sym>) -> Read<Alias> {
        let start = self.pos;
        let name = name(self)?;
        let asname = match self.eat(Tok::As) {
            true => Some(self.name()?),
            false => None,
        };
        let loc = self.loc(start);
        Ok(Alias { name, asname, loc })
    }

    fn imported_modules(&mut self) -> Read<Vec<Alias>> {
        let mut aliases = vec![self.alias(Self::dotted_name)?];
        while self.eat(Tok::Comma) {
            aliases.push(self.alias(Self::dotted_name)?);
        }
        Ok(aliases)
    }

    fn import_from(&mut self) -> Read<StmtKind> {
        let mut level = 0;
        loop {
            match self.peek() {
                Tok::Dot => level += 1,
                Tok::Ellipsis => level += 3,
                _ => break,
            }
            self.pos += 1;
        }
        let module = match level > 0 && self.peek() == Tok::Import {
            true => None,
            false => Some(self.dotted_name()?),
        };
        self.need(Tok::Import)?;
        if self.peek() == Tok::Star {
            self.pos += 1;
            let loc = self.loc(self.pos - 1);
            let name = self.w.cx.names.get_or_intern("*");
            let names = vec![Alias {
                name,
                asname: None,
                loc,
            }];
            return Ok(StmtKind::ImportFrom {
                module,
                names,
                level,
            });
        }
        let bracketed = self.eat(Tok::Lpar);
        let mut names = vec![self.alias(Self::name)?];
        while self.eat(Tok::Comma) {
            if bracketed && self.peek() == Tok::Rpar {
                break;
            }
            names.push(self.alias(Self::name)?);
        }
        if bracketed {
            self.need(Tok::Rpar)?;
        }
        Ok(StmtKind::ImportFrom {
            module,
            names,
            level,
        })
    }
}
