//! Calls.

use hotpy_code::Const;
use hotpy_isa::Op;

use super::expr::TUPLE;
use super::{Generator, STACK_USE};
use crate::ast::*;
use crate::errors::Result;
use crate::symtable::flag;

impl Generator<'_> {
    pub(super) fn call(&mut self, c: &Call, loc: Loc) -> Result<()> {
        if let Some(done) = self.dialect.and_then(|d| d.call(self, c, loc)) {
            return done;
        }
        self.check_keywords(&c.keywords)?;
        if self.method_call(c, loc)? {
            return Ok(());
        }
        self.check_callable(&c.func);
        self.set_loc(c.func.loc);
        self.emit(Op::PUSH_NULL, 0);
        self.set_loc(loc);
        self.expr(&c.func)?;
        self.arguments(0, &c.args, &c.keywords)
    }

    /// `value.attr(...)` with few, plain arguments. False, with nothing emitted, if it is not that.
    fn method_call(&mut self, c: &Call, loc: Loc) -> Result<bool> {
        let ExprKind::Attribute {
            value,
            attr,
            ctx: ExprContext::Load,
        } = &c.func.kind
        else {
            return Ok(false);
        };
        let (n, k) = (c.args.len(), c.keywords.len());
        // A module's function is no method: names that the module imports are taken for modules.
        let imported = match value.kind {
            ExprKind::Name { id, .. } => self.table.tables[0].flags(id) & flag::IMPORT != 0,
            _ => false,
        };
        if imported
            || n + k + usize::from(k != 0) >= STACK_USE
            || c.args.iter().any(Expr::is_starred)
            || c.keywords.iter().any(|k| k.arg.is_none())
        {
            return Ok(false);
        }
        if let Some(d) = self.dialect {
            // The dialect may have its own way to read this attribute: then it is a plain call of the result.
            let before = self.mark();
            self.set_loc(c.func.loc);
            self.emit(Op::PUSH_NULL, 0);
            if let Some(done) = d.attribute(self, value, *attr, c.func.loc) {
                done?;
                self.set_loc(loc);
                self.arguments(0, &c.args, &c.keywords)?;
                return Ok(true);
            }
            self.rewind(before);
            self.set_loc(loc);
        }
        self.expr(value)?;
        self.set_loc(c.func.loc);
        self.attribute_loc(*attr, c.func.loc);
        self.emit_name(Op::LOAD_METHOD, *attr);
        for a in &c.args {
            self.expr(a)?;
        }
        if k > 0 {
            for k in &c.keywords {
                self.expr(&k.value)?;
            }
            self.keyword_names(&c.keywords);
        }
        self.set_loc(loc);
        self.attribute_loc(*attr, c.func.loc);
        self.emit(Op::PRECALL, (n + k) as u32);
        self.emit(Op::CALL, (n + k) as u32);
        Ok(true)
    }

    /// Where emission stands, to take back a PUSH_NULL.
    fn mark(&mut self) -> (usize, usize) {
        let blocks = self.unit().order.len();
        (blocks, self.unit().current().instrs.len())
    }

    fn rewind(&mut self, (blocks, instrs): (usize, usize)) {
        if self.unit().order.len() == blocks {
            self.unit().current().instrs.truncate(instrs);
        } else {
            self.unit().current().instrs.clear();
        }
    }

    fn keyword_names(&mut self, keywords: &[Keyword]) {
        let names = self.keyword_tuple(keywords);
        let arg = self.const_index(names);
        self.emit(Op::KW_NAMES, arg);
    }

    fn keyword_tuple(&mut self, keywords: &[Keyword]) -> Const {
        Const::Tuple(
            keywords
                .iter()
                .filter_map(|k| k.arg)
                .map(|n| Const::Str(self.pystr(n)))
                .collect(),
        )
    }

    /// Arguments and the call itself; the callee, and `pushed` first arguments, are on the stack.
    pub(super) fn arguments(
        &mut self,
        pushed: u32,
        args: &[Expr],
        keywords: &[Keyword],
    ) -> Result<()> {
        self.check_keywords(keywords)?;
        let (n, k) = (args.len(), keywords.len());
        let unpacks = args.iter().any(Expr::is_starred) || keywords.iter().any(|k| k.arg.is_none());
        if n + k * 2 <= STACK_USE && !unpacks {
            for a in args {
                self.expr(a)?;
            }
            if k > 0 {
                for k in keywords {
                    self.expr(&k.value)?;
                }
                self.keyword_names(keywords);
            }
            let total = pushed + (n + k) as u32;
            self.emit(Op::PRECALL, total);
            self.emit(Op::CALL, total);
            return Ok(());
        }
        match args {
            [
                Expr {
                    kind: ExprKind::Starred { value, .. },
                    ..
                },
            ] if pushed == 0 => self.expr(value)?,
            _ => self.display(args, pushed, TUPLE)?,
        }
        if k > 0 {
            self.keyword_dict(keywords)?;
        }
        self.emit(Op::CALL_FUNCTION_EX, u32::from(k > 0));
        Ok(())
    }

    fn keyword_dict(&mut self, keywords: &[Keyword]) -> Result<()> {
        let (mut have, mut pending) = (false, 0);
        for (i, keyword) in keywords.iter().enumerate() {
            if keyword.arg.is_some() {
                pending += 1;
                continue;
            }
            if pending > 0 {
                self.part_of_keywords(&keywords[i - pending..i])?;
                if have {
                    self.emit(Op::DICT_MERGE, 1);
                }
                have = true;
                pending = 0;
            }
            if !have {
                self.emit(Op::BUILD_MAP, 0);
                have = true;
            }
            self.expr(&keyword.value)?;
            self.emit(Op::DICT_MERGE, 1);
        }
        if pending > 0 {
            self.part_of_keywords(&keywords[keywords.len() - pending..])?;
            if have {
                self.emit(Op::DICT_MERGE, 1);
            }
        }
        Ok(())
    }

    fn part_of_keywords(&mut self, keywords: &[Keyword]) -> Result<()> {
        let n = keywords.len();
        let big = n * 2 > STACK_USE;
        if n > 1 && !big {
            for k in keywords {
                self.expr(&k.value)?;
            }
            let names = self.keyword_tuple(keywords);
            self.load_const(names);
            self.emit(Op::BUILD_CONST_KEY_MAP, n as u32);
            return Ok(());
        }
        if big {
            self.emit_no_line(Op::BUILD_MAP, 0);
        }
        for k in keywords {
            if let Some(name) = k.arg {
                self.load_name_const(name);
            }
            self.expr(&k.value)?;
            if big {
                self.emit_no_line(Op::MAP_ADD, 1);
            }
        }
        if !big {
            self.emit(Op::BUILD_MAP, n as u32);
        }
        Ok(())
    }

    fn check_keywords(&mut self, keywords: &[Keyword]) -> Result<()> {
        for (i, k) in keywords.iter().enumerate() {
            let Some(name) = k.arg else { continue };
            self.check_name(name, ExprContext::Store)?;
            if let Some(other) = keywords[i + 1..].iter().find(|o| o.arg == Some(name)) {
                self.set_loc(other.loc);
                return self.fail(format!("keyword argument repeated: {}", self.text(name)));
            }
        }
        Ok(())
    }
}
