//! Statements.

use crate::lexer::Tok;

use super::machine::{Id, Parser, R, Rule, Stop};

impl Parser<'_> {
    pub fn file(&mut self) -> R {
        self.opt(Self::statements)?;
        self.tok(&Tok::EndOfFile)?;
        Ok(())
    }

    pub fn eval(&mut self) -> R {
        self.expressions()?;
        self.many(|p| p.tok(&Tok::Newline))?;
        self.tok(&Tok::EndOfFile)?;
        Ok(())
    }

    /// Interactive input.
    pub fn interactive(&mut self) -> R {
        let compound = self.opt(|p| {
            p.compound_statement()?;
            p.tok(&Tok::Newline)
        })?;
        if compound.is_some() || self.opt(Self::simple_statements)?.is_some() {
            return Ok(());
        }
        self.tok(&Tok::Newline)?;
        Ok(())
    }

    pub fn statements(&mut self) -> R<Id> {
        self.nest(2, |p| {
            p.some(Self::statement)?;
            Ok(0)
        })
    }

    fn statement(&mut self) -> R {
        self.nest(1, |p| match p.opt(Self::compound_statement)? {
            Some(()) => Ok(()),
            None => p.simple_statements(),
        })
    }

    pub fn simple_statements(&mut self) -> R {
        self.nest(1, |p| {
            let single = p.opt(|p| {
                p.simple_statement()?;
                p.not(|p| p.tok(&Tok::Semi))?;
                p.tok(&Tok::Newline)
            })?;
            if single.is_some() {
                return Ok(());
            }
            p.list(&Tok::Semi, Self::simple_statement)?;
            p.opt(|p| p.tok(&Tok::Semi))?;
            p.tok(&Tok::Newline)?;
            Ok(())
        })
    }

    fn simple_statement(&mut self) -> R<Id> {
        self.memo(Rule::SimpleStmt, 1, |p| {
            if p.opt(|p| p.nest(1, Self::assignment))?.is_some() {
                return Ok(0);
            }
            if p.opt(Self::star_expressions)?.is_some() {
                return Ok(0);
            }
            let tok = p.tok_if(|_| true)?;
            match &p.toks[tok as usize].tok {
                Tok::Return => p.opt(Self::star_expressions).map(|_| ())?,
                Tok::Import => p.import_name()?,
                Tok::From => p.import_from()?,
                Tok::Raise => {
                    p.opt(|p| {
                        p.expression()?;
                        p.opt(|p| {
                            p.tok(&Tok::From)?;
                            p.expression()
                        })
                    })?;
                }
                Tok::Del => p.delete()?,
                Tok::Yield => {
                    p.pos -= 1;
                    p.yield_expr()?;
                }
                Tok::Assert => {
                    p.expression()?;
                    p.opt(|p| {
                        p.tok(&Tok::Comma)?;
                        p.expression()
                    })?;
                }
                Tok::Global | Tok::Nonlocal => {
                    p.list(&Tok::Comma, Self::name)?;
                }
                Tok::Pass | Tok::Break | Tok::Continue => {}
                _ => return Err(Stop::Fail),
            }
            Ok(0)
        })
    }

    fn annotated_value(&mut self) -> R<Id> {
        match self.opt(Self::yield_expr)? {
            Some(id) => Ok(id),
            None => self.star_expressions(),
        }
    }

    fn annotation_and_value(&mut self) -> R {
        self.tok(&Tok::Colon)?;
        self.expression()?;
        self.opt(|p| {
            p.tok(&Tok::Equal)?;
            p.annotated_value()
        })?;
        Ok(())
    }

    pub fn augmented(&mut self) -> R<u32> {
        use Tok::*;
        self.tok_if(|t| {
            matches!(
                t,
                PlusEqual
                    | MinusEqual
                    | StarEqual
                    | AtEqual
                    | SlashEqual
                    | PercentEqual
                    | AmperEqual
                    | VbarEqual
                    | CircumflexEqual
                    | LeftShiftEqual
                    | RightShiftEqual
                    | DoubleStarEqual
                    | DoubleSlashEqual
            )
        })
    }

    fn assignment(&mut self) -> R {
        let simple = self.opt(|p| {
            p.name()?;
            p.annotation_and_value()
        })?;
        if simple.is_some() {
            return Ok(());
        }
        let annotated = self.opt(|p| {
            let bracketed = p.opt(|p| {
                p.tok(&Tok::Lpar)?;
                p.single_target()?;
                p.tok(&Tok::Rpar)
            })?;
            if bracketed.is_none() {
                p.single_subscript_attribute_target()?;
            }
            p.annotation_and_value()
        })?;
        if annotated.is_some() {
            return Ok(());
        }
        let plain = self.opt(|p| {
            p.some(|p| {
                p.star_targets()?;
                p.tok(&Tok::Equal)
            })?;
            p.annotated_value()?;
            p.not(|p| p.tok(&Tok::Equal))
        })?;
        if plain.is_some() {
            return Ok(());
        }
        let mut committed = false;
        let augmented = self.opt(|p| {
            p.single_target()?;
            p.augmented()?;
            committed = true;
            p.annotated_value()
        })?;
        if augmented.is_some() {
            return Ok(());
        }
        if self.mistakes && !committed {
            self.invalid_assignment()?;
        }
        Err(Stop::Fail)
    }

    fn delete(&mut self) -> R {
        let start = self.pos - 1;
        let found = self.opt(|p| {
            p.del_targets()?;
            let ended = p.at_any(&[Tok::Semi, Tok::Newline])?;
            p.need(ended)
        })?;
        if found.is_none() && self.mistakes {
            self.pos = start;
            self.invalid_del()?;
        }
        self.need(found.is_some())
    }

    fn dotted_name(&mut self) -> R {
        self.list(&Tok::Dot, Self::name)?;
        Ok(())
    }

    pub fn as_name(&mut self) -> R {
        self.opt(|p| {
            p.tok(&Tok::As)?;
            p.name()
        })?;
        Ok(())
    }

    fn import_name(&mut self) -> R {
        self.list(&Tok::Comma, |p| {
            p.dotted_name()?;
            p.as_name()
        })?;
        Ok(())
    }

    fn import_from(&mut self) -> R {
        let dots = |p: &mut Self| p.many(|p| p.tok_if(|t| matches!(t, Tok::Dot | Tok::Ellipsis)));
        let named = self.opt(|p| {
            dots(p)?;
            p.dotted_name()?;
            p.tok(&Tok::Import)?;
            p.import_targets()
        })?;
        if named.is_some() {
            return Ok(());
        }
        let found = dots(self)?;
        self.need(!found.is_empty())?;
        self.tok(&Tok::Import)?;
        self.import_targets()
    }

    pub fn import_names(&mut self) -> R {
        self.list(&Tok::Comma, |p| {
            p.name()?;
            p.as_name()
        })?;
        Ok(())
    }

    fn import_targets(&mut self) -> R {
        let bracketed = self.opt(|p| {
            p.tok(&Tok::Lpar)?;
            p.import_names()?;
            p.opt(|p| p.tok(&Tok::Comma))?;
            p.tok(&Tok::Rpar)
        })?;
        if bracketed.is_some() {
            return Ok(());
        }
        let names = self.opt(|p| {
            p.import_names()?;
            p.not(|p| p.tok(&Tok::Comma))
        })?;
        if names.is_some() || self.opt(|p| p.tok(&Tok::Star))?.is_some() {
            return Ok(());
        }
        if self.mistakes {
            self.invalid_import_targets()?;
        }
        Err(Stop::Fail)
    }

    pub fn block(&mut self) -> R {
        self.memo(Rule::Block, 1, |p| {
            let indented = p.opt(|p| {
                p.tok(&Tok::Newline)?;
                p.tok(&Tok::Indent)?;
                p.statements()?;
                p.tok(&Tok::Dedent)
            })?;
            if indented.is_some() || p.opt(Self::simple_statements)?.is_some() {
                return Ok(0);
            }
            if p.mistakes {
                p.invalid_block()?;
            }
            Err(Stop::Fail)
        })
        .map(|_| ())
    }

    fn compound_statement(&mut self) -> R {
        self.nest(1, |p| {
            let tok = p.tok_if(|_| true)?;
            p.pos -= 1;
            match &p.toks[tok as usize].tok {
                Tok::Def => p.function(),
                Tok::At => match p.opt(Self::decorated_function)? {
                    Some(()) => Ok(()),
                    None => {
                        p.decorators()?;
                        p.class()
                    }
                },
                Tok::Async => {
                    for rule in [Self::function, Self::with, Self::for_loop] {
                        if p.opt(rule)?.is_some() {
                            return Ok(());
                        }
                    }
                    Err(Stop::Fail)
                }
                Tok::If => p.conditional(&Tok::If),
                Tok::Class => p.class(),
                Tok::With => p.with(),
                Tok::For => p.for_loop(),
                Tok::Try => p.try_statement(),
                Tok::While => p.while_loop(),
                Tok::Name if p.text_of(tok) == "match" => p.match_statement(),
                _ => Err(Stop::Fail),
            }
        })
    }

    fn decorators(&mut self) -> R {
        self.some(|p| {
            p.tok(&Tok::At)?;
            p.named_expression()?;
            p.tok(&Tok::Newline)
        })?;
        Ok(())
    }

    fn decorated_function(&mut self) -> R {
        self.decorators()?;
        self.function()
    }

    fn function(&mut self) -> R {
        self.nest(2, |p| {
            if p.mistakes {
                p.opt(Self::invalid_function)?;
            }
            for is_async in [false, true] {
                let found = p.opt(|p| {
                    if is_async {
                        p.tok(&Tok::Async)?;
                    }
                    p.tok(&Tok::Def)?;
                    p.name()?;
                    p.forced(&Tok::Lpar, "(")?;
                    p.opt(|p| p.parameters_of(false))?;
                    p.tok(&Tok::Rpar)?;
                    p.returns()?;
                    p.forced(&Tok::Colon, ":")?;
                    p.block()
                })?;
                if found.is_some() {
                    return Ok(());
                }
            }
            Err(Stop::Fail)
        })
    }

    pub fn returns(&mut self) -> R {
        self.opt(|p| {
            p.tok(&Tok::Rarrow)?;
            p.expression()
        })?;
        Ok(())
    }

    /// The bases of a class.
    pub fn bases(&mut self) -> R {
        self.opt(|p| {
            p.tok(&Tok::Lpar)?;
            p.opt(Self::arguments)?;
            p.tok(&Tok::Rpar)
        })?;
        Ok(())
    }

    fn class(&mut self) -> R {
        self.nest(2, |p| {
            if p.mistakes {
                p.opt(Self::invalid_class)?;
            }
            p.tok(&Tok::Class)?;
            p.name()?;
            p.bases()?;
            p.tok(&Tok::Colon)?;
            p.block()
        })
    }

    /// `if` and `elif`, with what follows.
    fn conditional(&mut self, keyword: &Tok) -> R {
        self.nest(1, |p| {
            if p.mistakes {
                p.opt(|p| p.invalid_conditional(keyword))?;
            }
            let chained = p.opt(|p| {
                p.tok(keyword)?;
                p.named_expression()?;
                p.tok(&Tok::Colon)?;
                p.block()?;
                p.conditional(&Tok::Elif)
            })?;
            if chained.is_some() {
                return Ok(());
            }
            p.tok(keyword)?;
            p.named_expression()?;
            p.tok(&Tok::Colon)?;
            p.block()?;
            p.opt(Self::else_block)?;
            Ok(())
        })
    }

    fn else_block(&mut self) -> R {
        if self.mistakes {
            self.opt(|p| p.invalid_keyword_block(&Tok::Else, "else"))?;
        }
        self.tok(&Tok::Else)?;
        self.forced(&Tok::Colon, ":")?;
        self.block()
    }

    fn while_loop(&mut self) -> R {
        if self.mistakes {
            self.opt(Self::invalid_while)?;
        }
        self.tok(&Tok::While)?;
        self.named_expression()?;
        self.tok(&Tok::Colon)?;
        self.block()?;
        self.opt(Self::else_block)?;
        Ok(())
    }

    fn for_loop(&mut self) -> R {
        self.nest(1, |p| {
            if p.mistakes {
                p.opt(Self::invalid_for)?;
            }
            for is_async in [false, true] {
                let mut committed = false;
                let found = p.opt(|p| {
                    if is_async {
                        p.tok(&Tok::Async)?;
                    }
                    p.tok(&Tok::For)?;
                    p.star_targets()?;
                    p.tok(&Tok::In)?;
                    committed = true;
                    p.star_expressions()?;
                    p.tok(&Tok::Colon)?;
                    p.block()?;
                    p.opt(Self::else_block)
                })?;
                if found.is_some() {
                    return Ok(());
                }
                if committed {
                    return Err(Stop::Fail);
                }
            }
            if p.mistakes {
                p.invalid_for_target()?;
            }
            Err(Stop::Fail)
        })
    }

    fn with(&mut self) -> R {
        self.nest(1, |p| {
            if p.mistakes {
                p.opt(Self::invalid_with_indent)?;
            }
            for is_async in [false, true] {
                for bracketed in [true, false] {
                    let found = p.opt(|p| {
                        if is_async {
                            p.tok(&Tok::Async)?;
                        }
                        p.tok(&Tok::With)?;
                        if bracketed {
                            p.tok(&Tok::Lpar)?;
                        }
                        p.list(&Tok::Comma, Self::with_item)?;
                        if bracketed {
                            p.opt(|p| p.tok(&Tok::Comma))?;
                            p.tok(&Tok::Rpar)?;
                        }
                        p.tok(&Tok::Colon)?;
                        p.block()
                    })?;
                    if found.is_some() {
                        return Ok(());
                    }
                }
            }
            if p.mistakes {
                p.invalid_with()?;
            }
            Err(Stop::Fail)
        })
    }

    fn with_item(&mut self) -> R {
        let named = self.opt(|p| {
            p.expression()?;
            p.tok(&Tok::As)?;
            p.star_target()?;
            let ended = p.at_any(&[Tok::Comma, Tok::Rpar, Tok::Colon])?;
            p.need(ended)
        })?;
        if named.is_some() {
            return Ok(());
        }
        if self.mistakes {
            self.opt(Self::invalid_with_item)?;
        }
        self.expression()?;
        Ok(())
    }

    fn try_statement(&mut self) -> R {
        self.nest(1, |p| {
            if p.mistakes {
                p.opt(Self::invalid_try)?;
            }
            let body = |p: &mut Self| {
                p.tok(&Tok::Try)?;
                p.forced(&Tok::Colon, ":")?;
                p.block()
            };
            let finally = p.opt(|p| {
                body(p)?;
                p.finally_block()
            })?;
            if finally.is_some() {
                return Ok(());
            }
            for star in [false, true] {
                let found = p.opt(|p| {
                    body(p)?;
                    p.some(|p| p.handler(star))?;
                    p.opt(Self::else_block)?;
                    p.opt(Self::finally_block)
                })?;
                if found.is_some() {
                    return Ok(());
                }
            }
            Err(Stop::Fail)
        })
    }

    /// A clause of `except`, or of `except*`.
    pub fn handler(&mut self, star: bool) -> R {
        if self.mistakes {
            self.opt(|p| p.invalid_handler_indent(star))?;
        }
        let typed = self.opt(|p| {
            p.tok(&Tok::Except)?;
            if star {
                p.tok(&Tok::Star)?;
            }
            p.expression()?;
            p.as_name()?;
            p.tok(&Tok::Colon)?;
            p.block()
        })?;
        if typed.is_some() {
            return Ok(());
        }
        if !star {
            let bare = self.opt(|p| {
                p.tok(&Tok::Except)?;
                p.tok(&Tok::Colon)?;
                p.block()
            })?;
            if bare.is_some() {
                return Ok(());
            }
        }
        if self.mistakes {
            self.invalid_handler()?;
        }
        Err(Stop::Fail)
    }

    fn finally_block(&mut self) -> R {
        if self.mistakes {
            self.opt(|p| p.invalid_keyword_block(&Tok::Finally, "finally"))?;
        }
        self.tok(&Tok::Finally)?;
        self.forced(&Tok::Colon, ":")?;
        self.block()
    }
}
