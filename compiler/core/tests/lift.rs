//! Assembly against CPython's own code: functions of the installed library, as `python3.11` compiled them, are taken
//! apart into blocks and put together again. It must come out as it was, tables and all. The peephole pass stays off: it
//! would find more to do, as instructions that had no line at its time have one now.
//!
//! Functions with exception tables are left to the comparison of whole compilations: what SETUP_* they had is lost.

use hotpy_code::object::{flags, kind};
use hotpy_code::{CodeObject, Const, Loc, locations, marshal};
use hotpy_compiler::assemble::assemble_with;
use hotpy_compiler::cfg::{BlockId, Unit};
use hotpy_isa::{Arg, Op, encoding};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::rc::Rc;

const MODULES: &[&str] = &[
    "abc",
    "argparse",
    "ast",
    "bdb",
    "calendar",
    "cgi",
    "cmd",
    "code",
    "configparser",
    "copy",
    "csv",
    "difflib",
    "dis",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "inspect",
    "ipaddress",
    "json.decoder",
    "locale",
    "mailbox",
    "optparse",
    "os",
    "pathlib",
    "pdb",
    "pickle",
    "pickletools",
    "platform",
    "plistlib",
    "posixpath",
    "pprint",
    "random",
    "shutil",
    "smtplib",
    "socket",
    "ssl",
    "statistics",
    "string",
    "subprocess",
    "tarfile",
    "textwrap",
    "tokenize",
    "traceback",
    "turtle",
    "typing",
    "unittest.mock",
    "uuid",
    "warnings",
    "xmlrpc.client",
    "zipfile",
    "_pydecimal",
    "_pydatetime",
];

fn library() -> Vec<(String, Rc<CodeObject>)> {
    let script = "
import importlib.util, marshal, sys
for name in sys.argv[1:]:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin == 'frozen': continue
    data = marshal.dumps(compile(open(spec.origin, 'rb').read(), name, 'exec'))
    sys.stdout.buffer.write(len(data).to_bytes(4, 'little') + data)
";
    let out = Command::new("python3.11")
        .arg("-c")
        .arg(script)
        .args(MODULES)
        .output()
        .expect("python3.11 runs");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let mut found = Vec::new();
    let mut rest = out.stdout.as_slice();
    while let Some((size, tail)) = rest.split_first_chunk::<4>() {
        let (data, tail) = tail.split_at(u32::from_le_bytes(*size) as usize);
        let Const::Code(code) = marshal::loads(data).unwrap() else {
            panic!("not code")
        };
        collect(&mut found, code);
        rest = tail;
    }
    found
}

fn collect(found: &mut Vec<(String, Rc<CodeObject>)>, code: Rc<CodeObject>) {
    for c in &code.consts {
        if let Const::Code(inner) = c {
            collect(found, inner.clone());
        }
    }
    let name = format!(
        "{}: {}",
        code.filename.to_str().unwrap(),
        code.qualname.to_str().unwrap()
    );
    found.push((name, code));
}

fn undirected(op: Op) -> Op {
    match op {
        Op::JUMP_FORWARD | Op::JUMP_BACKWARD => Op::JUMP,
        Op::JUMP_BACKWARD_NO_INTERRUPT => Op::JUMP_NO_INTERRUPT,
        Op::POP_JUMP_FORWARD_IF_FALSE | Op::POP_JUMP_BACKWARD_IF_FALSE => Op::POP_JUMP_IF_FALSE,
        Op::POP_JUMP_FORWARD_IF_TRUE | Op::POP_JUMP_BACKWARD_IF_TRUE => Op::POP_JUMP_IF_TRUE,
        Op::POP_JUMP_FORWARD_IF_NONE | Op::POP_JUMP_BACKWARD_IF_NONE => Op::POP_JUMP_IF_NONE,
        Op::POP_JUMP_FORWARD_IF_NOT_NONE | Op::POP_JUMP_BACKWARD_IF_NOT_NONE => {
            Op::POP_JUMP_IF_NOT_NONE
        }
        op => op,
    }
}

/// The code as code generation might have made it.
fn lift(code: &CodeObject) -> Unit {
    let mut unit = Unit::new();
    unit.consts = code.consts.clone();
    unit.names = code.names.clone();
    unit.argcount = code.argcount;
    unit.posonlyargcount = code.posonlyargcount;
    unit.kwonlyargcount = code.kwonlyargcount;
    unit.flags = code.flags;
    unit.name = code.name.clone();
    unit.qualname = code.qualname.clone();
    unit.filename = code.filename.clone();
    unit.firstlineno = code.firstlineno;
    let mut cells = BTreeMap::new();
    for (bit, list) in [
        (kind::LOCAL, &mut unit.varnames),
        (kind::CELL, &mut unit.cellvars),
        (kind::FREE, &mut unit.freevars),
    ] {
        for (at, name) in code.localsplusnames.iter().enumerate() {
            if code.localspluskinds[at] & bit != 0 {
                if bit != kind::LOCAL {
                    cells.insert(at as u32, cells.len() as u32);
                }
                list.push(name.clone());
            }
        }
    }
    let mut locs = Vec::new();
    for e in locations::decode(&code.linetable, code.firstlineno) {
        locs.extend(std::iter::repeat_n(e.loc, e.units));
    }
    let mut instrs: Vec<_> = encoding::instructions(&code.code)
        .map(Result::unwrap)
        .collect();
    let generator =
        code.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
    let prefix = instrs
        .iter()
        .take_while(|i| {
            matches!(
                i.op,
                Op::COPY_FREE_VARS | Op::MAKE_CELL | Op::RETURN_GENERATOR
            )
        })
        .count()
        + usize::from(generator);
    instrs.drain(..prefix);
    let targets: BTreeSet<usize> = instrs.iter().filter_map(|i| i.target()).collect();
    let blocks: BTreeMap<usize, BlockId> =
        targets.into_iter().map(|t| (t, unit.new_block())).collect();
    for i in instrs {
        if let Some(&block) = blocks.get(&i.start) {
            unit.place(block);
        }
        let loc: Loc = locs[i.at];
        match i.target() {
            Some(target) => unit.emit_jump(undirected(i.op), blocks[&target], loc),
            None if i.op.info().arg == Arg::Deref => unit.emit(i.op, cells[&i.arg], loc),
            None => unit.emit(i.op, i.arg, loc),
        }
    }
    unit
}

#[test]
fn taken_apart_and_put_together() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (name, code) in library() {
        if !code.exceptiontable.is_empty() {
            continue;
        }
        count += 1;
        let again = match assemble_with(lift(&code), |pass| pass != "peephole") {
            Ok(again) => again,
            Err(e) => {
                wrong.push(format!("{name}: {e}"));
                continue;
            }
        };
        let differs = [
            ("code", again.code == code.code),
            ("stack size", again.stacksize == code.stacksize),
            ("locations", again.linetable == code.linetable),
            ("exceptions", again.exceptiontable == code.exceptiontable),
            ("constants", again.consts == code.consts),
            ("variables", again.localsplusnames == code.localsplusnames),
            ("kinds", again.localspluskinds == code.localspluskinds),
        ];
        if let Some((what, _)) = differs.iter().find(|d| !d.1) {
            if std::env::var("HOTPY_SHOW").is_ok_and(|s| name.contains(&s)) {
                println!(
                    "@@@1\n{}@@@2\n{}@@@3",
                    hotpy_code::disasm::disassemble(&code),
                    hotpy_code::disasm::disassemble(&again)
                );
            }
            wrong.push(format!("{name}: {what}"));
        }
    }
    println!("{count} functions");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 3000, "only {count} functions were tried");
}
