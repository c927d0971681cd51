//! Judging a PlainProof for a job (protocol section 8), in the document's order, cheap checks before dear ones.

use crate::config::{self, MiningConfig};
use crate::header::Header;
use crate::jackpot;
use crate::noise::{self, Side};
use crate::opening::Opening;
use crate::pattern::MAX_PERIOD;
use crate::proof::PlainProof;
use crate::refusal::{Reason, Refusal};
use crate::seeds::{self, CERT_VERSIONS, NoiseSeeds};
use crate::target::{self, U256};

/// A proof that keeps every rule but, perhaps, the bound: the ticket that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Recovered from the proof.
    pub config: MiningConfig,
    /// Rows of A.
    pub m: u32,
    /// Columns of B.
    pub n: u32,
    /// First row of the tile.
    pub t_rows: u32,
    /// First column of the tile.
    pub t_cols: u32,
    /// `B3(header || config)`.
    pub job_key: [u8; 32],
    /// Seeds of the noise.
    pub seeds: NoiseSeeds,
    /// The jackpot's words.
    pub words: jackpot::Words,
    /// The jackpot's hash, little-endian.
    pub hash: [u8; 32],
    /// What the target is multiplied with, under the rank rule that the ticket was opened with.
    pub factor: u64,
}

impl Ticket {
    /// Does the ticket win under this target? A bound that would be above 2^256 - 1 saturates.
    pub fn wins(&self, target: U256) -> bool {
        target::wins(&self.hash, &target::bound(target, self.factor))
    }

    /// As [`wins`](Self::wins), with the refusal that says why not.
    ///
    /// # Errors
    /// `target`.
    pub fn check(&self, target: U256) -> Result<(), Refusal> {
        if self.wins(target) {
            return Ok(());
        }
        let (hash, bound) = (
            U256::from_le_bytes(&self.hash),
            target::bound(target, self.factor).value,
        );
        Err(Reason::Target.because(format!("the ticket {hash:x} is above the bound {bound:x}")))
    }
}

/// Judges serialised `proof` for a job. `rank_penalty`: rank at least 128, and the bound scaled by 128/rank.
///
/// # Errors
/// The first rule that is broken.
pub fn verify(
    header: &Header,
    cert_version: u32,
    rank_penalty: bool,
    target: U256,
    proof: &[u8],
) -> Result<Ticket, Refusal> {
    let ticket = open(
        header,
        cert_version,
        rank_penalty,
        &PlainProof::decode(proof)?,
    )?;
    ticket.check(target)?;
    Ok(ticket)
}

/// Judges everything but the bound, so that one look serves several targets (a pool's and the block's).
///
/// # Errors
/// The first rule that is broken; never `target`.
pub fn open(
    header: &Header,
    cert_version: u32,
    rank_penalty: bool,
    proof: &PlainProof,
) -> Result<Ticket, Refusal> {
    if !CERT_VERSIONS.contains(&cert_version) {
        return Err(Reason::CertVersion.because(format!(
            "certificate version {cert_version} is not 1, 2 or 3"
        )));
    }
    let fields = Fields::of(proof)?;
    let a = Opening {
        side: Side::A,
        proof: &proof.a,
        rows: fields.m,
        k: fields.k,
    };
    let b = Opening {
        side: Side::B,
        proof: &proof.bt,
        rows: fields.n,
        k: fields.k,
    };
    a.check_total_leaves()?;
    b.check_total_leaves()?;
    a.check_rows()?;
    b.check_rows()?;
    let (rows, t_rows) = a.pattern()?;
    let (cols, t_cols) = b.pattern()?;
    a.check_offset(&rows, t_rows)?;
    b.check_offset(&cols, t_cols)?;
    let config = MiningConfig {
        k: fields.k,
        rank: fields.rank,
        rows,
        cols,
    };
    config.validate(fields.m, fields.n, rank_penalty)?;
    a.check_leaves()?;
    b.check_leaves()?;
    let used_k = config.used_k();
    let (a_rows, b_rows) = (a.signal(used_k)?, b.signal(used_k)?);
    let job_key = config::job_key(header, &config);
    let (hash_a, hash_b) = (a.check_root(&job_key)?, b.check_root(&job_key)?);

    let seeds = seeds::noise_seeds(cert_version, &job_key, &hash_a, fields.m, &hash_b, fields.n);
    let a_noised = noised(Side::A, &seeds.a, &config, t_rows, &a_rows);
    let b_noised = noised(Side::B, &seeds.b, &config, t_cols, &b_rows);
    let rank = u32::from(config.rank);
    let words = jackpot::tile_words(&a_noised, &b_noised, config.k, rank);
    Ok(Ticket {
        config,
        m: fields.m,
        n: fields.n,
        t_rows,
        t_cols,
        job_key,
        seeds,
        words,
        hash: jackpot::hash(&seeds.a, &words),
        factor: target::factor(rows.size(), cols.size(), config.k, rank, rank_penalty),
    })
}

/// The rows of a tile with their noise.
fn noised(
    side: Side,
    seed: &[u8; 32],
    config: &MiningConfig,
    offset: u32,
    rows: &[Vec<i8>],
) -> Vec<Vec<i8>> {
    let rank = u32::from(config.rank);
    let pattern = if side == Side::A {
        &config.rows
    } else {
        &config.cols
    };
    let pairs = noise::pairs(side, seed, rank, config.used_k());
    rows.iter()
        .zip(pattern.iter())
        .map(|(row, index)| {
            let uniform = noise::uniform_row(side, seed, rank, offset + index);
            noise::noised_row(row, &noise::noise_row(&uniform, &pairs))
        })
        .collect()
}

/// The numbers of a proof, each in the range of its field.
struct Fields {
    m: u32,
    n: u32,
    k: u32,
    rank: u16,
}

impl Fields {
    fn of(proof: &PlainProof) -> Result<Fields, Refusal> {
        let out_of_range = |name: &str, value: u64| {
            Reason::Dims.because(format!("{name} is {value}, out of range"))
        };
        let side = |name: &str, value: u64| match u32::try_from(value) {
            Ok(side @ 1..=MAX_PERIOD) => Ok(side),
            _ => Err(out_of_range(name, value)),
        };
        Ok(Fields {
            m: side("m", proof.m)?,
            n: side("n", proof.n)?,
            // A k or rank of zero fits its field: the tree's size and the rank's own rule refuse it.
            k: u32::try_from(proof.k).map_err(|_| out_of_range("k", proof.k))?,
            rank: u16::try_from(proof.noise_rank)
                .map_err(|_| out_of_range("rank", proof.noise_rank))?,
        })
    }
}
