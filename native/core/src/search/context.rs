//! Everything that is fixed for a job: keys, commitments, B's noise, the layout and, where there is room, packed B'.

use super::attempt::Attempt;
use super::commitment::Commitment;
use super::groups::Groups;
use super::layout::{Layout, Limits};
use super::matrix::{Matrices, Matrix, Nonced};
use super::noise_table::{NoiseTable, Source, interleave};
use super::os::Buffer;
use super::parallel::Parallel;
use super::plan::{Plan, Position};
use super::shape::{Job, JobError};
use super::stats::Worth;
use crate::config::job_key;
use crate::kernels::{Kernel, Operand};
use crate::noise::Side;
use crate::seeds;
use crate::target::Bound;
use std::sync::{Arc, Mutex};

/// What zero is stored as where general entries have to be unsigned.
const SHIFT: u8 = 128;
/// Rows or columns that are made at a time before they are interleaved.
const PACKED_ROWS: usize = 16;

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

    /// Every entry of A is `entry` but for the nonce, and B is zero?
    fn constant(&self, entry: i8) -> bool {
        matches!((&self.a, &self.bt), (Matrix::Constant(a), Matrix::Constant(0)) if *a == entry)
    }

    /// May columns be folded, as far as these matrices and the kernel go?
    fn folds(&self, kernel: Kernel) -> bool {
        let centred = kernel.operand() == Operand::Centred;
        kernel.folds() && self.constant(if centred { 0 } else { 64 })
    }

    /// A' in [0, 127] and B' in [-63, 63]?
    fn small(&self) -> bool {
        self.constant(64)
    }
}

/// Which positions of A' are stored higher by [`SHIFT`] to keep them unsigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shifted {
    /// None.
    Nothing,
    /// Those with a column subtracted.
    Folds,
    /// All.
    Everything,
}

impl Shifted {
    fn of(operands: &Operands, kernel: Kernel, plan: &Plan) -> Shifted {
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
    fn positions(self, plan: &Plan) -> Vec<Vec<u32>> {
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

/// A job made ready.
pub struct Context {
    /// The job.
    pub job: Job,
    /// Largest winning hash.
    pub bound: Bound,
    /// The kernel it is packed for.
    pub kernel: Kernel,
    /// Tiles of A's rows and of B's columns.
    pub rows: Groups,
    /// See `rows`.
    pub cols: Groups,
    /// How it is cut up.
    pub layout: Layout,
    /// Which columns of `k` are multiplied.
    pub plan: Plan,
    pub(super) operands: Operands,
    pub(super) b_seed: [u8; 32],
    pub(super) a_commitment: Commitment,
    pub(super) bt_commitment: Commitment,
    b_source: Source,
    b_table: NoiseTable,
    shifted: Shifted,
    /// The positions that are, step by step.
    shifted_positions: Vec<Vec<u32>>,
    shared: Buffer,
    attempt: Mutex<Arc<Attempt>>,
}

/// Working space for packing one row.
pub struct RowScratch {
    rows: Vec<u8>,
    uniform: Vec<u8>,
}

impl Context {
    /// Prepares a job: about 15 ms for `light` on two cores. `Ok(None)` when it was cancelled.
    ///
    /// # Errors
    /// Every [`JobError`].
    pub fn prepare(
        job: Job,
        kernel: Kernel,
        operands: Operands,
        limits: &Limits,
        shared: &mut Buffer,
        parallel: &Parallel<'_>,
    ) -> Result<Option<Context>, JobError> {
        let bound = job.validate()?;
        let shape = job.shape;
        let config = shape.config;
        let (k, rank) = (config.k, u32::from(config.rank));
        let rows = Groups::new(config.rows, shape.m);
        let cols = Groups::new(config.cols, shape.n);

        let job_key = job_key(&job.header, &config);
        let commit = |dim: u32, fill: super::commitment::Fill<'_>| {
            Commitment::build(&job_key, dim, k, parallel, fill)
        };
        let entries = |dim: u32| u64::from(dim) * u64::from(k);
        let a = Nonced {
            matrix: &operands.a,
            nonce: operands.first_nonce,
        };
        let a_commitment = commit(shape.m, &|at, out| a.fill(at, entries(shape.m), out));
        let bt_commitment = commit(shape.n, &|at, out| {
            operands.bt.fill(at, entries(shape.n), out)
        });
        let (Some(a_commitment), Some(bt_commitment)) = (a_commitment, bt_commitment) else {
            return Ok(None);
        };
        let b_seed =
            seeds::b_noise_seed(job.cert_version, &job_key, &bt_commitment.root(), shape.n);
        let b_source = Source::new(kernel, Side::B, &b_seed, rank);
        let depth = kernel.geometry().depth;
        let pairs = b_source.pairs(config.used_k());
        let plan = if operands.folds(kernel) && limits.eliminate {
            let Some(plan) = Plan::eliminated(&pairs, rank, depth, parallel) else {
                return Ok(None);
            };
            plan
        } else {
            Plan::plain(config.used_k(), rank, depth)
        };
        let b_table = NoiseTable::of_b(kernel, &plan, &pairs);
        let shifted = Shifted::of(&operands, kernel, &plan);
        let shifted_positions = shifted.positions(&plan);
        // 64 bytes of tree for each 64 KiB of the matrices; tables of some bytes for each column.
        let trees = (u64::from(shape.m) + u64::from(shape.n)) * u64::from(k) / 1024;
        let fixed_bytes = trees as usize + 64 * plan.positions.len();
        let layout = Layout::new(
            kernel.geometry(),
            (&rows, &cols),
            &plan,
            shifted != Shifted::Nothing,
            fixed_bytes,
            limits,
        )?;
        let first = Attempt::new(
            kernel,
            &job,
            &plan,
            &b_seed,
            &a_commitment.root(),
            operands.first_nonce,
        );
        if layout.is_shared() {
            let length = layout.panels * layout.panel_bytes;
            if shared.reserve(length).is_err() {
                return Err(JobError::Memory {
                    needed: layout.memory_bytes,
                });
            }
        } else {
            *shared = Buffer::empty();
        }
        let mut context = Context {
            job,
            bound,
            kernel,
            rows,
            cols,
            layout,
            plan,
            operands,
            b_seed,
            a_commitment,
            bt_commitment,
            b_source,
            b_table,
            shifted,
            shifted_positions,
            shared: Buffer::empty(),
            attempt: Mutex::new(Arc::new(first)),
        };
        let panel_bytes = context.layout.panel_bytes;
        let panels = if context.layout.is_shared() {
            context.layout.panels
        } else {
            0
        };
        let panels = shared
            .bytes_mut()
            .chunks_exact_mut(panel_bytes)
            .take(panels);
        let packed = parallel.for_each(panels.enumerate(), |panels| {
            let mut scratch = context.row_scratch();
            for (panel, out) in panels {
                context.pack_panel(panel, out, &mut scratch);
            }
        });
        if !packed {
            return Ok(None);
        }
        context.shared = std::mem::replace(shared, Buffer::empty());
        Ok(Some(context))
    }

    /// Gives the large buffer back for the next job.
    pub fn into_buffer(self) -> Buffer {
        self.shared
    }

    /// All of B', packed; nothing where each thread packs its own column blocks.
    pub fn shared_panels(&self) -> &[u8] {
        self.shared.bytes()
    }

    /// A' in [0, 127] and B' in [-63, 63]?
    pub fn is_small(&self) -> bool {
        self.operands.small()
    }

    /// Does each panel carry corrections behind its columns?
    pub fn is_corrected(&self) -> bool {
        self.shifted != Shifted::Nothing
    }

    /// The part of the multiplications that is saved.
    pub fn eliminated(&self) -> f64 {
        self.plan.saved(self.job.shape.config.used_k())
    }

    /// What a tile is worth.
    pub fn worth(&self) -> Worth {
        Worth {
            macs_per_tile: self.job.shape.macs_per_tile(),
            tiles_per_attempt: u64::from(self.rows.count()) * u64::from(self.cols.count()),
        }
    }

    /// Working space for the packing functions.
    pub fn row_scratch(&self) -> RowScratch {
        let rank = usize::from(self.job.shape.config.rank);
        RowScratch {
            rows: vec![0; PACKED_ROWS * self.plan.positions.len()],
            uniform: vec![0; PACKED_ROWS * rank],
        }
    }

    /// The attempt being worked on.
    pub fn attempt(&self) -> Arc<Attempt> {
        self.attempt
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clone()
    }

    /// The attempt after `done`, made by whichever thread asks first. `None` where there is no nonce to change.
    pub fn attempt_after(&self, done: &Attempt) -> Option<Arc<Attempt>> {
        let mut current = self
            .attempt
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if current.nonce == done.nonce {
            let nonce = Some(done.nonce?.wrapping_add(1));
            let hash_a = self.a_commitment_of(nonce).root();
            *current = Arc::new(Attempt::new(
                self.kernel,
                &self.job,
                &self.plan,
                &self.b_seed,
                &hash_a,
                nonce,
            ));
        }
        Some(current.clone())
    }

    /// The commitment to A with this nonce.
    pub(super) fn a_commitment_of(&self, nonce: Option<u64>) -> Commitment {
        let mut commitment = self.a_commitment.clone();
        commitment.replace_first(&|at, out| self.fill_a(nonce, at, out));
        commitment
    }

    /// Bytes of A with this nonce.
    pub(super) fn fill_a(&self, nonce: Option<u64>, at: u64, out: &mut [u8]) {
        let matrix = &self.operands.a;
        Nonced { matrix, nonce }.fill(at, self.entries(self.job.shape.m), out);
    }

    /// Bytes of BT.
    pub(super) fn fill_bt(&self, at: u64, out: &mut [u8]) {
        self.operands
            .bt
            .fill(at, self.entries(self.job.shape.n), out);
    }

    fn entries(&self, dim: u32) -> u64 {
        u64::from(dim) * u64::from(self.job.shape.config.k)
    }

    /// Packs the rows of a strip of A': packed rows from `first` on. Lanes beyond the last tile keep what they hold.
    pub fn pack_strip(
        &self,
        attempt: &Attempt,
        first: usize,
        out: &mut [u8],
        scratch: &mut RowScratch,
    ) {
        let positions = self.plan.positions.len();
        let lanes = self.layout.geometry.rows;
        let used = (self.rows.packed() - first).min(lanes);
        let rows = &mut scratch.rows[..used * positions];
        self.noised_rows(
            (&attempt.source, &attempt.table),
            |lane| self.rows.row(first + lane),
            |at, row| match &attempt.folded_rows {
                [first, others] if !first.is_empty() => {
                    row.copy_from_slice(if at == 0 { first } else { others });
                }
                _ => {
                    self.fill_a(attempt.nonce, at, row);
                    if self.shifted == Shifted::Everything {
                        row.iter_mut()
                            .for_each(|entry| *entry = entry.wrapping_add(SHIFT));
                    }
                }
            },
            rows,
            &mut scratch.uniform,
        );
        interleave(rows, &self.plan, 0, lanes, out);
    }

    /// Packs one panel of B', and behind it its corrections.
    pub fn pack_panel(&self, panel: usize, out: &mut [u8], scratch: &mut RowScratch) {
        let columns = self.layout.columns(panel, self.cols.packed());
        let width = self.layout.width(panel, self.cols.packed());
        let positions = self.plan.positions.len();
        let (packed, corrections) = out.split_at_mut(width * positions);
        for first in (0..width).step_by(PACKED_ROWS) {
            let rows = &mut scratch.rows[..(width - first).min(PACKED_ROWS) * positions];
            let used = columns.saturating_sub(first).min(PACKED_ROWS);
            let (there, missing) = rows.split_at_mut(used * positions);
            let column = |lane| {
                self.cols
                    .row(panel * self.layout.geometry.cols + first + lane)
            };
            self.noised_rows(
                (&self.b_source, &self.b_table),
                column,
                |at, row| self.fill_bt(at, row),
                there,
                &mut scratch.uniform,
            );
            missing.fill(0);
            interleave(rows, &self.plan, first, width, packed);
            if self.is_corrected() {
                for (lane, row) in rows.chunks_exact(positions).enumerate() {
                    self.correct(row, first + lane, width, corrections);
                }
            }
        }
    }

    /// Writes rows of A' or BT' in the order of the plan: what `fill` puts there, and the noise.
    fn noised_rows(
        &self,
        (source, table): (&Source, &NoiseTable),
        number: impl Fn(usize) -> u32,
        fill: impl Fn(u64, &mut [u8]),
        rows: &mut [u8],
        uniform: &mut [u8],
    ) {
        let k = u64::from(self.job.shape.config.k);
        let rank = usize::from(self.job.shape.config.rank);
        let positions = self.plan.positions.len();
        let uniform = &mut uniform[..rows.len() / positions * rank];
        source.uniform_rows(&number, uniform);
        let rows = rows.chunks_exact_mut(positions);
        for (lane, (row, uniform)) in rows.zip(uniform.chunks_exact(rank)).enumerate() {
            fill(u64::from(number(lane)) * k, row);
            table.add_to(row, uniform);
        }
    }

    /// Writes one column's corrections: what the shift of A' adds to its sums, up to the end of each step.
    fn correct(&self, row: &[u8], lane: usize, width: usize, corrections: &mut [u8]) {
        let mut sum = 0;
        for (step, positions) in self.shifted_positions.iter().enumerate() {
            sum += positions
                .iter()
                .map(|&position| i32::from(row[position as usize] as i8))
                .sum::<i32>();
            let at = 4 * (step * width + lane);
            let correction = i32::from(SHIFT) * sum;
            corrections[at..at + 4].copy_from_slice(&correction.to_ne_bytes());
        }
    }
}
