//! A kernel made ready on one thread: the one place where operands are multiplied. Only AMX has anything to make ready.

use super::block::{Block, Done, Space, by_strips};
use super::{Form, Isa, Kernel, scalar};
#[cfg(target_arch = "x86_64")]
use super::{amx, amx_registers, avx2maddubs, avx512bw, avx512vnni, avxvnni};
#[cfg(target_arch = "aarch64")]
use super::{neondot, neoni8mm, neonmlal};

/// A kernel whose registers are configured for steps of a length, on this thread and until this is dropped.
pub struct Ready {
    kernel: Kernel,
    #[cfg(target_arch = "x86_64")]
    tiles: Option<amx_registers::Tiles>,
}

impl Kernel {
    /// Makes this thread ready for blocks with these groups of columns of `k` in each step.
    ///
    /// # Panics
    /// When the thread is ready for steps of another length already.
    pub fn ready(self, groups: &[u16]) -> Ready {
        #[cfg(not(target_arch = "x86_64"))]
        let _ = groups;
        Ready {
            kernel: self,
            #[cfg(target_arch = "x86_64")]
            tiles: (self.isa() == Isa::Amx).then(|| {
                let row_depth = self.geometry().row_depth_of(groups[0]);
                // SAFETY: the instructions are there, or this value would not be.
                unsafe { amx_registers::Tiles::configured(row_depth) }
            }),
        }
    }
}

impl Ready {
    /// Multiplies a row block by a panel; `done` is told of all jackpots, in whatever order they are complete.
    ///
    /// # Panics
    /// When a slice does not fit the geometry.
    pub fn block(&self, block: &Block<'_>, space: &mut Space, done: &mut Done<'_>) {
        let done = &mut |strip: usize, jackpots: &[u32]| {
            done(strip, &crate::fault::spoiled(self.kernel.name(), jackpots));
        };
        let geometry = self.kernel.geometry();
        let is_centred = matches!(block.form, Form::Centred { .. });
        assert!(!is_centred || self.kernel.centred().is_some());
        macro_rules! strips {
            ($kernel:ident) => {
                // SAFETY: the instructions are there, or this value would not be; `by_strips` has checked the tile.
                by_strips(geometry, block, space, done, |tile, folded| unsafe {
                    $kernel::tile(tile, folded)
                })
            };
        }
        match self.kernel.isa() {
            #[cfg(target_arch = "x86_64")]
            Isa::Amx => {
                assert!(self.tiles.is_some());
                // SAFETY: the instructions are there and the registers configured, or this value would not be.
                unsafe { amx::block(block, &mut space.kept, done) }
            }
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => strips!(avx512vnni),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Bw => strips!(avx512bw),
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni => strips!(avxvnni),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => strips!(avx2maddubs),
            #[cfg(target_arch = "aarch64")]
            Isa::NeonI8mm => strips!(neoni8mm),
            #[cfg(target_arch = "aarch64")]
            Isa::NeonDot => strips!(neondot),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => strips!(neonmlal),
            Isa::Scalar => by_strips(geometry, block, space, done, scalar::tile),
            Isa::ScalarCentred => by_strips(geometry, block, space, done, scalar::centred_tile),
        }
    }
}
