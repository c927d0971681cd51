//! Whole attempts, every tile of them, by the scalar functions alone.

use crate::files::{
    array, as_bytes, digest, header, list, matrix, nbits, number, pattern, read, text, u256,
};
use pearl_core::config::{MiningConfig, job_key};
use pearl_core::jackpot;
use pearl_core::merkle::Tree;
use pearl_core::noise::{self, Side};
use pearl_core::opening;
use pearl_core::pattern::Pattern;
use pearl_core::proof::{MatrixProof, PlainProof};
use pearl_core::seeds;
use pearl_core::target::{self, bound, factor, target_from_nbits};
use serde_json::{Value, json};

fn noised(side: Side, seed: &[u8; 32], r: u32, k: u32, rows: &[Vec<i8>]) -> Vec<Vec<i8>> {
    let pairs = noise::pairs(side, seed, r, k);
    let row = |(i, row): (usize, &Vec<i8>)| {
        noise::noised_row(
            row,
            &noise::noise_row(&noise::uniform_row(side, seed, r, i as u32), &pairs),
        )
    };
    rows.iter().enumerate().map(row).collect()
}

fn opened(tree: &Tree, bytes: &[u8], k: u32, pattern: &Pattern, offset: u32) -> MatrixProof {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(1024), 0);
    opening::open(
        tree,
        pattern.iter().map(|index| index + offset),
        k,
        |leaf, chunk| {
            chunk.copy_from_slice(&padded[leaf as usize * 1024..][..1024]);
        },
    )
}

fn check(entry: &Value) {
    let [m, n, k, r] = ["m", "n", "k", "r"].map(|name| number(&entry[name]));
    let config = MiningConfig {
        k,
        rank: r.try_into().unwrap(),
        rows: pattern(&entry["rows"]),
        cols: pattern(&entry["cols"]),
    };
    let rank_penalty = entry["rank_penalty"].as_bool().unwrap();
    config.validate(m, n, rank_penalty).unwrap();
    assert_eq!(config.to_bytes(), array(&entry["config"]));
    let key = job_key(&header(&entry["header"]), &config);
    assert_eq!(key, array(&entry["job_key"]));

    let a = matrix(text(&entry["a_label"]), m as usize, k as usize);
    let bt = matrix(text(&entry["bt_label"]), n as usize, k as usize);
    let (a_bytes, bt_bytes) = (as_bytes(&a), as_bytes(&bt));
    let (a_tree, bt_tree) = (
        Tree::from_bytes(&key, &a_bytes),
        Tree::from_bytes(&key, &bt_bytes),
    );
    assert_eq!(a_tree.root(), array(&entry["hash_a"]));
    assert_eq!(bt_tree.root(), array(&entry["hash_b"]));
    let version = number(&entry["cert_version"]);
    let seeds = seeds::noise_seeds(version, &key, &a_tree.root(), m, &bt_tree.root(), n);
    assert_eq!(seeds.a, array(&entry["a_noise_seed"]));
    assert_eq!(seeds.b, array(&entry["b_noise_seed"]));
    let a_noised = noised(Side::A, &seeds.a, r, k, &a);
    let bt_noised = noised(Side::B, &seeds.b, r, k, &bt);
    assert_eq!(
        digest(&as_bytes(&a_noised)),
        text(&entry["noised_a_blake3"])
    );
    assert_eq!(
        digest(&as_bytes(&bt_noised)),
        text(&entry["noised_bt_blake3"])
    );

    let factor = factor(config.rows.size(), config.cols.size(), k, r, rank_penalty);
    let bound = bound(target_from_nbits(nbits(&entry["nbits"])), factor);
    assert_eq!(bound.value, u256(&entry["bound"]));
    let tile = |pattern: &Pattern, offset: u32, rows: &'_ [Vec<i8>]| -> Vec<Vec<i8>> {
        pattern
            .iter()
            .map(|index| rows[(index + offset) as usize].clone())
            .collect()
    };
    let mut tiles = Vec::new();
    for t_rows in config.rows.offsets(m) {
        let a_rows = tile(&config.rows, t_rows, &a_noised);
        for t_cols in config.cols.offsets(n) {
            let b_rows = tile(&config.cols, t_cols, &bt_noised);
            let hash = jackpot::hash(&seeds.a, &jackpot::tile_words(&a_rows, &b_rows, k, r));
            tiles.push((t_rows, t_cols, hash));
        }
    }
    assert_eq!(tiles.len(), number(&entry["tiles"]) as usize);
    let described = |&(t_rows, t_cols, hash): &(u32, u32, [u8; 32])| json!({ "t_rows": t_rows, "t_cols": t_cols, "hash_jackpot": hex::encode(hash) });
    let first = list(&entry["first_tiles"]);
    assert_eq!(
        tiles[..first.len()]
            .iter()
            .map(described)
            .collect::<Vec<_>>(),
        first
    );
    assert_eq!(described(tiles.last().unwrap()), entry["last_tile"]);
    let best = tiles
        .iter()
        .min_by_key(|(_, _, hash)| target::U256::from_le_bytes(hash))
        .unwrap();
    assert_eq!(described(best), entry["best_tile"]);
    let hashes: Vec<u8> = tiles.iter().flat_map(|(_, _, hash)| *hash).collect();
    assert_eq!(digest(&hashes), text(&entry["tile_hashes_blake3"]));
    let winners: Vec<_> = tiles
        .iter()
        .filter(|(_, _, hash)| target::wins(hash, &bound))
        .collect();
    let winning: Vec<_> = winners
        .iter()
        .map(|(t_rows, t_cols, _)| json!([t_rows, t_cols]))
        .collect();
    assert_eq!(json!(winning), entry["winning_tiles"]);

    let Some((t_rows, t_cols, _)) = winners.first() else {
        assert!(
            entry
                .get("proof_of_first_win_blake3")
                .is_none_or(Value::is_null)
        );
        return;
    };
    let proof = PlainProof {
        m: m.into(),
        n: n.into(),
        k: k.into(),
        noise_rank: r.into(),
        a: opened(&a_tree, &a_bytes, k, &config.rows, *t_rows),
        bt: opened(&bt_tree, &bt_bytes, k, &config.cols, *t_cols),
    };
    let bytes = proof.encode();
    assert_eq!(
        bytes.len(),
        number(&entry["proof_of_first_win_bytes"]) as usize
    );
    assert_eq!(digest(&bytes), text(&entry["proof_of_first_win_blake3"]));
}

#[test]
fn every_intermediate_value_every_tile_and_the_proof_of_the_first_win() {
    list(&read("attempts.json")).iter().for_each(check);
}
