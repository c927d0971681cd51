//! What the targets share: jobs with proofs that are valid, to be altered.

#[path = "../../core/tests/properties/miner.rs"]
pub mod miner;

use pearl_core::header::Header;
use pearl_core::proof::PlainProof;
use pearl_core::refusal::Refusal;
use pearl_core::target::U256;
use pearl_core::verify::{self, Ticket};
use serde_json::Value;

/// A proof that is valid, and what it is valid for.
pub struct Known {
    pub header: Header,
    pub cert_version: u32,
    pub rank_penalty: bool,
    pub target: U256,
    pub proof: PlainProof,
}

impl Known {
    pub fn verify(&self, proof: &[u8]) -> Result<Ticket, Refusal> {
        verify::verify(
            &self.header,
            self.cert_version,
            self.rank_penalty,
            self.target,
            proof,
        )
    }

    fn of(job: &miner::Job, nonce: u64) -> Known {
        Known {
            header: job.header,
            cert_version: job.cert_version,
            rank_penalty: job.rank_penalty,
            target: job.target(),
            proof: job.mine(nonce),
        }
    }
}

/// Small ones of every certificate version, one of mainnet's rules, and the public vectors.
pub fn known() -> Vec<Known> {
    let mut known: Vec<Known> = (1..=3)
        .map(|version| Known::of(&miner::Job::small(version), version.into()))
        .collect();
    known.push(Known::of(&miner::Job::mainnet(), 1));
    known.extend(vectors());
    for known in &known {
        known
            .verify(&known.proof.encode())
            .expect("a known proof is valid");
    }
    known
}

fn vectors() -> Vec<Known> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../test/vectors/proofs.json"
    );
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    file["valid"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| Known {
            header: hex::decode(text(entry, "header"))
                .unwrap()
                .try_into()
                .unwrap(),
            cert_version: entry["cert_version"].as_u64().unwrap() as u32,
            rank_penalty: entry["rank_penalty"].as_bool().unwrap(),
            target: U256::MAX,
            proof: PlainProof::decode_base64(text(entry, "proof").as_bytes()).unwrap(),
        })
        .collect()
}
