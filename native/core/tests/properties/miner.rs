//! A miner of one attempt on small random matrices, by the scalar functions alone.

use pearl_core::config::{self, MiningConfig};
use pearl_core::header::Header;
use pearl_core::merkle::Tree;
use pearl_core::opening;
use pearl_core::pattern::Pattern;
use pearl_core::proof::{MatrixProof, PlainProof};
use pearl_core::target::{U256, bound, factor};
use pearl_core::verify::{self, Ticket};

/// A job with a target so easy that its bound is just below 2^256, yet does not overflow.
pub struct Job {
    pub header: Header,
    pub cert_version: u32,
    pub rank_penalty: bool,
    pub config: MiningConfig,
    pub m: u32,
    pub n: u32,
}

impl Job {
    /// The cheapest shape there is: 4 x 8 tiles with rank 32.
    pub fn small(cert_version: u32) -> Job {
        let config = MiningConfig {
            k: 1024,
            rank: 32,
            rows: contiguous(4),
            cols: Pattern::from_indices(&SPREAD).unwrap(),
        };
        Job {
            header: [0x5a; 76],
            cert_version,
            rank_penalty: false,
            config,
            m: 13,
            n: 64,
        }
    }

    /// Mainnet's rules and the default tile: 16 x 16, rank 128, k 2048.
    pub fn mainnet() -> Job {
        let config = MiningConfig {
            k: 2048,
            rank: 128,
            rows: contiguous(16),
            cols: contiguous(16),
        };
        Job {
            header: [0xc3; 76],
            cert_version: 3,
            rank_penalty: true,
            config,
            m: 40,
            n: 33,
        }
    }

    pub fn target(&self) -> U256 {
        let MiningConfig {
            k,
            rank,
            rows,
            cols,
        } = &self.config;
        let factor = factor(
            rows.size(),
            cols.size(),
            *k,
            (*rank).into(),
            self.rank_penalty,
        );
        // floor((2^256 - 1) / factor): every factor here is a power of two.
        assert!(factor.is_power_of_two());
        let bits = factor.trailing_zeros() as usize;
        let mut bytes = [0xff; 32];
        for bit in 0..bits {
            bytes[bit / 8] &= !(0x80 >> (bit % 8));
        }
        let target = U256::from_be_bytes(&bytes);
        assert!(!bound(target, factor).overflowed);
        target
    }

    pub fn verify(&self, proof: &[u8]) -> Result<Ticket, pearl_core::refusal::Refusal> {
        verify::verify(
            &self.header,
            self.cert_version,
            self.rank_penalty,
            self.target(),
            proof,
        )
    }

    /// The proof of the last tile of the attempt that `nonce` names.
    pub fn mine(&self, nonce: u64) -> PlainProof {
        let key = config::job_key(&self.header, &self.config);
        let half = |label: u8, rows: u32, pattern: &Pattern| -> MatrixProof {
            let bytes = entries(label, nonce, rows as usize * self.config.k as usize);
            let tree = Tree::from_bytes(&key, &bytes);
            let offset = pattern.offsets(rows).last().unwrap();
            opening::open(
                &tree,
                pattern.iter().map(|index| index + offset),
                self.config.k,
                |leaf, chunk| {
                    chunk.copy_from_slice(&bytes[leaf as usize * 1024..][..1024]);
                },
            )
        };
        PlainProof {
            m: self.m.into(),
            n: self.n.into(),
            k: self.config.k.into(),
            noise_rank: self.config.rank.into(),
            a: half(b'A', self.m, &self.config.rows),
            bt: half(b'B', self.n, &self.config.cols),
        }
    }
}

/// The columns of the protocol's reference pattern.
const SPREAD: [u32; 8] = [0, 1, 8, 9, 32, 33, 40, 41];

fn contiguous(length: u32) -> Pattern {
    Pattern::contiguous(length).unwrap()
}

/// Entries in [-64, 64], a whole number of chunks since k is.
fn entries(label: u8, nonce: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new()
        .update(&[label])
        .update(&nonce.to_le_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    bytes
        .iter_mut()
        .for_each(|byte| *byte = (i16::from(*byte % 129) - 64) as i8 as u8);
    bytes
}
