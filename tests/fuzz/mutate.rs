//! Splitting Python into tokens, loosely, and changing them at random. Deterministic in the seed.

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Name,
    Number,
    Text,
    Operator,
    /// Blanks, comments, line ends: kept, never chosen.
    Space,
}

#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
}

/// All tokens of a source; their texts joined are the source again.
pub fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let start = i;
        let c = chars[i];
        let kind = if let Some(end) = string_end(&chars, i) {
            i = end;
            Kind::Text
        } else if c.is_alphabetic() || c == '_' {
            while i < chars.len() && (chars[i].is_alphanumeric() || chars[i] == '_') {
                i += 1;
            }
            Kind::Name
        } else if c.is_ascii_digit() {
            while i < chars.len()
                && (chars[i].is_alphanumeric() || chars[i] == '_' || chars[i] == '.')
            {
                i += 1;
            }
            Kind::Number
        } else if c == '#' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
            Kind::Space
        } else if c.is_whitespace() || c == '\\' {
            i += 1;
            while i < chars.len() && (chars[i] == ' ' || chars[i] == '\t') {
                i += 1;
            }
            Kind::Space
        } else {
            let rest: String = chars[i..chars.len().min(i + 3)].iter().collect();
            let length = OPERATORS
                .iter()
                .find(|o| rest.starts_with(**o))
                .map_or(1, |o| o.len());
            i += length;
            Kind::Operator
        };
        out.push(Token {
            kind,
            text: chars[start..i].iter().collect(),
        });
    }
    out
}

/// Longest first.
const OPERATORS: [&str; 43] = [
    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", "+=",
    "-=", "*=", "/=", "%=", "@=", "&=", "|=", "^=", ":=", "+", "-", "*", "/", "%", "@", "&", "|",
    "^", "~", "<", ">", "=", ".", ",", ":", ";", "(", ")",
];

/// The end of the string literal that starts at `i`, if one does.
fn string_end(chars: &[char], i: usize) -> Option<usize> {
    let mut j = i;
    while j < chars.len() && j - i < 2 && "rbfuRBFU".contains(chars[j]) {
        j += 1;
    }
    let quote = *chars.get(j).filter(|c| **c == '"' || **c == '\'')?;
    let triple = chars.get(j + 1) == Some(&quote) && chars.get(j + 2) == Some(&quote);
    j += if triple { 3 } else { 1 };
    while j < chars.len() {
        match chars[j] {
            '\\' => j += 2,
            '\n' if !triple => return Some(j),
            c if c == quote && !triple => return Some(j + 1),
            c if c == quote
                && chars.get(j + 1) == Some(&quote)
                && chars.get(j + 2) == Some(&quote) =>
            {
                return Some(j + 3);
            }
            _ => j += 1,
        }
    }
    Some(chars.len())
}

const KEYWORDS: [&str; 36] = [
    "not",
    "lambda: 0",
    "yield",
    "await",
    "return",
    "break",
    "continue",
    "pass",
    "global x",
    "nonlocal x",
    "del",
    "raise",
    "async",
    "if",
    "else",
    "for",
    "while",
    "try:",
    "finally:",
    "except:",
    "with",
    "class",
    "def",
    "in",
    "is",
    "and",
    "or",
    "None",
    "True",
    "...",
    "assert",
    "import",
    "from",
    "match",
    "case",
    "*",
];

const NUMBERS: [&str; 22] = [
    "0",
    "1",
    "-1",
    "2",
    "3",
    "255",
    "256",
    "257",
    "1 << 30",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "10 ** 25",
    "0.0",
    "-0.0",
    "1.5",
    "1e308",
    "float('nan')",
    "float('inf')",
    "1j",
    "True",
];

/// The programs, and the tokens to replace others with.
pub struct Corpus {
    pub programs: Vec<(String, Vec<Token>)>,
    pool: Vec<Token>,
}

impl Corpus {
    pub fn new(sources: Vec<(String, String)>) -> Corpus {
        let programs: Vec<(String, Vec<Token>)> =
            sources.into_iter().map(|(n, s)| (n, tokens(&s))).collect();
        let mut pool: Vec<Token> = programs
            .iter()
            .flat_map(|(_, t)| t.iter().filter(|t| t.kind != Kind::Space).cloned())
            .collect();
        pool.sort_by(|a, b| a.text.cmp(&b.text));
        pool.dedup_by(|a, b| a.text == b.text);
        pool.retain(|t| t.text.len() < 80);
        Corpus { programs, pool }
    }

    /// The mutant of that number: the name of the program it comes from, and its source.
    pub fn mutant(&self, seed: u64, number: u64) -> (String, String) {
        let mut random = Random::new(seed ^ number.wrapping_mul(0xD1B5_4A32_D192_ED03));
        random.next();
        let (name, original) = random.pick(&self.programs);
        // Most changes break the grammar, and the compiler is soon tested; one in eight mutants may.
        let may_be_wrong = random.below(8) == 0;
        loop {
            let mut list = excerpt(original, &mut random);
            for _ in 0..1 + random.below(3) {
                self.change(&mut list, &mut random);
            }
            let source: String = list.iter().map(|t| t.text.as_str()).collect();
            if may_be_wrong
                || rustpython_parser::parse(&source, rustpython_parser::Mode::Module, "").is_ok()
            {
                return (name.clone(), source);
            }
        }
    }

    fn change(&self, list: &mut Vec<Token>, random: &mut Random) {
        let solid: Vec<usize> = (0..list.len())
            .filter(|&i| list[i].kind != Kind::Space)
            .collect();
        if solid.is_empty() {
            return;
        }
        let at = *random.pick(&solid);
        match random.below(12) {
            0 => drop(list.remove(at)),
            1 => list.insert(at, list[at].clone()),
            2 => {
                let near = solid.partition_point(|&i| i <= at);
                let other = solid[(near + random.below(3)).min(solid.len() - 1)];
                list.swap(at, other);
            }
            3 => {
                let other = *random.pick(&solid);
                list.swap(at, other);
            }
            4 | 5 => {
                let same: Vec<&Token> = self
                    .pool
                    .iter()
                    .filter(|t| t.kind == list[at].kind)
                    .collect();
                list[at] = (*random.pick(&same)).clone();
            }
            6 => list[at] = random.pick(&self.pool).clone(),
            7 | 8 => {
                // Another token of the same program and kind: the likeliest to mean something.
                let same: Vec<usize> = solid
                    .iter()
                    .copied()
                    .filter(|&i| list[i].kind == list[at].kind)
                    .collect();
                list[at] = list[*random.pick(&same)].clone();
            }
            9 => {
                if let Some(&number) = solid
                    .iter()
                    .filter(|&&i| list[i].kind == Kind::Number)
                    .nth(random.below(8))
                {
                    list[number].text = format!("({})", random.pick(&NUMBERS));
                }
            }
            10 => {
                let text = format!(" {} ", random.pick(&KEYWORDS));
                list.insert(
                    at,
                    Token {
                        kind: Kind::Name,
                        text,
                    },
                );
            }
            _ => lines(list, random),
        }
    }
}

/// The whole program, or without some run of its top-level blocks, so that later parts are reached too.
fn excerpt(program: &[Token], random: &mut Random) -> Vec<Token> {
    // A top-level block starts after a line end without blanks behind it.
    let mut starts: Vec<usize> = (1..program.len())
        .filter(|&i| {
            program[i - 1].text == "\n" && matches!(program[i].kind, Kind::Name | Kind::Operator)
        })
        .collect();
    starts.insert(0, 0);
    starts.push(program.len());
    if random.below(3) != 0 || starts.len() < 4 {
        return program.to_vec();
    }
    let from = random.below(starts.len() - 1);
    let to = (from + 1 + random.below(4)).min(starts.len() - 1);
    program[..starts[from]]
        .iter()
        .chain(&program[starts[to]..])
        .cloned()
        .collect()
}

/// Deletes, doubles or moves a line.
fn lines(list: &mut Vec<Token>, random: &mut Random) {
    let ends: Vec<usize> = (0..list.len())
        .filter(|&i| list[i].text.starts_with('\n'))
        .collect();
    if ends.len() < 3 {
        return;
    }
    let n = random.below(ends.len() - 1);
    let line: Vec<Token> = list[ends[n]..ends[n + 1]].to_vec();
    match random.below(3) {
        0 => drop(list.splice(ends[n]..ends[n + 1], [])),
        1 => drop(list.splice(ends[n]..ends[n], line)),
        _ => {
            let to = ends[random.below(ends.len())];
            list.splice(to..to, line);
        }
    }
}
