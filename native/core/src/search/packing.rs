//! Rows of A' and columns of B' as the kernels read them, made where they are needed.

use super::attempt::Attempt;
use super::context::Context;
use super::noise_table::{NoiseTable, Source, interleave};
use super::operands::{SHIFT, Shifted};

/// Rows or columns that are made at a time before they are interleaved.
const PACKED_ROWS: usize = 16;

/// Working space for packing one row.
pub struct RowScratch {
    rows: Vec<u8>,
    uniform: Vec<u8>,
}

impl Context {
    /// Working space for the packing functions.
    pub fn row_scratch(&self) -> RowScratch {
        let rank = usize::from(self.job.shape.config.rank);
        RowScratch {
            rows: vec![0; PACKED_ROWS * self.plan.positions.len()],
            uniform: vec![0; PACKED_ROWS * rank],
        }
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
