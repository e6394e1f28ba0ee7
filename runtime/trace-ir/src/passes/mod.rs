//! The passes over a finished trace, in their order. Each can be switched off, changes nothing about what a trace does, and leaves a
//! trace that verifies. Values keep their numbers: what is removed becomes `nop`.

pub mod coalesce;
pub mod defer;
pub mod register;
pub mod specialise;
pub mod tailcall;

use crate::verify::verify;
use crate::*;

/// Which passes are on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Switches {
    pub specialise: bool,
    pub tailcall: bool,
    pub defer: bool,
    pub register: bool,
    pub coalesce: bool,
}

impl Switches {
    pub const ALL: Switches = Switches {
        specialise: true,
        tailcall: true,
        defer: true,
        register: true,
        coalesce: true,
    };
}

/// A pass: its name (and switch), whether it is on, itself.
pub struct Pass {
    pub name: &'static str,
    pub is_on: fn(&Switches) -> bool,
    pub run: fn(&mut Trace),
}

/// All passes, in their order.
pub const PASSES: &[Pass] = &[
    Pass {
        name: "specialise",
        is_on: |s| s.specialise,
        run: specialise::run,
    },
    Pass {
        name: "tailcall",
        is_on: |s| s.tailcall,
        run: tailcall::run,
    },
    Pass {
        name: "defer",
        is_on: |s| s.defer,
        run: defer::run,
    },
    Pass {
        name: "register",
        is_on: |s| s.register,
        run: register::run,
    },
    Pass {
        name: "coalesce",
        is_on: |s| s.coalesce,
        run: coalesce::run,
    },
];

/// Runs what is on; `check` verifies after each. Errors: the pass and what is wrong with its trace.
pub fn run(trace: &mut Trace, switches: &Switches, check: bool) -> Result<(), String> {
    for pass in PASSES.iter().filter(|p| (p.is_on)(switches)) {
        (pass.run)(trace);
        if check {
            verify(trace).map_err(|why| format!("after {}: {why}", pass.name))?;
        }
    }
    Ok(())
}

/// Values that others stand for.
pub(crate) struct Aliases(Vec<Val>);

impl Aliases {
    pub fn new(trace: &Trace) -> Aliases {
        Aliases((0..trace.insts.len() as Val).collect())
    }

    /// What stands for the value.
    pub fn of(&self, v: Val) -> Val {
        match self.0.get(v as usize) {
            Some(&v) => v,
            // `NONE`.
            None => v,
        }
    }

    /// From now on `other`, which comes earlier, stands for `v`.
    pub fn set(&mut self, v: Val, other: Val) {
        self.0[v as usize] = self.of(other);
    }

    /// The instruction's operands as they are now.
    pub fn operands(&self, inst: &mut Inst) {
        for v in [&mut inst.a, &mut inst.b, &mut inst.c] {
            *v = self.of(*v);
        }
    }

    /// Replaces the values in everything but the fixed operands: lists of operands, snapshots, the end.
    pub fn finish(&self, trace: &mut Trace) {
        if self.0.iter().enumerate().all(|(v, &to)| v as Val == to) {
            return;
        }
        for (_, args) in &mut trace.args {
            args.iter_mut().for_each(|v| *v = self.of(*v));
        }
        trace.each_recipe(&mut |r| r.each_mut(&mut |v| *v = self.of(*v)));
        for snap in &mut trace.snaps {
            for frame in &mut snap.frames {
                frame.generator = self.of(frame.generator);
            }
            for caught in &mut snap.caught {
                caught.exception = self.of(caught.exception);
            }
        }
        for item in trace
            .recipes
            .made
            .iter_mut()
            .flat_map(|made| &mut made.items)
        {
            item.each_mut(&mut |v| *v = self.of(*v));
        }
        match &mut trace.end {
            End::Loop(moves) => moves.iter_mut().for_each(|(_, v)| *v = self.of(*v)),
            End::Link { moves, .. } => moves.iter_mut().for_each(|(_, v)| *v = self.of(*v)),
            End::Exit(_) | End::Return(_) => {}
        }
    }
}

/// The instruction goes.
pub(crate) fn remove(inst: &mut Inst) {
    *inst = Inst::new(TraceOp::Nop);
}
