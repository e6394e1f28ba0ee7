//! `match` statements.
//!
//! A pattern is compiled to code that consumes the subject on top of the stack. Names captured on the way wait on the
//! stack, above the copies of subjects still needed, and are stored only when the whole pattern has matched; a failure
//! jumps to one of a ladder of blocks that pop as many values as were there.

use hotpy_code::Const;
use hotpy_isa::Op;

use super::Generator;
use crate::ast::*;
use crate::cfg::BlockId;
use crate::deep;
use crate::errors::Result;

/// State of the pattern being compiled.
#[derive(Default)]
struct Matching {
    /// Names to store, in the order in which their values lie on the stack, the lowest first.
    stores: Vec<Sym>,
    allow_irrefutable: bool,
    /// `fail[n]` pops n values and falls into `fail[n - 1]`.
    fail: Vec<BlockId>,
    /// Values above the captured ones.
    on_top: usize,
}

fn is_wildcard(p: &Pattern) -> bool {
    matches!(
        p.kind,
        PatternKind::As {
            name: None,
            pattern: None
        }
    )
}

fn is_wildcard_star(p: &Pattern) -> bool {
    matches!(p.kind, PatternKind::Star(None))
}

impl<'a> Generator<'a> {
    pub(super) fn match_stmt(&mut self, subject: &Expr, cases: &'a [MatchCase]) -> Result<()> {
        self.expr(subject)?;
        let end = self.new_block();
        let [.., last] = cases else { return Ok(()) };
        let has_default = cases.len() > 1 && is_wildcard(&last.pattern);
        let tested = cases.len() - usize::from(has_default);
        for (i, case) in cases[..tested].iter().enumerate() {
            let keep = i + 1 < tested;
            self.set_loc(case.pattern.loc);
            if keep {
                self.emit(Op::COPY, 1);
            }
            let mut m = Matching {
                allow_irrefutable: case.guard.is_some() || i + 1 == cases.len(),
                ..Matching::default()
            };
            self.pattern(&case.pattern, &mut m)?;
            for name in std::mem::take(&mut m.stores) {
                self.variable(name, ExprContext::Store)?;
            }
            if let Some(guard) = &case.guard {
                self.fail_block(&mut m, 0);
                self.jump_if(guard, m.fail[0], false)?;
            }
            if keep {
                self.emit(Op::POP_TOP, 0);
            }
            self.stmts(&case.body)?;
            self.unset_loc();
            self.emit_jump(Op::JUMP, end);
            // A failed match is cleaned up on the pattern's line, not on the body's last.
            self.set_loc(case.pattern.loc);
            self.place_fail(&mut m);
        }
        if has_default {
            self.set_loc(last.pattern.loc);
            if cases.len() == 1 {
                self.emit(Op::POP_TOP, 0);
            } else {
                self.emit(Op::NOP, 0);
            }
            if let Some(guard) = &last.guard {
                self.jump_if(guard, end, false)?;
            }
            self.stmts(&last.body)?;
        }
        self.place(end);
        Ok(())
    }

    fn fail_block(&mut self, m: &mut Matching, pops: usize) -> BlockId {
        while m.fail.len() <= pops {
            let block = self.new_block();
            m.fail.push(block);
        }
        m.fail[pops]
    }

    /// Jumps, by `op`, to where everything the pattern has left on the stack is popped.
    fn jump_to_fail(&mut self, m: &mut Matching, op: Op) {
        let pops = m.on_top + m.stores.len();
        let target = self.fail_block(m, pops);
        self.emit_jump(op, target);
    }

    fn place_fail(&mut self, m: &mut Matching) {
        for (pops, block) in std::mem::take(&mut m.fail).into_iter().enumerate().rev() {
            self.place(block);
            if pops > 0 {
                self.emit(Op::POP_TOP, 0);
            }
        }
    }

    /// Moves the top of the stack down below `count - 1` values.
    fn rotate(&mut self, count: usize) {
        for n in (2..=count).rev() {
            self.emit(Op::SWAP, n as u32);
        }
    }

    fn duplicate_store<T>(&self, name: Sym) -> Result<T> {
        self.fail(format!(
            "multiple assignments to name {} in pattern",
            repr(self.text(name))
        ))
    }

    /// Captures the top of the stack under `name`, or drops it.
    fn capture(&mut self, name: Option<Sym>, m: &mut Matching) -> Result<()> {
        let Some(name) = name else {
            self.emit(Op::POP_TOP, 0);
            return Ok(());
        };
        self.check_name(name, ExprContext::Store)?;
        if m.stores.contains(&name) {
            return self.duplicate_store(name);
        }
        self.rotate(m.on_top + m.stores.len() + 1);
        m.stores.push(name);
        Ok(())
    }

    fn pattern(&mut self, p: &Pattern, m: &mut Matching) -> Result<()> {
        // Not restored afterwards: the captures of a case are stored where its last pattern stands.
        self.set_loc(p.loc);
        deep(|| self.pattern_inner(p, m))
    }

    /// A pattern inside another may always be irrefutable.
    fn subpattern(&mut self, p: &Pattern, m: &mut Matching) -> Result<()> {
        let outer = std::mem::replace(&mut m.allow_irrefutable, true);
        self.pattern(p, m)?;
        m.allow_irrefutable = outer;
        Ok(())
    }

    fn pattern_inner(&mut self, p: &Pattern, m: &mut Matching) -> Result<()> {
        match &p.kind {
            PatternKind::Value(value) => {
                if !matches!(
                    value.kind,
                    ExprKind::Constant(_) | ExprKind::Attribute { .. }
                ) {
                    return self.fail("patterns may only match literals and attribute lookups");
                }
                self.expr(value)?;
                self.compare_op(CmpOp::Eq);
                self.jump_to_fail(m, Op::POP_JUMP_IF_FALSE);
                Ok(())
            }
            PatternKind::Singleton(value) => {
                self.load_const(value.clone());
                self.compare_op(CmpOp::Is);
                self.jump_to_fail(m, Op::POP_JUMP_IF_FALSE);
                Ok(())
            }
            PatternKind::Sequence(patterns) => self.sequence_pattern(patterns, m),
            PatternKind::Mapping {
                keys,
                patterns,
                rest,
            } => self.mapping_pattern(keys, patterns, *rest, m),
            PatternKind::Class {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => self.class_pattern(cls, patterns, kwd_attrs, kwd_patterns, m),
            PatternKind::Star(name) => self.capture(*name, m),
            PatternKind::As {
                pattern: None,
                name,
            } => {
                if !m.allow_irrefutable {
                    return match name {
                        Some(n) => {
                            let name = repr(self.text(*n));
                            self.fail(format!(
                                "name capture {name} makes remaining patterns unreachable"
                            ))
                        }
                        None => self.fail("wildcard makes remaining patterns unreachable"),
                    };
                }
                self.capture(*name, m)
            }
            PatternKind::As {
                pattern: Some(pattern),
                name,
            } => {
                m.on_top += 1;
                self.emit(Op::COPY, 1);
                self.pattern(pattern, m)?;
                m.on_top -= 1;
                self.capture(*name, m)
            }
            PatternKind::Or(patterns) => self.or_pattern(patterns, m),
        }
    }

    fn sequence_pattern(&mut self, patterns: &[Pattern], m: &mut Matching) -> Result<()> {
        let size = patterns.len();
        let (mut star, mut only_wildcards, mut star_wildcard) = (None, true, false);
        for (i, p) in patterns.iter().enumerate() {
            if matches!(p.kind, PatternKind::Star(_)) {
                if star.is_some() {
                    return self.fail("multiple starred names in sequence pattern");
                }
                star_wildcard = is_wildcard_star(p);
                only_wildcards &= star_wildcard;
                star = Some(i);
                continue;
            }
            only_wildcards &= is_wildcard(p);
        }
        m.on_top += 1;
        self.emit(Op::MATCH_SEQUENCE, 0);
        self.jump_to_fail(m, Op::POP_JUMP_IF_FALSE);
        if star.is_none() {
            self.check_length(size, CmpOp::Eq, m);
        } else if size > 1 {
            self.check_length(size - 1, CmpOp::GtE, m);
        }
        m.on_top -= 1;
        if only_wildcards {
            self.emit(Op::POP_TOP, 0);
            return Ok(());
        }
        match star {
            Some(star) if star_wildcard => self.subscript_items(patterns, star, m),
            _ => self.unpack_items(patterns, m),
        }
    }

    fn check_length(&mut self, length: usize, op: CmpOp, m: &mut Matching) {
        self.emit(Op::GET_LEN, 0);
        self.load_const(Const::Int(length.into()));
        self.compare_op(op);
        self.jump_to_fail(m, Op::POP_JUMP_IF_FALSE);
    }

    fn unpack_items(&mut self, patterns: &[Pattern], m: &mut Matching) -> Result<()> {
        let starred: Vec<bool> = patterns
            .iter()
            .map(|p| matches!(p.kind, PatternKind::Star(_)))
            .collect();
        self.unpack(&starred, "sequence pattern")?;
        m.on_top += patterns.len();
        for p in patterns {
            m.on_top -= 1;
            self.subpattern(p, m)?;
        }
        Ok(())
    }

    /// `[a, *_, b]`: index instead of unpacking what nobody wants.
    fn subscript_items(
        &mut self,
        patterns: &[Pattern],
        star: usize,
        m: &mut Matching,
    ) -> Result<()> {
        m.on_top += 1;
        let size = patterns.len();
        for (i, p) in patterns.iter().enumerate() {
            if is_wildcard(p) || i == star {
                continue;
            }
            self.emit(Op::COPY, 1);
            if i < star {
                self.load_const(Const::Int(i.into()));
            } else {
                self.emit(Op::GET_LEN, 0);
                self.load_const(Const::Int((size - i).into()));
                self.emit(Op::BINARY_OP, super::assign::operator(Operator::Sub));
            }
            self.emit(Op::BINARY_SUBSCR, 0);
            self.subpattern(p, m)?;
        }
        m.on_top -= 1;
        self.emit(Op::POP_TOP, 0);
        Ok(())
    }

    fn class_pattern(
        &mut self,
        cls: &Expr,
        patterns: &[Pattern],
        attrs: &[Sym],
        kwd_patterns: &[Pattern],
        m: &mut Matching,
    ) -> Result<()> {
        for (i, attr) in attrs.iter().enumerate() {
            self.check_name(*attr, ExprContext::Store)?;
            if let Some(again) = attrs[i + 1..].iter().position(|a| a == attr) {
                self.set_loc(kwd_patterns[i + 1 + again].loc);
                let name = self.text(*attr);
                return self.fail(format!("attribute name repeated in class pattern: {name}"));
            }
        }
        self.expr(cls)?;
        let names = attrs.iter().map(|a| Const::Str(self.pystr(*a))).collect();
        self.load_const(Const::Tuple(names));
        self.emit(Op::MATCH_CLASS, patterns.len() as u32);
        self.emit(Op::COPY, 1);
        self.load_const(Const::None);
        self.compare_op(CmpOp::IsNot);
        m.on_top += 1;
        self.jump_to_fail(m, Op::POP_JUMP_IF_FALSE);
        let total = patterns.len() + attrs.len();
        self.emit(Op::UNPACK_SEQUENCE, total as u32);
        m.on_top += total;
        m.on_top -= 1;
        for p in patterns.iter().chain(kwd_patterns) {
            m.on_top -= 1;
            if is_wildcard(p) {
                self.emit(Op::POP_TOP, 0);
            } else {
                self.subpattern(p, m)?;
            }
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        keys: &[Expr],
        patterns: &[Pattern],
        rest: Option<Sym>,
        m: &mut Matching,
    ) -> Result<()> {
        let size = keys.len();
        m.on_top += 1;
        self.emit(Op::MATCH_MAPPING, 0);
        self.jump_to_fail(m, Op::POP_JUMP_IF_FALSE);
        if size == 0 && rest.is_none() {
            m.on_top -= 1;
            self.emit(Op::POP_TOP, 0);
            return Ok(());
        }
        if size > 0 {
            self.check_length(size, CmpOp::GtE, m);
        }
        let mut seen: Vec<&Const> = Vec::new();
        for key in keys {
            match &key.kind {
                ExprKind::Constant(c) => {
                    if seen.iter().any(|s| crate::arith::equal(s, c)) {
                        let key = super::unparse::constant(c);
                        return self.fail(format!("mapping pattern checks duplicate key ({key})"));
                    }
                    seen.push(c);
                }
                ExprKind::Attribute { .. } => {}
                _ => {
                    return self.fail(
                        "mapping pattern keys may only match literals and attribute lookups",
                    );
                }
            }
            self.expr(key)?;
        }
        self.emit(Op::BUILD_TUPLE, size as u32);
        self.emit(Op::MATCH_KEYS, 0);
        // On the subject now: the tuple of keys, and the tuple of values or None.
        m.on_top += 2;
        self.emit(Op::COPY, 1);
        self.load_const(Const::None);
        self.compare_op(CmpOp::IsNot);
        self.jump_to_fail(m, Op::POP_JUMP_IF_FALSE);
        self.emit(Op::UNPACK_SEQUENCE, size as u32);
        m.on_top += size;
        m.on_top -= 1;
        for p in patterns {
            m.on_top -= 1;
            self.subpattern(p, m)?;
        }
        m.on_top -= 2;
        if let Some(rest) = rest {
            // A copy of the mapping without the keys.
            self.emit(Op::BUILD_MAP, 0);
            self.emit(Op::SWAP, 3);
            self.emit(Op::DICT_UPDATE, 2);
            self.emit(Op::UNPACK_SEQUENCE, size as u32);
            for left in (1..=size).rev() {
                self.emit(Op::COPY, 1 + left as u32);
                self.emit(Op::SWAP, 2);
                self.emit(Op::DELETE_SUBSCR, 0);
            }
            return self.capture(Some(rest), m);
        }
        self.emit(Op::POP_TOP, 0);
        self.emit(Op::POP_TOP, 0);
        Ok(())
    }

    fn or_pattern(&mut self, patterns: &[Pattern], m: &mut Matching) -> Result<()> {
        let end = self.new_block();
        // What the first alternative binds, in its order; the others must agree.
        let mut control: Vec<Sym> = Vec::new();
        for (i, alternative) in patterns.iter().enumerate() {
            self.set_loc(alternative.loc);
            let mut inner = Matching {
                allow_irrefutable: i + 1 == patterns.len() && m.allow_irrefutable,
                ..Matching::default()
            };
            self.emit(Op::COPY, 1);
            self.pattern(alternative, &mut inner)?;
            if i == 0 {
                control = std::mem::take(&mut inner.stores);
            } else if inner.stores.len() != control.len() {
                return self.fail("alternative patterns bind different names");
            } else {
                for at in (0..control.len()).rev() {
                    let Some(found) = inner.stores.iter().position(|&s| s == control[at]) else {
                        return self.fail("alternative patterns bind different names");
                    };
                    if found == at {
                        continue;
                    }
                    // Rotate the names on the stack into the order of the first alternative.
                    let moved: Vec<Sym> = inner.stores.drain(..=found).collect();
                    let into = at - found;
                    inner.stores.splice(into..into, moved);
                    for _ in 0..=found {
                        self.rotate(at + 1);
                    }
                }
            }
            self.emit_jump(Op::JUMP, end);
            self.place_fail(&mut inner);
        }
        // No alternative matched: drop the subject and fail.
        self.emit(Op::POP_TOP, 0);
        self.jump_to_fail(m, Op::JUMP);
        self.place(end);
        // The captured values lie above the subject: move each to its place.
        let rotations = control.len() + 1 + m.on_top + m.stores.len();
        for name in control {
            self.rotate(rotations);
            if m.stores.contains(&name) {
                return self.duplicate_store(name);
            }
            m.stores.push(name);
        }
        self.emit(Op::POP_TOP, 0);
        Ok(())
    }
}

/// Python's repr of an identifier.
fn repr(name: &str) -> String {
    format!("'{name}'")
}
