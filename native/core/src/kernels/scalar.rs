//! The plain loops that every other kernel is compared with. Also the fallback of machines without any of them.

use super::tile::{Folded, Form, Geometry, Tile, WORDS, rotation, run_groups};
use super::{Blocks, TicketHashes, Words};
use blake3::keyed_hash;

/// Any geometry would do.
pub const GEOMETRY: Geometry = Geometry {
    rows: 4,
    cols: 16,
    lanes: 4,
    depth: 4,
    row_depth: 4,
};

/// That of the kernels with centred sums, since it decides which products share a sum.
const CENTRED_DEPTH: usize = if cfg!(target_arch = "aarch64") { 2 } else { 4 };
/// As [`GEOMETRY`], for centred sums.
pub const CENTRED_GEOMETRY: Geometry = Geometry {
    depth: CENTRED_DEPTH,
    row_depth: CENTRED_DEPTH,
    ..GEOMETRY
};

/// One of something for each entry of a tile.
type Each<T> = [[T; GEOMETRY.cols]; GEOMETRY.rows];

/// See [`Tile`]; A' is signed, sums are exact.
pub fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    exact::<{ GEOMETRY.depth }>(tile, folded)
}

fn exact<const DEPTH: usize>(tile: &Tile<'_>, folded: &mut Folded) {
    let mut sums = Each::<i32>::default();
    let mut a = tile.a.chunks_exact(DEPTH * GEOMETRY.rows);
    let mut b = tile.b.chunks_exact(DEPTH * tile.width);
    clear(tile, folded);
    for (step, &groups) in tile.groups.iter().enumerate() {
        for (a, b) in a.by_ref().zip(b.by_ref()).take(usize::from(groups)) {
            for (sums, a) in sums.iter_mut().zip(a.chunks_exact(DEPTH)) {
                for (sum, b) in sums.iter_mut().zip(b.chunks_exact(DEPTH)) {
                    let dot: i32 = (a.iter().zip(b))
                        .map(|(&a, &b)| i32::from(a as i8) * i32::from(b as i8))
                        .sum();
                    *sum = sum.wrapping_add(dot);
                }
            }
        }
        fold(&sums, step, tile, folded);
    }
}

/// See [`Tile`]; sums are centred, and wrap as those of the kernels do that it is the oracle of.
pub fn centred_tile(tile: &Tile<'_>, folded: &mut Folded) {
    const DEPTH: usize = CENTRED_GEOMETRY.depth;
    let Form::Centred { starts } = tile.form else {
        // General matrices have exact sums with these kernels too.
        return exact::<DEPTH>(tile, folded);
    };
    let entry = |a: u8| {
        if starts.is_empty() {
            i16::from(a as i8)
        } else {
            i16::from(a)
        }
    };
    let mut sums = Each::<i32>::default();
    let mut starts = starts.chunks_exact(tile.width);
    let mut a = tile.a.chunks_exact(DEPTH * GEOMETRY.rows);
    let mut b = tile.b.chunks_exact(DEPTH * tile.width);
    clear(tile, folded);
    for (step, &groups) in tile.groups.iter().enumerate() {
        let mut left = usize::from(groups);
        while left > 0 {
            let run = left.min(run_groups(DEPTH));
            left -= run;
            let starts = starts.next().unwrap_or(&[]);
            let start = |column: usize| starts.get(column).copied().unwrap_or(0);
            let mut pairs: Each<[i16; 2]> = Default::default();
            for pairs in &mut pairs {
                for (column, pair) in pairs.iter_mut().enumerate() {
                    *pair = [start(column) as i16, (start(column) >> 16) as i16];
                }
            }
            for (a, b) in a.by_ref().zip(b.by_ref()).take(run) {
                // Groups of a length that the compiler knows: the inner loop is unrolled.
                let (a, b) = (a.as_chunks::<DEPTH>().0, b.as_chunks::<DEPTH>().0);
                for (pairs, a) in pairs.iter_mut().zip(a) {
                    let a = a.map(entry);
                    for (pair, b) in pairs.iter_mut().zip(b) {
                        for at in 0..DEPTH {
                            let product = a[at].wrapping_mul(i16::from(b[at] as i8));
                            pair[at * 2 / DEPTH] = pair[at * 2 / DEPTH].wrapping_add(product);
                        }
                    }
                }
            }
            for (sums, pairs) in sums.iter_mut().zip(pairs) {
                for (sum, [first, second]) in sums.iter_mut().zip(pairs) {
                    *sum = sum.wrapping_add(i32::from(first) + i32::from(second));
                }
            }
        }
        fold(&sums, step, tile, folded);
    }
}

fn clear(tile: &Tile<'_>, folded: &mut Folded) {
    if !tile.accumulate {
        folded.0[..GEOMETRY.rows / tile.unit * WORDS * GEOMETRY.cols].fill(0);
    }
}

/// XORs the sums after `step` into the jackpots, less the step's corrections if there are any.
fn fold(sums: &Each<i32>, step: usize, tile: &Tile<'_>, folded: &mut Folded) {
    let corrections = tile.form.corrections();
    for (unit, rows) in sums.chunks_exact(tile.unit).enumerate() {
        for column in 0..tile.width {
            let correction = corrections.get(step * tile.width + column).copied();
            let x = rows.iter().fold(0, |x, row| {
                x ^ row[column].wrapping_sub(correction.unwrap_or(0))
            });
            folded.0[(unit * WORDS + step % WORDS) * GEOMETRY.cols + column] ^=
                (x as u32).rotate_left(rotation(step, tile.groups.len()));
        }
    }
}

/// `B3k(key, message)` of sixteen messages that differ in one word only.
pub fn random_blocks(key: &Words<8>, label: &Words<8>, slot: usize, indices: &Words<16>) -> Blocks {
    let key = bytes_of_key(key);
    indices.map(|index| {
        let mut message = [0; 64];
        message[4 * slot..4 * slot + 4].copy_from_slice(&index.wrapping_add(1).to_le_bytes());
        for (bytes, word) in message[32..].chunks_exact_mut(4).zip(label) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        *keyed_hash(&key, &message).as_bytes()
    })
}

/// The hashes of sixteen tickets, word by word.
pub fn ticket_hashes(key: &Words<8>, tickets: [&Words<16>; 16]) -> TicketHashes {
    let key = bytes_of_key(key);
    let mut hashes = [[0; 16]; 8];
    for (lane, ticket) in tickets.into_iter().enumerate() {
        let mut message = [0; 64];
        for (bytes, word) in message.chunks_exact_mut(4).zip(ticket) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        let hash = keyed_hash(&key, &message);
        for (words, bytes) in hashes.iter_mut().zip(hash.as_bytes().chunks_exact(4)) {
            words[lane] = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
    }
    hashes
}

fn bytes_of_key(key: &Words<8>) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.chunks_exact_mut(4).zip(key) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

/// `row[i] += uniform[add[i]] - uniform[subtract[i]]`, modulo 256.
pub fn add_noise(row: &mut [u8], uniform: &[u8], add: &[u16], subtract: &[u16]) {
    for ((entry, &add), &subtract) in row.iter_mut().zip(add).zip(subtract) {
        *entry = entry
            .wrapping_add(uniform[usize::from(add)])
            .wrapping_sub(uniform[usize::from(subtract)]);
    }
}

/// XORs `width` columns of jackpots that begin at `folded[0]`, words `stride` apart, into one ticket.
pub fn fold_columns(folded: &[u32], stride: usize, width: usize, ticket: &mut Words<16>) {
    for (word, columns) in ticket.iter_mut().zip(folded.chunks(stride)) {
        *word = columns[..width].iter().fold(*word, |x, column| x ^ column);
    }
}
