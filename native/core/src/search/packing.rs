//! Rows of A' and columns of B' as the kernels read them, made where they are needed.

use super::attempt::Attempt;
use super::context::Context;
use super::noise_table::{NoiseTable, Source, interleave};
use super::operands::{RAISE, Storage};
use crate::kernels::run_groups;

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
        let geometry = self.layout.geometry;
        let depth = geometry.row_depth_of(self.plan.groups[0]);
        let used = (self.rows.packed() - first).min(geometry.rows);
        for lane in (0..used).step_by(PACKED_ROWS) {
            let rows = &mut scratch.rows[..(used - lane).min(PACKED_ROWS) * positions];
            self.noised_rows(
                (&attempt.source, &attempt.table),
                |row| self.rows.row(first + lane + row),
                |at, row| match &attempt.folded_rows {
                    [first, others] if !first.is_empty() => {
                        row.copy_from_slice(if at == 0 { first } else { others });
                    }
                    _ => {
                        self.fill_a(attempt.nonce, at, row);
                        for (entry, raise) in row.iter_mut().zip(&self.raises) {
                            *entry = entry.wrapping_add(*raise);
                        }
                    }
                },
                rows,
                &mut scratch.uniform,
            );
            interleave(rows, positions, depth, (lane, geometry.rows), out);
        }
    }

    /// Packs one panel of B', and behind it its corrections.
    pub fn pack_panel(&self, panel: usize, out: &mut [u8], scratch: &mut RowScratch) {
        let columns = self.layout.columns(panel, self.cols.packed());
        let width = self.layout.width(panel, self.cols.packed());
        let positions = self.plan.positions.len();
        let (packed, words) = out.split_at_mut(width * positions);
        let (words, _) = words.as_chunks_mut();
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
            interleave(rows, positions, self.plan.depth, (first, width), packed);
            for (lane, row) in rows.chunks_exact(positions).enumerate() {
                let words = words.iter_mut().skip(first + lane).step_by(width);
                match self.storage {
                    Storage::Plain | Storage::Centred => {}
                    Storage::RaisedFolds | Storage::Raised => self.correct(row, words),
                    Storage::CentredRaised => self.start(row, words),
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

    /// Writes one column's corrections: what raising A' adds to its sums, up to the end of each step.
    fn correct<'a>(&self, row: &[u8], words: impl Iterator<Item = &'a mut [u8; 4]>) {
        let mut sum = 0;
        for (step, word) in self.raised_positions.iter().zip(words) {
            sum += step
                .iter()
                .map(|&position| i32::from(row[position as usize] as i8))
                .sum::<i32>();
            *word = (RAISE * sum).to_ne_bytes();
        }
    }

    /// Writes what one column's two sums begin with in each run: less what raising A' adds to them.
    fn start<'a>(&self, row: &[u8], mut words: impl Iterator<Item = &'a mut [u8; 4]>) {
        let depth = self.plan.depth;
        let mut steps = (row, &self.raises[..]);
        for &groups in &self.plan.groups {
            let length = depth * usize::from(groups);
            let (now, later) = (steps.0.split_at(length), steps.1.split_at(length));
            steps = (now.1, later.1);
            let length = depth * run_groups(depth);
            for (row, raises) in now.0.chunks(length).zip(later.0.chunks(length)) {
                if let Some(word) = words.next() {
                    *word = lane_starts(row, raises);
                }
            }
        }
    }
}

/// The two starts of a run of groups of four: less the raised entries times the column's, modulo 2^16.
fn lane_starts(row: &[u8], raises: &[u8]) -> [u8; 4] {
    // Whole registers of columns at a time, which compilers make vectors of.
    let mut sums = [0i16; 16];
    let (rows, rest) = row.as_chunks::<16>();
    let (raised, raised_rest) = raises.as_chunks::<16>();
    for (row, raises) in rows.iter().zip(raised) {
        for ((sum, &entry), &raise) in sums.iter_mut().zip(row).zip(raises) {
            *sum = sum.wrapping_sub(i16::from(entry as i8).wrapping_mul(i16::from(raise)));
        }
    }
    for ((sum, &entry), &raise) in sums.iter_mut().zip(rest).zip(raised_rest) {
        *sum = sum.wrapping_sub(i16::from(entry as i8).wrapping_mul(i16::from(raise)));
    }
    let lane = |first: usize| {
        let lanes = (sums.chunks_exact(4)).map(|group| group[first].wrapping_add(group[first + 1]));
        lanes.fold(0i16, i16::wrapping_add).to_le_bytes()
    };
    let ([a, b], [c, d]) = (lane(0), lane(2));
    [a, b, c, d]
}
