//! What the AVX-512 kernels share: sixteen BLAKE3 blocks at a time, byte look-ups, and the fold across lanes.

use super::lanes::compress_lanes;
use super::tile::{Folded, MAX_ROWS, Tile, WORDS, rotation};
use super::{Blocks, TicketHashes, Words};
use std::arch::x86_64::*;

/// `vpermi2b`: look-ups in 128 bytes at once.
pub fn has_byte_permutes() -> bool {
    is_x86_feature_detected!("avx512vbmi")
}

compress_lanes!(
    "avx512f",
    __m512i,
    _mm512_set1_epi32,
    _mm512_add_epi32,
    _mm512_xor_si512,
    rotr16,
    rotr12,
    rotr8,
    rotr7
);

macro_rules! rotations {
    ($($name:ident $by:literal)*) => {$(
        #[target_feature(enable = "avx512f")]
        #[inline]
        fn $name(x: __m512i) -> __m512i {
            _mm512_ror_epi32::<$by>(x)
        }
    )*};
}
rotations!(rotr16 16 rotr12 12 rotr8 8 rotr7 7);

#[target_feature(enable = "avx512f")]
#[inline]
fn load(words: &Words<16>) -> __m512i {
    // SAFETY: sixteen words are 64 bytes, and the load needs no alignment.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn store(x: __m512i) -> Words<16> {
    let mut words = [0; 16];
    // SAFETY: sixteen words are 64 bytes, and the store needs no alignment.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), x) };
    words
}

/// Rows become columns: `[i]` lane `j` to `[j]` lane `i`.
#[target_feature(enable = "avx512f")]
#[inline]
fn transpose(rows: [__m512i; 16]) -> [__m512i; 16] {
    let mut a = rows;
    for i in 0..8 {
        a[2 * i] = _mm512_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
        a[2 * i + 1] = _mm512_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
    }
    // b[4q + c]: column c of each 128-bit lane, rows 4q .. 4q+4.
    let mut b = a;
    for q in 0..4 {
        b[4 * q] = _mm512_unpacklo_epi64(a[4 * q], a[4 * q + 2]);
        b[4 * q + 1] = _mm512_unpackhi_epi64(a[4 * q], a[4 * q + 2]);
        b[4 * q + 2] = _mm512_unpacklo_epi64(a[4 * q + 1], a[4 * q + 3]);
        b[4 * q + 3] = _mm512_unpackhi_epi64(a[4 * q + 1], a[4 * q + 3]);
    }
    // Then a 4x4 transpose of 128-bit lanes for each c.
    let mut out = b;
    for c in 0..4 {
        let low01 = _mm512_shuffle_i32x4::<0x88>(b[c], b[4 + c]);
        let high01 = _mm512_shuffle_i32x4::<0xdd>(b[c], b[4 + c]);
        let low23 = _mm512_shuffle_i32x4::<0x88>(b[8 + c], b[12 + c]);
        let high23 = _mm512_shuffle_i32x4::<0xdd>(b[8 + c], b[12 + c]);
        out[c] = _mm512_shuffle_i32x4::<0x88>(low01, low23);
        out[8 + c] = _mm512_shuffle_i32x4::<0xdd>(low01, low23);
        out[4 + c] = _mm512_shuffle_i32x4::<0x88>(high01, high23);
        out[12 + c] = _mm512_shuffle_i32x4::<0xdd>(high01, high23);
    }
    out
}

/// See [`Kernel::random_blocks`](super::Kernel::random_blocks).
#[target_feature(enable = "avx512f")]
pub fn random_blocks(key: &Words<8>, label: &Words<8>, slot: usize, indices: &Words<16>) -> Blocks {
    let mut message = [_mm512_setzero_si512(); 16];
    message[slot] = _mm512_add_epi32(load(indices), _mm512_set1_epi32(1));
    for (words, &word) in message[8..].iter_mut().zip(label) {
        *words = _mm512_set1_epi32(word as i32);
    }
    let hash = compress(key, message);
    let mut rows = [_mm512_setzero_si512(); 16];
    rows[..8].copy_from_slice(&hash);
    let columns = transpose(rows);
    let mut blocks = [[0; 32]; 16];
    for (block, column) in blocks.iter_mut().zip(columns) {
        let half = _mm512_castsi512_si256(column);
        // SAFETY: a block is 32 bytes, and the store needs no alignment.
        unsafe { _mm256_storeu_si256(block.as_mut_ptr().cast(), half) };
    }
    blocks
}

/// See [`Kernel::ticket_hashes`](super::Kernel::ticket_hashes).
#[target_feature(enable = "avx512f")]
pub fn ticket_hashes(key: &Words<8>, tickets: [&Words<16>; 16]) -> TicketHashes {
    let mut rows = [_mm512_setzero_si512(); 16];
    for (row, ticket) in rows.iter_mut().zip(tickets) {
        *row = load(ticket);
    }
    let hash = compress(key, transpose(rows));
    let mut hashes = [[0; 16]; 8];
    for (words, word) in hashes.iter_mut().zip(hash) {
        *words = store(word);
    }
    hashes
}

/// See [`Kernel::add_noise`](super::Kernel::add_noise); `uniform` has at most 128 entries.
///
/// # Safety
/// The processor has AVX512-VBMI, and the three long slices have one length.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub unsafe fn add_noise(row: &mut [u8], uniform: &[u8], add: &[u16], subtract: &[u16]) {
    let mut table = [0; 128];
    table[..uniform.len()].copy_from_slice(uniform);
    // The low byte of each index: byte 2i of the two vectors that hold 64 of them.
    let mut evens = [0u8; 64];
    for (i, even) in evens.iter_mut().enumerate() {
        *even = 2 * i as u8;
    }
    let whole = row.len() / 64 * 64;
    // SAFETY: every access below is 64 bytes of the two tables, or lies in the first `whole` entries of the slices.
    unsafe {
        let low = _mm512_loadu_si512(table.as_ptr().cast());
        let high = _mm512_loadu_si512(table.as_ptr().add(64).cast());
        let evens = _mm512_loadu_si512(evens.as_ptr().cast());
        let look_up = |indices: *const u16| {
            let first = _mm512_loadu_si512(indices.cast());
            let second = _mm512_loadu_si512(indices.add(32).cast());
            let indices = _mm512_permutex2var_epi8(first, evens, second);
            _mm512_permutex2var_epi8(low, indices, high)
        };
        for at in (0..whole).step_by(64) {
            let entries = row.as_mut_ptr().add(at);
            let noise = _mm512_sub_epi8(
                look_up(add.as_ptr().add(at)),
                look_up(subtract.as_ptr().add(at)),
            );
            let sum = _mm512_add_epi8(_mm512_loadu_si512(entries.cast()), noise);
            _mm512_storeu_si512(entries.cast(), sum);
        }
    }
    super::scalar::add_noise(
        &mut row[whole..],
        uniform,
        &add[whole..],
        &subtract[whole..],
    );
}

/// See [`Kernel::fold_columns`](super::Kernel::fold_columns); `width` is a multiple of 16.
///
/// # Safety
/// `folded` has `15 * stride + width` words.
#[target_feature(enable = "avx512f")]
pub unsafe fn fold_columns(folded: &[u32], stride: usize, width: usize, ticket: &mut Words<16>) {
    let mut rows = [_mm512_setzero_si512(); 16];
    for column in (0..width).step_by(16) {
        for (word, row) in rows.iter_mut().enumerate() {
            // SAFETY: word * stride + column + 16 <= 15 * stride + width.
            let columns =
                unsafe { _mm512_loadu_si512(folded.as_ptr().add(word * stride + column).cast()) };
            *row = _mm512_xor_si512(*row, columns);
        }
    }
    // A transpose whose every stage XORs the two halves it would have kept apart: 16 -> 8 -> 4 -> 2 -> 1 vectors.
    let xor = |a, b| _mm512_xor_si512(a, b);
    let mut pairs = [rows[0]; 8];
    for (i, pair) in pairs.iter_mut().enumerate() {
        let (even, odd) = (rows[2 * i], rows[2 * i + 1]);
        *pair = xor(
            _mm512_unpacklo_epi32(even, odd),
            _mm512_unpackhi_epi32(even, odd),
        );
    }
    let mut fours = [rows[0]; 4];
    for (i, four) in fours.iter_mut().enumerate() {
        let (low, high) = (pairs[2 * i], pairs[2 * i + 1]);
        *four = xor(
            _mm512_unpacklo_epi64(low, high),
            _mm512_unpackhi_epi64(low, high),
        );
    }
    let mut eights = [rows[0]; 2];
    for (i, eight) in eights.iter_mut().enumerate() {
        let (low, high) = (fours[2 * i], fours[2 * i + 1]);
        *eight = xor(
            _mm512_shuffle_i32x4::<0x88>(low, high),
            _mm512_shuffle_i32x4::<0xdd>(low, high),
        );
    }
    let folded = xor(
        _mm512_shuffle_i32x4::<0x88>(eights[0], eights[1]),
        _mm512_shuffle_i32x4::<0xdd>(eights[0], eights[1]),
    );
    *ticket = store(xor(load(ticket), folded));
}

/// XORs each unit of rows into the jackpots after `step`, less the step's corrections if there are any; `cols` are the
/// columns of the kernel.
#[target_feature(enable = "avx512f")]
#[inline]
pub fn fold_step<const V: usize, const CORRECTED: bool>(
    accumulators: &[[__m512i; V]; MAX_ROWS],
    step: usize,
    tile: &Tile<'_>,
    cols: usize,
    folded: &mut Folded,
) {
    let corrections = if CORRECTED {
        &tile.form.corrections()[step * V * 16..][..V * 16]
    } else {
        &[]
    };
    // Each unit has code of its own: with constant lengths the accumulators stay in their registers.
    match tile.unit {
        8 => fold_units::<V, 8, CORRECTED>(accumulators, corrections, step, tile, cols, folded),
        4 => fold_units::<V, 4, CORRECTED>(accumulators, corrections, step, tile, cols, folded),
        _ => fold_units::<V, 2, CORRECTED>(accumulators, corrections, step, tile, cols, folded),
    }
}

/// [`fold_step`] for units of `UNIT` rows.
#[target_feature(enable = "avx512f")]
#[inline]
pub fn fold_units<const V: usize, const UNIT: usize, const CORRECTED: bool>(
    accumulators: &[[__m512i; V]; MAX_ROWS],
    corrections: &[i32],
    step: usize,
    tile: &Tile<'_>,
    cols: usize,
    folded: &mut Folded,
) {
    let steps = tile.groups.len();
    let rotation = _mm512_set1_epi32(rotation(step, steps) as i32);
    let fresh = step < WORDS && !tile.accumulate;
    for (unit, rows) in accumulators.chunks_exact(UNIT).enumerate() {
        let words = &mut folded.0[(unit * WORDS + step % WORDS) * cols..][..16 * V];
        for v in 0..V {
            let mut x = _mm512_setzero_si512();
            for row in rows {
                let mut sum = row[v];
                if CORRECTED {
                    // SAFETY: sixteen corrections for each vector.
                    let correction =
                        unsafe { _mm512_loadu_si512(corrections.as_ptr().add(16 * v).cast()) };
                    sum = _mm512_sub_epi32(sum, correction);
                }
                x = _mm512_xor_si512(x, sum);
            }
            x = _mm512_rolv_epi32(x, rotation);
            // SAFETY: `words` has sixteen for each vector.
            unsafe {
                let word = words.as_mut_ptr().add(16 * v);
                if !fresh {
                    x = _mm512_xor_si512(x, _mm512_loadu_si512(word.cast()));
                }
                _mm512_storeu_si512(word.cast(), x);
            }
        }
    }
}
