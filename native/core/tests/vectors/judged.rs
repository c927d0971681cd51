//! Whole proofs: the valid, the invalid, and those that only a lenient verifier takes.

use crate::files::{header, list, nbits, number, read, text, u256};
use pearl_core::proof::{PlainProof, decode_text};
use pearl_core::refusal::{Reason, Refusal};
use pearl_core::target::{U256, bound, target_from_nbits};
use pearl_core::verify::{self, Ticket};
use pearl_core::{base64, header as block_header};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Applies `{at, remove, insert}` in turn; offsets are those of the original.
fn patched(original: &[u8], patch: &Value, insert: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
    let mut result = Vec::new();
    let mut done = 0;
    for change in patch.as_array().unwrap() {
        let at = number(&change["at"]) as usize;
        result.extend_from_slice(&original[done..at]);
        result.extend(insert(text(&change["insert"])));
        done = at + number(&change["remove"]) as usize;
    }
    result.extend_from_slice(&original[done..]);
    result
}

/// An entry with what it takes from its base.
struct Case<'a> {
    entry: &'a Value,
    base: Option<&'a Value>,
}

impl<'a> Case<'a> {
    fn new(entry: &'a Value, proofs: &'a Value) -> Case<'a> {
        let base = entry.get("base").map(|id| {
            list(&proofs["valid"])
                .iter()
                .find(|proof| proof["id"] == *id)
                .unwrap_or_else(|| panic!("no base {id}"))
        });
        Case { entry, base }
    }

    fn field(&self, name: &str) -> &'a Value {
        self.entry
            .get(name)
            .or_else(|| self.base?.get(name))
            .unwrap_or_else(|| panic!("no {name}"))
    }

    fn text(&self) -> Vec<u8> {
        let original = text(self.field("proof")).as_bytes();
        if let Some(patch) = self.entry.get("text_patch") {
            patched(original, patch, |insert| insert.as_bytes().to_vec())
        } else if let Some(patch) = self.entry.get("patch") {
            let decoded = base64::decode(original).unwrap();
            base64::encode(&patched(&decoded, patch, |insert| {
                hex::decode(insert).unwrap()
            }))
            .into_bytes()
        } else {
            original.to_vec()
        }
    }

    fn target(&self) -> U256 {
        let header = header(self.field("header"));
        match self.entry.get("target") {
            Some(target) => u256(target),
            None => target_from_nbits(block_header::nbits(&header)),
        }
    }

    fn verify_against(&self, target: U256) -> Result<Ticket, Refusal> {
        let penalty = self.field("rank_penalty").as_bool().unwrap();
        let version = number(self.field("cert_version"));
        let proof = decode_text(&self.text())?;
        verify::verify(
            &header(self.field("header")),
            version,
            penalty,
            target,
            &proof,
        )
    }

    fn verify(&self) -> Result<Ticket, Refusal> {
        self.verify_against(self.target())
    }
}

fn assert_recovered(ticket: &Ticket, proof: &PlainProof, target: U256, recovered: &Value) {
    let config = &ticket.config;
    for (name, given) in recovered.as_object().unwrap() {
        let found = match name.as_str() {
            "m" => json!(ticket.m),
            "n" => json!(ticket.n),
            "k" => json!(config.k),
            "r" => json!(config.rank),
            "rows" => json!(config.rows.indices()),
            "cols" => json!(config.cols.indices()),
            "t_rows" => json!(ticket.t_rows),
            "t_cols" => json!(ticket.t_cols),
            "config" => json!(hex::encode(config.to_bytes())),
            "job_key" => json!(hex::encode(ticket.job_key)),
            "hash_a" => json!(hex::encode(proof.a.root)),
            "hash_b" => json!(hex::encode(proof.bt.root)),
            "a_noise_seed" => json!(hex::encode(ticket.seeds.a)),
            "b_noise_seed" => json!(hex::encode(ticket.seeds.b)),
            "jackpot_words" => json!(ticket.words),
            "hash_jackpot" => json!(hex::encode(ticket.hash)),
            "bound" => json!(hex::encode(
                bound(target, ticket.factor).value.to_be_bytes()
            )),
            other => panic!("nothing recovers {other}"),
        };
        assert_eq!(found, *given, "{name}");
    }
}

#[test]
fn valid_proofs_verify_and_give_back_what_they_were_made_of() {
    let proofs = read("proofs.json");
    for group in ["valid", "own_valid", "patched_valid"] {
        for entry in list(&proofs[group]) {
            let case = Case::new(entry, &proofs);
            let ticket = case
                .verify()
                .unwrap_or_else(|refusal| panic!("{}: {refusal}", entry["id"]));
            if let Some(recovered) = entry.get("recovered") {
                let proof = PlainProof::decode_base64(&case.text()).unwrap();
                assert_recovered(&ticket, &proof, case.target(), recovered);
            }
            if let Some(given) = entry.get("nbits") {
                assert_eq!(target_from_nbits(nbits(given)), u256(&entry["target"]));
            }
            for share in entry.get("share_targets").map_or(&[][..], list) {
                let verdict = case.verify_against(u256(&share["target"]));
                assert_eq!(
                    verdict.is_ok(),
                    share["win"].as_bool().unwrap(),
                    "{}: {share}",
                    entry["id"]
                );
                if let Err(refusal) = verdict {
                    assert_eq!(refusal.reason.name(), "target");
                }
            }
        }
    }
}

#[test]
fn valid_proofs_encode_to_the_bytes_they_came_from() {
    let proofs = read("proofs.json");
    for entry in list(&proofs["valid"])
        .iter()
        .chain(list(&proofs["own_valid"]))
    {
        let bytes = base64::decode(text(&entry["proof"]).as_bytes()).unwrap();
        let proof = PlainProof::decode(&bytes).unwrap();
        assert_eq!(proof.encode(), bytes);
        assert_eq!(proof.encoded_len(), bytes.len());
        assert_eq!(base64::encode(&bytes), text(&entry["proof"]));
    }
}

#[test]
fn invalid_and_lenient_proofs_are_refused_for_the_given_reason() {
    let proofs = read("proofs.json");
    let mut met = BTreeSet::new();
    for file in ["invalid.json", "leniency.json"] {
        let file = read(file);
        for entry in list(&file) {
            let refusal = Case::new(entry, &proofs)
                .verify()
                .expect_err(text(&entry["id"]));
            assert_eq!(
                refusal.reason.name(),
                text(&entry["reason"]),
                "{}: {refusal}",
                entry["id"]
            );
            met.insert(refusal.reason.name());
        }
    }
    let all = Reason::ALL.iter().map(|reason| reason.name()).collect();
    assert_eq!(met, all, "the vectors know every reason");
}
