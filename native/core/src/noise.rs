//! The low-rank noise that turns A into A' and BT into BT' (protocol section 6).
//!
//! Every rank here is a power of two: `config` refuses others before anything gets this far.

/// Which of the two matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A, row-major.
    A,
    /// B, transposed.
    B,
}

impl Side {
    /// The name of the matrix for messages.
    pub fn name(self) -> &'static str {
        match self {
            Side::A => "A",
            Side::B => "BT",
        }
    }

    /// `A_tensor` or `B_tensor`, zero-padded to 32 bytes.
    pub fn label(self) -> [u8; 32] {
        let mut label = [0; 32];
        label[..8].copy_from_slice(match self {
            Side::A => b"A_tensor",
            Side::B => b"B_tensor",
        });
        label
    }
}

/// Slot of the index in the message for uniform rows, and for sparse pairs.
const SLOT_UNIFORM: usize = 0;
const SLOT_PAIRS: usize = 1;

/// `R(index, label, key, slot)`: 32 pseudo-random bytes.
pub fn random_block(side: Side, seed: &[u8; 32], index: u32, slot: usize) -> [u8; 32] {
    let mut message = [0; 64];
    message[4 * slot..4 * slot + 4].copy_from_slice(&index.wrapping_add(1).to_le_bytes());
    message[32..].copy_from_slice(&side.label());
    *blake3::keyed_hash(seed, &message).as_bytes()
}

/// Row `row` of the uniform matrix U: `r` entries in [-32, 31].
pub fn uniform_row(side: Side, seed: &[u8; 32], r: u32, row: u32) -> Vec<i8> {
    // r is a multiple of 32, so a row is whole blocks. A row number below 2^24 keeps the index below 2^29.
    let blocks = r / 32;
    (0..blocks)
        .flat_map(|block| random_block(side, seed, row * blocks + block, SLOT_UNIFORM))
        .map(|byte| (byte & 63) as i8 - 32)
        .collect()
}

/// The `k` pairs of columns of U whose difference is a noise column.
pub fn pairs(side: Side, seed: &[u8; 32], r: u32, k: u32) -> Vec<(u16, u16)> {
    (0..k.div_ceil(8))
        .flat_map(|block| {
            let bytes = random_block(side, seed, block, SLOT_PAIRS);
            std::array::from_fn::<u32, 8, _>(|i| {
                u32::from_le_bytes([
                    bytes[4 * i],
                    bytes[4 * i + 1],
                    bytes[4 * i + 2],
                    bytes[4 * i + 3],
                ])
            })
        })
        .take(k as usize)
        .map(|x| {
            let first = x & (r - 1);
            let second = first ^ (1 + ((u64::from(x) * u64::from(r - 1)) >> 32) as u32);
            (first as u16, second as u16)
        })
        .collect()
}

/// One row of noise: `U[first_l] - U[second_l]` for each pair, in [-63, 63].
pub fn noise_row(uniform: &[i8], pairs: &[(u16, u16)]) -> Vec<i8> {
    pairs
        .iter()
        .map(|&(first, second)| uniform[usize::from(first)] - uniform[usize::from(second)])
        .collect()
}

/// `row + noise`, entry by entry, in [-127, 127] for entries in [-64, 64]. As long as the shorter of the two;
/// entries outside the range, which only an ignored tail can hold, wrap.
pub fn noised_row(row: &[i8], noise: &[i8]) -> Vec<i8> {
    row.iter()
        .zip(noise)
        .map(|(&entry, &noise)| entry.wrapping_add(noise))
        .collect()
}
