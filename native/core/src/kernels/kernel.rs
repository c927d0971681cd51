//! A kernel: an instruction set that this processor has been seen to have.

use super::isa::{Centred, Isa, Operand};
use super::tile::Geometry;

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

    /// The kernel of an instruction set, whatever the processor says: for tests that emulate it.
    ///
    /// # Safety
    /// The processor has the instructions, and may use them, or each of them is emulated.
    #[doc(hidden)]
    pub unsafe fn vouched_for(isa: Isa) -> Kernel {
        Kernel(isa)
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

    /// How much of a core's second-level cache to reckon with. All processors with AMX have 2 MiB, and each core its own.
    pub fn most_cache(self) -> usize {
        #[cfg(target_arch = "x86_64")]
        if self.0 == Isa::Amx {
            return 2 << 20;
        }
        1 << 20
    }

    /// How A' is stored for exact sums.
    pub fn operand(self) -> Operand {
        self.0.operand()
    }

    /// How A' is stored for centred sums, where constant matrices are mined with them.
    pub fn centred(self) -> Option<Centred> {
        self.0.centred()
    }

    /// What the entries of A are in constant matrices.
    pub fn base(self) -> i8 {
        self.0.base()
    }

    /// May two columns of constant matrices be folded into one (cycle elimination)?
    pub fn folds(self) -> bool {
        self.0.folds()
    }

    /// The scalar kernel that defines what this one computes from constant matrices.
    pub fn oracle(self) -> Kernel {
        if self.centred().is_some() {
            Kernel(Isa::ScalarCentred)
        } else {
            Kernel::SCALAR
        }
    }
}
