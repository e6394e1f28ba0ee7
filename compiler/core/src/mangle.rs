//! Private names: `__x` inside class `C` is `_C__x`.

use crate::ast::{Names, Sym};

/// The name that `name` stands for inside a class called `class`.
pub fn mangle(names: &mut Names, class: Option<Sym>, name: Sym) -> Sym {
    let Some(class) = class else { return name };
    let text = names.resolve(&name);
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
        return name;
    }
    let class = names.resolve(&class).trim_start_matches('_');
    if class.is_empty() {
        return name;
    }
    let mangled = format!("_{class}{text}");
    names.get_or_intern(mangled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        let mut names = Names::with_hasher(Default::default());
        let class = names.get_or_intern("_C");
        let mut check = |name: &str, want: &str| {
            let sym = names.get_or_intern(name);
            let got = mangle(&mut names, Some(class), sym);
            assert_eq!(names.resolve(&got), want);
        };
        check("__x", "_C__x");
        check("__x__", "__x__");
        check("_x", "_x");
        check("__a.b", "__a.b");
    }
}
