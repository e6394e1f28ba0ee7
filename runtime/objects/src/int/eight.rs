//! Sums, differences and rows of products of magnitudes, eight digits at a time, for processors with AVX2.
//!
//! Each function does as many whole groups of eight as there are, and answers what is carried (or borrowed) into the digits
//! above, which are left to the caller. A digit has two spare bits in its lane: the carry out of a lane shows in the lane itself,
//! and all carries of a group are found by one addition of bit masks: a lane that is full hands a carry on, as a set bit does.

use super::magnitude::{MASK, SHIFT};
use std::arch::x86_64::*;

/// Whether the processor can do this.
#[inline(always)]
pub fn available() -> bool {
    std::is_x86_feature_detected!("avx2")
}

/// How many digits are done at once.
pub const GROUP: usize = 8;

type Group = [u32; GROUP];

#[target_feature(enable = "avx2")]
#[inline]
fn load(group: &Group) -> __m256i {
    // SAFETY: a group is 32 bytes that can be read, and no alignment is asked for.
    unsafe { _mm256_loadu_si256(group.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn store(group: &mut Group, digits: __m256i) {
    // SAFETY: a group is 32 bytes that can be written, and no alignment is asked for.
    unsafe { _mm256_storeu_si256(group.as_mut_ptr().cast(), digits) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn every(digit: u32) -> __m256i {
    _mm256_set1_epi32(digit as i32)
}

/// The uppermost bit of each lane.
#[target_feature(enable = "avx2")]
#[inline]
fn tops(lanes: __m256i) -> u32 {
    _mm256_movemask_ps(_mm256_castsi256_ps(lanes)) as u32
}

/// All bits set in the lanes whose bit in `mask` is set.
#[target_feature(enable = "avx2")]
#[inline]
fn chosen(mask: u32) -> __m256i {
    let bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    _mm256_cmpeq_epi32(_mm256_and_si256(every(mask), bits), bits)
}

/// Which lanes get a carry, given those that make one and those that hand one on; and the carry out of the group.
#[inline(always)]
fn ripple(made: u32, handed: u32, carry: u32) -> (u32, u32) {
    let sum = 2 * made + carry + handed;
    (sum ^ handed, sum >> GROUP)
}

/// Digits from lanes below twice the base, the carry out of each in the next.
#[target_feature(enable = "avx2")]
#[inline]
fn settle(lanes: __m256i, carry: &mut u32) -> __m256i {
    let made = tops(_mm256_slli_epi32::<1>(lanes));
    let handed = tops(_mm256_cmpeq_epi32(lanes, every(MASK)));
    let (gets, out) = ripple(made, handed, *carry);
    *carry = out;
    _mm256_and_si256(_mm256_sub_epi32(lanes, chosen(gets)), every(MASK))
}

/// Digits from lanes that are above minus the base, and below it; what a negative one lacks is taken from the next.
#[target_feature(enable = "avx2")]
#[inline]
fn settle_less(lanes: __m256i, borrow: &mut u32) -> __m256i {
    let made = tops(lanes);
    let handed = tops(_mm256_cmpeq_epi32(lanes, _mm256_setzero_si256()));
    let (gives, out) = ripple(made, handed, *borrow);
    *borrow = out;
    _mm256_and_si256(_mm256_add_epi32(lanes, chosen(gives)), every(MASK))
}

/// `out = a + b` in the groups that both have.
#[target_feature(enable = "avx2")]
pub fn add(a: &[u32], b: &[u32], out: &mut [u32]) -> u32 {
    let mut carry = 0;
    let groups = a.as_chunks().0.iter().zip(b.as_chunks().0);
    for (place, (x, y)) in out.as_chunks_mut().0.iter_mut().zip(groups) {
        let sum = _mm256_add_epi32(load(x), load(y));
        store(place, settle(sum, &mut carry));
    }
    carry
}

/// `out = a - b` in the groups that both have.
#[target_feature(enable = "avx2")]
pub fn sub(a: &[u32], b: &[u32], out: &mut [u32]) -> u32 {
    let mut borrow = 0;
    let groups = a.as_chunks().0.iter().zip(b.as_chunks().0);
    for (place, (x, y)) in out.as_chunks_mut().0.iter_mut().zip(groups) {
        let rest = _mm256_sub_epi32(load(x), load(y));
        store(place, settle_less(rest, &mut borrow));
    }
    borrow
}

/// `x` times each digit, plus what is in `more`: the lower digits of the products, and the upper ones rotated into the lanes
/// where they belong; the uppermost of all is in the lowest lane, for the next group.
#[target_feature(enable = "avx2")]
#[inline]
fn products(x: __m256i, digits: __m256i, more: __m256i) -> (__m256i, __m256i) {
    let even = _mm256_add_epi64(
        _mm256_mul_epu32(digits, x),
        _mm256_blend_epi32::<0b1010_1010>(more, _mm256_setzero_si256()),
    );
    let odd = _mm256_add_epi64(
        _mm256_mul_epu32(_mm256_srli_epi64::<32>(digits), x),
        _mm256_srli_epi64::<32>(more),
    );
    let low = _mm256_blend_epi32::<0b1010_1010>(even, _mm256_slli_epi64::<32>(odd));
    let high = _mm256_blend_epi32::<0b1010_1010>(
        _mm256_srli_epi64::<{ SHIFT as i32 }>(even),
        _mm256_slli_epi64::<{ 32 - SHIFT as i32 }>(odd),
    );
    let up = _mm256_setr_epi32(7, 0, 1, 2, 3, 4, 5, 6);
    (
        _mm256_and_si256(low, every(MASK)),
        _mm256_permutevar8x32_epi32(high, up),
    )
}

/// `out = x * b`, or `out += x * b`, in the groups that `b` has.
#[target_feature(enable = "avx2")]
#[inline]
pub fn row<const ADD: bool>(x: u32, b: &[u32], out: &mut [u32]) -> u32 {
    let x = every(x);
    let mut carry = 0;
    let mut below = _mm256_setzero_si256();
    for (place, digits) in out.as_chunks_mut().0.iter_mut().zip(b.as_chunks().0) {
        let more = if ADD {
            load(place)
        } else {
            _mm256_setzero_si256()
        };
        let (low, high) = products(x, load(digits), more);
        let sum = _mm256_add_epi32(low, _mm256_blend_epi32::<1>(high, below));
        store(place, settle(sum, &mut carry));
        below = high;
    }
    _mm256_cvtsi256_si32(below) as u32 + carry
}

/// `a -= x * b` in the groups that `b` has.
#[target_feature(enable = "avx2")]
pub fn row_less(x: u32, b: &[u32], a: &mut [u32]) -> u32 {
    let x = every(x);
    let (mut carry, mut borrow) = (0, 0);
    let mut below = _mm256_setzero_si256();
    for (place, digits) in a.as_chunks_mut().0.iter_mut().zip(b.as_chunks().0) {
        let (low, high) = products(x, load(digits), _mm256_setzero_si256());
        let sum = _mm256_add_epi32(low, _mm256_blend_epi32::<1>(high, below));
        let rest = _mm256_sub_epi32(load(place), settle(sum, &mut carry));
        store(place, settle_less(rest, &mut borrow));
        below = high;
    }
    _mm256_cvtsi256_si32(below) as u32 + carry + borrow
}
