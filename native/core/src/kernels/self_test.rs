//! The known-answer test that a kernel passes before it is used.

use super::block::{Block, Done, Space};
use super::tile::{Form, MAX_COLS, MAX_ROWS, WORDS, run_groups};
use super::{Centred, Geometry, Kernel, Operand, scalar};
use std::ops::Range;

/// A small generator, so that the operands are the same at every start.
struct Bytes(u64);

impl Bytes {
    fn next(&mut self) -> u8 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as u8
    }

    fn within(&mut self, low: i32, high: i32) -> i32 {
        low + i32::from(self.next()) * (high - low + 1) / 256
    }

    /// A difference of two entries of a uniform row.
    fn noise(&mut self) -> i32 {
        i32::from(self.next() & 63) - i32::from(self.next() & 63)
    }

    fn word(&mut self) -> u32 {
        u32::from_le_bytes(std::array::from_fn(|_| self.next()))
    }
}

impl Kernel {
    /// Compares every function with the oracle on known operands, in milliseconds.
    pub fn self_test(self) -> bool {
        let mut bytes = Bytes(0x0050_6561_726c);
        let block = |block: &Block<'_>, space: &mut Space, done: &mut Done<'_>| {
            self.ready(block.groups).block(block, space, done)
        };
        blocks_agree(self.geometry(), self.operand(), self.centred(), block)
            && hashes_agree(self, &mut bytes)
            && noise_agrees(self, &mut bytes)
    }
}

/// Strips in a block of the test: enough for two pairs that share their jackpots.
const STRIPS: usize = 4;

/// What the entries of a test look like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entries {
    /// Exact sums, A' in [0, 127] and B' in [-63, 63].
    Small,
    /// Exact sums, both in [-127, 127].
    General,
    /// Centred sums of differences of uniform entries, which hardly ever wrap.
    Noise,
    /// Centred sums of everything that a byte can hold, which wrap all the time.
    Wild,
}

impl Entries {
    fn are_centred(self) -> bool {
        matches!(self, Entries::Noise | Entries::Wild)
    }

    /// By how much position `position` of A' is stored higher.
    fn raise(self, position: usize, operand: Operand, centred: Option<Centred>) -> i32 {
        match self {
            Entries::General if operand == Operand::Unsigned => 128,
            _ if self.are_centred() && centred == Some(Centred::Raised) => 64 << (position / 3 % 2),
            _ => 0,
        }
    }

    fn a(self, raise: i32, bytes: &mut Bytes) -> i32 {
        let low = match self {
            Entries::Small => return i32::from(bytes.next() / 2),
            Entries::General => return bytes.within(-127, 127),
            Entries::Noise => return bytes.noise() + if raise == 64 { 0 } else { bytes.noise() },
            Entries::Wild if raise == 0 => -128,
            Entries::Wild => -raise,
        };
        low + i32::from(bytes.next())
    }

    fn b(self, bytes: &mut Bytes) -> i32 {
        match self {
            Entries::General => bytes.within(-127, 127),
            Entries::Noise => bytes.noise(),
            Entries::Small | Entries::Wild => bytes.within(-63, 63),
        }
    }
}

/// How `k` is cut up.
struct Cut {
    groups: Vec<u16>,
    depth: usize,
    row_depth: usize,
}

impl Cut {
    /// More than sixteen steps, so that words are rotated; of two lengths, and one that is too long for a run. A kernel that
    /// takes more of a row at once has steps of one length: shorter than that, and so long that `k` has several parts.
    fn all(geometry: Geometry) -> Vec<Cut> {
        let cut = |groups: Vec<u16>| Cut {
            row_depth: geometry.row_depth_of(groups[0]),
            groups,
            depth: geometry.depth,
        };
        if geometry.row_depth > geometry.depth {
            return vec![cut(vec![8; 19]), cut(vec![32; 18])];
        }
        let length = |step| match step {
            5 => run_groups(geometry.depth) as u16 + 3,
            _ => 3 + step % 2,
        };
        vec![cut((0..19).map(length).collect())]
    }

    fn positions(&self) -> usize {
        self.depth
            * self
                .groups
                .iter()
                .map(|&groups| usize::from(groups))
                .sum::<usize>()
    }

    /// The positions of each step, run by run.
    fn steps(&self) -> impl Iterator<Item = Vec<Range<usize>>> {
        let mut next = 0;
        self.groups.iter().map(move |&groups| {
            let end = next + self.depth * usize::from(groups);
            let starts = (next..end).step_by(self.depth * run_groups(self.depth));
            next = end;
            starts
                .map(|start| start..end.min(start + self.depth * run_groups(self.depth)))
                .collect()
        })
    }

    /// Which of a column's two sums a position belongs to.
    fn sum_of(&self, position: usize) -> usize {
        position % self.depth * 2 / self.depth
    }
}

/// Each width and unit and each kind of entries, against sums over plain rows.
pub fn blocks_agree(
    geometry: Geometry,
    operand: Operand,
    centred: Option<Centred>,
    multiply: impl Fn(&Block<'_>, &mut Space, &mut Done<'_>),
) -> bool {
    let mut bytes = Bytes(0x5469_6c65);
    let mut space = Space::default();
    let kinds = [
        Entries::Small,
        Entries::General,
        Entries::Noise,
        Entries::Wild,
    ];
    Cut::all(geometry).iter().all(|cut| {
        kinds
            .into_iter()
            .filter(|entries| centred.is_some() || !entries.are_centred())
            .all(|entries| {
                let raises: Vec<i32> = (0..cut.positions())
                    .map(|position| entries.raise(position, operand, centred))
                    .collect();
                (geometry.lanes..=geometry.cols)
                    .step_by(geometry.lanes)
                    .all(|width| {
                        panel_agrees(
                            geometry, cut, entries, &raises, width, &mut bytes, &mut space,
                            &multiply,
                        )
                    })
            })
    })
}

/// The test for one width.
#[expect(clippy::too_many_arguments, reason = "split for reading only")]
fn panel_agrees(
    geometry: Geometry,
    cut: &Cut,
    entries: Entries,
    raises: &[i32],
    width: usize,
    bytes: &mut Bytes,
    space: &mut Space,
    multiply: &impl Fn(&Block<'_>, &mut Space, &mut Done<'_>),
) -> bool {
    let positions = raises.len();
    let mut fill = |rows: usize, entry: &dyn Fn(i32, &mut Bytes) -> i32| -> Vec<i32> {
        let raises = raises.iter().cycle().take(rows * positions);
        raises.map(|&raise| entry(raise, bytes)).collect()
    };
    let a = fill(STRIPS * geometry.rows, &|raise, bytes| {
        entries.a(raise, bytes)
    });
    let b = fill(width, &|_, bytes| entries.b(bytes));
    let pack = |entries: &[i32], lanes: usize, depth: usize, raises: &[i32]| -> Vec<u8> {
        (0..positions * lanes)
            .map(|i| (i % depth + i / (depth * lanes) * depth, i / depth % lanes))
            .map(|(position, lane)| (entries[lane * positions + position] + raises[position]) as u8)
            .collect()
    };
    let packed_a: Vec<u8> = (a.chunks_exact(geometry.rows * positions))
        .flat_map(|strip| pack(strip, geometry.rows, cut.row_depth, raises))
        .collect();
    let packed_b = pack(&b, width, cut.depth, &vec![0; positions]);
    let is_raised = raises.iter().any(|&raise| raise != 0);
    let words = match (is_raised, entries.are_centred()) {
        (false, _) => Vec::new(),
        (true, false) => corrections(cut, width, &b, raises),
        (true, true) => starts(cut, width, &b, raises),
    };
    let form = if entries.are_centred() {
        Form::Centred { starts: &words }
    } else {
        Form::Exact {
            corrections: &words,
        }
    };
    let sums = sums(cut, &a, &b, entries.are_centred());
    let units = [2, 4, 8, 16]
        .into_iter()
        .filter(|unit| geometry.rows.is_multiple_of(*unit));
    units
        .flat_map(|unit| [(unit, 1), (unit, 2)])
        .all(|(unit, joined)| {
            let block = Block {
                a: &packed_a,
                b: &packed_b,
                width,
                groups: &cut.groups,
                form,
                unit,
                joined,
                prefetch: &packed_b,
            };
            let mut found = vec![None; STRIPS / joined];
            multiply(&block, space, &mut |strip, jackpots| {
                let words = jackpots.chunks_exact(geometry.cols);
                let words = words.flat_map(|words| &words[..width]).copied().collect();
                found[strip / joined] = Some(words);
            });
            let expected = (0..STRIPS / joined).map(|first| {
                let rows = joined * geometry.rows * first..joined * geometry.rows * (first + 1);
                jackpots(&sums, rows, (geometry.rows, unit))
            });
            found.into_iter().eq(expected.map(Some))
        })
}

/// What raising A' adds to each column's sum up to the end of each step.
fn corrections(cut: &Cut, width: usize, b: &[i32], raises: &[i32]) -> Vec<i32> {
    let columns: Vec<&[i32]> = b.chunks_exact(b.len() / width).collect();
    let mut sums = vec![0; width];
    let mut corrections = Vec::new();
    for runs in cut.steps() {
        for (sum, column) in sums.iter_mut().zip(&columns) {
            *sum += (runs.iter().cloned().flatten())
                .map(|position| raises[position] * column[position])
                .sum::<i32>();
        }
        corrections.extend(&sums);
    }
    corrections
}

/// Less what raising A' adds to each column's two sums in each run.
fn starts(cut: &Cut, width: usize, b: &[i32], raises: &[i32]) -> Vec<i32> {
    let columns: Vec<&[i32]> = b.chunks_exact(b.len() / width).collect();
    let mut starts = Vec::new();
    for run in cut.steps().flatten() {
        starts.extend(columns.iter().map(|column| {
            let mut sums = [0i32; 2];
            for position in run.clone() {
                sums[cut.sum_of(position)] -= raises[position] * column[position];
            }
            sums[0] & 0xffff | sums[1] << 16
        }));
    }
    starts
}

/// The sums of every row, after each step, column by column. Centred: each sum of a run wraps at 16 bits.
fn sums(cut: &Cut, a: &[i32], b: &[i32], centred: bool) -> Vec<Vec<Vec<i32>>> {
    let positions = cut.positions();
    let rows = || a.chunks_exact(positions);
    let column = |b: &[i32]| {
        let mut sums = vec![0i32; rows().len()];
        let mut step = |runs: Vec<Range<usize>>| {
            for (sum, a) in sums.iter_mut().zip(rows()) {
                for run in &runs {
                    let products = a[run.clone()].iter().zip(&b[run.clone()]);
                    if !centred {
                        *sum += products.map(|(a, b)| a * b).sum::<i32>();
                        continue;
                    }
                    let mut halves = [0i32; 2];
                    for (position, (a, b)) in run.clone().zip(products) {
                        halves[cut.sum_of(position)] += a * b;
                    }
                    *sum += i32::from(halves[0] as i16) + i32::from(halves[1] as i16);
                }
            }
            sums.clone()
        };
        cut.steps().map(&mut step).collect()
    };
    b.chunks_exact(positions).map(column).collect()
}

/// The jackpots of the sub-tiles, as protocol section 7 says them: rotate, then XOR. What lies `strip` rows lower goes into the
/// same ones.
fn jackpots(sums: &[Vec<Vec<i32>>], rows: Range<usize>, (strip, unit): (usize, usize)) -> Vec<u32> {
    let width = sums.len();
    let mut words = vec![0u32; strip / unit * WORDS * width];
    for (column, steps) in sums.iter().enumerate() {
        for (step, sums) in steps.iter().enumerate() {
            for first in (0..strip).step_by(unit) {
                let strips = sums[rows.clone()].chunks_exact(strip);
                let unit_rows = strips.flat_map(|strip| &strip[first..first + unit]);
                let x = unit_rows.fold(0, |x, sum| x ^ sum);
                let word = &mut words[(first / unit * WORDS + step % WORDS) * width + column];
                *word = word.rotate_left(13) ^ x as u32;
            }
        }
    }
    words
}

fn hashes_agree(kernel: Kernel, bytes: &mut Bytes) -> bool {
    let key = std::array::from_fn(|_| bytes.word());
    let label = std::array::from_fn(|_| bytes.word());
    let tickets: [[u32; 16]; 16] = std::array::from_fn(|_| std::array::from_fn(|_| bytes.word()));
    let tickets = tickets.each_ref();
    kernel.ticket_hashes(&key, tickets) == scalar::ticket_hashes(&key, tickets)
        && (0..2).all(|slot| {
            kernel.random_blocks(&key, &label, slot, tickets[0])
                == scalar::random_blocks(&key, &label, slot, tickets[0])
        })
}

fn noise_agrees(kernel: Kernel, bytes: &mut Bytes) -> bool {
    let folds = [2, 8, 16, 32, 48]
        .into_iter()
        .filter(|&width| width <= MAX_COLS)
        .all(|width| {
            let folded: Vec<u32> = (0..WORDS * MAX_COLS).map(|_| bytes.word()).collect();
            let (mut found, mut expected) = ([7; 16], [7; 16]);
            kernel.fold_columns(&folded, MAX_COLS, width, &mut found);
            scalar::fold_columns(&folded, MAX_COLS, width, &mut expected);
            found == expected
        });
    folds
        && [32, 64, 128, 256, 1024].into_iter().all(|rank: u16| {
            let uniform: Vec<u8> = (0..rank).map(|_| bytes.next()).collect();
            let mut indices =
                || -> Vec<u16> { (0..200).map(|_| bytes.word() as u16 % rank).collect() };
            let (add, subtract) = (indices(), indices());
            let (mut found, mut expected) = (vec![64; 200], vec![64; 200]);
            kernel.add_noise(&mut found, &uniform, &add, &subtract);
            scalar::add_noise(&mut expected, &uniform, &add, &subtract);
            found == expected
        })
}

const _: () = assert!(MAX_ROWS == 8, "units of 2, 4 and 8 rows are tested");
