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

    /// A' in [0, 127] and B' in [-63, 63]?
    fn small(&self) -> bool {
        matches!(
            (&self.a, &self.bt),
            (Matrix::Constant(_), Matrix::Constant(0))
        )
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
    shared: Buffer,
    attempt: Mutex<Arc<Attempt>>,
}

/// Working space for packing one row.
pub struct RowScratch {
    /// One row of positions.
    pub row: Vec<u8>,
    /// Uniform rows of a strip or panel.
    pub uniform: Vec<u8>,
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
        let plan = Plan::plain(config.used_k(), rank);
        let corrected = !operands.small() && kernel.operand() == Operand::Unsigned;
        // 64 bytes of tree for each 64 KiB of the matrices; tables of a few bytes for each column.
        let trees = (u64::from(shape.m) + u64::from(shape.n)) * u64::from(k) / 1024;
        let fixed_bytes = trees as usize + 32 * plan.positions.len();
        let layout = Layout::new(
            kernel.geometry(),
            (&rows, &cols),
            &plan,
            corrected,
            fixed_bytes,
            limits,
        )?;

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
        let b_table = NoiseTable::new(kernel, &plan, &b_source.pairs(config.used_k()));
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
        !self.is_small() && self.kernel.operand() == Operand::Unsigned
    }

    /// What zero of general entries is stored as.
    fn shift(&self) -> u8 {
        if self.is_corrected() { SHIFT } else { 0 }
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
        let geometry = self.layout.geometry;
        RowScratch {
            row: vec![0; self.plan.positions.len()],
            uniform: vec![0; geometry.rows.max(geometry.cols) * rank],
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
        let k = u64::from(self.job.shape.config.k);
        let rank = usize::from(self.job.shape.config.rank);
        let lanes = self.layout.geometry.rows;
        let used = (self.rows.packed() - first).min(lanes);
        let uniform = &mut scratch.uniform[..used * rank];
        attempt
            .source
            .uniform_rows(|lane| self.rows.row(first + lane), uniform);
        for (lane, uniform) in uniform.chunks_exact(rank).enumerate() {
            let row = &mut scratch.row[..];
            self.fill_a(
                attempt.nonce,
                u64::from(self.rows.row(first + lane)) * k,
                row,
            );
            let shift = self.shift();
            if shift != 0 {
                row.iter_mut()
                    .for_each(|entry| *entry = entry.wrapping_add(shift));
            }
            attempt.table.add_to(row, uniform);
            interleave(row, lane, lanes, out);
        }
    }

    /// Packs one panel of B', and behind it its corrections.
    pub fn pack_panel(&self, panel: usize, out: &mut [u8], scratch: &mut RowScratch) {
        let k = u64::from(self.job.shape.config.k);
        let rank = usize::from(self.job.shape.config.rank);
        let first = panel * self.layout.geometry.cols;
        let columns = self.layout.columns(panel, self.cols.packed());
        let width = self.layout.width(panel, self.cols.packed());
        let positions = self.plan.positions.len();
        let (packed, corrections) = out.split_at_mut(width * positions);
        let uniform = &mut scratch.uniform[..columns * rank];
        self.b_source
            .uniform_rows(|lane| self.cols.row(first + lane), uniform);
        for lane in 0..width {
            let row = &mut scratch.row[..];
            if lane < columns {
                let column = self.cols.row(first + lane);
                self.fill_bt(u64::from(column) * k, row);
                self.b_table.add_to(row, &uniform[lane * rank..][..rank]);
                for (entry, position) in row.iter_mut().zip(&self.plan.positions) {
                    if *position == Position::Padding {
                        *entry = 0;
                    }
                }
            } else {
                row.fill(0);
            }
            interleave(row, lane, width, packed);
            if self.is_corrected() {
                let mut entries = row.iter().map(|&entry| i32::from(entry as i8));
                let mut sum = 0;
                for (step, &groups) in self.plan.groups.iter().enumerate() {
                    sum += entries.by_ref().take(4 * usize::from(groups)).sum::<i32>();
                    let at = 4 * (step * width + lane);
                    let correction = i32::from(SHIFT) * sum;
                    corrections[at..at + 4].copy_from_slice(&correction.to_ne_bytes());
                }
            }
        }
    }
}
