//! What is wrong with a surrogate, and where: message, source line, caret, suggestion.
//!
//! Positions inside the compiler are lines and byte columns; a [`Diagnostic`] holds characters, from 1, as editors count.

use std::fmt;

use hotpy_code::Loc;

/// One error.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Diagnostic {
    pub path: String,
    /// From 1; 0 if the whole file is meant.
    pub line: u32,
    /// First character, from 1.
    pub col: u32,
    /// How many characters of the line are meant.
    pub width: u32,
    pub message: String,
    pub help: Option<String>,
    /// The source line, without its newline.
    pub text: String,
}

impl Diagnostic {
    /// An error at `loc` of `source`.
    pub fn at(path: &str, source: &str, loc: Loc, message: impl Into<String>) -> Diagnostic {
        let line = loc.line.max(1) as u32;
        let text = source.lines().nth(line as usize - 1).unwrap_or("");
        let chars = |col: i32| {
            let end = (col.max(0) as usize).min(text.len());
            String::from_utf8_lossy(&text.as_bytes()[..end])
                .chars()
                .count() as u32
        };
        let first = chars(loc.col);
        let last = if loc.end_line == loc.line {
            chars(loc.end_col)
        } else {
            chars(text.trim_end().len() as i32)
        };
        Diagnostic {
            path: path.to_owned(),
            line,
            col: first + 1,
            width: last.saturating_sub(first).max(1),
            message: message.into(),
            help: None,
            text: text.to_owned(),
        }
    }

    /// An error of the whole file.
    pub fn of_file(path: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            path: path.to_owned(),
            line: 0,
            col: 0,
            width: 0,
            message: message.into(),
            help: None,
            text: String::new(),
        }
    }

    pub fn with_help(mut self, help: impl Into<Option<String>>) -> Diagnostic {
        self.help = help.into();
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: error: {}", self.path, self.message)?;
        } else {
            write!(
                f,
                "{}:{}:{}: error: {}",
                self.path, self.line, self.col, self.message
            )?;
            let number = self.line.to_string();
            write!(f, "\n {number} | {}", self.text)?;
            // Tabs stay tabs, so that the caret stands below what it means.
            let before = self.text.chars().take(self.col as usize - 1);
            let pad: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let blank = " ".repeat(number.len());
            write!(f, "\n {blank} | {pad}{}", "^".repeat(self.width as usize))?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// All of them as text, in order, with an empty line between.
pub fn render(all: &[Diagnostic]) -> String {
    let texts: Vec<String> = all.iter().map(|d| format!("{d}\n")).collect();
    texts.join("\n")
}

/// "did you mean ..." if one of `known` is near enough to `word`; `prefix` is written before it.
pub fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
    prefix: &str,
) -> Option<String> {
    let length = word.chars().count();
    let limit = match length {
        0..3 => 0,
        3..6 => 1,
        n => n / 3,
    };
    // Of two at the same distance, the one that begins alike.
    let alike = |k: &str| {
        word.chars()
            .zip(k.chars())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let near = known
        .into_iter()
        .map(|k| (distance(word, k), length - alike(k), k))
        .filter(|&(d, ..)| d <= limit)
        .min()?;
    Some(format!("did you mean `{prefix}{}`?", near.2))
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours; case counts nothing.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for j in 0..=b.len() {
        rows[0][j] = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1)
                .min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
