//! Parameters of functions and lambdas.

use super::{Read, Reader};
use crate::ast::*;
use crate::lexer::Tok;

impl Reader<'_, '_> {
    /// Parameters up to the closing bracket, or to the colon of a lambda.
    pub(super) fn parameters(&mut self, lambda: bool) -> Read<Arguments> {
        let end = if lambda { Tok::Colon } else { Tok::Rpar };
        let mut out = Arguments::default();
        // After the star.
        let mut keyword_only = false;
        let mut slashed = false;
        while self.peek() != end {
            match self.peek() {
                Tok::Name => {
                    let arg = self.parameter(lambda)?;
                    let default = match self.eat(Tok::Equal) {
                        true => Some(self.expression()?),
                        false => None,
                    };
                    if keyword_only {
                        out.kwonly.push(arg);
                        out.kw_defaults.push(default);
                    } else {
                        out.args.push(arg);
                        match default {
                            Some(default) => out.defaults.push(default),
                            // None without a default may follow one with.
                            None if out.defaults.is_empty() => {}
                            None => return Err(self.refuse()),
                        }
                    }
                }
                Tok::Slash if !slashed && !keyword_only && !out.args.is_empty() => {
                    self.pos += 1;
                    slashed = true;
                    out.posonly = std::mem::take(&mut out.args);
                    self.since(8, "Positional-only parameters are")?;
                }
                Tok::Star if !keyword_only => {
                    self.pos += 1;
                    keyword_only = true;
                    if self.peek() == Tok::Name {
                        out.vararg = Some(self.starred_parameter(lambda)?);
                    } else if self.peek() != Tok::Comma || self.peek_next() != Tok::Name {
                        return Err(self.refuse());
                    }
                }
                Tok::DoubleStar => {
                    self.pos += 1;
                    out.kwarg = Some(self.parameter(lambda)?);
                    self.eat(Tok::Comma);
                    break;
                }
                _ => return Err(self.refuse()),
            }
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        if self.peek() != end {
            return Err(self.refuse());
        }
        Ok(out)
    }

    fn parameter(&mut self, lambda: bool) -> Read<Arg> {
        self.parameter_of(lambda, Self::expression)
    }

    /// The annotation of `*name` may be starred.
    fn starred_parameter(&mut self, lambda: bool) -> Read<Arg> {
        self.parameter_of(lambda, Self::star_expression)
    }

    fn parameter_of(&mut self, lambda: bool, annotation: fn(&mut Self) -> Read<Expr>) -> Read<Arg> {
        let start = self.pos;
        let name = self.name()?;
        let annotation = match !lambda && self.eat(Tok::Colon) {
            true => Some(annotation(self)?),
            false => None,
        };
        let loc = self.loc(start);
        Ok(Arg {
            name,
            annotation,
            loc,
        })
    }
}
