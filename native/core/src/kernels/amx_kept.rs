//! What the AMX kernel keeps of a row block between the parts of `k`. Apart from the kernel, since the space of every kernel
//! holds it.

use super::amx_registers::Sums;

/// A cache line of jackpot words.
#[derive(Clone)]
#[repr(C, align(64))]
pub(super) struct Line(pub [u32; 16]);

/// What is kept of a row block between the parts of `k`.
#[derive(Default)]
pub struct Kept {
    /// Of each strip, after the last step of a part.
    pub(super) sums: Vec<Sums>,
    /// Of the strip at hand, after every other step.
    pub(super) passing: Sums,
    /// Vector jackpots, those of joined strips together.
    pub(super) words: Vec<Line>,
}
