//! Hashes of text and bytes: SipHash-1-3 under a key that is set once at start-up, over the units' bytes.
//!
//! `PYTHONHASHSEED=0` means the zero key, another number a key from a linear congruential generator, otherwise the key is
//! random: the same values as CPython's in the first two cases.

use super::legacy;
use crate::*;

/// The key's two words, and the salt that C modules of the library take (`expat`).
#[repr(C)]
pub struct HashSecret([Cell<u64>; 3]);
// SAFETY: U1.
unsafe impl Sync for HashSecret {}

/// The secret, exported under its C name.
#[unsafe(no_mangle)]
pub static _Py_HashSecret: HashSecret = HashSecret([const { Cell::new(0) }; 3]);

/// Sets the key from `PYTHONHASHSEED`'s number; `None` is a random one. Only before the first string is hashed or interned.
pub fn set_hash_seed(seed: Option<u32>) {
    let mut bytes = [0u8; 24];
    match seed {
        Some(0) => {}
        Some(seed) => {
            let mut x = seed;
            for byte in &mut bytes {
                x = x.wrapping_mul(214013).wrapping_add(2531011);
                *byte = (x >> 16) as u8;
            }
        }
        None => {
            // SAFETY: the buffer is writable; a short answer leaves zeros, which are valid keys.
            unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
        }
    }
    for (cell, word) in _Py_HashSecret.0.iter().zip(bytes.chunks(8)) {
        cell.set(word.iter().rev().fold(0, |x, &b| x << 8 | b as u64));
    }
}

/// Hash of bytes as `hash(bytes)` and of a string's units: 0 for none, never -1.
pub fn hash_bytes(bytes: &[u8]) -> isize {
    if bytes.is_empty() {
        return 0;
    }
    match siphash13(_Py_HashSecret.0[0].get(), _Py_HashSecret.0[1].get(), bytes) as isize {
        -1 => -2,
        h => h,
    }
}

#[inline(always)]
fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[2] = v[2].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[1]);
    v[0] = v[0].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].rotate_left(32);
}

/// The number that up to seven bytes are, the first being the lowest.
#[inline(always)]
fn up_to_seven(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        // Both halves may overlap.
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return first as u64 | (last as u64) << (8 * (n - 4));
    }
    match *bytes {
        [] => 0,
        [a] => a as u64,
        [a, b] => a as u64 | (b as u64) << 8,
        _ => bytes[0] as u64 | (bytes[1] as u64) << 8 | (bytes[2] as u64) << 16,
    }
}

/// SipHash with one compression and three finalisation rounds.
pub fn siphash13(k0: u64, k1: u64, bytes: &[u8]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        let mut w = [0; 8];
        w.copy_from_slice(word);
        let m = u64::from_le_bytes(w);
        v[3] ^= m;
        round(&mut v);
        v[0] ^= m;
    }
    let last = (bytes.len() as u64) << 56 | up_to_seven(words.remainder());
    v[3] ^= last;
    round(&mut v);
    v[0] ^= last;
    v[2] ^= 0xff;
    round(&mut v);
    round(&mut v);
    round(&mut v);
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

/// Cached hash (never -1).
#[inline]
pub fn hash(text: &Str) -> isize {
    match text.hash.get() {
        -1 => {
            if !legacy::is_ready(text) && legacy::ready(text).is_err() {
                errors::clear();
            }
            let h = hash_bytes(text.units().bytes());
            text.hash.set(h);
            h
        }
        h => h,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_oracle_under_seed_zero() {
        let script = "print(*[hash(s) for s in (b'a', b'abcdefgh', b'hello world, this is long', bytes(range(256)))])";
        let out = std::process::Command::new("python3.11")
            .args(["-c", script])
            .env("PYTHONHASHSEED", "0")
            .output()
            .expect("python3.11 runs");
        let all: Vec<u8> = (0..=255).collect();
        let ours: Vec<String> = [
            b"a".as_slice(),
            b"abcdefgh",
            b"hello world, this is long",
            &all,
        ]
        .iter()
        .map(|b| (siphash13(0, 0, b) as i64).to_string())
        .collect();
        assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), ours.join(" "));
    }
}
