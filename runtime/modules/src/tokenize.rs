//! `_tokenize`: the compiler's tokens, one after another, as tuples.

use crate::engine;
use crate::support::*;
use hotpy_compiler::errors::ErrorKind;
use hotpy_compiler::lexer::{self, State, Tok, Token};
use hotpy_objects::cfunction::Params;
use hotpy_objects::def::slot;
use hotpy_objects::flags::tp;
use hotpy_objects::*;

/// The tokens of a source; the error that ends them, if it is one that the tokenizer tells.
#[repr(C)]
struct TokenizerIter {
    ob_base: PyObject,
    tokens: Slot<PyListObject>,
    error: Slot<PyObject>,
    at: Cell<usize>,
}

// SAFETY: U2, repr(C) with the header first.
unsafe impl Object for TokenizerIter {}
// SAFETY: U1.
unsafe impl Sync for TokenizerIter {}

builtin!(TokenizerIter = TokenizerIterType);

static TokenizerIterType: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_getattro: Cell::new(Some(protocol::PyObject_GenericGetAttr)),
    tp_new: Cell::new(Some(new)),
    tp_iter: slot::unary(myself),
    tp_iternext: slot::next(next),
    tp_flags: Cell::new(tp::DEFAULT | tp::IMMUTABLETYPE),
    ..PyTypeObject::new::<TokenizerIter>(c"_tokenize.TokenizerIter")
};

static NEW: Params = Params {
    function: "tokenizeriter",
    names: &["source"],
    positional_only: 0,
    positional: 1,
    required: 1,
};

extern "C" fn new(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    let bound = NEW.bind_tuple(args_tuple(args), kwargs)?;
    let Some(source) = bound[0] else {
        return none();
    };
    let source = str_arg("tokenizeriter", "argument 'source'", source)?.to_utf8()?;
    if source.contains('\0') {
        return Err(raise!(ValueError, "embedded null character"));
    }
    let mut source = source.replace("\r\n", "\n").replace('\r', "\n");
    if !source.is_empty() && !source.ends_with('\n') {
        source.push('\n');
    }
    let lexed = lexer::lex_recording(&source, 1, 0);
    let tokens = list::new()?;
    for (token, state) in lexed.toks.iter().zip(&lexed.states) {
        let is_unequal = source.get(token.start as usize..token.end as usize) == Some("<>");
        if token.tok == Tok::Unknown && !is_unequal {
            for at in token.start..token.end {
                let single = Token {
                    start: at,
                    end: at + 1,
                    ..*token
                };
                tokens.append(&*described(&source, &single, state)?)?;
            }
        } else if token.tok != Tok::EndOfFile {
            tokens.append(&*described(&source, token, state)?)?;
        }
    }
    let filename = str_::new("<string>")?;
    engine::issue_token_warnings(&lexed.warnings, source.as_bytes(), &filename)?;
    // Wrong indentation and backslashes are for the parser to tell: here they are the end.
    let is_told = |e: &hotpy_compiler::errors::SyntaxError| {
        e.kind == ErrorKind::SyntaxError && !UNTOLD.contains(&e.msg.as_str())
    };
    let error = match lexed.error.filter(is_told) {
        Some(error) => {
            let Raised = engine::raise_tokenizer_error(error, &filename);
            errors::fetch_instance()
        }
        None => None,
    };
    let this = mem::create(ty, |ob_base| TokenizerIter {
        ob_base,
        tokens: Slot::EMPTY,
        error: Slot::EMPTY,
        at: Cell::new(0),
    })?;
    this.tokens.set(Some(tokens));
    this.error.set(error);
    Ok(this.into_object())
}

/// Errors that only the parser tells.
const UNTOLD: [&str; 2] = [
    "unexpected character after line continuation character",
    "unexpected EOF while parsing",
];

/// `(text, type, line, end line, column, end column, source lines)`; columns in bytes, -1 for a change of the indentation.
fn described(source: &str, token: &Token, state: &State) -> PyResult {
    let piece = |from: u32, to: u32| source.get(from as usize..to as usize).unwrap_or("");
    let mut shown = piece(token.start, token.end);
    let (line, end_line) = if token.tok.has_text() {
        (token.loc.line, token.loc.end_line)
    } else {
        (state.line, state.line)
    };
    let from = |start: u32| {
        (
            token.start as i64 - start as i64,
            token.end as i64 - start as i64,
        )
    };
    let (col, end_col) = match token.tok {
        Tok::Indent | Tok::Dedent => {
            shown = "";
            (-1, -1)
        }
        Tok::Newline | Tok::Unknown => from(state.line_start),
        _ => (token.loc.col as i64, token.loc.end_col as i64),
    };
    let items = vec![
        text(shown)?,
        int(number(if shown == "<>" {
            Tok::NotEqual
        } else {
            token.tok
        }))?,
        int(line as i64)?,
        int(end_line as i64)?,
        int(col)?,
        int(end_col)?,
        text(piece(state.buffer, state.line_end))?,
    ];
    Ok(tuple(items)?.into_object())
}

/// The number that the `token` module has for a kind of token.
#[rustfmt::skip]
fn number(tok: Tok) -> i64 {
    use Tok::*;
    match tok {
        EndOfFile => 0,
        Int | Float | Complex => 2,
        String => 3,
        Newline => 4, Indent => 5, Dedent => 6,
        Lpar => 7, Rpar => 8, Lsqb => 9, Rsqb => 10, Colon => 11, Comma => 12, Semi => 13,
        Plus => 14, Minus => 15, Star => 16, Slash => 17, Vbar => 18, Amper => 19, Less => 20, Greater => 21, Equal => 22,
        Dot => 23, Percent => 24, Lbrace => 25, Rbrace => 26, EqEqual => 27, NotEqual => 28, LessEqual => 29,
        GreaterEqual => 30, Tilde => 31, CircumFlex => 32, LeftShift => 33, RightShift => 34, DoubleStar => 35,
        PlusEqual => 36, MinusEqual => 37, StarEqual => 38, SlashEqual => 39, PercentEqual => 40, AmperEqual => 41,
        VbarEqual => 42, CircumflexEqual => 43, LeftShiftEqual => 44, RightShiftEqual => 45, DoubleStarEqual => 46,
        DoubleSlash => 47, DoubleSlashEqual => 48, At => 49, AtEqual => 50, Rarrow => 51, Ellipsis => 52, ColonEqual => 53,
        Unknown => 54, Await => 55, Async => 56,
        // Names and the other keywords.
        _ => 1,
    }
}

extern "C" fn myself(this: &TokenizerIter) -> PyResult {
    Ok(Ref::new(this).into_object())
}

extern "C" fn next(this: &TokenizerIter) -> Option<Ref> {
    let at = this.at.get();
    let token = this.tokens.get()?.get(at);
    if token.is_some() {
        this.at.set(at + 1);
        return token;
    }
    if let Some(error) = this.error.take() {
        errors::restore_instance(error);
    }
    None
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete; nothing refers to it any more.
    unsafe {
        let fields = &*this.cast::<TokenizerIter>();
        fields.tokens.take();
        fields.error.take();
        mem::free_object(this);
    }
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    typeobject::ready(&TokenizerIterType)?;
    let module = module::with_methods("_tokenize", "", &[])?;
    module.add("TokenizerIter", &*TokenizerIterType)?;
    Ok(module)
}
