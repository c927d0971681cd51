//! Commitments to the matrices and the noise seeds derived from them (protocol sections 3 and 5).

use crate::merkle::CHUNK_LEN;

/// Certificate versions whose seeds are known. 4 means FP8 elsewhere and is refused.
pub const CERT_VERSIONS: std::ops::RangeInclusive<u32> = 1..=3;

/// The seeds of the two noise matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoiseSeeds {
    /// Seed of A's noise, and the key of every jackpot hash of the attempt.
    pub a: [u8; 32],
    /// Seed of B's noise.
    pub b: [u8; 32],
}

/// `B3k(key, pad(bytes))`: commits to a matrix, its bytes zero-padded to whole chunks.
pub fn hash_matrix(key: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(bytes);
    let padding = bytes.len().next_multiple_of(CHUNK_LEN) - bytes.len();
    hasher.update(&[0; CHUNK_LEN][..padding]);
    *hasher.finalize().as_bytes()
}

/// The salt of version 3 for one side: the hash of its ASCII name.
fn salt(name: &str) -> [u8; 32] {
    *blake3::hash(name.as_bytes()).as_bytes()
}

/// `hash` itself under versions 1 and 2; under version 3 salted, with the matrix's row count.
fn salted(cert_version: u32, name: &str, hash: &[u8; 32], rows: u32) -> [u8; 32] {
    if cert_version < 3 {
        return *hash;
    }
    let mut message = [0; 64];
    message[..32].copy_from_slice(hash);
    message[32..36].copy_from_slice(&rows.to_le_bytes());
    *blake3::keyed_hash(&salt(name), &message).as_bytes()
}

fn hash_pair(first: &[u8; 32], second: &[u8; 32]) -> [u8; 32] {
    *blake3::Hasher::new()
        .update(first)
        .update(second)
        .finalize()
        .as_bytes()
}

/// B's seed: needs nothing of A, so it is fixed for a job as long as B is.
///
/// `cert_version` must be one of [`CERT_VERSIONS`].
pub fn b_noise_seed(cert_version: u32, job_key: &[u8; 32], hash_b: &[u8; 32], n: u32) -> [u8; 32] {
    hash_pair(
        job_key,
        &salted(cert_version, "pearl/cert-v3/noise-seed/B", hash_b, n),
    )
}

/// A's seed, from B's seed and the commitment to A.
///
/// `cert_version` must be one of [`CERT_VERSIONS`].
pub fn a_noise_seed(
    cert_version: u32,
    b_noise_seed: &[u8; 32],
    hash_a: &[u8; 32],
    m: u32,
) -> [u8; 32] {
    hash_pair(
        b_noise_seed,
        &salted(cert_version, "pearl/cert-v3/noise-seed/A", hash_a, m),
    )
}

/// Both seeds at once.
///
/// `cert_version` must be one of [`CERT_VERSIONS`].
pub fn noise_seeds(
    cert_version: u32,
    job_key: &[u8; 32],
    hash_a: &[u8; 32],
    m: u32,
    hash_b: &[u8; 32],
    n: u32,
) -> NoiseSeeds {
    let b = b_noise_seed(cert_version, job_key, hash_b, n);
    NoiseSeeds {
        a: a_noise_seed(cert_version, &b, hash_a, m),
        b,
    }
}
