//! Arithmetic of magnitudes: slices of 30-bit digits, least significant first.
//!
//! Short operands are worked on directly (schoolbook multiplication, Knuth's algorithm D), two digits at a time or, where there are
//! enough, eight. Long ones are repacked for `num-bigint`, whose 64-bit digits and Karatsuba and Toom-3 multiplication pay from a
//! few dozen digits on.

use super::eight;
use crate::PyResult;
use crate::growing;
use num_bigint::BigUint;
use std::cmp::Ordering;

pub const SHIFT: u32 = 30;
pub const BASE: u32 = 1 << SHIFT;
pub const MASK: u32 = BASE - 1;
const DIGIT_MAX: u64 = MASK as u64;

/// From this many digits in both operands on, products and quotients are left to num-bigint.
const LONG: usize = 40;

/// Without leading zeros.
#[inline]
pub fn trim(digits: &[u32]) -> &[u32] {
    let mut len = digits.len();
    while len > 0 && digits[len - 1] == 0 {
        len -= 1;
    }
    &digits[..len]
}

/// Compares trimmed magnitudes.
#[inline]
pub fn compare(a: &[u32], b: &[u32]) -> Ordering {
    a.len()
        .cmp(&b.len())
        .then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Bits of a trimmed magnitude.
#[inline]
pub fn bits(a: &[u32]) -> usize {
    match a.last() {
        Some(top) => a.len() * SHIFT as usize - (top.leading_zeros() as usize - 2),
        None => 0,
    }
}

/// Raises MemoryError unless there is room for `times` both operands: what computes with them cannot say that it found none.
#[inline]
pub fn ensure(a: &[u32], b: &[u32], times: usize) -> PyResult<()> {
    growing::ensure((a.len() + b.len()) * size_of::<u32>() * times)
}

/// Two digits side by side, each in 32 bits.
#[inline(always)]
fn lanes(digits: [u32; 2]) -> u64 {
    u64::from(digits[0]) | u64::from(digits[1]) << 32
}

/// Two digits as one number.
#[inline(always)]
fn join(digits: [u32; 2]) -> u64 {
    u64::from(digits[0]) | u64::from(digits[1]) << SHIFT
}

/// A number of 60 bits as two digits; what is above is left out.
#[inline(always)]
fn split(n: u64) -> [u32; 2] {
    [n as u32 & MASK, (n >> SHIFT) as u32 & MASK]
}

/// Both lanes as digits.
#[inline(always)]
fn digits(lanes: u64) -> [u32; 2] {
    [lanes as u32 & MASK, (lanes >> 32) as u32 & MASK]
}

/// The bits of a pair of digits.
const PAIR: u32 = 2 * SHIFT;

/// How many of `len` digits are done in groups of eight.
#[inline(always)]
fn grouped(len: usize) -> usize {
    if len >= 2 * eight::GROUP && eight::available() {
        len & !(eight::GROUP - 1)
    } else {
        0
    }
}

/// `out = a + b`; `out` has one digit more than the longer operand.
pub fn add(a: &[u32], b: &[u32], out: &mut [u32]) {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    // A carry out of the lower lane runs through its two spare bits, which are filled, into the upper one.
    const FILLED: u64 = 3 << SHIFT;
    let mut carry = 0;
    let done = grouped(b.len());
    if done > 0 {
        // SAFETY: the processor can, says `grouped`.
        carry = u64::from(unsafe { eight::add(&a[..done], &b[..done], &mut out[..done]) });
    }
    let (a, b, out) = (&a[done..], &b[done..], &mut out[done..]);
    let (low, high) = a.split_at(b.len());
    let ((pairs, last), (others, other)) = (low.as_chunks::<2>(), b.as_chunks::<2>());
    let (places, _) = out.as_chunks_mut::<2>();
    for ((place, &x), &y) in places.iter_mut().zip(pairs).zip(others) {
        let sum = lanes(x) + (lanes(y) + FILLED) + carry;
        *place = digits(sum);
        carry = sum >> (32 + SHIFT);
    }
    let mut carry = carry as u32;
    if let (&[x], &[y]) = (last, other) {
        carry += x + y;
        out[b.len() - 1] = carry & MASK;
        carry >>= SHIFT;
    }
    let rest = &mut out[b.len()..];
    for (k, &x) in high.iter().enumerate() {
        if carry == 0 {
            rest[k..high.len()].copy_from_slice(&high[k..]);
            break;
        }
        carry += x;
        rest[k] = carry & MASK;
        carry >>= SHIFT;
    }
    rest[high.len()] = carry;
}

/// `out = a - b` for `a >= b`; `out` is as long as `a`.
pub fn sub(a: &[u32], b: &[u32], out: &mut [u32]) {
    let mut borrow = 0;
    let done = grouped(b.len());
    if done > 0 {
        // SAFETY: the processor can, says `grouped`.
        borrow = u64::from(unsafe { eight::sub(&a[..done], &b[..done], &mut out[..done]) });
    }
    let (a, b, out) = (&a[done..], &b[done..], &mut out[done..]);
    let (low, high) = a.split_at(b.len());
    let ((pairs, last), (others, other)) = (low.as_chunks::<2>(), b.as_chunks::<2>());
    let (places, _) = out.as_chunks_mut::<2>();
    for ((place, &x), &y) in places.iter_mut().zip(pairs).zip(others) {
        // A borrow of the lower lane comes from the upper one by itself.
        let d = lanes(x).wrapping_sub(lanes(y)).wrapping_sub(borrow);
        *place = digits(d);
        borrow = d >> 63;
    }
    let mut borrow = borrow as u32;
    if let (&[x], &[y]) = (last, other) {
        let d = x.wrapping_sub(y).wrapping_sub(borrow);
        out[b.len() - 1] = d & MASK;
        borrow = d >> 31;
    }
    let rest = &mut out[b.len()..];
    for (k, &x) in high.iter().enumerate() {
        if borrow == 0 {
            rest[k..high.len()].copy_from_slice(&high[k..]);
            break;
        }
        let d = x.wrapping_sub(borrow);
        rest[k] = d & MASK;
        borrow = d >> 31;
    }
}

/// `out = a * b`; `out` has as many digits as both together.
pub fn mul(a: &[u32], b: &[u32], out: &mut [u32]) {
    if a.len().min(b.len()) >= LONG {
        let product = to_biguint(a) * to_biguint(b);
        unpack(&product, out);
        return;
    }
    let (a, b) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let Some((&x, rest)) = a.split_first() else {
        return out.fill(0);
    };
    // The first row is written, the others are added; each ends where the next one's last digit is added.
    row::<false>(x, b, out);
    for (i, &x) in rest.iter().enumerate() {
        row::<true>(x, b, &mut out[i + 1..]);
    }
}

/// `out = x * b`, or `out += x * b`, two digits at a time. `out` gets one digit more than `b` has.
#[inline(always)]
fn row<const ADD: bool>(x: u32, b: &[u32], out: &mut [u32]) {
    // So that the upper word of a product is what goes beyond a pair.
    let shifted = u128::from(x) << (64 - PAIR);
    let mut carry = 0u64;
    let done = grouped(b.len());
    if done > 0 {
        // SAFETY: the processor can, says `grouped`.
        carry = u64::from(unsafe { eight::row::<ADD>(x, &b[..done], &mut out[..done]) });
    }
    let (b, out) = (&b[done..], &mut out[done..]);
    let (pairs, last) = b.as_chunks::<2>();
    let (places, _) = out.as_chunks_mut::<2>();
    for (&pair, place) in pairs.iter().zip(places.iter_mut()) {
        let product = shifted * u128::from(join(pair));
        let mut low = product as u64 >> (64 - PAIR);
        if ADD {
            low += join(*place);
        }
        // From one pair to the next it is only this sum that has to be waited for.
        let sum = low + carry;
        *place = split(sum);
        carry = (product >> 64) as u64 + (sum >> PAIR);
    }
    let mut at = 2 * pairs.len();
    if let [digit] = *last {
        carry += u64::from(x) * u64::from(digit);
        if ADD {
            carry += u64::from(out[at]);
        }
        out[at] = carry as u32 & MASK;
        carry >>= SHIFT;
        at += 1;
    }
    out[at] = carry as u32;
}

/// `a -= x * b` in as many digits as both have; what is still to be taken from the digits above.
#[inline(always)]
fn row_less(x: u32, b: &[u32], a: &mut [u32]) -> u64 {
    let shifted = u128::from(x) << (64 - PAIR);
    let mut borrow = 0u64;
    let done = grouped(b.len());
    if done > 0 {
        // SAFETY: the processor can, says `grouped`.
        borrow = u64::from(unsafe { eight::row_less(x, &b[..done], &mut a[..done]) });
    }
    let (b, a) = (&b[done..], &mut a[done..]);
    let (pairs, last) = b.as_chunks::<2>();
    let (places, _) = a.as_chunks_mut::<2>();
    for (&pair, place) in pairs.iter().zip(places.iter_mut()) {
        let product = shifted * u128::from(join(pair));
        let low = product as u64 >> (64 - PAIR);
        let rest = join(*place).wrapping_sub(low).wrapping_sub(borrow);
        *place = split(rest);
        borrow = ((product >> 64) as u64).wrapping_sub((rest as i64 >> PAIR) as u64);
    }
    if let [digit] = *last {
        let at = b.len() - 1;
        borrow += u64::from(x) * u64::from(digit);
        let rest = u64::from(a[at]).wrapping_sub(borrow);
        a[at] = rest as u32 & MASK;
        borrow = (rest as i64 >> SHIFT).unsigned_abs();
    }
    borrow
}

/// Divides in place by one digit; the remainder.
pub fn div_digit(a: &mut [u32], d: u32) -> u32 {
    let d = u64::from(d);
    let mut rest = 0;
    for digit in a.iter_mut().rev() {
        let n = rest << SHIFT | u64::from(*digit);
        *digit = (n / d) as u32;
        rest = n % d;
    }
    rest as u32
}

/// The remainder by one digit.
pub fn rem_digit(a: &[u32], d: u32) -> u32 {
    let d = u64::from(d);
    let mut rest = 0;
    for &digit in a.iter().rev() {
        rest = (rest << SHIFT | u64::from(digit)) % d;
    }
    rest as u32
}

/// Quotient and remainder of trimmed magnitudes, `b` not zero.
pub fn div_rem(a: &[u32], b: &[u32]) -> (Vec<u32>, Vec<u32>) {
    if compare(a, b) == Ordering::Less {
        return (Vec::new(), a.to_vec());
    }
    if let [d] = *b {
        let mut q = a.to_vec();
        let r = div_digit(&mut q, d);
        return (q, vec![r]);
    }
    if let Some(q @ ..=DIGIT_MAX) = leading_quotient(a, b) {
        let q = q as u32;
        let mut rest = a.to_vec();
        let above = row_less(q, b, &mut rest[..b.len()]);
        debug_assert_eq!(above, u64::from(a.get(b.len()).copied().unwrap_or(0)));
        rest.truncate(b.len());
        return (vec![q], rest);
    }
    if b.len() >= LONG && a.len() - b.len() >= LONG {
        let (n, d) = (to_biguint(a), to_biguint(b));
        let q = &n / &d;
        let r = n - &q * d;
        return (from_biguint(&q), from_biguint(&r));
    }
    knuth(a, b)
}

/// The quotient of trimmed magnitudes, if it is short enough for the leading digits to tell; then something remains.
pub fn leading_quotient(a: &[u32], b: &[u32]) -> Option<u64> {
    let more = bits(a).checked_sub(bits(b))?;
    if more > PAIR as usize || b.len() < 4 {
        return None;
    }
    // The divisor's upper 64 bits, and what of the dividend stands above the same place.
    let below = bits(b) - 64;
    let divisor = from_bit(b, below);
    let dividend = from_bit(a, below);
    let quotient = dividend / divisor;
    // The divisor is less than its leading bits plus one: where the quotient holds for that as well, it is certain.
    (dividend - quotient * divisor >= quotient).then_some(quotient as u64)
}

/// What stands above the lowest `below` bits: a number of less than 128.
fn from_bit(a: &[u32], below: usize) -> u128 {
    let (skip, shift) = (below / SHIFT as usize, below as u32 % SHIFT);
    let upper = a[skip + 1..]
        .iter()
        .rev()
        .fold(0u128, |n, &d| n << SHIFT | u128::from(d));
    upper << (SHIFT - shift) | u128::from(a[skip] >> shift)
}

/// Algorithm D (TAOCP 4.3.1) for at least two digits of divisor.
fn knuth(a: &[u32], b: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let n = b.len();
    // Normalised: the divisor's top bit is set.
    let shift = b[n - 1].leading_zeros() - 2;
    let mut v = vec![0; n + 1];
    shl(b, shift as usize, &mut v);
    v.truncate(n);
    let mut u = vec![0; a.len() + 1];
    shl(a, shift as usize, &mut u);
    let mut q = vec![0; a.len() - n + 1];
    let (top, next) = (u64::from(v[n - 1]), u64::from(v[n - 2]));
    for j in (0..q.len()).rev() {
        let window = &mut u[j..=j + n];
        let high = u64::from(window[n]) << SHIFT | u64::from(window[n - 1]);
        let mut estimate = high / top;
        let mut rest = high % top;
        while estimate >= u64::from(BASE)
            || estimate * next > (rest << SHIFT | u64::from(window[n - 2]))
        {
            estimate -= 1;
            rest += top;
            if rest >= u64::from(BASE) {
                break;
            }
        }
        let borrow = row_less(estimate as u32, &v, window);
        let t = i64::from(window[n]) - borrow as i64;
        window[n] = t as u32 & MASK;
        if t < 0 {
            // The estimate was one too large: add the divisor back.
            estimate -= 1;
            let mut carry = 0;
            for (w, &d) in window.iter_mut().zip(&v) {
                carry += *w + d;
                *w = carry & MASK;
                carry >>= SHIFT;
            }
            window[n] = (window[n] + carry) & MASK;
        }
        q[j] = estimate as u32;
    }
    u.truncate(n);
    if shift != 0 {
        for k in 0..n {
            let above = u.get(k + 1).copied().unwrap_or(0);
            u[k] = (u[k] >> shift | above << (SHIFT - shift)) & MASK;
        }
    }
    (q, u)
}

/// `out = a << count`; `out` has `count / 30 + 1` digits more than `a`.
pub fn shl(a: &[u32], count: usize, out: &mut [u32]) {
    let (skip, shift) = (count / SHIFT as usize, count as u32 % SHIFT);
    out[..skip].fill(0);
    let (Some(&first), Some(&last)) = (a.first(), a.last()) else {
        return out[skip..].fill(0);
    };
    let kept = |low: u32, high: u32| (high << shift | low >> (SHIFT - shift)) & MASK;
    let out = &mut out[skip..];
    out[0] = kept(0, first);
    for (o, two) in out[1..].iter_mut().zip(a.windows(2)) {
        *o = kept(two[0], two[1]);
    }
    if let Some(o) = out.get_mut(a.len()) {
        *o = kept(last, 0);
    }
}

/// `a >> count`, and whether a one-bit fell off.
pub fn shr(a: &[u32], count: usize) -> (Vec<u32>, bool) {
    let (skip, shift) = (count / SHIFT as usize, count as u32 % SHIFT);
    if skip >= a.len() {
        return (Vec::new(), !trim(a).is_empty());
    }
    let lost = a[..skip].iter().any(|&d| d != 0) || a[skip] & ((1 << shift) - 1) != 0;
    let kept = &a[skip..];
    let mut out = Vec::with_capacity(kept.len());
    for (i, &d) in kept.iter().enumerate() {
        let above = kept.get(i + 1).copied().unwrap_or(0);
        out.push((d >> shift | above << (SHIFT - shift)) & MASK);
    }
    (out, lost)
}

/// The top 64 bits (the uppermost set), how many bits lie below them, and whether any of those is one.
/// Fewer than 64 bits answer a smaller number and a negative count.
pub fn top_bits(a: &[u32]) -> (u64, i64, bool) {
    let count = bits(a);
    if count <= 64 {
        let value = a.iter().rev().fold(0u64, |n, &d| n << SHIFT | u64::from(d));
        return (value, 0, false);
    }
    let below = count - 64;
    let (skip, shift) = (below / SHIFT as usize, below as u32 % SHIFT);
    let window = a[skip..]
        .iter()
        .rev()
        .fold(0u128, |n, &d| n << SHIFT | u128::from(d));
    let lost = a[..skip].iter().any(|&d| d != 0) || window & ((1 << shift) - 1) != 0;
    ((window >> shift) as u64, below as i64, lost)
}

/// Regroups digits of `FROM` bits as digits of `TO` bits.
fn repack<const FROM: u32, const TO: u32>(
    input: impl Iterator<Item = u32>,
    mut put: impl FnMut(u32),
) {
    let (mut buffer, mut filled) = (0u64, 0);
    for digit in input {
        buffer |= u64::from(digit) << filled;
        filled += FROM;
        while filled >= TO {
            put((buffer & ((1u64 << TO) - 1)) as u32);
            buffer >>= TO;
            filled -= TO;
        }
    }
    if filled > 0 {
        put(buffer as u32);
    }
}

pub fn to_biguint(a: &[u32]) -> BigUint {
    let mut words = Vec::with_capacity(a.len());
    repack::<30, 32>(a.iter().copied(), |word| words.push(word));
    BigUint::new(words)
}

pub fn from_biguint(a: &BigUint) -> Vec<u32> {
    let mut digits = Vec::with_capacity(a.bits() as usize / 30 + 2);
    repack::<32, 30>(a.iter_u32_digits(), |digit| digits.push(digit));
    digits
}

/// Writes the digits and fills up with zeros.
fn unpack(a: &BigUint, out: &mut [u32]) {
    let mut at = 0;
    repack::<32, 30>(a.iter_u32_digits(), |digit| {
        if let Some(o) = out.get_mut(at) {
            *o = digit;
        }
        at += 1;
    });
    if let Some(rest) = out.get_mut(at..) {
        rest.fill(0);
    }
}

/// Bitwise operation on two's complement numbers; the answer's sign and magnitude.
pub fn bitwise(
    a: (bool, &[u32]),
    b: (bool, &[u32]),
    op: impl Fn(u32, u32) -> u32,
) -> (bool, Vec<u32>) {
    let len = a.1.len().max(b.1.len()) + 1;
    let mut x = Complement::new(a.0, a.1);
    let mut y = Complement::new(b.0, b.1);
    let mut out: Vec<u32> = (0..len)
        .map(|_| op(x.next_digit(), y.next_digit()) & MASK)
        .collect();
    let negative = out[len - 1] != 0;
    if negative {
        let mut z = Complement::new(true, &out);
        let magnitude = (0..len).map(|_| z.next_digit()).collect();
        out = magnitude;
    }
    (negative, out)
}

/// The digits of a number in two's complement, without end.
struct Complement<'a> {
    digits: std::slice::Iter<'a, u32>,
    flip: u32,
    carry: u32,
}

impl<'a> Complement<'a> {
    fn new(negative: bool, digits: &'a [u32]) -> Self {
        Complement {
            digits: digits.iter(),
            flip: if negative { MASK } else { 0 },
            carry: u32::from(negative),
        }
    }

    #[inline]
    fn next_digit(&mut self) -> u32 {
        let digit = self.digits.next().copied().unwrap_or(0);
        let sum = (digit ^ self.flip) + self.carry;
        self.carry = sum >> SHIFT;
        sum & MASK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits that provoke carries and wrong estimates.
    fn samples() -> Vec<Vec<u32>> {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            match state >> 61 {
                0 => MASK,
                1 => 0,
                2 => 1 << 29,
                _ => (state >> 20) as u32 & MASK,
            }
        };
        let mut all = Vec::new();
        for len in [
            1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 9, 12, 15, 16, 17, 23, 24, 39, 40, 41, 83, 130,
        ] {
            for _ in 0..4 {
                let mut digits: Vec<u32> = (0..len).map(|_| next()).collect();
                digits[len - 1] |= 1;
                all.push(digits);
            }
        }
        all
    }

    #[test]
    fn arithmetic_agrees_with_num_bigint() {
        let samples = samples();
        for a in &samples {
            let big_a = to_biguint(a);
            assert_eq!(trim(&from_biguint(&big_a)), &a[..]);
            assert_eq!(bits(a) as u64, big_a.bits());
            for b in &samples {
                let big_b = to_biguint(b);
                let mut out = vec![7; a.len().max(b.len()) + 1];
                add(a, b, &mut out);
                assert_eq!(to_biguint(&out), &big_a + &big_b);
                let mut out = vec![7; a.len() + b.len()];
                mul(a, b, &mut out);
                assert_eq!(to_biguint(&out), &big_a * &big_b);
                let (q, r) = div_rem(a, b);
                assert_eq!(to_biguint(&q), &big_a / &big_b);
                assert_eq!(to_biguint(&r), &big_a % &big_b);
                if compare(a, b) != Ordering::Less {
                    let mut out = vec![7; a.len()];
                    sub(a, b, &mut out);
                    assert_eq!(to_biguint(&out), &big_a - &big_b);
                }
            }
            for count in [0usize, 1, 29, 30, 31, 59, 60, 100] {
                let mut out = vec![7; a.len() + count / 30 + 1];
                shl(a, count, &mut out);
                assert_eq!(to_biguint(&out), &big_a << count);
                let (out, lost) = shr(a, count);
                assert_eq!(to_biguint(&out), &big_a >> count);
                assert_eq!(lost, (&big_a >> count) << count != big_a);
            }
        }
    }

    #[test]
    fn bitwise_agrees_with_num_bigint() {
        use num_bigint::{BigInt, Sign};
        let signed = |negative, digits: &[u32]| {
            let sign = if negative { Sign::Minus } else { Sign::Plus };
            BigInt::from_biguint(sign, to_biguint(digits))
        };
        for a in &samples() {
            for b in &samples()[..30] {
                for (na, nb) in [(false, false), (true, false), (false, true), (true, true)] {
                    let (x, y) = (signed(na, a), signed(nb, b));
                    let check = |op: fn(u32, u32) -> u32, expected: BigInt| {
                        let (negative, digits) = bitwise((na, a), (nb, b), op);
                        assert_eq!(signed(negative, &digits), expected);
                    };
                    check(|x, y| x & y, &x & &y);
                    check(|x, y| x | y, &x | &y);
                    check(|x, y| x ^ y, &x ^ &y);
                }
            }
        }
    }
}
