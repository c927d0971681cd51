use crate::files::{array, as_bytes, by_rule, digest, list, number, numbers, read, text};
use pearl_core::jackpot;
use pearl_core::noise::{self, Side};
use serde_json::Value;

/// The rows that the jackpot is taken of: as given, or with the noise of a seed.
fn rows(entry: &Value, side: Side, seed: Option<&[u8; 32]>) -> Vec<Vec<i8>> {
    let (k, r) = (number(&entry["k"]), number(&entry["r"]));
    let (rule, indices) = match side {
        Side::A => ("a", numbers(&entry["a_indices"])),
        Side::B => ("bt", numbers(&entry["b_indices"])),
    };
    let mut rows = by_rule(&entry[rule], indices.len(), k as usize);
    if let Some(seed) = seed {
        let pairs = noise::pairs(side, seed, r, k);
        for (row, &index) in rows.iter_mut().zip(&indices) {
            *row = noise::noised_row(
                row,
                &noise::noise_row(&noise::uniform_row(side, seed, r, index), &pairs),
            );
        }
        let name = format!("noised_{rule}_blake3");
        assert_eq!(digest(&as_bytes(&rows)), text(&entry[name]), "{entry}");
    }
    rows
}

#[test]
fn words_and_hash_of_single_tiles() {
    for entry in list(&read("jackpot.json")) {
        let a_seed: [u8; 32] = array(&entry["a_noise_seed"]);
        let noise = entry["noise"].as_bool().unwrap();
        let a = rows(entry, Side::A, noise.then_some(&a_seed));
        let b_seed = noise.then(|| array(&entry["b_noise_seed"]));
        let b = rows(entry, Side::B, b_seed.as_ref());
        let words = jackpot::tile_words(&a, &b, number(&entry["k"]), number(&entry["r"]));
        assert_eq!(words.to_vec(), numbers(&entry["words"]));
        assert_eq!(
            jackpot::hash(&a_seed, &words),
            array(&entry["hash_jackpot"])
        );
    }
}
