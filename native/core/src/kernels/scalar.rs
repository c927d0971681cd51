//! The plain loops that every other kernel is compared with. Also the fallback of machines without any of them.

use super::tile::{Folded, Geometry, Tile, WORDS, rotation};
use super::{Blocks, TicketHashes, Words};
use blake3::keyed_hash;

/// Any geometry would do.
pub const GEOMETRY: Geometry = Geometry {
    rows: 4,
    cols: 16,
    lanes: 4,
    depth: 4,
};

/// See [`Tile`]; A' is signed.
pub fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    let (rows, cols) = (GEOMETRY.rows, GEOMETRY.cols);
    if !tile.accumulate {
        folded.0[..rows / tile.unit * WORDS * cols].fill(0);
    }
    let mut accumulators = [[0i32; GEOMETRY.cols]; GEOMETRY.rows];
    let mut a = tile.a.chunks_exact(4 * rows);
    let mut b = tile.b.chunks_exact(4 * tile.width);
    for (step, &groups) in tile.groups.iter().enumerate() {
        for (a, b) in a.by_ref().zip(b.by_ref()).take(usize::from(groups)) {
            for (accumulators, a) in accumulators.iter_mut().zip(a.chunks_exact(4)) {
                for (accumulator, b) in accumulators.iter_mut().zip(b.chunks_exact(4)) {
                    let dot: i32 = (a.iter().zip(b))
                        .map(|(&a, &b)| i32::from(a as i8) * i32::from(b as i8))
                        .sum();
                    *accumulator = accumulator.wrapping_add(dot);
                }
            }
        }
        for (unit, rows) in accumulators.chunks_exact(tile.unit).enumerate() {
            for column in 0..tile.width {
                let correction = (tile.corrections.get(step * tile.width + column)).copied();
                let x = rows.iter().fold(0, |x, row| {
                    x ^ row[column].wrapping_sub(correction.unwrap_or(0))
                });
                folded.0[(unit * WORDS + step % WORDS) * cols + column] ^=
                    (x as u32).rotate_left(rotation(step, tile.groups.len()));
            }
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
