//! `pytime.h`: times in nanoseconds, roundings, conversions to and from Python numbers and C structures.

use crate::support::*;
use hotpy_objects::number;

type Time = i64;

const FLOOR: c_int = 0;
const CEILING: c_int = 1;
const HALF_EVEN: c_int = 2;

const SECOND: i64 = 1_000_000_000;

/// Integer division with a rounding; what is not one of the first three rounds away from zero.
fn divide(value: i128, by: i128, round: c_int) -> i128 {
    let (floor, rest) = (value.div_euclid(by), value.rem_euclid(by));
    if rest == 0 {
        return floor;
    }
    let up = match round {
        FLOOR => false,
        CEILING => true,
        HALF_EVEN => rest * 2 > by || rest * 2 == by && floor % 2 != 0,
        _ => value > 0,
    };
    floor + up as i128
}

fn round_float(x: f64, round: c_int) -> f64 {
    match round {
        FLOOR => x.floor(),
        CEILING => x.ceil(),
        HALF_EVEN => x.round_ties_even(),
        _ => {
            if x >= 0.0 {
                x.ceil()
            } else {
                x.floor()
            }
        }
    }
}

fn clamp(value: i128) -> Time {
    value.clamp(i64::MIN as i128, i64::MAX as i128) as i64
}

fn overflow() -> Raised {
    raise!(
        OverflowError,
        "timestamp too large to convert to C _PyTime_t"
    )
}

fn time_t_overflow() -> Raised {
    raise!(OverflowError, "timestamp out of range for platform time_t")
}

/// A number of units as nanoseconds. ValueError for nan, OverflowError.
fn from_object(o: &PyObject, round: c_int, unit: i64) -> PyResult<Time> {
    if let Some(f) = o.downcast::<PyFloatObject>() {
        let value = f.value();
        if value.is_nan() {
            return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
        }
        let nanoseconds = round_float(value * unit as f64, round);
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&nanoseconds) {
            return Err(overflow());
        }
        return Ok(nanoseconds as i64);
    }
    let n = number::index(o)?;
    let value = n.to_i64().and_then(|v| v.checked_mul(unit));
    value.ok_or_else(overflow)
}

fn now(clock: libc::clockid_t) -> Time {
    // SAFETY: the structure is written by the call.
    unsafe {
        let mut time = std::mem::zeroed::<libc::timespec>();
        libc::clock_gettime(clock, &mut time);
        time.tv_sec * SECOND + time.tv_nsec
    }
}

fn store<T>(to: *mut T, value: T) -> c_int {
    // SAFETY: a result pointer (C1).
    unsafe { to.write(value) };
    0
}

/// Seconds of a Python number, and the fraction in `unit`ths.
fn split(o: &PyObject, unit: i64, round: c_int) -> PyResult<(i64, i64)> {
    if let Some(f) = o.downcast::<PyFloatObject>() {
        let value = f.value();
        if value.is_nan() {
            return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
        }
        let mut whole = value.trunc();
        let mut fraction = round_float((value - whole) * unit as f64, round);
        if fraction >= unit as f64 {
            fraction -= unit as f64;
            whole += 1.0;
        } else if fraction < 0.0 {
            fraction += unit as f64;
            whole -= 1.0;
        }
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
            return Err(time_t_overflow());
        }
        return Ok((whole as i64, fraction as i64));
    }
    Ok((seconds(o)?, 0))
}

fn seconds(o: &PyObject) -> PyResult<i64> {
    let n = match int::of(o) {
        Some(n) => Ref::new(n),
        None => number::index(o)?,
    };
    n.to_i64().ok_or_else(time_t_overflow)
}

fn timeval(time: Time, round: c_int) -> (i64, i64) {
    let microseconds = clamp(divide(time as i128, 1000, round));
    (
        microseconds.div_euclid(1_000_000),
        microseconds.rem_euclid(1_000_000),
    )
}

fn calendar(
    time: libc::time_t,
    to: *mut libc::tm,
    convert: unsafe extern "C" fn(*const libc::time_t, *mut libc::tm) -> *mut libc::tm,
) -> c_int {
    // SAFETY: the caller's structure (C1).
    if unsafe { convert(&time, to) }.is_null() {
        // SAFETY: always a valid address.
        unsafe {
            if *libc::__errno_location() == 0 {
                *libc::__errno_location() = libc::EINVAL;
            }
        }
        errors::raise_errno(None, None);
        return -1;
    }
    0
}

export! {
    fn _PyTime_FromSeconds(seconds: c_int) -> Time { seconds as i64 * SECOND }
    fn _PyTime_FromNanoseconds(ns: Time) -> Time { ns }
    fn _PyTime_FromNanosecondsObject(to: *mut Time, o: &PyObject) -> c_int {
        match o.downcast::<PyLongObject>() {
            Some(n) => n.to_i64().map_or_else(|| { overflow(); -1 }, |v| store(to, v)),
            None => { raise!(TypeError, "expect int, got {}", o.ty().name()); -1 }
        }
    }
    fn _PyTime_FromSecondsObject(to: *mut Time, o: &PyObject, round: c_int) -> c_int { from_object(o, round, SECOND).map_or(-1, |t| store(to, t)) }
    fn _PyTime_FromMillisecondsObject(to: *mut Time, o: &PyObject, round: c_int) -> c_int { from_object(o, round, 1_000_000).map_or(-1, |t| store(to, t)) }
    fn _PyTime_FromTimespec(to: *mut Time, time: &libc::timespec) -> c_int { store(to, clamp(time.tv_sec as i128 * SECOND as i128 + time.tv_nsec as i128)) }
    fn _PyTime_FromTimeval(to: *mut Time, time: &libc::timeval) -> c_int { store(to, clamp(time.tv_sec as i128 * SECOND as i128 + time.tv_usec as i128 * 1000)) }
    fn _PyTime_AsSecondsDouble(time: Time) -> f64 {
        // Exact for whole seconds.
        if time % SECOND == 0 { (time / SECOND) as f64 } else { time as f64 / 1e9 }
    }
    fn _PyTime_AsNanoseconds(time: Time) -> Time { time }
    fn _PyTime_AsNanosecondsObject(time: Time) -> PyResult<Ref<PyLongObject>> { int::from_i64(time) }
    fn _PyTime_AsMicroseconds(time: Time, round: c_int) -> Time { clamp(divide(time as i128, 1000, round)) }
    fn _PyTime_AsMilliseconds(time: Time, round: c_int) -> Time { clamp(divide(time as i128, 1_000_000, round)) }
    fn _PyTime_AsTimeval(time: Time, to: *mut libc::timeval, round: c_int) -> c_int {
        let (tv_sec, tv_usec) = timeval(time, round);
        store(to, libc::timeval { tv_sec, tv_usec })
    }
    fn _PyTime_AsTimeval_clamp(time: Time, to: *mut libc::timeval, round: c_int) { _PyTime_AsTimeval(time, to, round); }
    fn _PyTime_AsTimevalTime_t(time: Time, to: *mut libc::time_t, microseconds: *mut c_int, round: c_int) -> c_int {
        let (whole, fraction) = timeval(time, round);
        store(microseconds, fraction as c_int);
        store(to, whole)
    }
    fn _PyTime_AsTimespec(time: Time, to: *mut libc::timespec) -> c_int {
        store(to, libc::timespec { tv_sec: time.div_euclid(SECOND), tv_nsec: time.rem_euclid(SECOND) })
    }
    fn _PyTime_AsTimespec_clamp(time: Time, to: *mut libc::timespec) { _PyTime_AsTimespec(time, to); }
    fn _PyTime_Add(a: Time, b: Time) -> Time { a.saturating_add(b) }
    fn _PyTime_MulDiv(ticks: Time, by: Time, of: Time) -> Time { clamp(ticks as i128 * by as i128 / of as i128) }
    fn _PyTime_GetSystemClock() -> Time { now(libc::CLOCK_REALTIME) }
    fn _PyTime_GetMonotonicClock() -> Time { now(libc::CLOCK_MONOTONIC) }
    fn _PyTime_GetPerfCounter() -> Time { now(libc::CLOCK_MONOTONIC) }
    fn _PyTime_GetSystemClockWithInfo(to: *mut Time, _info: *mut c_void) -> c_int { store(to, now(libc::CLOCK_REALTIME)) }
    fn _PyTime_GetMonotonicClockWithInfo(to: *mut Time, _info: *mut c_void) -> c_int { store(to, now(libc::CLOCK_MONOTONIC)) }
    fn _PyTime_GetPerfCounterWithInfo(to: *mut Time, _info: *mut c_void) -> c_int { store(to, now(libc::CLOCK_MONOTONIC)) }
    fn _PyDeadline_Init(timeout: Time) -> Time { now(libc::CLOCK_MONOTONIC).saturating_add(timeout) }
    fn _PyDeadline_Get(deadline: Time) -> Time { deadline - now(libc::CLOCK_MONOTONIC) }
    fn _PyTime_ObjectToTime_t(o: &PyObject, to: *mut libc::time_t, round: c_int) -> c_int {
        let value = || -> PyResult<i64> {
            match o.downcast::<PyFloatObject>() {
                Some(f) if f.value().is_nan() => Err(raise!(ValueError, "Invalid value NaN (not a number)")),
                Some(f) => {
                    let x = round_float(f.value(), round);
                    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x) { Ok(x as i64) } else { Err(time_t_overflow()) }
                }
                None => seconds(o),
            }
        };
        value().map_or(-1, |t| store(to, t))
    }
    fn _PyTime_ObjectToTimeval(o: &PyObject, to: *mut libc::time_t, microseconds: *mut c_long, round: c_int) -> c_int {
        split(o, 1_000_000, round).map_or(-1, |(whole, fraction)| { store(microseconds, fraction); store(to, whole) })
    }
    fn _PyTime_ObjectToTimespec(o: &PyObject, to: *mut libc::time_t, nanoseconds: *mut c_long, round: c_int) -> c_int {
        split(o, SECOND, round).map_or(-1, |(whole, fraction)| { store(nanoseconds, fraction); store(to, whole) })
    }
    fn _PyLong_AsTime_t(o: &PyObject) -> libc::time_t {
        let value = seconds(o);
        value.unwrap_or(-1)
    }
    fn _PyLong_FromTime_t(time: libc::time_t) -> PyResult<Ref<PyLongObject>> { int::from_i64(time) }
    fn _PyTime_localtime(time: libc::time_t, to: *mut libc::tm) -> c_int { calendar(time, to, libc::localtime_r) }
    fn _PyTime_gmtime(time: libc::time_t, to: *mut libc::tm) -> c_int { calendar(time, to, libc::gmtime_r) }
}
