//! The lottery ticket of one tile (protocol section 7): scalar, the oracle of every fast kernel.

/// The sixteen words of a jackpot.
pub type Words = [u32; 16];

/// Folds the running products of one tile into sixteen words.
///
/// `a_rows` and `b_rows` are rows of A' and BT', each at least `k - k mod r` long. The accumulators run on over the
/// steps of `r` columns; after each step all of them are XORed together into one word.
/// A rank of zero has no steps.
pub fn tile_words<R: AsRef<[i8]>>(a_rows: &[R], b_rows: &[R], k: u32, r: u32) -> Words {
    let mut words = [0u32; 16];
    let mut accumulators = vec![0i32; a_rows.len() * b_rows.len()];
    let steps = k.checked_div(r).unwrap_or(0) as usize;
    let r = r as usize;
    for step in 0..steps {
        let columns = step * r..(step + 1) * r;
        let mut folded = 0;
        for (a_row, accumulators) in a_rows
            .iter()
            .zip(accumulators.chunks_exact_mut(b_rows.len().max(1)))
        {
            let a = &a_row.as_ref()[columns.clone()];
            for (b_row, accumulator) in b_rows.iter().zip(accumulators) {
                let b = &b_row.as_ref()[columns.clone()];
                // 2^14 * 65536 = 2^30: no sum leaves an i32.
                *accumulator += a
                    .iter()
                    .zip(b)
                    .map(|(&a, &b)| i32::from(a) * i32::from(b))
                    .sum::<i32>();
                folded ^= *accumulator as u32;
            }
        }
        let word = &mut words[step % 16];
        *word = word.rotate_left(13) ^ folded;
    }
    words
}

/// `B3k(a_noise_seed, words)`: read as a little-endian integer it is the ticket's number.
pub fn hash(a_noise_seed: &[u8; 32], words: &Words) -> [u8; 32] {
    let mut bytes = [0; 64];
    for (four, word) in bytes.chunks_exact_mut(4).zip(words) {
        four.copy_from_slice(&word.to_le_bytes());
    }
    *blake3::keyed_hash(a_noise_seed, &bytes).as_bytes()
}
