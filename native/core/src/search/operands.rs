//! The two matrices of a job and how a kernel wants them stored.

use super::matrix::{Matrices, Matrix};
use super::plan::{Plan, Position};
use crate::kernels::{Kernel, Operand};

/// What zero is stored as where general entries have to be unsigned.
pub const SHIFT: u8 = 128;
/// The two matrices, and whether attempts put a nonce into A.
#[derive(Clone, Debug)]
pub struct Operands {
    /// A without its nonce.
    pub a: Matrix,
    /// B, transposed.
    pub bt: Matrix,
    /// The nonce of the first attempt; `None` mines on A as it is, which is one attempt only.
    pub first_nonce: Option<u64>,
}

impl Operands {
    /// What a miner uses.
    pub fn of(matrices: Matrices, kernel: Kernel, entropy: u64) -> Operands {
        let (a, bt) = match matrices {
            Matrices::Constant if kernel.operand() == Operand::Centred => {
                (Matrix::Constant(0), Matrix::Constant(0))
            }
            Matrices::Constant => (Matrix::Constant(64), Matrix::Constant(0)),
            Matrices::Random => (Matrix::Random(entropy), Matrix::Random(!entropy)),
        };
        Operands {
            a,
            bt,
            first_nonce: Some(entropy),
        }
    }

    /// Every entry of A is `entry` except for the nonce, and B is zero?
    fn constant(&self, entry: i8) -> bool {
        matches!((&self.a, &self.bt), (Matrix::Constant(a), Matrix::Constant(0)) if *a == entry)
    }

    /// May columns be folded, as far as these matrices and the kernel go?
    pub fn folds(&self, kernel: Kernel) -> bool {
        let centred = kernel.operand() == Operand::Centred;
        kernel.folds() && self.constant(if centred { 0 } else { 64 })
    }

    /// A' in [0, 127] and B' in [-63, 63]?
    pub fn small(&self) -> bool {
        self.constant(64)
    }
}

/// Which positions of A' are stored higher by [`SHIFT`] to keep them unsigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shifted {
    /// None.
    Nothing,
    /// Those with a column subtracted.
    Folds,
    /// All.
    Everything,
}

impl Shifted {
    pub fn of(operands: &Operands, kernel: Kernel, plan: &Plan) -> Shifted {
        if kernel.operand() != Operand::Unsigned {
            Shifted::Nothing
        } else if !operands.small() {
            Shifted::Everything
        } else if plan.is_folded() {
            Shifted::Folds
        } else {
            Shifted::Nothing
        }
    }
}

impl Shifted {
    pub fn positions(self, plan: &Plan) -> Vec<Vec<u32>> {
        let is_shifted = |position: &Position| match (self, position) {
            (Shifted::Nothing, _) => false,
            (Shifted::Everything, _) => true,
            (Shifted::Folds, position) => matches!(position, Position::Folded { minus: true, .. }),
        };
        let mut positions = (0..).zip(&plan.positions);
        let step = |&groups: &u16| {
            let step = positions.by_ref().take(plan.depth * usize::from(groups));
            step.filter(|(_, position)| is_shifted(position))
                .map(|(index, _)| index)
                .collect()
        };
        plan.groups.iter().map(step).collect()
    }
}
