//! Patterns of `match` statements.

use hotpy_code::Const;
use rustpython_parser::ast as py;
use rustpython_parser::ast::Ranged;
use rustpython_parser::text_size::TextRange;

use super::lower::{Lowerer, constant};
use crate::ast::*;
use crate::errors::Result;
use crate::{deep, errors::CompileError};

impl Lowerer<'_, '_> {
    /// The pattern of a case: unlike the patterns inside it, it cannot be a lone star.
    pub(super) fn top_pattern(&mut self, pattern: py::Pattern) -> Result<Pattern> {
        let pattern = self.pattern(pattern)?;
        if let PatternKind::Star(_) = pattern.kind {
            let loc = pattern.loc;
            return Err(self.error(
                Loc {
                    col: loc.end_col,
                    end_col: loc.end_col + 1,
                    ..loc
                },
                "invalid syntax",
            ));
        }
        Ok(pattern)
    }

    fn patterns(&mut self, patterns: Vec<py::Pattern>) -> Result<Vec<Pattern>> {
        patterns.into_iter().map(|p| self.pattern(p)).collect()
    }

    fn pattern(&mut self, pattern: py::Pattern) -> Result<Pattern> {
        if self.w.cx.depth >= crate::MAX_DEPTH {
            return Err(CompileError::TooDeep);
        }
        self.w.cx.depth += 1;
        let result = deep(|| self.pattern_inner(pattern));
        self.w.cx.depth -= 1;
        result
    }

    fn pattern_inner(&mut self, pattern: py::Pattern) -> Result<Pattern> {
        use py::Pattern as P;
        let loc = self.loc(pattern.range());
        let kind = match pattern {
            P::MatchValue(p) => {
                let value = self.expr(*p.value)?;
                self.check_value(&value)?;
                self.check_wildcard(&value)?;
                PatternKind::Value(value)
            }
            P::MatchSingleton(p) => PatternKind::Singleton(constant(p.value)),
            P::MatchSequence(p) => PatternKind::Sequence(self.patterns(p.patterns)?),
            P::MatchMapping(p) => {
                let mut keys = Vec::with_capacity(p.keys.len());
                for key in p.keys {
                    let key = self.expr(key)?;
                    self.check_value(&key)?;
                    keys.push(key);
                }
                let patterns = self.patterns(p.patterns)?;
                if p.rest.as_ref().is_some_and(|n| n.as_str() == "_") {
                    // The wildcard cannot name the rest: the error is at the last `_`.
                    let whole = &self.w.text[..usize::from(p.range.end())];
                    let at = whole.rfind('_').unwrap_or(0) as u32;
                    let range = TextRange::at(at.into(), 1.into());
                    return Err(self.error(self.loc(range), "invalid syntax"));
                }
                let rest = p.rest.map(|n| self.w.cx.names.get_or_intern(n.as_str()));
                PatternKind::Mapping {
                    keys,
                    patterns,
                    rest,
                }
            }
            P::MatchClass(p) => {
                let cls = self.expr(*p.cls)?;
                self.check_wildcard(&cls)?;
                let patterns = self.patterns(p.patterns)?;
                let kwd_attrs = p
                    .kwd_attrs
                    .iter()
                    .map(|n| self.w.cx.names.get_or_intern(n.as_str()))
                    .collect();
                PatternKind::Class {
                    cls,
                    patterns,
                    kwd_attrs,
                    kwd_patterns: self.patterns(p.kwd_patterns)?,
                }
            }
            P::MatchStar(p) => {
                PatternKind::Star(p.name.map(|n| self.w.cx.names.get_or_intern(n.as_str())))
            }
            P::MatchAs(p) => {
                let inner = p
                    .pattern
                    .map(|p| self.pattern(*p))
                    .transpose()?
                    .map(Box::new);
                PatternKind::As {
                    pattern: inner,
                    name: p.name.map(|n| self.w.cx.names.get_or_intern(n.as_str())),
                }
            }
            P::MatchOr(p) => PatternKind::Or(self.patterns(p.patterns)?),
        };
        Ok(Pattern { kind, loc })
    }

    /// `_` is the wildcard, also where more follows.
    fn check_wildcard(&self, value: &Expr) -> Result<()> {
        let mut first = value;
        while let ExprKind::Attribute { value, .. } = &first.kind {
            first = value;
        }
        match &first.kind {
            ExprKind::Name { id, .. } if self.w.cx.names.resolve(id) == "_" => {
                Err(self.error(value.loc, "invalid syntax"))
            }
            _ => Ok(()),
        }
    }

    /// Literal patterns: sums only of a real and an imaginary number.
    fn check_value(&self, value: &Expr) -> Result<()> {
        match &value.kind {
            ExprKind::BinOp { left, right, .. } => {
                let real = match &left.kind {
                    ExprKind::UnaryOp { operand, .. } => operand,
                    _ => left,
                };
                if matches!(real.as_constant(), Some(Const::Complex { .. })) {
                    return Err(self.error(real.loc, "real number required in complex literal"));
                }
                if !matches!(right.as_constant(), Some(Const::Complex { .. })) {
                    return Err(
                        self.error(right.loc, "imaginary number required in complex literal")
                    );
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
