//! Expressions.

use crate::lexer::Tok;

use super::machine::{Id, Kind, Parser, R, Rule, Stop};
use crate::errors::ErrorKind;

/// The arguments of a call.
pub(super) struct Args {
    /// Positional and starred ones.
    pub positional: Vec<Id>,
    /// Whether one is `**mapping`.
    pub unpacks: bool,
    /// Whether there are keyword arguments.
    pub keywords: bool,
}

/// The binary operators, loosest first: tokens, and whether the level is the last.
const LEVELS: [&[Tok]; 6] = [
    &[Tok::Vbar],
    &[Tok::CircumFlex],
    &[Tok::Amper],
    &[Tok::LeftShift, Tok::RightShift],
    &[Tok::Plus, Tok::Minus],
    &[
        Tok::Star,
        Tok::Slash,
        Tok::DoubleSlash,
        Tok::Percent,
        Tok::At,
    ],
];

impl Parser<'_> {
    /// `a, b`, of items that `item` reads.
    fn tuple_of(&mut self, item: fn(&mut Self) -> R<Id>) -> R<Id> {
        let start = self.pos;
        let first = item(self)?;
        if !self.at(&Tok::Comma)? {
            return Ok(first);
        }
        let mut parts = vec![first];
        while let Some(next) = self.opt(|p| {
            p.tok(&Tok::Comma)?;
            item(p)
        })? {
            parts.push(next);
        }
        self.opt(|p| p.tok(&Tok::Comma))?;
        Ok(self.node(Kind::Tuple, start, parts))
    }

    pub fn expressions(&mut self) -> R<Id> {
        self.nest(1, |p| p.tuple_of(Self::expression))
    }

    pub fn star_expressions(&mut self) -> R<Id> {
        self.nest(1, |p| p.tuple_of(Self::star_expression))
    }

    pub fn star_expression(&mut self) -> R<Id> {
        self.memo(Rule::StarExpression, 1, |p| {
            match p.opt(Self::star_bitwise_or)? {
                Some(id) => Ok(id),
                None => p.expression(),
            }
        })
    }

    fn star_bitwise_or(&mut self) -> R<Id> {
        let start = self.tok(&Tok::Star)? as usize;
        let value = self.bitwise_or()?;
        Ok(self.node(Kind::Starred, start, vec![value]))
    }

    pub fn starred_expression(&mut self) -> R<Id> {
        let start = self.tok(&Tok::Star)? as usize;
        let value = self.expression()?;
        Ok(self.node(Kind::Starred, start, vec![value]))
    }

    pub fn star_named_expression(&mut self) -> R<Id> {
        match self.opt(Self::star_bitwise_or)? {
            Some(id) => Ok(id),
            None => self.named_expression(),
        }
    }

    /// The items, with a comma perhaps after the last.
    pub fn star_named_expressions(&mut self) -> R<Vec<Id>> {
        let items = self.list(&Tok::Comma, Self::star_named_expression)?;
        self.opt(|p| p.tok(&Tok::Comma))?;
        Ok(items)
    }

    fn assignment_expression(&mut self) -> R<Id> {
        let start = self.name()? as usize;
        self.tok(&Tok::ColonEqual)?;
        self.expression()?;
        Ok(self.node(Kind::NamedExpr, start, Vec::new()))
    }

    pub fn named_expression(&mut self) -> R<Id> {
        self.nest(1, |p| {
            if let Some(id) = p.opt(Self::assignment_expression)? {
                return Ok(id);
            }
            if p.mistakes {
                p.opt(Self::invalid_named_expression)?;
            }
            let id = p.expression()?;
            p.not(|p| p.tok(&Tok::ColonEqual))?;
            Ok(id)
        })
    }

    pub fn expression(&mut self) -> R<Id> {
        self.memo(Rule::Expression, 1, |p| {
            if p.mistakes {
                p.opt(Self::invalid_expression)?;
                p.opt(Self::invalid_legacy_expression)?;
            }
            p.plain_expression()
        })
    }

    pub fn plain_expression(&mut self) -> R<Id> {
        let start = self.pos;
        let conditional = self.opt(|p| {
            p.disjunction()?;
            p.tok(&Tok::If)?;
            p.disjunction()?;
            p.tok(&Tok::Else)?;
            p.expression()?;
            Ok(p.node(Kind::IfExp, start, Vec::new()))
        })?;
        if let Some(id) = conditional {
            return Ok(id);
        }
        if let Some(id) = self.opt(Self::disjunction)? {
            return Ok(id);
        }
        self.tok(&Tok::Lambda)?;
        self.nest(1, |p| {
            p.opt(|p| p.parameters_of(true))?;
            p.tok(&Tok::Colon)?;
            p.expression()
        })?;
        Ok(self.node(Kind::Lambda, start, Vec::new()))
    }

    /// `operand (operator operand)*`
    fn chain(&mut self, operator: Tok, operand: fn(&mut Self) -> R<Id>) -> R<Id> {
        let start = self.pos;
        let first = operand(self)?;
        let rest = self.many(|p| {
            p.tok(&operator)?;
            operand(p)
        })?;
        Ok(if rest.is_empty() {
            first
        } else {
            self.node(Kind::Operation, start, Vec::new())
        })
    }

    pub fn disjunction(&mut self) -> R<Id> {
        self.memo(Rule::Disjunction, 1, |p| {
            p.chain(Tok::Or, Self::conjunction)
        })
    }

    fn conjunction(&mut self) -> R<Id> {
        self.memo(Rule::Conjunction, 1, |p| p.chain(Tok::And, Self::inversion))
    }

    fn inversion(&mut self) -> R<Id> {
        self.memo(Rule::Inversion, 1, |p| {
            let start = p.pos;
            let negated = p.opt(|p| {
                p.tok(&Tok::Not)?;
                p.inversion()
            })?;
            match negated {
                Some(_) => Ok(p.node(Kind::Operation, start, Vec::new())),
                None => p.nest(1, Self::comparison),
            }
        })
    }

    fn comparison(&mut self) -> R<Id> {
        let start = self.pos;
        let left = self.bitwise_or()?;
        let mut is_in = None;
        while let Some(op) = self.opt(|p| {
            let op = p.comparison_operator()?;
            p.bitwise_or()?;
            Ok(op)
        })? {
            is_in.get_or_insert(op);
        }
        Ok(match is_in {
            None => left,
            Some(is_in) => self.node(Kind::Comparison(is_in), start, vec![left]),
        })
    }

    /// Whether it is `in`.
    fn comparison_operator(&mut self) -> R<bool> {
        if let Some(not) = self.opt(|p| p.tok(&Tok::Not))? {
            let _ = not;
            self.tok(&Tok::In)?;
            return Ok(false);
        }
        if self.opt(|p| p.tok(&Tok::Is))?.is_some() {
            self.opt(|p| p.tok(&Tok::Not))?;
            return Ok(false);
        }
        if self.asked.barry && self.at(&Tok::Unknown)? && self.text_of(self.pos as u32) == "!=" {
            let e = self.here(
                ErrorKind::SyntaxError,
                "with Barry as BDFL, use '<>' instead of '!='",
            );
            return Err(Stop::Raise(Box::new(e.into())));
        }
        let at = self.tok_if(|t| {
            matches!(
                t,
                Tok::EqEqual
                    | Tok::NotEqual
                    | Tok::LessEqual
                    | Tok::Less
                    | Tok::GreaterEqual
                    | Tok::Greater
                    | Tok::In
            )
        })?;
        Ok(self.toks[at as usize].tok == Tok::In)
    }

    pub fn bitwise_or(&mut self) -> R<Id> {
        self.memo(Rule::BitwiseOr, 2, |p| p.binary(0))
    }

    fn binary(&mut self, level: usize) -> R<Id> {
        let Some(operators) = LEVELS.get(level) else {
            return self.factor();
        };
        self.nest(if level == 0 { 0 } else { 2 }, |p| {
            let start = p.pos;
            let mut left = p.binary(level + 1)?;
            while let Some(()) = p.opt(|p| {
                p.tok_if(|t| operators.contains(t))?;
                p.binary(level + 1)?;
                Ok(())
            })? {
                left = p.node(Kind::Operation, start, Vec::new());
            }
            Ok(left)
        })
    }

    fn factor(&mut self) -> R<Id> {
        self.memo(Rule::Factor, 1, |p| {
            let start = p.pos;
            let signed = p.opt(|p| {
                p.tok_if(|t| matches!(t, Tok::Plus | Tok::Minus | Tok::Tilde))?;
                p.factor()
            })?;
            if signed.is_some() {
                return Ok(p.node(Kind::Operation, start, Vec::new()));
            }
            p.nest(1, |p| {
                let base = p.await_primary()?;
                let power = p.opt(|p| {
                    p.tok(&Tok::DoubleStar)?;
                    p.factor()
                })?;
                Ok(match power {
                    Some(_) => p.node(Kind::Operation, start, Vec::new()),
                    None => base,
                })
            })
        })
    }

    fn await_primary(&mut self) -> R<Id> {
        self.memo(Rule::AwaitPrimary, 1, |p| {
            let start = p.pos;
            let awaited = p.opt(|p| {
                p.tok(&Tok::Await)?;
                p.primary()
            })?;
            match awaited {
                Some(_) => Ok(p.node(Kind::Await, start, Vec::new())),
                None => p.primary(),
            }
        })
    }

    /// What may follow a primary and make it another.
    fn trailer(&mut self) -> R<Kind> {
        if self.opt(|p| p.attribute())?.is_some() {
            return Ok(Kind::Attribute);
        }
        if self.opt(Self::genexp)?.is_some() || self.opt(Self::call)?.is_some() {
            return Ok(Kind::Call);
        }
        self.subscript()?;
        Ok(Kind::Subscript)
    }

    pub fn attribute(&mut self) -> R {
        self.tok(&Tok::Dot)?;
        self.name()?;
        Ok(())
    }

    pub fn subscript(&mut self) -> R {
        self.tok(&Tok::Lsqb)?;
        self.slices()?;
        self.tok(&Tok::Rsqb)?;
        Ok(())
    }

    pub fn call(&mut self) -> R {
        self.tok(&Tok::Lpar)?;
        self.opt(Self::arguments)?;
        self.tok(&Tok::Rpar)?;
        Ok(())
    }

    pub fn primary(&mut self) -> R<Id> {
        self.memo(Rule::Primary, 2, |p| {
            let start = p.pos;
            let mut value = p.atom()?;
            while let Some(kind) = p.opt(Self::trailer)? {
                value = p.node(kind, start, Vec::new());
            }
            Ok(value)
        })
    }

    fn slices(&mut self) -> R<()> {
        let single = self.opt(|p| {
            p.slice()?;
            p.not(|p| p.tok(&Tok::Comma))
        })?;
        if single.is_some() {
            return Ok(());
        }
        self.list(&Tok::Comma, |p| match p.opt(Self::slice)? {
            Some(()) => Ok(()),
            None => {
                p.starred_expression()?;
                Ok(())
            }
        })?;
        self.opt(|p| p.tok(&Tok::Comma))?;
        Ok(())
    }

    fn slice(&mut self) -> R<()> {
        self.nest(1, |p| {
            let ranged = p.opt(|p| {
                p.opt(Self::expression)?;
                p.tok(&Tok::Colon)?;
                p.opt(Self::expression)?;
                p.opt(|p| {
                    p.tok(&Tok::Colon)?;
                    p.opt(Self::expression)
                })?;
                Ok(())
            })?;
            match ranged {
                Some(()) => Ok(()),
                None => p.named_expression().map(|_| ()),
            }
        })
    }

    pub fn atom(&mut self) -> R<Id> {
        self.memo(Rule::Atom, 1, |p| {
            let start = p.pos;
            let tok = p.tok_if(|_| true)?;
            let kind = match &p.toks[tok as usize].tok {
                Tok::Name => Kind::Name,
                Tok::True => Kind::True,
                Tok::False => Kind::False,
                Tok::None => Kind::None,
                Tok::Ellipsis => Kind::Ellipsis,
                Tok::Int | Tok::Float | Tok::Complex => {
                    p.check_number(tok)?;
                    Kind::Literal
                }
                Tok::String => {
                    p.pos = start;
                    return p.strings();
                }
                Tok::Lpar => {
                    p.pos = start;
                    return p.nest(2, Self::parenthesised);
                }
                Tok::Lsqb => {
                    p.pos = start;
                    return p.nest(2, Self::bracketed);
                }
                Tok::Lbrace => {
                    p.pos = start;
                    return p.nest(2, Self::braced);
                }
                _ => return Err(Stop::Fail),
            };
            Ok(p.node(kind, start, Vec::new()))
        })
    }

    /// Integers are converted at once.
    pub fn check_number(&self, token: u32) -> R {
        let (text, limit) = (self.text_of(token), self.asked.max_digits);
        if limit == 0
            || text.len() <= limit
            || text.starts_with('0')
            || !text.bytes().all(|c| c.is_ascii_digit() || c == b'_')
        {
            return Ok(());
        }
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits <= limit {
            return Ok(());
        }
        let msg = format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use \
             sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
             to avoid decimal conversion limits."
        );
        let line = self.line_of(token);
        let place = (line, -self.unshifted(line));
        let e = self.locate(ErrorKind::SyntaxError, msg, place, place);
        Err(Stop::Raise(Box::new(e.into())))
    }

    fn parenthesised(&mut self) -> R<Id> {
        if let Some(id) = self.opt(Self::tuple)? {
            return Ok(id);
        }
        if let Some(id) = self.opt(Self::group)? {
            return Ok(id);
        }
        self.genexp()
    }

    pub fn tuple(&mut self) -> R<Id> {
        let start = self.tok(&Tok::Lpar)? as usize;
        let parts = self.opt(|p| {
            let mut parts = vec![p.star_named_expression()?];
            p.tok(&Tok::Comma)?;
            parts.extend(p.opt(Self::star_named_expressions)?.unwrap_or_default());
            Ok(parts)
        })?;
        self.tok(&Tok::Rpar)?;
        Ok(self.node(Kind::Tuple, start, parts.unwrap_or_default()))
    }

    fn group(&mut self) -> R<Id> {
        let grouped = self.opt(|p| {
            p.tok(&Tok::Lpar)?;
            let id = match p.opt(Self::yield_expr)? {
                Some(id) => id,
                None => p.named_expression()?,
            };
            p.tok(&Tok::Rpar)?;
            Ok(id)
        })?;
        if let Some(id) = grouped {
            return Ok(id);
        }
        if self.mistakes {
            self.invalid_group()?;
        }
        Err(Stop::Fail)
    }

    pub fn genexp(&mut self) -> R<Id> {
        let start = self.pos;
        let found = self.opt(|p| {
            p.tok(&Tok::Lpar)?;
            p.assignment_or_expression()?;
            p.for_if_clauses()?;
            p.tok(&Tok::Rpar)?;
            Ok(p.node(Kind::Generator, start, Vec::new()))
        })?;
        self.or_invalid_comprehension(found)
    }

    fn or_invalid_comprehension(&mut self, found: Option<Id>) -> R<Id> {
        if found.is_none() && self.mistakes {
            self.invalid_comprehension()?;
        }
        found.ok_or(Stop::Fail)
    }

    fn assignment_or_expression(&mut self) -> R<Id> {
        if let Some(id) = self.opt(Self::assignment_expression)? {
            return Ok(id);
        }
        let id = self.expression()?;
        self.not(|p| p.tok(&Tok::ColonEqual))?;
        Ok(id)
    }

    pub fn list_display(&mut self) -> R<Id> {
        let start = self.tok(&Tok::Lsqb)? as usize;
        let parts = self.opt(Self::star_named_expressions)?.unwrap_or_default();
        self.tok(&Tok::Rsqb)?;
        Ok(self.node(Kind::List, start, parts))
    }

    fn bracketed(&mut self) -> R<Id> {
        if let Some(id) = self.opt(Self::list_display)? {
            return Ok(id);
        }
        let start = self.pos;
        let found = self.opt(|p| {
            p.tok(&Tok::Lsqb)?;
            p.named_expression()?;
            p.for_if_clauses()?;
            p.tok(&Tok::Rsqb)?;
            Ok(p.node(Kind::ListComp, start, Vec::new()))
        })?;
        self.or_invalid_comprehension(found)
    }

    fn braced(&mut self) -> R<Id> {
        let start = self.pos;
        if let Some(id) = self.opt(Self::dict)? {
            return Ok(id);
        }
        let set = self.opt(|p| {
            p.tok(&Tok::Lbrace)?;
            p.star_named_expressions()?;
            p.tok(&Tok::Rbrace)?;
            Ok(p.node(Kind::Set, start, Vec::new()))
        })?;
        if let Some(id) = set {
            return Ok(id);
        }
        let dictcomp = self.opt(|p| {
            p.tok(&Tok::Lbrace)?;
            p.key_value()?;
            p.for_if_clauses()?;
            p.tok(&Tok::Rbrace)?;
            Ok(p.node(Kind::DictComp, start, Vec::new()))
        })?;
        if let Some(id) = dictcomp {
            return Ok(id);
        }
        if self.mistakes {
            self.opt(Self::invalid_dict_comprehension)?;
        }
        let found = self.opt(|p| {
            p.tok(&Tok::Lbrace)?;
            p.named_expression()?;
            p.for_if_clauses()?;
            p.tok(&Tok::Rbrace)?;
            Ok(p.node(Kind::SetComp, start, Vec::new()))
        })?;
        self.or_invalid_comprehension(found)
    }

    fn dict(&mut self) -> R<Id> {
        let start = self.pos;
        let found = self.opt(|p| {
            p.tok(&Tok::Lbrace)?;
            p.opt(|p| {
                p.list(&Tok::Comma, Self::dict_item)?;
                p.opt(|p| p.tok(&Tok::Comma))
            })?;
            p.tok(&Tok::Rbrace)?;
            Ok(p.node(Kind::Dict, start, Vec::new()))
        })?;
        if let Some(id) = found {
            return Ok(id);
        }
        // This is looked for in the first pass, too.
        self.tok(&Tok::Lbrace)?;
        self.invalid_dict_items()?;
        Err(Stop::Fail)
    }

    pub fn dict_item(&mut self) -> R {
        let unpacked = self.opt(|p| {
            p.tok(&Tok::DoubleStar)?;
            p.bitwise_or()
        })?;
        match unpacked {
            Some(_) => Ok(()),
            None => self.key_value(),
        }
    }

    fn key_value(&mut self) -> R {
        self.expression()?;
        self.tok(&Tok::Colon)?;
        self.expression()?;
        Ok(())
    }

    /// The last item of the last clause: its last condition, or its iterable.
    pub fn for_if_clauses(&mut self) -> R<Id> {
        let clauses = self.some(Self::for_if_clause)?;
        clauses.last().copied().ok_or(Stop::Fail)
    }

    fn for_if_clause(&mut self) -> R<Id> {
        for is_async in [true, false] {
            let mut committed = false;
            let found = self.opt(|p| {
                if is_async {
                    p.tok(&Tok::Async)?;
                }
                p.tok(&Tok::For)?;
                p.star_targets()?;
                p.tok(&Tok::In)?;
                committed = true;
                let mut last = p.disjunction()?;
                while let Some(test) = p.opt(|p| {
                    p.tok(&Tok::If)?;
                    p.disjunction()
                })? {
                    last = test;
                }
                Ok(last)
            })?;
            if let Some(id) = found {
                return Ok(id);
            }
            if committed {
                return Err(Stop::Fail);
            }
        }
        if self.mistakes {
            self.invalid_for_target()?;
        }
        Err(Stop::Fail)
    }

    pub fn yield_expr(&mut self) -> R<Id> {
        let start = self.tok(&Tok::Yield)? as usize;
        let from = self.opt(|p| {
            p.tok(&Tok::From)?;
            p.expression()
        })?;
        if from.is_none() {
            self.opt(Self::star_expressions)?;
        }
        Ok(self.node(Kind::Yield, start, Vec::new()))
    }

    pub fn arguments(&mut self) -> R<Id> {
        self.memo(Rule::Arguments, 1, |p| {
            let start = p.pos;
            let found = p.opt(|p| {
                p.args()?;
                p.opt(|p| p.tok(&Tok::Comma))?;
                let closed = p.at(&Tok::Rpar)?;
                p.need(closed)
            })?;
            if found.is_none() && p.mistakes {
                p.invalid_arguments()?;
            }
            found.ok_or(Stop::Fail)?;
            Ok(p.node(Kind::Call, start, Vec::new()))
        })
    }

    pub fn args(&mut self) -> R<Args> {
        self.nest(1, |p| {
            let positional = p.opt(|p| {
                let mut found = p.list(&Tok::Comma, |p| {
                    if let Some(id) = p.opt(Self::starred_expression)? {
                        return Ok(id);
                    }
                    let id = p.assignment_or_expression()?;
                    p.not(|p| p.tok(&Tok::Equal))?;
                    Ok(id)
                })?;
                let rest = p.opt(|p| {
                    p.tok(&Tok::Comma)?;
                    p.kwargs()
                })?;
                let keywords = rest.is_some();
                let (starred, unpacks) = rest.unwrap_or_default();
                found.extend(starred);
                Ok((found, unpacks, keywords))
            })?;
            let (positional, unpacks, keywords) = match positional {
                Some(found) => found,
                None => {
                    let (starred, unpacks) = p.kwargs()?;
                    (starred, unpacks, true)
                }
            };
            Ok(Args {
                positional,
                unpacks,
                keywords,
            })
        })
    }

    /// Starred arguments among the keyword arguments, and whether one is `**mapping`.
    fn kwargs(&mut self) -> R<(Vec<Id>, bool)> {
        let both = self.opt(|p| {
            let starred = p.list(&Tok::Comma, Self::kwarg_or_starred)?;
            p.tok(&Tok::Comma)?;
            let unpacked = p.list(&Tok::Comma, Self::kwarg_or_double_starred)?;
            Ok((starred, unpacked))
        })?;
        let found = match both {
            Some(both) => Some(both),
            None => self
                .opt(|p| p.list(&Tok::Comma, Self::kwarg_or_starred))?
                .map(|starred| (starred, Vec::new())),
        };
        let (starred, unpacked) = match found {
            Some(found) => found,
            None => (
                Vec::new(),
                self.list(&Tok::Comma, Self::kwarg_or_double_starred)?,
            ),
        };
        let starred = starred.into_iter().flatten().collect();
        Ok((starred, unpacked.contains(&true)))
    }

    fn keyword_argument(&mut self) -> R {
        if self.mistakes {
            self.opt(Self::invalid_kwarg)?;
        }
        let found = self.opt(|p| {
            p.name()?;
            p.tok(&Tok::Equal)?;
            p.expression()
        })?;
        self.need(found.is_some())
    }

    fn kwarg_or_starred(&mut self) -> R<Option<Id>> {
        match self.opt(Self::keyword_argument)? {
            Some(()) => Ok(None),
            None => self.starred_expression().map(Some),
        }
    }

    fn kwarg_or_double_starred(&mut self) -> R<bool> {
        if self.opt(Self::keyword_argument)?.is_some() {
            return Ok(false);
        }
        self.tok(&Tok::DoubleStar)?;
        self.expression()?;
        Ok(true)
    }
}
