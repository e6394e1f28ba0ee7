//! Names of the values that arguments of COMPARE_OP and BINARY_OP take, in order.

/// Operators of COMPARE_OP.
pub const COMPARISONS: [&str; 6] = ["<", "<=", "==", "!=", ">", ">="];

/// Operators of BINARY_OP: the plain forms, then the augmented ones, [`AUGMENTED`] apart.
pub const BINARY_OPS: [&str; 26] = [
    "+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^", "+=", "&=", "//=", "<<=",
    "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=",
];

/// Distance from an operator's BINARY_OP argument to that of its augmented form.
pub const AUGMENTED: u32 = 13;
