//! The inner loops, one file per instruction set with the same functions in each, and the one place that chooses.
//!
//! A [`Kernel`] exists only where the processor has its instructions: that is what makes calling it safe. All of them
//! give the same integers; `scalar` is the oracle, and [`Kernel::self_test`] compares with it at every start.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx2maddubs;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx512bw;
#[cfg(target_arch = "x86_64")]
mod avx512vnni;
#[cfg(target_arch = "x86_64")]
mod avxvnni;
mod dispatch;
mod isa;
mod lanes;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(target_arch = "aarch64")]
mod neondot;
#[cfg(target_arch = "aarch64")]
mod neoni8mm;
mod peak;
pub mod scalar;
mod self_test;
mod tile;

pub use isa::{Isa, Operand};
pub use tile::{FOLDED_LEN, Folded, Geometry, MAX_COLS, Tile, WORDS};

/// `N` little-endian words.
pub type Words<const N: usize> = [u32; N];
/// Sixteen blocks of 32 pseudo-random bytes.
pub type Blocks = [[u8; 32]; 16];
/// Sixteen hashes, transposed: word `i` of hash `j` is `[i][j]`; word 7 is the most significant.
pub type TicketHashes = [[u32; 16]; 8];

/// An instruction set that this processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kernel(Isa);

impl Kernel {
    /// The oracle.
    pub const SCALAR: Kernel = Kernel(Isa::Scalar);

    /// The kernel of an instruction set, if this processor has it.
    pub fn new(isa: Isa) -> Option<Kernel> {
        isa.is_there().then_some(Kernel(isa))
    }

    /// Every kernel that this processor has, fastest first; the last is the scalar one.
    pub fn all() -> impl Iterator<Item = Kernel> {
        Isa::ALL.iter().copied().filter_map(Kernel::new)
    }

    /// The instruction set.
    pub fn isa(self) -> Isa {
        self.0
    }

    /// The name in configuration and output.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Rows and columns of the register tile.
    pub fn geometry(self) -> Geometry {
        self.0.geometry()
    }

    /// How A' is stored.
    pub fn operand(self) -> Operand {
        self.0.operand()
    }

    /// May two columns of constant matrices be folded into one (cycle elimination)?
    pub fn folds(self) -> bool {
        !matches!(self.operand(), Operand::Signed)
    }

    /// Compares every function with the oracle on known operands, in about a millisecond.
    pub fn self_test(self) -> bool {
        self_test::passes(self)
    }
}
