//! What can be assigned to or deleted.

use crate::lexer::Tok;

use super::machine::{Id, Kind, Parser, R, Rule, Stop};

/// What an expression is looked at for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Purpose {
    Assign,
    Delete,
    /// The target of a `for`: the `in` may have been taken for a comparison's.
    For,
}

impl Parser<'_> {
    pub fn star_targets(&mut self) -> R<Id> {
        self.nest(1, |p| {
            let start = p.pos;
            let first = p.star_target()?;
            if !p.at(&Tok::Comma)? {
                return Ok(first);
            }
            let mut parts = vec![first];
            while let Some(next) = p.opt(|p| {
                p.tok(&Tok::Comma)?;
                p.star_target()
            })? {
                parts.push(next);
            }
            p.opt(|p| p.tok(&Tok::Comma))?;
            Ok(p.node(Kind::Tuple, start, parts))
        })
    }

    pub fn star_target(&mut self) -> R<Id> {
        self.memo(Rule::StarTarget, 1, |p| {
            let start = p.pos;
            let starred = p.opt(|p| {
                p.tok(&Tok::Star)?;
                p.not(|p| p.tok(&Tok::Star))?;
                let value = p.star_target()?;
                Ok(p.node(Kind::Starred, start, vec![value]))
            })?;
            match starred {
                Some(id) => Ok(id),
                None => p.target_with_star_atom(),
            }
        })
    }

    /// `x.name` or `x[...]`, with nothing of the kind after it.
    fn subscript_or_attribute(&mut self) -> R<Id> {
        let start = self.pos;
        let attribute = self.opt(|p| {
            p.t_primary()?;
            p.attribute()?;
            p.not(Self::t_lookahead)?;
            Ok(p.node(Kind::Attribute, start, Vec::new()))
        })?;
        if let Some(id) = attribute {
            return Ok(id);
        }
        self.t_primary()?;
        self.subscript()?;
        self.not(Self::t_lookahead)?;
        Ok(self.node(Kind::Subscript, start, Vec::new()))
    }

    fn target_with_star_atom(&mut self) -> R<Id> {
        self.memo(Rule::TargetWithStarAtom, 1, |p| {
            if let Some(id) = p.opt(Self::subscript_or_attribute)? {
                return Ok(id);
            }
            p.nest(1, Self::star_atom)
        })
    }

    fn star_atom(&mut self) -> R<Id> {
        let start = self.pos;
        if self.opt(Self::name)?.is_some() {
            return Ok(self.node(Kind::Name, start, Vec::new()));
        }
        let grouped = self.opt(|p| {
            p.tok(&Tok::Lpar)?;
            let id = p.target_with_star_atom()?;
            p.tok(&Tok::Rpar)?;
            Ok(id)
        })?;
        if let Some(id) = grouped {
            return Ok(id);
        }
        let tuple = self.opt(|p| {
            p.tok(&Tok::Lpar)?;
            let parts = p.opt(|p| {
                let first = p.star_target()?;
                p.tok(&Tok::Comma)?;
                let mut parts = vec![first];
                if let Some(rest) = p.opt(|p| p.list(&Tok::Comma, Self::star_target))? {
                    parts.extend(rest);
                    p.opt(|p| p.tok(&Tok::Comma))?;
                }
                Ok(parts)
            })?;
            p.tok(&Tok::Rpar)?;
            Ok(p.node(Kind::Tuple, start, parts.unwrap_or_default()))
        })?;
        if let Some(id) = tuple {
            return Ok(id);
        }
        self.tok(&Tok::Lsqb)?;
        let parts = self.opt(|p| {
            let parts = p.list(&Tok::Comma, Self::star_target)?;
            p.opt(|p| p.tok(&Tok::Comma))?;
            Ok(parts)
        })?;
        self.tok(&Tok::Rsqb)?;
        Ok(self.node(Kind::List, start, parts.unwrap_or_default()))
    }

    /// The target of an annotated or augmented assignment.
    pub fn single_target(&mut self) -> R<Id> {
        let start = self.pos;
        if let Some(id) = self.opt(Self::single_subscript_attribute_target)? {
            return Ok(id);
        }
        if self.opt(Self::name)?.is_some() {
            return Ok(self.node(Kind::Name, start, Vec::new()));
        }
        self.tok(&Tok::Lpar)?;
        let id = self.nest(1, Self::single_target)?;
        self.tok(&Tok::Rpar)?;
        Ok(id)
    }

    pub fn single_subscript_attribute_target(&mut self) -> R<Id> {
        self.subscript_or_attribute()
    }

    /// A primary that more of it follows.
    fn t_primary(&mut self) -> R<Id> {
        self.memo(Rule::TPrimary, 2, |p| {
            let start = p.pos;
            let mut value = p.atom()?;
            let more = p.look(Self::t_lookahead)?;
            p.need(more)?;
            while let Some(kind) = p.opt(|p| {
                let kind = p.t_trailer()?;
                let more = p.look(Self::t_lookahead)?;
                p.need(more)?;
                Ok(kind)
            })? {
                value = p.node(kind, start, Vec::new());
            }
            Ok(value)
        })
    }

    fn t_trailer(&mut self) -> R<Kind> {
        if self.opt(|p| p.attribute())?.is_some() {
            return Ok(Kind::Attribute);
        }
        if self.opt(|p| p.subscript())?.is_some() {
            return Ok(Kind::Subscript);
        }
        if self.opt(Self::genexp)?.is_some() {
            return Ok(Kind::Call);
        }
        self.call()?;
        Ok(Kind::Call)
    }

    fn t_lookahead(&mut self) -> R<u32> {
        self.tok_if(|t| matches!(t, Tok::Lpar | Tok::Lsqb | Tok::Dot))
    }

    pub fn del_targets(&mut self) -> R {
        self.list(&Tok::Comma, Self::del_target)?;
        self.opt(|p| p.tok(&Tok::Comma))?;
        Ok(())
    }

    fn del_target(&mut self) -> R<Id> {
        self.memo(Rule::DelTarget, 1, |p| {
            if let Some(id) = p.opt(Self::subscript_or_attribute)? {
                return Ok(id);
            }
            let start = p.pos;
            if p.opt(Self::name)?.is_some() {
                return Ok(p.node(Kind::Name, start, Vec::new()));
            }
            let grouped = p.opt(|p| {
                p.tok(&Tok::Lpar)?;
                p.del_target()?;
                p.tok(&Tok::Rpar)
            })?;
            if grouped.is_none() {
                let tuple = p.opt(|p| {
                    p.tok(&Tok::Lpar)?;
                    p.opt(Self::del_targets)?;
                    p.tok(&Tok::Rpar)
                })?;
                if tuple.is_none() {
                    p.tok(&Tok::Lsqb)?;
                    p.opt(Self::del_targets)?;
                    p.tok(&Tok::Rsqb)?;
                }
            }
            Ok(p.node(Kind::Tuple, start, Vec::new()))
        })
    }

    /// The part of an expression that cannot be assigned to or deleted.
    fn invalid_target(&self, id: Id, purpose: Purpose) -> Option<Id> {
        let node = &self.nodes[id as usize];
        match node.kind {
            Kind::List | Kind::Tuple => crate::deep(|| {
                node.parts
                    .iter()
                    .find_map(|&part| self.invalid_target(part, purpose))
            }),
            Kind::Starred if purpose != Purpose::Delete => {
                self.invalid_target(node.parts[0], purpose)
            }
            Kind::Comparison(is_in) if purpose == Purpose::For => {
                is_in.then(|| self.invalid_target(node.parts[0], purpose))?
            }
            Kind::Name | Kind::Subscript | Kind::Attribute => None,
            _ => Some(id),
        }
    }

    /// Raises if an expression holds what cannot be assigned to or deleted.
    pub fn check_target<T>(&self, id: Id, purpose: Purpose) -> R<T> {
        let Some(bad) = self.invalid_target(id, purpose) else {
            return Err(Stop::Fail);
        };
        let verb = if purpose == Purpose::Delete {
            "delete"
        } else {
            "assign to"
        };
        self.raise_at(format!("cannot {verb} {}", self.kind(bad).name()), bad)
    }
}
