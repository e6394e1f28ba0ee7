//! Damaged marshal data and blobs are answered by an error, or by something that can be verified and listed: never by a panic, and
//! never slowly. `HOTPY_FUZZ` says how many inputs of each are tried; the same number gives the same inputs.

use hotpy_code::blob::{self, Blob, Surrogate};
use hotpy_code::{
    CodeObject, Const, disasm, exceptions, locations, marshal, object::flags, verify,
};
use hotpy_isa::{Effects, Ty};
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

fn count() -> usize {
    let asked = std::env::var("HOTPY_FUZZ")
        .ok()
        .and_then(|n| n.parse().ok());
    asked.unwrap_or(3000)
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

fn damage(data: &[u8], random: &mut Random) -> Vec<u8> {
    const BYTES: &[u8] = b"\x00\x01\x7f\x80\xff()[]<>{cRrsiulzZaAtTNF.gfyY?\xe3\xf3\xa9";
    let mut out = data.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(out.len() + 1);
        match random.below(6) {
            0 => out.truncate(at),
            1 if at < out.len() => out[at] = BYTES[random.below(BYTES.len())],
            2 if at < out.len() => out[at] ^= 1 << random.below(8),
            3 => out.insert(at, random.next() as u8),
            4 => {
                let end = (at + random.below(9)).min(out.len());
                out.drain(at..end);
            }
            _ => {
                let from = random.below(out.len() + 1);
                let to = (from + random.below(40)).min(out.len());
                let copy = out[from..to].to_vec();
                out.splice(at..at, copy);
            }
        }
    }
    out
}

/// A few programs with something of everything, as CPython marshals them.
fn samples() -> Vec<Vec<u8>> {
    let script = "
import marshal, sys
sources = '''x = [1, 2.5, 3j, 'a', b'b', (1, (2, 3)), ..., None, True, 10**40, -2**70, 'caf\\xe9']
---
def f(a, /, b=1, *c, d, **e):
    def g(): return a, b
    try:
        return [g() for x in c if x in {1, 2, 3}]
    except* ValueError as e: pass
    finally: print(d)
---
class A(B, metaclass=C):
    async def m(self):
        async with self as x:
            yield await x
---
match x:
    case {'a': [1, *rest], **kw} if rest: pass
    case P(x=1) | Q(): pass
'''.split('---')
for s in sources:
    data = marshal.dumps(compile(s, 'sample', 'exec'))
    sys.stdout.buffer.write(len(data).to_bytes(4, 'little') + data)
";
    let out = Command::new("python3.11")
        .args(["-c", script])
        .output()
        .expect("python3.11 runs");
    let (mut rest, mut found) = (&out.stdout[..], Vec::new());
    while let Some((size, after)) = rest.split_first_chunk::<4>() {
        let (data, after) = after.split_at(u32::from_le_bytes(*size) as usize);
        found.push(data.to_vec());
        rest = after;
    }
    assert!(!found.is_empty());
    found
}

/// Everything that looks into code.
fn look_at(code: &CodeObject) {
    if verify::verify_all(code).is_ok() {
        disasm::disassemble(code);
    }
    locations::decode(&code.linetable, code.firstlineno)
        .take(100_000)
        .for_each(drop);
    exceptions::decode(&code.exceptiontable)
        .take(100_000)
        .for_each(drop);
}

fn timed(input: &[u8], work: impl FnOnce()) {
    let start = Instant::now();
    work();
    assert!(start.elapsed() < Duration::from_secs(10), "slow: {input:?}");
}

#[test]
fn marshal_data() {
    let (samples, mut random) = (samples(), Random(1));
    let mut read = 0;
    for i in 0..count() {
        let data = damage(&samples[i % samples.len()], &mut random);
        timed(&data, || match marshal::loads(&data) {
            Ok(value) => {
                read += 1;
                if let Const::Code(code) = &value {
                    look_at(code);
                }
                // What could be read can be written, and is read again.
                let again = marshal::dumps(&value);
                assert!(marshal::loads(&again).is_ok(), "{data:?}");
            }
            Err(e) => drop(e.to_string()),
        });
    }
    println!("{} damaged marshal data, {read} of them readable", count());
}

#[test]
fn blobs() {
    let mut random = Random(2);
    let surrogates = samples().into_iter().enumerate().map(|(i, data)| {
        let Ok(Const::Code(code)) = marshal::loads(&data) else {
            panic!("a sample is no code");
        };
        Surrogate {
            name: format!("s{i}"),
            replaces: vec![
                blob::Replaces::Builtin {
                    name: "sorted".into(),
                    asks: blob::Asks { by: 6, of: 1 },
                },
                blob::Replaces::Slot {
                    class: "type".into(),
                    slot: "__call__".into(),
                },
            ],
            recursion: 1,
            place: " in comparison".into(),
            params: vec![Ty::ALL[0]; code.argcount as usize],
            effects: Effects::from_bits(0).unwrap(),
            returns: Ty::ALL[0],
            code: Rc::new(CodeObject {
                flags: code.flags | flags::SURROGATE,
                ..(*code).clone()
            }),
        }
    });
    let whole = blob::write(&Blob {
        surrogates: surrogates.collect(),
        imports: vec!["elsewhere".into()],
    });
    assert!(blob::read_baked(&whole).is_ok());
    let mut read = 0;
    for i in 0..count() {
        // Every other one has the right checksum, so that the payload is looked at.
        let data = if i % 2 == 0 {
            damage(&whole, &mut random)
        } else {
            blob::seal(&damage(blob::payload(&whole), &mut random))
        };
        timed(&data, || match blob::read(&data) {
            Ok(blob) => {
                read += 1;
                blob.surrogates.iter().for_each(|s| look_at(&s.code));
            }
            Err(e) => drop(e.to_string()),
        });
        let _ = blob::read_baked(&data);
    }
    println!("{} damaged blobs, {read} of them readable", count());
}
