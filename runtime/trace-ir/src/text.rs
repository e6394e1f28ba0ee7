//! Traces as text: one instruction a line, `v3:int = int.add v1, v2 !s0`; then the snapshots, the constants, the end. What is
//! printed can be parsed again.

use crate::*;
use std::fmt::{self, Write};

fn recipe(r: &Recipe, made: &[Making], out: &mut String) {
    let _ = match r {
        Recipe::Null => write!(out, "-"),
        Recipe::Kept => write!(out, "."),
        Recipe::Owned(v) => write!(out, "v{v}"),
        Recipe::Borrowed(v) => write!(out, "&v{v}"),
        Recipe::Int(v) => write!(out, "int:v{v}"),
        Recipe::Float(v) => write!(out, "float:v{v}"),
        Recipe::Bool(v) => write!(out, "bool:v{v}"),
        Recipe::Const(k) => write!(out, "k{k}"),
        Recipe::Made(number) => {
            let Making { maker, items } = &made[*number as usize];
            out.push_str(maker.name());
            out.push('(');
            for item in items {
                recipe(item, made, out);
                out.push(' ');
            }
            write!(out, ")")
        }
    };
}

fn frame_text(frame: &FrameRecipe, recipes: &Recipes) -> String {
    let made = &recipes.made[..];
    let mut line = String::new();
    recipe(&frame.func, made, &mut line);
    if frame.generator != NONE {
        let _ = write!(line, "*v{}", frame.generator);
    }
    let _ = write!(
        line,
        " {}k{} @{} ^{} >{} [",
        if frame.shell { "~" } else { "" },
        frame.code,
        frame.ip,
        frame.prev,
        frame.return_to
    );
    for (i, slot) in recipes.slots_of(frame).enumerate() {
        if i > 0 {
            line.push(' ');
        }
        recipe(slot, made, &mut line);
    }
    line.push(']');
    line
}

/// One instruction, without a line's end.
pub fn inst(trace: &Trace, at: Val) -> String {
    let i = &trace.insts[at as usize];
    let mut out = String::new();
    match i.op.ty() {
        Ty::Unit => {}
        ty => {
            let _ = write!(out, "v{at}:{} = ", ty.name());
        }
    }
    out.push_str(i.op.name());
    let mut separator = ' ';
    for v in i.operands().chain(trace.args_of(at).iter().copied()) {
        let _ = write!(out, "{separator}v{v}");
        separator = ',';
    }
    if i.imm != 0 || i.op.operands() == 0 && i.op != TraceOp::LoopStart {
        let _ = write!(out, " #{}", i.imm);
    }
    if i.snap != NONE {
        let _ = write!(out, " !s{}", i.snap);
    }
    out
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for at in 0..self.insts.len() as Val {
            let text = inst(self, at);
            if self.insts[at as usize].op.ty() == Ty::Unit {
                writeln!(f, "v{at}: {text}")?;
            } else {
                writeln!(f, "{text}")?;
            }
        }
        match &self.end {
            End::Loop(phis) => {
                write!(f, "end loop")?;
                for (phi, next) in phis {
                    write!(f, " v{phi}=v{next}")?;
                }
            }
            End::Link { target, moves } => {
                write!(f, "end link {target}")?;
                for (register, v) in moves {
                    write!(f, " r{register}=v{v}")?;
                }
            }
            End::Exit(snap) => write!(f, "end exit s{snap}")?,
            End::Return(snap) => write!(f, "end return s{snap}")?,
        }
        writeln!(f)?;
        for (number, snap) in self.snaps.iter().enumerate() {
            write!(
                f,
                "s{number}: pops {} pushes {}",
                snap.pops,
                u8::from(snap.pushes)
            )?;
            for frame in &snap.frames {
                write!(f, " | {}", frame_text(frame, &self.recipes))?;
            }
            for c in &snap.caught {
                let Caught {
                    exception, prev, ..
                } = c;
                let open = u8::from(c.open);
                write!(f, " | ! v{exception} f{} ^{prev} {open}", c.frame)?;
                for frame in &c.gone {
                    write!(f, " | ~ {}", frame_text(frame, &self.recipes))?;
                }
            }
            writeln!(f)?;
        }
        for (number, text) in self.consts.iter().enumerate() {
            writeln!(f, "k{number}: {text}")?;
        }
        Ok(())
    }
}

fn number(text: &str, prefix: &str) -> Result<u32, String> {
    text.strip_prefix(prefix)
        .and_then(|n| n.parse().ok())
        .ok_or_else(|| format!("expected {prefix}N, not {text:?}"))
}

fn parse_recipe(text: &str) -> Result<Recipe, String> {
    Ok(if text == "-" {
        Recipe::Null
    } else if text == "." {
        Recipe::Kept
    } else if let Some(v) = text.strip_prefix('&') {
        Recipe::Borrowed(number(v, "v")?)
    } else if let Some(v) = text.strip_prefix("int:") {
        Recipe::Int(number(v, "v")?)
    } else if let Some(v) = text.strip_prefix("float:") {
        Recipe::Float(number(v, "v")?)
    } else if let Some(v) = text.strip_prefix("bool:") {
        Recipe::Bool(number(v, "v")?)
    } else if text.starts_with('k') {
        Recipe::Const(number(text, "k")?)
    } else {
        Recipe::Owned(number(text, "v")?)
    })
}

/// A list of recipes, with tuples in parentheses.
fn parse_recipes<'a>(
    words: &mut impl Iterator<Item = &'a str>,
    nested: bool,
    made: &mut Vec<Making>,
) -> Result<Vec<Recipe>, String> {
    let mut out = Vec::new();
    let mut maker = Maker::Tuple;
    while let Some(word) = words.next() {
        if nested && word == ")" {
            return Ok(out);
        }
        if word == "(" {
            let items = parse_recipes(words, true, made)?;
            out.push(Recipe::Made(made.len() as u32));
            made.push(Making { maker, items });
            maker = Maker::Tuple;
        } else if word == "slice" {
            maker = Maker::Slice;
        } else if word == "method" {
            maker = Maker::Method;
        } else if word == "cell" {
            maker = Maker::Cell;
        } else if word == "function" {
            maker = Maker::Function;
        } else {
            out.push(parse_recipe(word)?);
        }
    }
    Ok(out)
}

fn parse_prev(text: &str) -> Result<i32, String> {
    text.strip_prefix('^')
        .and_then(|n| n.parse().ok())
        .ok_or_else(|| format!("expected ^N, not {text:?}"))
}

fn parse_frame(part: &str, recipes: &mut Recipes) -> Result<FrameRecipe, String> {
    let (head, slots) = part.split_once('[').ok_or("expected [slots]")?;
    let head: Vec<&str> = head.split_whitespace().collect();
    let [func, code, ip, prev, return_to] = head[..] else {
        return Err(format!("bad frame {part:?}"));
    };
    let spaced = slots
        .trim_end_matches(']')
        .replace('(', " ( ")
        .replace(')', " ) ");
    let slots = parse_recipes(&mut spaced.split_whitespace(), false, &mut recipes.made)?;
    let slots = slots.into_iter().map(|slot| (slot, NONE));
    let (func, generator) = match func.split_once('*') {
        Some((func, generator)) => (func, number(generator, "v")?),
        None => (func, NONE),
    };
    Ok(FrameRecipe {
        code: number(code.trim_start_matches('~'), "k")?,
        shell: code.starts_with('~'),
        func: parse_recipe(func)?,
        generator,
        ip: number(ip, "@")?,
        prev: parse_prev(prev)?,
        return_to: number(return_to, ">")? as u8,
        locals: recipes.row(Row::default(), slots),
        stack: Row::default(),
    })
}

fn parse_caught(text: &str) -> Result<Caught, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [exception, frame, prev, open] = words[..] else {
        return Err(format!("bad exception {text:?}"));
    };
    Ok(Caught {
        exception: number(exception, "v")?,
        frame: number(frame, "f")?,
        prev: parse_prev(prev)?,
        open: open == "1",
        gone: Vec::new(),
    })
}

/// Parses what [`Trace`] prints.
pub fn parse(text: &str) -> Result<Trace, String> {
    let mut trace = Trace {
        insts: Vec::new(),
        args: Vec::new(),
        snaps: Vec::new(),
        recipes: Recipes::default(),
        consts: Vec::new(),
        end: End::Exit(0),
    };
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if let Some(end) = line.strip_prefix("end ") {
            let mut words = end.split_whitespace();
            let pairs = |words: &mut std::str::SplitWhitespace<'_>, prefix: &str| {
                words
                    .map(|w| {
                        let (to, from) = w.split_once('=').ok_or("expected TO=FROM")?;
                        Ok((number(to, prefix)?, number(from, "v")?))
                    })
                    .collect::<Result<Vec<_>, String>>()
            };
            trace.end = match words.next() {
                Some("loop") => End::Loop(pairs(&mut words, "v")?),
                Some("link") => {
                    let target = number(words.next().unwrap_or(""), "")?;
                    End::Link {
                        target,
                        moves: pairs(&mut words, "r")?,
                    }
                }
                Some("exit") => End::Exit(number(words.next().unwrap_or(""), "s")?),
                Some("return") => End::Return(number(words.next().unwrap_or(""), "s")?),
                other => return Err(format!("unknown end {other:?}")),
            };
        } else if line.starts_with('s') {
            let (_, rest) = line.split_once(": ").ok_or("expected sN: ...")?;
            let mut parts = rest.split(" | ");
            let head: Vec<&str> = parts.next().unwrap_or("").split_whitespace().collect();
            let ["pops", pops, "pushes", pushes] = head[..] else {
                return Err(format!("bad snapshot {line:?}"));
            };
            let mut snap = Snapshot {
                frames: Vec::new(),
                caught: Vec::new(),
                pops: number(pops, "")? as u8,
                pushes: pushes == "1",
            };
            for part in parts {
                if let Some(text) = part.strip_prefix("! ") {
                    snap.caught.push(parse_caught(text)?);
                } else if let Some(text) = part.strip_prefix("~ ") {
                    let caught = snap.caught.last_mut().ok_or("~ without !")?;
                    caught.gone.push(parse_frame(text, &mut trace.recipes)?);
                } else {
                    snap.frames.push(parse_frame(part, &mut trace.recipes)?);
                }
            }
            trace.snaps.push(snap);
        } else if line.starts_with('k') {
            let (_, text) = line.split_once(": ").ok_or("expected kN: ...")?;
            trace.consts.push(text.to_owned());
        } else {
            let body = match line.split_once(" = ") {
                Some((_, body)) => body,
                None => line.split_once(": ").map_or(line, |(_, body)| body),
            };
            let mut words = body.split([' ', ',']).filter(|w| !w.is_empty());
            let name = words.next().unwrap_or("");
            let op =
                TraceOp::from_name(name).ok_or_else(|| format!("unknown operation {name:?}"))?;
            let mut i = Inst::new(op);
            let mut operands = Vec::new();
            for word in words {
                if let Some(imm) = word.strip_prefix('#') {
                    i.imm = imm.parse().map_err(|_| format!("bad number {word:?}"))?;
                } else if word.starts_with('!') {
                    i.snap = number(word, "!s")?;
                } else {
                    operands.push(number(word, "v")?);
                }
            }
            let extra = operands.split_off(op.operands().min(operands.len()));
            let mut fixed = operands.into_iter();
            i.a = fixed.next().unwrap_or(NONE);
            i.b = fixed.next().unwrap_or(NONE);
            i.c = fixed.next().unwrap_or(NONE);
            if !extra.is_empty() {
                trace.args.push((trace.insts.len() as Val, extra));
            }
            trace.insts.push(i);
        }
    }
    Ok(trace)
}
