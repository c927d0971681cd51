//! The two matrices of a job and how a kernel wants them stored.

use super::matrix::{Matrices, Matrix};
use super::plan::{Plan, Position};
use crate::kernels::{Centred, Kernel, Operand, runs};

/// By how much an entry is raised where sums are exact.
pub const RAISE: i32 = 128;

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
            Matrices::Constant => (Matrix::Constant(kernel.base()), Matrix::Constant(0)),
            Matrices::Random => (Matrix::Random(entropy), Matrix::Random(!entropy)),
        };
        Operands {
            a,
            bt,
            first_nonce: Some(entropy),
        }
    }

    /// Are they the kernel's constant matrices: every entry of A its base except for the nonce, B zero?
    pub fn are_constant(&self, kernel: Kernel) -> bool {
        matches!((&self.a, &self.bt), (Matrix::Constant(a), Matrix::Constant(0)) if *a == kernel.base())
    }
}

/// How A' is stored, and how sums are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// As it is; sums are exact.
    Plain,
    /// Unsigned, sums are exact: folds that subtract a column are raised by 128, everything else is unsigned as it is.
    RaisedFolds,
    /// Unsigned, sums are exact: general entries, all raised by 128.
    Raised,
    /// Centred sums of signed entries.
    Centred,
    /// Centred sums of unsigned entries: raised by 64, folds by 128.
    CentredRaised,
}

impl Storage {
    /// For a kernel and the matrices.
    pub fn of(operands: &Operands, kernel: Kernel, plan: &Plan) -> Storage {
        match (operands.are_constant(kernel), kernel.centred()) {
            (true, Some(Centred::Raised)) => Storage::CentredRaised,
            (true, Some(Centred::Signed)) => Storage::Centred,
            _ if kernel.operand() == Operand::Signed => Storage::Plain,
            (false, _) => Storage::Raised,
            (true, None) if plan.is_folded() => Storage::RaisedFolds,
            (true, None) => Storage::Plain,
        }
    }

    /// Are sums kept in 16 bits?
    pub fn is_centred(self) -> bool {
        matches!(self, Storage::Centred | Storage::CentredRaised)
    }

    /// By how much this position of A' is stored higher than it is.
    fn raise(self, position: &Position) -> u8 {
        match (self, position) {
            (Storage::Plain | Storage::Centred, _) => 0,
            (Storage::RaisedFolds, Position::Folded { minus: true, .. }) => 128,
            (Storage::RaisedFolds, _) => 0,
            (Storage::Raised, _) => 128,
            (Storage::CentredRaised, Position::Folded { .. }) => 128,
            (Storage::CentredRaised, _) => 64,
        }
    }

    /// By how much each position is stored higher; empty where none is.
    pub fn raises(self, plan: &Plan) -> Vec<u8> {
        if matches!(self, Storage::Plain | Storage::Centred) {
            return Vec::new();
        }
        let raises = plan.positions.iter().map(|position| self.raise(position));
        raises.collect()
    }

    /// The positions that are raised, step by step, where corrections take that off.
    pub fn raised_positions(self, plan: &Plan) -> Vec<Vec<u32>> {
        if !matches!(self, Storage::RaisedFolds | Storage::Raised) {
            return Vec::new();
        }
        let mut positions = (0..).zip(&plan.positions);
        let step = |&groups: &u16| {
            let step = positions.by_ref().take(plan.depth * usize::from(groups));
            step.filter(|(_, position)| self.raise(position) > 0)
                .map(|(index, _)| index)
                .collect()
        };
        plan.groups.iter().map(step).collect()
    }

    /// Words that each column of a panel has behind the packed columns: corrections for each step, or starts for each run.
    pub fn words(self, plan: &Plan) -> usize {
        match self {
            Storage::Plain | Storage::Centred => 0,
            Storage::RaisedFolds | Storage::Raised => plan.groups.len(),
            Storage::CentredRaised => (plan.groups.iter())
                .map(|&groups| runs(groups, plan.depth))
                .sum(),
        }
    }
}
