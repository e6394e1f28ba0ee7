//! Parameters of functions and lambdas, and mistakes in them.

use crate::lexer::Tok;

use super::machine::{Parser, R};

/// First and last token of a parameter.
type Param = (u32, u32);

fn closing(lambda: bool) -> Tok {
    if lambda { Tok::Colon } else { Tok::Rpar }
}

impl Parser<'_> {
    pub fn parameters_of(&mut self, lambda: bool) -> R {
        if self.mistakes {
            self.opt(|p| p.invalid_parameters(lambda))?;
        }
        self.nest(2, |p| p.parameters(lambda))
    }

    fn parameters(&mut self, lambda: bool) -> R {
        let slash = self.opt(|p| p.slash_no_default(lambda))?;
        if slash.is_some() {
            self.many(|p| p.no_default(lambda))?;
            self.many(|p| p.with_default(lambda))?;
            self.opt(|p| p.star_etc(lambda))?;
            return Ok(());
        }
        if self.opt(|p| p.slash_with_default(lambda))?.is_some() {
            self.many(|p| p.with_default(lambda))?;
            self.opt(|p| p.star_etc(lambda))?;
            return Ok(());
        }
        if !self.many(|p| p.no_default(lambda))?.is_empty() {
            self.many(|p| p.with_default(lambda))?;
            self.opt(|p| p.star_etc(lambda))?;
            return Ok(());
        }
        if !self.many(|p| p.with_default(lambda))?.is_empty() {
            self.opt(|p| p.star_etc(lambda))?;
            return Ok(());
        }
        self.star_etc(lambda)
    }

    /// The slash, and what must follow it.
    fn slash(&mut self, lambda: bool) -> R {
        self.tok(&Tok::Slash)?;
        if self.opt(|p| p.tok(&Tok::Comma))?.is_some() {
            return Ok(());
        }
        let closed = self.at(&closing(lambda))?;
        self.need(closed)
    }

    fn slash_no_default(&mut self, lambda: bool) -> R {
        self.some(|p| p.no_default(lambda))?;
        self.slash(lambda)
    }

    fn slash_with_default(&mut self, lambda: bool) -> R {
        self.many(|p| p.no_default(lambda))?;
        self.some(|p| p.with_default(lambda))?;
        self.slash(lambda)
    }

    /// What ends a parameter: a comma, or the end of all, which is left.
    fn parameter_end(&mut self, lambda: bool) -> R {
        if self.opt(|p| p.tok(&Tok::Comma))?.is_some() {
            return Ok(());
        }
        let closed = self.at(&closing(lambda))?;
        self.need(closed)
    }

    fn param(&mut self, lambda: bool) -> R<Param> {
        let first = self.name()?;
        if !lambda {
            self.opt(|p| {
                p.tok(&Tok::Colon)?;
                p.expression()
            })?;
        }
        Ok((first, self.pos as u32 - 1))
    }

    fn no_default(&mut self, lambda: bool) -> R<Param> {
        let param = self.param(lambda)?;
        self.parameter_end(lambda)?;
        Ok(param)
    }

    fn default(&mut self, lambda: bool) -> R {
        let value = self.opt(|p| {
            p.tok(&Tok::Equal)?;
            p.expression()
        })?;
        if value.is_none() && self.mistakes {
            let at = self.tok(&Tok::Equal)?;
            let ended = self.at_any(&[closing(lambda), Tok::Comma])?;
            if ended {
                return self.raise("expected default value expression", at, at);
            }
        }
        self.need(value.is_some())
    }

    fn with_default(&mut self, lambda: bool) -> R<Param> {
        let param = self.param(lambda)?;
        self.default(lambda)?;
        self.parameter_end(lambda)?;
        Ok(param)
    }

    fn maybe_default(&mut self, lambda: bool) -> R<Param> {
        let param = self.param(lambda)?;
        self.opt(|p| p.default(lambda))?;
        self.parameter_end(lambda)?;
        Ok(param)
    }

    fn star_etc(&mut self, lambda: bool) -> R {
        if self.mistakes {
            self.opt(|p| p.invalid_star_etc(lambda))?;
        }
        let rest = |p: &mut Self| {
            p.many(|p| p.maybe_default(lambda))?;
            p.opt(|p| p.kwds(lambda)).map(|_| ())
        };
        let plain = self.opt(|p| {
            p.tok(&Tok::Star)?;
            p.no_default(lambda)?;
            rest(p)
        })?;
        if plain.is_some() {
            return Ok(());
        }
        if !lambda {
            let unpacked = self.opt(|p| {
                p.tok(&Tok::Star)?;
                p.name()?;
                p.tok(&Tok::Colon)?;
                p.star_expression()?;
                p.parameter_end(lambda)?;
                rest(p)
            })?;
            if unpacked.is_some() {
                return Ok(());
            }
        }
        let bare = self.opt(|p| {
            p.tok(&Tok::Star)?;
            p.tok(&Tok::Comma)?;
            p.some(|p| p.maybe_default(lambda))?;
            p.opt(|p| p.kwds(lambda))
        })?;
        if bare.is_some() {
            return Ok(());
        }
        self.kwds(lambda)
    }

    fn kwds(&mut self, lambda: bool) -> R {
        if self.mistakes {
            self.opt(|p| p.invalid_kwds(lambda))?;
        }
        self.tok(&Tok::DoubleStar)?;
        self.no_default(lambda)?;
        Ok(())
    }

    fn invalid_parameters(&mut self, lambda: bool) -> R {
        let misplaced = self.opt(|p| {
            p.many(|p| p.no_default(lambda))?;
            if p.opt(|p| p.slash_with_default(lambda))?.is_none() {
                p.some(|p| p.with_default(lambda))?;
            }
            p.no_default(lambda)
        })?;
        if let Some((first, last)) = misplaced {
            return self.raise("non-default argument follows default argument", first, last);
        }
        let bracketed = self.opt(|p| {
            p.many(|p| p.no_default(lambda))?;
            let open = p.tok(&Tok::Lpar)?;
            if lambda {
                // Inside the brackets, too, the list of a lambda ends like a lambda's.
                p.list(&Tok::Comma, |p| p.param(true))?;
            } else {
                p.some(|p| p.no_default(false))?;
            }
            p.opt(|p| p.tok(&Tok::Comma))?;
            let close = p.tok(&Tok::Rpar)?;
            Ok((open, close))
        })?;
        if let Some((open, close)) = bracketed {
            let what = if lambda {
                "Lambda expression parameters"
            } else {
                "Function parameters"
            };
            return self.raise(format!("{what} cannot be parenthesized"), open, close);
        }
        let first = self.opt(|p| {
            let slash = p.tok(&Tok::Slash)?;
            p.tok(&Tok::Comma)?;
            Ok(slash)
        })?;
        if let Some(slash) = first {
            return self.raise("at least one argument must precede /", slash, slash);
        }
        let slashed = |p: &mut Self| match p.opt(|p| p.slash_no_default(lambda))? {
            Some(()) => Ok(()),
            None => p.slash_with_default(lambda),
        };
        let second = self.opt(|p| {
            slashed(p)?;
            p.many(|p| p.maybe_default(lambda))?;
            p.tok(&Tok::Slash)
        })?;
        if let Some(slash) = second {
            return self.raise("/ may appear only once", slash, slash);
        }
        let late = self.opt(|p| {
            p.opt(slashed)?;
            p.many(|p| p.maybe_default(lambda))?;
            p.tok(&Tok::Star)?;
            if p.opt(|p| p.tok(&Tok::Comma))?.is_none() {
                p.no_default(lambda)?;
            }
            p.many(|p| p.maybe_default(lambda))?;
            p.tok(&Tok::Slash)
        })?;
        if let Some(slash) = late {
            return self.raise("/ must be ahead of *", slash, slash);
        }
        self.some(|p| p.maybe_default(lambda))?;
        self.tok(&Tok::Slash)?;
        let star = self.tok(&Tok::Star)?;
        self.raise("expected comma between / and *", star, star)
    }

    fn invalid_star_etc(&mut self, lambda: bool) -> R {
        let bare = self.opt(|p| {
            let star = p.tok(&Tok::Star)?;
            if p.opt(|p| p.tok(&closing(lambda)))?.is_none() {
                p.tok(&Tok::Comma)?;
                if p.opt(|p| p.tok(&closing(lambda)))?.is_none() {
                    p.tok(&Tok::DoubleStar)?;
                }
            }
            Ok(star)
        })?;
        if let Some(star) = bare {
            let msg = "named arguments must follow bare *";
            return if lambda {
                self.raise_here(msg)
            } else {
                self.raise(msg, star, star)
            };
        }
        let default = self.opt(|p| {
            p.tok(&Tok::Star)?;
            p.param(lambda)?;
            p.tok(&Tok::Equal)
        })?;
        if let Some(equal) = default {
            let msg = "var-positional argument cannot have default value";
            return self.raise(msg, equal, equal);
        }
        let named = |p: &mut Self| match p.opt(|p| p.no_default(lambda))? {
            Some(_) => Ok(()),
            None => p.tok(&Tok::Comma).map(|_| ()),
        };
        self.tok(&Tok::Star)?;
        named(self)?;
        self.many(|p| p.maybe_default(lambda))?;
        let star = self.tok(&Tok::Star)?;
        named(self)?;
        self.raise("* argument may appear only once", star, star)
    }

    fn invalid_kwds(&mut self, lambda: bool) -> R {
        let default = self.opt(|p| {
            p.tok(&Tok::DoubleStar)?;
            p.param(lambda)?;
            p.tok(&Tok::Equal)
        })?;
        if let Some(equal) = default {
            let msg = "var-keyword argument cannot have default value";
            return self.raise(msg, equal, equal);
        }
        self.tok(&Tok::DoubleStar)?;
        self.param(lambda)?;
        self.tok(&Tok::Comma)?;
        let (first, last) = match self.opt(|p| p.param(lambda))? {
            Some(param) => param,
            None => {
                let at = self.tok_if(|t| matches!(t, Tok::Star | Tok::DoubleStar | Tok::Slash))?;
                (at, at)
            }
        };
        self.raise("arguments cannot follow var-keyword argument", first, last)
    }
}
