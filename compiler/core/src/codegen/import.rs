//! `import` and `from ... import`.

use hotpy_code::Const;
use hotpy_isa::Op;

use super::Generator;
use crate::ast::*;
use crate::errors::Result;

impl Generator<'_> {
    pub(super) fn import(&mut self, names: &[Alias]) -> Result<()> {
        for alias in names {
            self.load_const(Const::Int(0.into()));
            self.load_const(Const::None);
            self.emit_name(Op::IMPORT_NAME, alias.name);
            let text = self.text(alias.name).to_owned();
            match alias.asname {
                Some(asname) => self.import_as(&text, asname)?,
                None => {
                    let first = self.sym(text.split('.').next().unwrap_or(&text));
                    self.variable(first, ExprContext::Store)?;
                }
            }
        }
        Ok(())
    }

    /// `import a.b.c as x`: the import gives `a`; walk down to `c`.
    fn import_as(&mut self, name: &str, asname: Sym) -> Result<()> {
        let mut rest = name.split('.').skip(1).peekable();
        if rest.peek().is_none() {
            return self.variable(asname, ExprContext::Store);
        }
        while let Some(part) = rest.next() {
            let attr = self.sym(part);
            self.emit_name(Op::IMPORT_FROM, attr);
            if rest.peek().is_some() {
                self.emit(Op::SWAP, 2);
                self.emit(Op::POP_TOP, 0);
            }
        }
        self.variable(asname, ExprContext::Store)?;
        self.emit(Op::POP_TOP, 0);
        Ok(())
    }

    pub(super) fn import_from(
        &mut self,
        module: Option<Sym>,
        names: &[Alias],
        level: u32,
        loc: Loc,
    ) -> Result<()> {
        self.load_const(Const::Int(level.into()));
        let list = names
            .iter()
            .map(|a| Const::Str(self.pystr(a.name)))
            .collect();
        if loc.line > self.future.last_line && module.is_some_and(|m| self.text(m) == "__future__")
        {
            return self.fail("from __future__ imports must occur at the beginning of the file");
        }
        self.load_const(Const::Tuple(list));
        let module = module.unwrap_or_else(|| self.sym(""));
        self.emit_name(Op::IMPORT_NAME, module);
        for alias in names {
            if self.text(alias.name) == "*" {
                self.emit(Op::IMPORT_STAR, 0);
                return Ok(());
            }
            self.emit_name(Op::IMPORT_FROM, alias.name);
            self.variable(alias.asname.unwrap_or(alias.name), ExprContext::Store)?;
        }
        self.emit(Op::POP_TOP, 0);
        Ok(())
    }
}
