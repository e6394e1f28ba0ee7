//! The mistakes that are told apart, outside parameter lists and patterns.
//!
//! Each function tries, in order, the shapes of one family of mistakes. A shape that matches settles the matter: either it is
//! reported, or the family has nothing to say.

use crate::lexer::Tok;

use super::machine::{Id, Kind, Parser, R, Stop};
use super::targets::Purpose;

const MAYBE_EQUAL: &str = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
const BARE_GENERATOR: &str = "Generator expression must be parenthesized";

/// CPython takes a name for a soft keyword here if one begins with it.
fn begins_soft_keyword(name: &str) -> bool {
    ["_", "case", "match"].iter().any(|k| k.starts_with(name))
}

impl Parser<'_> {
    /// `print` or `exec`, once statements.
    fn legacy(&self, id: Id) -> bool {
        self.kind(id) == Kind::Name && matches!(self.text_of(self.first(id)), "print" | "exec")
    }

    pub fn invalid_expression(&mut self) -> R {
        let pair = self.opt(|p| {
            p.not(|p| {
                p.name()?;
                let found = match p.opt(|p| p.tok_if(|t| matches!(t, Tok::String)))? {
                    Some(_) => true,
                    None => false,
                };
                p.need(found)
            })?;
            p.not(|p| {
                let at = p.name()?;
                p.need(begins_soft_keyword(p.text_of(at)))
            })?;
            let left = p.disjunction()?;
            let right = p.innocent(Self::plain_expression)?;
            Ok((left, right))
        })?;
        if let Some((left, right)) = pair {
            let bracketed = self.toks[self.last(right).max(self.pos as u32 - 1) as usize]
                .state
                .level
                > 0;
            if self.legacy(left) || !bracketed {
                return Err(Stop::Fail);
            }
            let (first, last) = (self.first(left), self.last(right));
            return self.raise("invalid syntax. Perhaps you forgot a comma?", first, last);
        }
        let value = self.disjunction()?;
        self.tok(&Tok::If)?;
        let test = self.disjunction()?;
        self.not(|p| p.tok_if(|t| matches!(t, Tok::Else | Tok::Colon)))?;
        let (first, last) = (self.first(value), self.last(test));
        self.raise("expected 'else' after 'if' expression", first, last)
    }

    pub fn invalid_legacy_expression(&mut self) -> R {
        let start = self.pos;
        let name = self.name()?;
        self.not(|p| p.tok(&Tok::Lpar))?;
        let after = self.star_expressions()?;
        let text = self.text_of(name);
        if !matches!(text, "print" | "exec") {
            return Err(Stop::Fail);
        }
        let msg = format!("Missing parentheses in call to '{text}'. Did you mean {text}(...)?");
        self.raise(msg, start as u32, self.last(after))
    }

    pub fn invalid_named_expression(&mut self) -> R<Id> {
        self.memo(super::machine::Rule::InvalidNamedExpression, 1, |p| {
            let walrus = p.opt(|p| {
                let target = p.expression()?;
                p.tok(&Tok::ColonEqual)?;
                p.expression()?;
                Ok(target)
            })?;
            if let Some(target) = walrus {
                let what = p.kind(target).name();
                let msg = format!("cannot use assignment expressions with {what}");
                return p.raise_at(msg, target);
            }
            let ended =
                |p: &mut Self| p.not(|p| p.tok_if(|t| matches!(t, Tok::Equal | Tok::ColonEqual)));
            let assigned = p.opt(|p| {
                let name = p.name()?;
                p.tok(&Tok::Equal)?;
                let value = p.bitwise_or()?;
                ended(p)?;
                Ok((name, value))
            })?;
            if let Some((name, value)) = assigned {
                return p.raise(MAYBE_EQUAL, name, p.last(value));
            }
            p.not(|p| {
                if p.opt(Self::list_display)?.is_some()
                    || p.opt(Self::tuple)?.is_some()
                    || p.opt(Self::genexp)?.is_some()
                {
                    return Ok(());
                }
                p.tok_if(|t| matches!(t, Tok::True | Tok::None | Tok::False))
                    .map(|_| ())
            })?;
            let target = p.bitwise_or()?;
            p.tok(&Tok::Equal)?;
            p.bitwise_or()?;
            ended(p)?;
            let what = p.kind(target).name();
            let msg = format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?");
            p.raise_at(msg, target)
        })
    }

    pub fn invalid_group(&mut self) -> R {
        let starred = self.opt(|p| {
            p.tok(&Tok::Lpar)?;
            let id = p.starred_expression()?;
            p.tok(&Tok::Rpar)?;
            Ok(id)
        })?;
        if let Some(id) = starred {
            return self.raise_at("cannot use starred expression here", id);
        }
        self.tok(&Tok::Lpar)?;
        let stars = self.tok(&Tok::DoubleStar)?;
        self.expression()?;
        self.tok(&Tok::Rpar)?;
        self.raise("cannot use double starred expression here", stars, stars)
    }

    pub fn invalid_comprehension(&mut self) -> R {
        let unpacking = self.opt(|p| {
            p.tok_if(|t| matches!(t, Tok::Lsqb | Tok::Lpar | Tok::Lbrace))?;
            let id = p.starred_expression()?;
            p.for_if_clauses()?;
            Ok(id)
        })?;
        if let Some(id) = unpacking {
            return self.raise_at("iterable unpacking cannot be used in comprehension", id);
        }
        let open = |p: &mut Self| {
            p.tok_if(|t| matches!(t, Tok::Lsqb | Tok::Lbrace))?;
            p.star_named_expression()
        };
        let several = self.opt(|p| {
            let first = open(p)?;
            p.tok(&Tok::Comma)?;
            let rest = p.star_named_expressions()?;
            p.for_if_clauses()?;
            Ok((p.first(first), p.last(rest[rest.len() - 1])))
        })?;
        let found = match several {
            Some(found) => found,
            None => {
                let first = open(self)?;
                let comma = self.tok(&Tok::Comma)?;
                self.for_if_clauses()?;
                (self.first(first), comma)
            }
        };
        let msg = "did you forget parentheses around the comprehension target?";
        self.raise(msg, found.0, found.1)
    }

    pub fn invalid_dict_comprehension(&mut self) -> R {
        self.tok(&Tok::Lbrace)?;
        let stars = self.tok(&Tok::DoubleStar)?;
        self.bitwise_or()?;
        self.for_if_clauses()?;
        self.tok(&Tok::Rbrace)?;
        let msg = "dict unpacking cannot be used in dict comprehension";
        self.raise(msg, stars, stars)
    }

    /// After the brace of a dict display.
    pub fn invalid_dict_items(&mut self) -> R {
        let later = self.opt(|p| {
            p.list(&Tok::Comma, Self::dict_item)?;
            p.tok(&Tok::Comma)?;
            p.invalid_key_value()
        })?;
        if later.is_some() {
            return Err(Stop::Fail);
        }
        self.invalid_value()
    }

    fn invalid_key_value(&mut self) -> R {
        let bare = self.opt(|p| {
            let key = p.expression()?;
            p.not(|p| p.tok(&Tok::Colon))?;
            Ok(key)
        })?;
        if let Some(key) = bare {
            let last = self.toks[self.last(key) as usize].place;
            let first = self.toks[self.first(key) as usize].place;
            let e = self.locate(
                crate::errors::ErrorKind::SyntaxError,
                "':' expected after dictionary key".to_owned(),
                (first.line, last.end_col),
                (last.end_line, 0),
            );
            return Err(Stop::Raise(Box::new(e.into())));
        }
        self.invalid_value()
    }

    /// A key with something wrong after its colon.
    fn invalid_value(&mut self) -> R {
        let starred = self.opt(|p| {
            p.expression()?;
            p.tok(&Tok::Colon)?;
            let star = p.tok(&Tok::Star)?;
            p.bitwise_or()?;
            Ok(star)
        })?;
        if let Some(star) = starred {
            let msg = "cannot use a starred expression in a dictionary value";
            return self.raise_from(msg, star);
        }
        self.expression()?;
        let colon = self.tok(&Tok::Colon)?;
        let missing = self.at_any(&[Tok::Rbrace, Tok::Comma])?;
        self.need(missing)?;
        let msg = "expression expected after dictionary key and ':'";
        self.raise(msg, colon, colon)
    }

    pub fn invalid_arguments(&mut self) -> R {
        let unpacking = self.opt(|p| {
            let keywords = p.args()?.keywords;
            p.need(keywords)?;
            p.tok(&Tok::Comma)?;
            p.tok(&Tok::Star)
        })?;
        if let Some(star) = unpacking {
            let msg = "iterable argument unpacking follows keyword argument unpacking";
            return self.raise(msg, star, star);
        }
        let generator = self.opt(|p| {
            let element = p.expression()?;
            let last = p.for_if_clauses()?;
            p.tok(&Tok::Comma)?;
            p.opt(|p| match p.opt(Self::args)? {
                Some(_) => Ok(()),
                None => {
                    p.expression()?;
                    p.for_if_clauses().map(|_| ())
                }
            })?;
            Ok((p.first(element), p.last(last)))
        })?;
        if let Some((first, last)) = generator {
            return self.raise(BARE_GENERATOR, first, last);
        }
        let assigned = self.opt(|p| {
            let name = p.name()?;
            let equal = p.tok(&Tok::Equal)?;
            p.expression()?;
            p.for_if_clauses()?;
            Ok((name, equal))
        })?;
        if let Some((name, equal)) = assigned {
            return self.raise(MAYBE_EQUAL, name, equal);
        }
        let last_one = self.opt(|p| {
            let args = p.args()?;
            let last = p.for_if_clauses()?;
            Ok((args, last))
        })?;
        if let Some((args, last)) = last_one {
            return match args.positional.as_slice() {
                [_, .., element] => {
                    self.raise(BARE_GENERATOR, self.first(*element), self.last(last))
                }
                _ => Err(Stop::Fail),
            };
        }
        let later = self.opt(|p| {
            p.args()?;
            p.tok(&Tok::Comma)?;
            let element = p.expression()?;
            let last = p.for_if_clauses()?;
            Ok((p.first(element), p.last(last)))
        })?;
        if let Some((first, last)) = later {
            return self.raise(BARE_GENERATOR, first, last);
        }
        let args = self.args()?;
        self.tok(&Tok::Comma)?;
        self.args()?;
        self.raise_here(if args.unpacks {
            "positional argument follows keyword argument unpacking"
        } else {
            "positional argument follows keyword argument"
        })
    }

    pub fn invalid_kwarg(&mut self) -> R {
        let constant = self.opt(|p| {
            let at = p.tok_if(|t| matches!(t, Tok::True | Tok::False | Tok::None))?;
            let equal = p.tok(&Tok::Equal)?;
            Ok((at, equal))
        })?;
        if let Some((at, equal)) = constant {
            return self.raise(format!("cannot assign to {}", self.text_of(at)), at, equal);
        }
        let generator = self.opt(|p| {
            let name = p.name()?;
            let equal = p.tok(&Tok::Equal)?;
            p.expression()?;
            p.for_if_clauses()?;
            Ok((name, equal))
        })?;
        if let Some((name, equal)) = generator {
            return self.raise(MAYBE_EQUAL, name, equal);
        }
        self.not(|p| {
            p.name()?;
            p.tok(&Tok::Equal)
        })?;
        let target = self.expression()?;
        let equal = self.tok(&Tok::Equal)?;
        let msg = "expression cannot contain assignment, perhaps you meant \"==\"?";
        self.raise(msg, self.first(target), equal)
    }

    pub fn invalid_for_target(&mut self) -> R {
        self.opt(|p| p.tok(&Tok::Async))?;
        self.tok(&Tok::For)?;
        let target = self.star_expressions()?;
        self.check_target(target, Purpose::For)
    }

    fn bracketed_display(&mut self) -> R<Id> {
        if let Some(id) = self.opt(Self::list_display)? {
            return Ok(id);
        }
        if let Some(id) = self.opt(Self::tuple)? {
            return Ok(id);
        }
        self.tok(&Tok::Lpar)?;
        let id = self.nest(1, Self::bracketed_display)?;
        self.tok(&Tok::Rpar)?;
        Ok(id)
    }

    pub fn invalid_assignment(&mut self) -> R {
        let annotated = |p: &mut Self| {
            p.tok(&Tok::Colon)?;
            p.expression()
        };
        let display = self.opt(|p| {
            let id = p.bracketed_display()?;
            annotated(p)?;
            Ok(id)
        })?;
        if let Some(id) = display {
            let what = self.kind(id).name();
            return self.raise_at(
                format!("only single target (not {what}) can be annotated"),
                id,
            );
        }
        let several = self.opt(|p| {
            let first = p.star_named_expression()?;
            p.tok(&Tok::Comma)?;
            p.many(Self::star_named_expressions)?;
            annotated(p)?;
            Ok(first)
        })?;
        if let Some(id) = several {
            return self.raise_at("only single target (not tuple) can be annotated", id);
        }
        let single = self.opt(|p| {
            let id = p.expression()?;
            annotated(p)?;
            Ok(id)
        })?;
        if let Some(id) = single {
            return self.raise_at("illegal target for annotation", id);
        }
        let targets = |p: &mut Self| {
            p.many(|p| {
                p.star_targets()?;
                p.tok(&Tok::Equal)
            })
        };
        let assigned = self.opt(|p| {
            targets(p)?;
            let id = p.star_expressions()?;
            p.tok(&Tok::Equal)?;
            Ok(id)
        })?;
        if let Some(id) = assigned {
            return self.check_target(id, Purpose::Assign);
        }
        let yielded = self.opt(|p| {
            targets(p)?;
            let id = p.yield_expr()?;
            p.tok(&Tok::Equal)?;
            Ok(id)
        })?;
        if let Some(id) = yielded {
            return self.raise_at("assignment to yield expression not possible", id);
        }
        let target = self.star_expressions()?;
        self.augmented()?;
        if self.opt(Self::yield_expr)?.is_none() {
            self.star_expressions()?;
        }
        let what = self.kind(target).name();
        let msg = format!("'{what}' is an illegal expression for augmented assignment");
        self.raise_at(msg, target)
    }

    pub fn invalid_del(&mut self) -> R {
        self.tok(&Tok::Del)?;
        let target = self.star_expressions()?;
        self.check_target(target, Purpose::Delete)
    }

    pub fn invalid_import_targets(&mut self) -> R {
        self.import_names()?;
        self.tok(&Tok::Comma)?;
        self.tok(&Tok::Newline)?;
        self.raise_here("trailing comma not allowed without surrounding parentheses")
    }

    pub fn invalid_block(&mut self) -> R {
        self.tok(&Tok::Newline)?;
        self.not(|p| p.tok(&Tok::Indent))?;
        self.raise_indentation("expected an indented block")
    }

    /// Of a statement that starts at token `keyword`: a colon with nothing indented after it.
    pub fn expect_body(&mut self, keyword: u32, what: &str) -> R {
        self.tok(&Tok::Colon)?;
        self.tok(&Tok::Newline)?;
        self.not(|p| p.tok(&Tok::Indent))?;
        let line = self.line_of(keyword);
        self.raise_indentation(format!(
            "expected an indented block after {what} on line {line}"
        ))
    }

    fn expect_colon(&mut self) -> R {
        self.tok(&Tok::Newline)?;
        self.raise_here("expected ':'")
    }

    pub fn invalid_function(&mut self) -> R {
        self.opt(|p| p.tok(&Tok::Async))?;
        let keyword = self.tok(&Tok::Def)?;
        self.name()?;
        self.tok(&Tok::Lpar)?;
        self.opt(|p| p.parameters_of(false))?;
        self.tok(&Tok::Rpar)?;
        self.returns()?;
        self.expect_body(keyword, "function definition")
    }

    pub fn invalid_class(&mut self) -> R {
        self.opt(|p| {
            p.tok(&Tok::Class)?;
            p.name()?;
            p.bases()?;
            p.expect_colon()
        })?;
        let keyword = self.tok(&Tok::Class)?;
        self.name()?;
        self.bases()?;
        self.expect_body(keyword, "class definition")
    }

    pub fn invalid_conditional(&mut self, keyword: &Tok) -> R {
        self.opt(|p| {
            p.tok(keyword)?;
            p.named_expression()?;
            p.expect_colon()
        })?;
        let at = self.tok(keyword)?;
        self.named_expression()?;
        let what = self.text_of(at);
        self.expect_body(at, &format!("'{what}' statement"))
    }

    /// `else` or `finally`.
    pub fn invalid_keyword_block(&mut self, keyword: &Tok, name: &str) -> R {
        let at = self.tok(keyword)?;
        self.expect_body(at, &format!("'{name}' statement"))
    }

    pub fn invalid_while(&mut self) -> R {
        self.invalid_conditional(&Tok::While)
    }

    pub fn invalid_for(&mut self) -> R {
        let header = |p: &mut Self| {
            p.opt(|p| p.tok(&Tok::Async))?;
            let keyword = p.tok(&Tok::For)?;
            p.star_targets()?;
            p.tok(&Tok::In)?;
            p.star_expressions()?;
            Ok(keyword)
        };
        self.opt(|p| {
            header(p)?;
            p.expect_colon()
        })?;
        let keyword = header(self)?;
        self.expect_body(keyword, "'for' statement")
    }

    /// The head of a `with`, loosely; its keyword.
    fn loose_with(&mut self, bracketed: bool) -> R<u32> {
        self.opt(|p| p.tok(&Tok::Async))?;
        let keyword = self.tok(&Tok::With)?;
        if bracketed {
            self.tok(&Tok::Lpar)?;
        }
        self.list(&Tok::Comma, |p| {
            if bracketed {
                p.expressions()?;
            } else {
                p.expression()?;
            }
            p.opt(|p| {
                p.tok(&Tok::As)?;
                p.star_target()
            })
        })?;
        if bracketed {
            self.opt(|p| p.tok(&Tok::Comma))?;
            self.tok(&Tok::Rpar)?;
        }
        Ok(keyword)
    }

    pub fn invalid_with(&mut self) -> R {
        self.opt(|p| {
            p.loose_with(false)?;
            p.expect_colon()
        })?;
        self.loose_with(true)?;
        self.expect_colon()
    }

    pub fn invalid_with_indent(&mut self) -> R {
        for bracketed in [false, true] {
            self.opt(|p| {
                let keyword = p.loose_with(bracketed)?;
                p.expect_body(keyword, "'with' statement")
            })?;
        }
        Err(Stop::Fail)
    }

    pub fn invalid_with_item(&mut self) -> R {
        self.expression()?;
        self.tok(&Tok::As)?;
        let target = self.expression()?;
        let ended = self.at_any(&[Tok::Comma, Tok::Rpar, Tok::Colon])?;
        self.need(ended)?;
        self.check_target(target, Purpose::Assign)
    }

    pub fn invalid_try(&mut self) -> R {
        self.opt(|p| {
            let keyword = p.tok(&Tok::Try)?;
            p.expect_body(keyword, "'try' statement")
        })?;
        let alone = self.opt(|p| {
            p.tok(&Tok::Try)?;
            p.tok(&Tok::Colon)?;
            p.block()?;
            p.not(|p| p.tok_if(|t| matches!(t, Tok::Except | Tok::Finally)))
        })?;
        if alone.is_some() {
            return self.raise_here("expected 'except' or 'finally' block");
        }
        let msg = "cannot have both 'except' and 'except*' on the same 'try'";
        let handlers = |p: &mut Self, star: bool| {
            p.tok(&Tok::Try)?;
            p.tok(&Tok::Colon)?;
            p.many(Self::block)?;
            p.some(|p| p.handler(star))?;
            p.tok(&Tok::Except)
        };
        let typed = |p: &mut Self| {
            p.expression()?;
            p.as_name()
        };
        let starred = self.opt(|p| {
            let keyword = handlers(p, false)?;
            let star = p.tok(&Tok::Star)?;
            typed(p)?;
            p.tok(&Tok::Colon)?;
            Ok((keyword, star))
        })?;
        if let Some((keyword, star)) = starred {
            return self.raise(msg, keyword, star);
        }
        let keyword = handlers(self, true)?;
        self.opt(typed)?;
        self.tok(&Tok::Colon)?;
        self.raise(msg, keyword, keyword)
    }

    pub fn invalid_handler(&mut self) -> R {
        let head = |p: &mut Self| {
            p.tok(&Tok::Except)?;
            p.opt(|p| p.tok(&Tok::Star))?;
            p.expression()
        };
        let named = |p: &mut Self| {
            p.opt(|p| {
                p.tok(&Tok::As)?;
                p.name()
            })
        };
        let several = self.opt(|p| {
            let first = head(p)?;
            p.tok(&Tok::Comma)?;
            p.expressions()?;
            named(p)?;
            p.tok(&Tok::Colon)?;
            Ok(first)
        })?;
        if let Some(first) = several {
            let msg = "multiple exception types must be parenthesized";
            return self.raise_from(msg, self.first(first));
        }
        self.opt(|p| {
            head(p)?;
            named(p)?;
            p.expect_colon()
        })?;
        self.opt(|p| {
            p.tok(&Tok::Except)?;
            p.expect_colon()
        })?;
        self.tok(&Tok::Except)?;
        self.tok(&Tok::Star)?;
        self.tok_if(|t| matches!(t, Tok::Newline | Tok::Colon))?;
        self.raise_here("expected one or more exception types")
    }

    pub fn invalid_handler_indent(&mut self, star: bool) -> R {
        let typed = |p: &mut Self| {
            let keyword = p.tok(&Tok::Except)?;
            if star {
                p.tok(&Tok::Star)?;
            }
            p.expression()?;
            p.opt(|p| {
                p.tok(&Tok::As)?;
                p.name()
            })?;
            let what = if star { "'except*'" } else { "'except'" };
            p.expect_body(keyword, &format!("{what} statement"))
        };
        if star {
            return typed(self);
        }
        self.opt(typed)?;
        let keyword = self.tok(&Tok::Except)?;
        self.expect_body(keyword, "'except' statement")
    }
}
