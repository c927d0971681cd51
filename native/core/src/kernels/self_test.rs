//! The known-answer test that a kernel passes before it is used.

use super::tile::{Folded, MAX_COLS, MAX_ROWS, WORDS};
use super::{Geometry, Kernel, Operand, Tile, scalar};

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

    fn word(&mut self) -> u32 {
        u32::from_le_bytes(std::array::from_fn(|_| self.next()))
    }
}

impl Kernel {
    /// Compares every function with the oracle on known operands, in about a millisecond.
    pub fn self_test(self) -> bool {
        let mut bytes = Bytes(0x0050_6561_726c);
        tiles_agree(self.geometry(), self.operand(), |tile, folded| {
            self.tile(tile, folded)
        }) && hashes_agree(self, &mut bytes)
            && noise_agrees(self, &mut bytes)
    }
}

/// Each width and unit, small and general operands, against sums over plain rows.
pub fn tiles_agree(
    geometry: Geometry,
    operand: Operand,
    multiply: impl Fn(&Tile<'_>, &mut Folded),
) -> bool {
    let mut bytes = Bytes(0x5469_6c65);
    let depth = geometry.depth;
    let mut folded = Folded::zeroed();
    // More than sixteen steps, so that words are rotated; two different lengths.
    let groups: Vec<u16> = (0..19).map(|step| 3 + step % 2).collect();
    let positions: usize = groups
        .iter()
        .map(|&groups| depth * usize::from(groups))
        .sum();
    for small in [true, false] {
        let shift = if operand == Operand::Unsigned && !small {
            128
        } else {
            0
        };
        for width in (geometry.lanes..=geometry.cols).step_by(geometry.lanes) {
            let mut entries = |count: usize, low: i32, span: i32| -> Vec<i32> {
                (0..count)
                    .map(|_| low + i32::from(bytes.next()) * span / 256)
                    .collect()
            };
            let (low, span) = if small { (0, 128) } else { (-127, 255) };
            let a = entries(geometry.rows * positions, low, span);
            let (low, span) = if small { (-63, 127) } else { (-127, 255) };
            let b = entries(width * positions, low, span);
            let pack = |entries: &[i32], lanes: usize, shift: i32| -> Vec<u8> {
                (0..positions * lanes)
                    .map(|i| (i % depth + i / (depth * lanes) * depth, i / depth % lanes))
                    .map(|(position, lane)| (entries[lane * positions + position] + shift) as u8)
                    .collect()
            };
            let (packed_a, packed_b) = (pack(&a, geometry.rows, shift), pack(&b, width, 0));
            let sums = running_sums((&groups, depth), width, positions, &b, shift);
            for unit in [2, 4, 8].into_iter().filter(|&unit| unit <= geometry.rows) {
                multiply(
                    &Tile {
                        a: &packed_a,
                        b: &packed_b,
                        width,
                        groups: &groups,
                        corrections: if shift == 0 { &[] } else { &sums },
                        unit,
                        accumulate: false,
                        small,
                        prefetch: &packed_b,
                    },
                    &mut folded,
                );
                let expected = expected((&groups, depth), &a, &b, geometry.rows, width, unit);
                let found = (0..geometry.rows / unit * WORDS)
                    .flat_map(|row| &folded.0[row * geometry.cols..][..width]);
                if !found.eq(&expected) {
                    return false;
                }
            }
        }
    }
    true
}

/// `shift` times the sum of each column of B' up to the end of each step.
fn running_sums(
    (groups, depth): (&[u16], usize),
    width: usize,
    positions: usize,
    b: &[i32],
    shift: i32,
) -> Vec<i32> {
    let mut sums = Vec::new();
    let mut end = 0;
    for &groups in groups {
        end += depth * usize::from(groups);
        sums.extend(
            (0..width).map(|column| shift * b[column * positions..][..end].iter().sum::<i32>()),
        );
    }
    sums
}

/// The jackpots of the sub-tiles, as protocol section 7 says them: rotate, then XOR.
fn expected(
    (groups, depth): (&[u16], usize),
    a: &[i32],
    b: &[i32],
    rows: usize,
    width: usize,
    unit: usize,
) -> Vec<u32> {
    let positions = a.len() / rows;
    let mut words = vec![0u32; rows / unit * WORDS * width];
    for first in (0..rows).step_by(unit) {
        for column in 0..width {
            let mut end = 0;
            for (step, &groups) in groups.iter().enumerate() {
                end += depth * usize::from(groups);
                let x = (first..first + unit).fold(0, |x, row| {
                    let (a, b) = (
                        &a[row * positions..][..end],
                        &b[column * positions..][..end],
                    );
                    x ^ a.iter().zip(b).map(|(a, b)| a * b).sum::<i32>()
                });
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
