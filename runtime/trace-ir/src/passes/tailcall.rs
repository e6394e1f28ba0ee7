//! Tail calls: a surrogate that has called in its own place (a *shell*) would do nothing any more but return. Its frame goes from
//! the recipes; its callee returns to the surrogate's caller, in the surrogate's way.

use crate::*;

pub fn run(trace: &mut Trace) {
    for snap in &mut trace.snaps {
        if !snap.frames.iter().any(|f| f.shell) {
            continue;
        }
        // Exceptions name the frames that handle them by number.
        for caught in &mut snap.caught {
            let below = &snap.frames[..caught.frame as usize];
            caught.frame -= below.iter().filter(|f| f.shell).count() as u32;
        }
        let mut frames: Vec<FrameRecipe> = Vec::with_capacity(snap.frames.len());
        let mut inherited = None;
        for mut frame in snap.frames.drain(..) {
            if let Some(way) = inherited.take() {
                frame.return_to = way;
            }
            if frame.shell {
                inherited = Some(frame.return_to);
            } else {
                frames.push(frame);
            }
        }
        snap.frames = frames;
    }
}
