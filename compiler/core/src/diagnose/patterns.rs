//! `match` statements and their patterns, and mistakes in them.

use crate::lexer::Tok;

use super::machine::{Id, Parser, R, Rule, Stop};

impl Parser<'_> {
    fn subject(&mut self) -> R {
        let tuple = self.opt(|p| {
            p.star_named_expression()?;
            p.tok(&Tok::Comma)?;
            p.opt(Self::star_named_expressions)
        })?;
        match tuple {
            Some(_) => Ok(()),
            None => self.named_expression().map(|_| ()),
        }
    }

    pub fn match_statement(&mut self) -> R {
        self.nest(1, |p| {
            let found = p.opt(|p| {
                p.word("match")?;
                p.subject()?;
                p.tok(&Tok::Colon)?;
                p.tok(&Tok::Newline)?;
                p.tok(&Tok::Indent)?;
                p.some(Self::case)?;
                p.tok(&Tok::Dedent)
            })?;
            if found.is_none() && p.mistakes {
                p.invalid_match()?;
            }
            p.need(found.is_some())
        })
    }

    fn guard(&mut self) -> R {
        self.opt(|p| {
            p.tok(&Tok::If)?;
            p.named_expression()
        })?;
        Ok(())
    }

    fn case(&mut self) -> R {
        self.nest(1, |p| {
            if p.mistakes {
                p.opt(Self::invalid_case)?;
            }
            p.word("case")?;
            p.patterns()?;
            p.guard()?;
            p.tok(&Tok::Colon)?;
            p.block()
        })
    }

    fn patterns(&mut self) -> R {
        match self.opt(Self::open_sequence)? {
            Some(()) => Ok(()),
            None => self.pattern(),
        }
    }

    fn pattern(&mut self) -> R {
        self.nest(2, |p| {
            let named = p.opt(|p| {
                p.or_pattern()?;
                p.tok(&Tok::As)?;
                p.capture_target()
            })?;
            if named.is_some() {
                return Ok(());
            }
            if p.mistakes {
                p.opt(Self::invalid_as_pattern)?;
            }
            p.or_pattern()
        })
    }

    fn or_pattern(&mut self) -> R {
        self.list(&Tok::Vbar, Self::closed_pattern)?;
        Ok(())
    }

    fn closed_pattern(&mut self) -> R<Id> {
        self.memo(Rule::ClosedPattern, 2, |p| {
            let rules: [fn(&mut Self) -> R; 8] = [
                |p| p.literal(true),
                |p| p.capture_target(),
                |p| p.word("_").map(|_| ()),
                Self::value_pattern,
                Self::group_pattern,
                Self::sequence_pattern,
                Self::mapping_pattern,
                Self::class_pattern,
            ];
            for rule in rules {
                if p.opt(rule)?.is_some() {
                    return Ok(0);
                }
            }
            Err(Stop::Fail)
        })
    }

    fn number(&mut self) -> R<u32> {
        let number = self.tok_if(|t| matches!(t, Tok::Int | Tok::Float | Tok::Complex))?;
        self.check_number(number)?;
        Ok(number)
    }

    /// A literal of a pattern.
    fn literal(&mut self, _pattern: bool) -> R {
        let signed = self.opt(|p| {
            p.opt(|p| p.tok(&Tok::Minus))?;
            p.number()?;
            p.not(|p| p.tok_if(|t| matches!(t, Tok::Plus | Tok::Minus)))
        })?;
        if signed.is_some() || self.opt(Self::complex)?.is_some() {
            return Ok(());
        }
        if self.opt(Self::strings)?.is_some() {
            return Ok(());
        }
        self.tok_if(|t| matches!(t, Tok::None | Tok::True | Tok::False))?;
        Ok(())
    }

    fn complex(&mut self) -> R {
        self.opt(|p| p.tok(&Tok::Minus))?;
        let real = self.number()?;
        if matches!(self.toks[real as usize].tok, Tok::Complex) {
            return self.raise("real number required in complex literal", real, real);
        }
        self.tok_if(|t| matches!(t, Tok::Plus | Tok::Minus))?;
        let imaginary = self.number()?;
        if !matches!(self.toks[imaginary as usize].tok, Tok::Complex) {
            let msg = "imaginary number required in complex literal";
            return self.raise(msg, imaginary, imaginary);
        }
        Ok(())
    }

    /// A name that is captured.
    fn capture_target(&mut self) -> R {
        self.not(|p| p.word("_"))?;
        self.name()?;
        self.not(|p| p.tok_if(|t| matches!(t, Tok::Dot | Tok::Lpar | Tok::Equal)))
    }

    /// `name.name...`, at least one dot.
    fn dotted(&mut self) -> R {
        self.name()?;
        self.some(|p| {
            p.tok(&Tok::Dot)?;
            p.name()
        })?;
        Ok(())
    }

    fn name_or_dotted(&mut self) -> R {
        self.name()?;
        self.many(|p| {
            p.tok(&Tok::Dot)?;
            p.name()
        })?;
        Ok(())
    }

    fn value_pattern(&mut self) -> R {
        self.dotted()?;
        self.not(|p| p.tok_if(|t| matches!(t, Tok::Dot | Tok::Lpar | Tok::Equal)))
    }

    fn group_pattern(&mut self) -> R {
        self.tok(&Tok::Lpar)?;
        self.pattern()?;
        self.tok(&Tok::Rpar)?;
        Ok(())
    }

    fn sequence_pattern(&mut self) -> R {
        let list = self.opt(|p| {
            p.tok(&Tok::Lsqb)?;
            p.opt(Self::maybe_sequence)?;
            p.tok(&Tok::Rsqb)
        })?;
        if list.is_some() {
            return Ok(());
        }
        self.tok(&Tok::Lpar)?;
        self.opt(Self::open_sequence)?;
        self.tok(&Tok::Rpar)?;
        Ok(())
    }

    fn open_sequence(&mut self) -> R {
        self.maybe_star_pattern()?;
        self.tok(&Tok::Comma)?;
        self.opt(Self::maybe_sequence)?;
        Ok(())
    }

    fn maybe_sequence(&mut self) -> R {
        self.list(&Tok::Comma, Self::maybe_star_pattern)?;
        self.opt(|p| p.tok(&Tok::Comma))?;
        Ok(())
    }

    fn maybe_star_pattern(&mut self) -> R {
        match self.opt(Self::star_pattern)? {
            Some(_) => Ok(()),
            None => self.pattern(),
        }
    }

    fn star_pattern(&mut self) -> R<Id> {
        self.memo(Rule::StarPattern, 1, |p| {
            p.tok(&Tok::Star)?;
            if p.opt(Self::capture_target)?.is_none() {
                p.word("_")?;
            }
            Ok(0)
        })
    }

    fn mapping_pattern(&mut self) -> R {
        let empty = self.opt(|p| {
            p.tok(&Tok::Lbrace)?;
            p.tok(&Tok::Rbrace)
        })?;
        if empty.is_some() {
            return Ok(());
        }
        let end = |p: &mut Self| {
            p.opt(|p| p.tok(&Tok::Comma))?;
            p.tok(&Tok::Rbrace).map(|_| ())
        };
        let rest = |p: &mut Self| {
            p.tok(&Tok::DoubleStar)?;
            p.capture_target()?;
            end(p)
        };
        let only_rest = self.opt(|p| {
            p.tok(&Tok::Lbrace)?;
            rest(p)
        })?;
        if only_rest.is_some() {
            return Ok(());
        }
        let with_rest = self.opt(|p| {
            p.tok(&Tok::Lbrace)?;
            p.items()?;
            p.tok(&Tok::Comma)?;
            rest(p)
        })?;
        if with_rest.is_some() {
            return Ok(());
        }
        self.tok(&Tok::Lbrace)?;
        self.items()?;
        end(self)
    }

    fn items(&mut self) -> R {
        self.list(&Tok::Comma, |p| {
            if p.opt(|p| p.literal(false))?.is_none() {
                p.dotted()?;
            }
            p.tok(&Tok::Colon)?;
            p.pattern()
        })?;
        Ok(())
    }

    fn positional_patterns(&mut self) -> R<Vec<(u32, u32)>> {
        self.list(&Tok::Comma, |p| {
            let first = p.pos as u32;
            p.pattern()?;
            Ok((first, p.pos as u32 - 1))
        })
    }

    fn keyword_patterns(&mut self) -> R {
        self.list(&Tok::Comma, |p| {
            p.name()?;
            p.tok(&Tok::Equal)?;
            p.pattern()
        })?;
        Ok(())
    }

    fn class_pattern(&mut self) -> R {
        let open = |p: &mut Self| {
            p.name_or_dotted()?;
            p.tok(&Tok::Lpar).map(|_| ())
        };
        let close = |p: &mut Self| {
            p.opt(|p| p.tok(&Tok::Comma))?;
            p.tok(&Tok::Rpar).map(|_| ())
        };
        let empty = self.opt(|p| {
            open(p)?;
            p.tok(&Tok::Rpar)
        })?;
        if empty.is_some() {
            return Ok(());
        }
        let positional = self.opt(|p| {
            open(p)?;
            p.positional_patterns()?;
            close(p)
        })?;
        if positional.is_some() {
            return Ok(());
        }
        let keywords = self.opt(|p| {
            open(p)?;
            p.keyword_patterns()?;
            close(p)
        })?;
        if keywords.is_some() {
            return Ok(());
        }
        let both = self.opt(|p| {
            open(p)?;
            p.positional_patterns()?;
            p.tok(&Tok::Comma)?;
            p.keyword_patterns()?;
            close(p)
        })?;
        if both.is_some() {
            return Ok(());
        }
        if self.mistakes {
            open(self)?;
            self.opt(|p| {
                p.positional_patterns()?;
                p.tok(&Tok::Comma)
            })?;
            self.keyword_patterns()?;
            self.tok(&Tok::Comma)?;
            let late = self.positional_patterns()?;
            let (first, last) = (late[0].0, late[late.len() - 1].1);
            return self.raise("positional patterns follow keyword patterns", first, last);
        }
        Err(Stop::Fail)
    }

    fn invalid_as_pattern(&mut self) -> R {
        let wildcard = self.opt(|p| {
            p.or_pattern()?;
            p.tok(&Tok::As)?;
            p.word("_")
        })?;
        if let Some(at) = wildcard {
            return self.raise("cannot use '_' as a target", at, at);
        }
        self.or_pattern()?;
        self.tok(&Tok::As)?;
        self.not(Self::name)?;
        let target = self.expression()?;
        self.raise_at("invalid pattern target", target)
    }

    fn invalid_match(&mut self) -> R {
        let unended = self.opt(|p| {
            p.word("match")?;
            p.subject()?;
            p.tok(&Tok::Newline)
        })?;
        if unended.is_some() {
            return self.raise_here("expected ':'");
        }
        let keyword = self.word("match")?;
        self.subject()?;
        self.expect_body(keyword, "'match' statement")
    }

    fn invalid_case(&mut self) -> R {
        let unended = self.opt(|p| {
            p.word("case")?;
            p.patterns()?;
            p.guard()?;
            p.tok(&Tok::Newline)
        })?;
        if unended.is_some() {
            return self.raise_here("expected ':'");
        }
        let keyword = self.word("case")?;
        self.patterns()?;
        self.guard()?;
        self.expect_body(keyword, "'case' statement")
    }
}
