//! Places in text files: what `tell` answers and `seek` takes.
//!
//! A place is a byte position from which the decoder, in a state that flags alone tell, has so many bytes to read and so many characters to
//! skip. `tell` looks for the nearest such position before the place: the bytes that were read last are decoded again, first up to where the
//! ratio of bytes to characters lets the place be, then one by one.

use super::textio::Text;
use crate::support::*;
use hotpy_objects::*;
use num_bigint::{BigInt, Sign};

/// A place. Its number has these fields one behind the other, the first one lowest: of 8, 4, 4, 4 and 1 bytes.
#[derive(Clone, Copy, Default)]
pub struct Position {
    pub start: i64,
    /// The decoder's state at `start`.
    pub flags: i32,
    /// How many bytes it is to be given.
    pub feed: i32,
    /// How many of the characters it makes of them lie before the place.
    pub skip: i32,
    /// Whether it is told that these are the last bytes.
    pub last: bool,
}

const SIZE: usize = 21;

impl Position {
    pub fn to_int(self) -> PyResult {
        let mut data = self.start.to_le_bytes().to_vec();
        for field in [self.flags, self.feed, self.skip] {
            data.extend_from_slice(&field.to_le_bytes());
        }
        data.push(self.last as u8);
        Ok(int::from_bigint(&BigInt::from_bytes_le(Sign::Plus, &data))?.into_object())
    }

    /// OverflowError for a number that is no place.
    pub fn of(number: &BigInt) -> PyResult<Position> {
        let (_, mut data) = number.to_bytes_le();
        if data.len() > SIZE {
            return Err(raise!(OverflowError, "int too big to convert"));
        }
        data.resize(SIZE, 0);
        let word = |at: usize| {
            let mut bytes = [0; 4];
            bytes.copy_from_slice(&data[at..at + 4]);
            i32::from_le_bytes(bytes)
        };
        Ok(Position {
            start: i64::from(word(0) as u32) | i64::from(word(4)) << 32,
            flags: word(8),
            feed: word(12),
            skip: word(16),
            last: data[20] != 0,
        })
    }
}

impl Text {
    /// What the decoder keeps: bytes not yet decoded, and flags. TypeError if it answers something else.
    pub(super) async fn decoder_state(&self) -> PyResult<(Vec<u8>, i64)> {
        let (kept, flags) = match self.codec.decoder.get() {
            Some(decoder) => {
                let state = task::method(&decoder, "getstate", vec![]).await?;
                let Some(state) = state.exact::<PyTupleObject>() else {
                    return Err(raise!(TypeError, "illegal decoder state"));
                };
                let [kept, flags] = state.items() else {
                    return Err(raise!(TypeError, "illegal decoder state"));
                };
                let Some(kept) = kept.downcast::<PyBytesObject>() else {
                    return Err(raise!(
                        TypeError,
                        "illegal decoder state: the first item should be a bytes object, not '{}'",
                        kept.ty().name()
                    ));
                };
                (growing::copied(kept.as_slice())?, i64_arg(flags)?)
            }
            None => (growing::copied(&self.codec.undecoded.borrow())?, 0),
        };
        if !self.mode.borrow().universal {
            return Ok((kept, flags));
        }
        let pending = self.newlines.pending_cr.get();
        Ok((kept, flags << 1 | pending as i64))
    }

    /// Puts the decoder into such a state.
    async fn set_decoder_state(&self, kept: &[u8], flags: i64) -> PyResult<()> {
        let mut own = flags;
        if self.mode.borrow().universal {
            self.newlines.pending_cr.set(flags & 1 != 0);
            own >>= 1;
        }
        let Some(decoder) = self.codec.decoder.get() else {
            self.codec.undecoded.replace(growing::copied(kept)?);
            return Ok(());
        };
        let state = tuple(vec![bytes(kept)?, int(own)?])?;
        task::method(&decoder, "setstate", vec![state])
            .await
            .map(drop)
    }

    /// Puts the decoder into the state that it has at the start of a place.
    pub(super) async fn restart_decoder(&self, place: &Position) -> PyResult<()> {
        if place.start == 0 && place.flags == 0 {
            self.newlines.pending_cr.set(false);
            return self.codec.reset_decoder().await;
        }
        self.set_decoder_state(b"", i64::from(place.flags)).await
    }

    /// The place `used` characters behind the start of `snapshot`, the bytes from `place.start` on.
    pub(super) async fn find_place(
        &self,
        mut place: Position,
        snapshot: &[u8],
        used: usize,
    ) -> PyResult<Position> {
        if used == 0 {
            return Ok(place);
        }
        let (kept, flags) = self.decoder_state().await?;
        let found = self.search(&mut place, snapshot, used).await;
        // What was found wrong goes before what is wrong with the way back.
        let failed = found.is_err().then(errors::fetch).flatten();
        let restored = self.set_decoder_state(&kept, flags).await;
        if let Some(failed) = failed {
            errors::restore(failed);
            return Err(Raised);
        }
        restored.map(|()| place)
    }

    async fn search(&self, place: &mut Position, snapshot: &[u8], used: usize) -> PyResult<()> {
        let mut skip = used;
        // A guess where the place is, and a way back from it.
        let guess = (self.bytes_per_char.get() * used as f64) as usize;
        let (mut ahead, mut step) = (guess.min(snapshot.len()), 1);
        while ahead > 0 {
            self.restart_decoder(place).await?;
            let decoded = self.decode(&snapshot[..ahead], false).await?.len();
            if decoded > skip {
                ahead = ahead.saturating_sub(step);
                step *= 2;
                continue;
            }
            let (kept, flags) = self.decoder_state().await?;
            if kept.is_empty() {
                place.flags = flags as i32;
                skip -= decoded;
                break;
            }
            ahead = ahead.saturating_sub(kept.len());
            step = 1;
        }
        if ahead == 0 {
            self.restart_decoder(place).await?;
        }
        place.start += ahead as i64;
        place.skip = skip as i32;
        if skip == 0 {
            return Ok(());
        }
        let mut decoded = 0;
        let mut enough = false;
        for byte in snapshot[ahead..].chunks(1) {
            decoded += self.decode(byte, false).await?.len();
            place.feed += 1;
            let (kept, flags) = self.decoder_state().await?;
            if kept.is_empty() && decoded <= skip {
                // A better start.
                place.start += i64::from(place.feed);
                place.flags = flags as i32;
                place.feed = 0;
                skip -= decoded;
                decoded = 0;
            }
            if decoded >= skip {
                enough = true;
                break;
            }
        }
        if !enough {
            decoded += self.decode(b"", true).await?.len();
            place.last = true;
            if decoded < skip {
                return Err(raise!(OSError, "can't reconstruct logical file position"));
            }
        }
        place.skip = skip as i32;
        Ok(())
    }
}
